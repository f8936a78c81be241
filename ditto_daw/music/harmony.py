"""Key and chords read from a MIDI clip or from sound, for a model that wants to know them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ditto_daw.music.grid import chords_chroma
from ditto_daw.music.notes import Note, tonal
from ditto_daw.vocabulary import KEYS

MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
"""How well each pitch class fits a key (Krumhansl and Kessler 1982), from the tonic upwards."""
TRIADS = np.eye(12)[[0, 4, 7]].sum(axis=0), np.eye(12)[[0, 3, 7]].sum(axis=0)
"""Major and minor on C."""
LEAST_HEARD = 0.25
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
    return key_of_weights(weight)


def key_of_weights(weight: NDArray[np.floating]) -> str:
    """The key whose profile fits the weights of the pitch classes (12,) best, "" where all have
    the same."""
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


def triads(chroma: NDArray[np.floating], beats: NDArray[np.int64]) -> NDArray[np.float32]:
    """Chord chroma (F, 12), 1 or 0, of sound: the major or minor triad nearest to each beat's.

    chroma (F, 12): weights of the pitch classes, zeros where nothing sounds; beats (F,): the number
    of each frame's beat. A beat of which less than a quarter sounds has the chord before it, or
    after it where there is none.
    """
    shapes = np.stack([np.roll(shape, root) for shape in TRIADS for root in range(12)])
    found = np.zeros((len(chroma), 12), dtype=np.float32)
    numbers, place = np.unique(beats, return_inverse=True)
    sums = np.stack([chroma[place == number].sum(axis=0) for number in range(len(numbers))])
    heard = (chroma.sum(axis=1) > 0).astype(float)
    shares = np.bincount(place, heard) / np.bincount(place)
    sounding = np.flatnonzero(shares >= LEAST_HEARD)
    if not len(sounding):
        return found
    latest = np.searchsorted(sounding, np.arange(len(numbers)), side="right") - 1
    best = (sums[sounding] @ shapes.T).argmax(axis=1)
    found[:] = shapes[best[latest.clip(0)]][place]
    return found
