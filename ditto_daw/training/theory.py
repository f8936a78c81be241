"""Keys, scales, chords and voicings, in pitch classes and MIDI pitches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ditto_daw.vocabulary import KEYS, TONICS

SCALES = {
    "ionian": (0, 2, 4, 5, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "harmonic": (0, 2, 3, 5, 7, 8, 11),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}
MAJOR_SCALES = ("ionian", "mixolydian", "lydian")
PENTATONIC = {"major": (0, 2, 4, 7, 9), "minor": (0, 3, 5, 7, 10)}


@dataclass(frozen=True)
class Chord:
    """A chord as its root pitch class and its pitch classes in thirds from the root up."""

    root: int
    tones: tuple[int, ...]


def tonic_and_mode(key: str) -> tuple[int, str]:
    """("F# minor") -> (6, "minor"). Raises ValueError for a key outside the vocabulary."""
    if key not in KEYS:
        raise ValueError(f"Unknown key {key!r}: write it like 'C major' or 'F# minor'.")
    tonic, mode = key.split(" ")
    return TONICS.index(tonic), mode


def chord(tonic: int, scale: str, degree: int, size: int) -> Chord:
    """The chord of `size` stacked thirds (3 triad, 4 seventh, 5 ninth) on a 0-based degree.

    In the harmonic minor the raised seventh belongs to the dominant alone; elsewhere the natural
    seventh is played, as in common practice.
    """
    steps = SCALES[scale]
    if scale == "harmonic" and degree not in (4, 6):
        steps = SCALES["aeolian"]
    tones = tuple((tonic + steps[(degree + 2 * i) % 7]) % 12 for i in range(size))
    return Chord(tones[0], tones)


def nearest(pitch_class: int, centre: float) -> int:
    """The MIDI pitch of a pitch class that lies nearest to `centre`."""
    return pitch_class + 12 * round((centre - pitch_class) / 12)


@lru_cache(maxsize=10_000)
def voicing(tones: tuple[int, ...], previous: tuple[int, ...], centre: float) -> tuple[int, ...]:
    """Close voicing of `tones` that moves least from `previous` and stays around `centre`."""
    best: tuple[float, tuple[int, ...]] | None = None
    for turn in range(len(tones)):
        order = tones[turn:] + tones[:turn]
        low = nearest(order[0], centre - 5)
        pitches = [low]
        for tone in order[1:]:
            pitches.append(pitches[-1] + ((tone - pitches[-1]) % 12 or 12))
        middle = sum(pitches) / len(pitches)
        motion = 0.0
        if previous:
            motion = sum(min(abs(p - q) for q in previous) for p in pitches) / len(pitches)
        cost = motion + 0.5 * abs(middle - centre)
        if best is None or cost < best[0]:
            best = (cost, tuple(pitches))
    assert best is not None
    return best[1]


def in_scale(pitch: int, classes: tuple[int, ...]) -> int:
    """The pitch of the given pitch classes nearest to `pitch`, ties downwards."""
    return min(
        (p for p in range(pitch - 6, pitch + 7) if p % 12 in classes),
        key=lambda p: (abs(p - pitch), p),
    )
