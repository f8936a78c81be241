"""Key and chords read from a MIDI clip, for a model that wants to know them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ditto_daw.grid import chords_chroma
from ditto_daw.notes import Note, tonal
from ditto_daw.vocabulary import KEYS

MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
"""How well each pitch class fits a key (Krumhansl and Kessler 1982), from the tonic upwards."""
FEWEST_NOTES = 6
CHORD_SIZE = 3


def key_of(notes: Sequence[Note]) -> str:
    """The key whose profile fits the notes' durations best.

    "" for fewer than FEWEST_NOTES, and where all pitch classes last equally long.
    """
    pitched = tonal(notes)
    if len(pitched) < FEWEST_NOTES:
        return ""
    weight = np.zeros(12)
    for note in pitched:
        weight[note.pitch % 12] += note.length
    if np.ptp(weight) == 0.0:
        return ""
    fits = [
        np.corrcoef(weight, np.roll(profile, tonic))[0, 1]
        for profile in (MAJOR, MINOR)
        for tonic in range(12)
    ]
    return KEYS[int(np.argmax(fits))]


def held_chords(notes: Sequence[Note], quarters: ArrayLike) -> NDArray[np.float32] | None:
    """Chord chroma (F, 12) at positions in quarters, each chord held until the next one.

    None where the clip plays no chords: where three pitch classes sound together in less than
    half of its sounding frames, which is a melody or an interval.
    """
    chroma = chords_chroma(notes, quarters)
    size = chroma.sum(axis=1)
    full = size >= CHORD_SIZE
    if not full.any() or full.sum() < 0.5 * (size > 0).sum():
        return None
    latest = np.maximum.accumulate(np.where(full, np.arange(len(full)), -1))
    latest[latest < 0] = int(np.argmax(full))
    return np.asarray(chroma[latest])
