"""What the demo asks for: four requests as a producer would send them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ditto_daw.files.audiofile import audio_info

CLIP_TEMPO = 100.0
"""Quarters per minute of the clip and the MIDI file that come with ditto-daw."""
LONGEST_SECONDS = 10.0
SLOWEST, FASTEST = 70.0, 140.0
CURVE = ((0, -9), (6, -6), (8, 0), (13, 5), (15, 5), (16, -9))
"""A drawn lane: quarters and dB; held back, a rise, a drop."""


@dataclass(frozen=True)
class Scene:
    """One job of the demo.

    Attributes:
        name: short, for the progress bar and file names.
        title, lead: for the page.
        request: as it goes over the wire.
    """

    name: str
    title: str
    lead: str
    request: dict[str, Any]


@dataclass(frozen=True)
class Material:
    """A clip with the tempo at which it is whole bars of 4/4, and a MIDI file."""

    clip: Path
    seconds: float
    bars: int
    tempo: float
    midi: Path
    midi_tempo: float


def material(clip: Path, midi: Path, own_clip: bool) -> Material:
    """Takes the clip as whole bars: the bundled one at its tempo, another at the likeliest.

    A clip of at most LONGEST_SECONDS is taken whole; of a longer one, the first 8 s as four bars.
    """
    if not own_clip:
        return Material(clip, 4 * 240.0 / CLIP_TEMPO, 4, CLIP_TEMPO, midi, CLIP_TEMPO)
    seconds = audio_info(clip, "clip").seconds
    seconds = 8.0 if seconds > LONGEST_SECONDS else seconds
    tempos = {bars: 240.0 * bars / seconds for bars in (1, 2, 4, 8)}
    likely = [bars for bars, tempo in tempos.items() if SLOWEST <= tempo < FASTEST]
    bars = likely[0] if likely else 1
    return Material(clip, seconds, bars, min(max(tempos[bars], 20.0), 400.0), midi, CLIP_TEMPO)


def scenes(given: Material, folder: Path) -> list[Scene]:
    """Repair, extension, a new loop under a lane, and an accompaniment to the MIDI clip."""
    output = {"folder": str(folder)}
    tempo = {"tempos": [[0, given.tempo]], "meters": [[0, 4, 4]]}
    source = {"path": str(given.clip), "start": 0, "end": given.seconds}
    half = {**source, "end": given.seconds / 2}
    remade = 4 if given.bars > 1 else 1
    return [
        Scene(
            "repair",
            "A clip repaired into a loop",
            f"The clip stays as it is, sample for sample; its last {remade} beats are made anew"
            " so that its end leads back into its beginning.",
            {
                "kind": "loop",
                "use": "repair",
                "source": source,
                "tempo": tempo,
                "repair_beats": remade,
                "seed": 11,
                "output": output,
            },
        ),
        Scene(
            "extend",
            "A clip extended into a longer loop",
            "The first half of the clip is kept; as many new bars follow it and lead back to its"
            " beginning.",
            {
                "kind": "loop",
                "use": "extend",
                "source": half,
                "tempo": tempo,
                "seed": 12,
                "output": output,
            },
        ),
        Scene(
            "intensity",
            "A new loop under a drawn automation lane",
            "Four bars of house at 120 whose loudness follows the lane; the same seed without"
            " control stands beside it.",
            {
                "kind": "loop",
                "use": "new",
                "bars": 4,
                "tempo": {"tempos": [[0, 120]], "meters": [[0, 4, 4]]},
                "prompt": "energetic house",
                "curve": {"points": [list(point) for point in CURVE], "unit": "db"},
                "seed": 13,
                "output": output,
            },
        ),
        Scene(
            "accompany",
            "Four bars to a MIDI clip",
            "The clip's chords are told to the model, its top line is the melody objective.",
            {
                "kind": "loop",
                "use": "new",
                "bars": 4,
                "tempo": {"tempos": [[0, given.midi_tempo]], "meters": [[0, 4, 4]]},
                "midi": {"path": str(given.midi)},
                "prompt": "pop",
                "seed": 14,
                "output": output,
            },
        ),
    ]
