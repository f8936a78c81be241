"""Render the demo's input: `python -m ditto_daw.training.examples --out ditto_daw/material`.

`clip.flac` is four bars of 4/4 at 100 quarters per minute and a little of the fifth, as a clip cut
by hand is; `melody.mid` holds four bars of a melody (channel 1) over chords (channel 2).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import mido
import numpy as np
import soundfile
from numpy.typing import NDArray

from ditto_daw.training.bank import RATE, Bank, build
from ditto_daw.training.composer import compose
from ditto_daw.training.mixer import DEFAULT_BANK, render
from ditto_daw.training.score import Score

TEMPO = 100.0
BARS = 4
TICKS = 480
CLIP = {"genre": "pop", "mood": "bright", "key": "A minor", "seed": 7}
MELODY = {"genre": "pop", "mood": "melancholic", "key": "D minor", "seed": 3}
SURPLUS = 0.35
"""Quarters of the fifth bar that the clip keeps."""


def _compose(what: dict[str, object], roles: tuple[str, ...], quarters: float) -> Score:
    return compose(
        str(what["genre"]),
        str(what["mood"]),
        str(what["key"]),
        tempo=TEMPO,
        seconds=quarters * 60 / TEMPO,
        roles=roles,
        seed=int(str(what["seed"])),
        plain=True,
    )


def clip(bank: Bank) -> NDArray[np.float32]:
    """The demo's clip, stereo (2, samples), with its loudest sample at -3 dBFS."""
    score = _compose(CLIP, ("drums", "bass", "chords", "lead"), 4 * BARS + SURPLUS)
    mix, _ = render(score, bank)
    return mix * np.float32(10 ** (-3 / 20) / np.abs(mix).max())


def melody() -> mido.MidiFile:
    """The demo's MIDI clip: notes on the grid, as a step sequencer would write them."""
    score = _compose(MELODY, ("chords", "lead"), 4 * BARS)
    tracks = [mido.MidiTrack(), mido.MidiTrack()]
    tracks[0].append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(TEMPO)))
    tracks[0].append(mido.MetaMessage("time_signature", numerator=4, denominator=4))
    for channel, role in enumerate(("lead", "chords")):
        messages: list[tuple[int, str, int, int]] = []
        for note in score.parts[role]:
            start = round(note.quarter * TICKS)
            end = min(start + round(note.length * TEMPO / 60 * TICKS), 4 * BARS * TICKS)
            if start < end:
                messages.append((start, "note_on", note.pitch, round(40 + 70 * note.velocity)))
                messages.append((end, "note_off", note.pitch, 0))
        at = 0
        # "note_off" sorts before "note_on", so that a repeated note ends before it begins anew.
        for tick, kind, pitch, velocity in sorted(messages):
            message = mido.Message(
                kind, channel=channel, note=pitch, velocity=velocity, time=tick - at
            )
            tracks[channel].append(message)
            at = tick
    return mido.MidiFile(ticks_per_beat=TICKS, tracks=tracks)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Render the demo's clip and MIDI file.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bank", type=Path, default=DEFAULT_BANK)
    options = parser.parse_args()
    build(options.bank)
    options.out.mkdir(parents=True, exist_ok=True)
    audio = clip(Bank(options.bank))
    soundfile.write(options.out / "clip.flac", audio.T, RATE, subtype="PCM_16")
    melody().save(options.out / "melody.mid")


if __name__ == "__main__":
    main()
