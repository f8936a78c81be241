"""New audio takes on the level and the balance of the clip that it joins, by constant gains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ditto_daw.rendering.finishing.bands import SILENT, Floats, band_powers, filtered

MOST_DB = 6.0
"""Largest correction of an octave: more would turn the model's quiet noise into music."""
CEILING, KNEE = 0.98, 0.85
"""Peaks never pass the ceiling; above the knee they are rounded."""


def match_level(
    fresh: Floats,
    kept: NDArray[np.floating],
    rate: int,
    mine: NDArray[np.int64],
    wanted: NDArray[np.int64],
) -> Floats:
    """fresh (1, n) with its octaves in the places `mine` as loud as kept's (channels, n) in others.

    The new part against the kept places that it recalls: it sits in its surroundings. The kept part
    against itself in both: only the vocoder's own colour is undone, and the new part stays as loud
    as it was asked to be.
    """
    own = fresh[0][mine]
    sides = kept[:, wanted].astype(np.float64)
    powers = np.mean([band_powers(side, side, rate) for side in sides], axis=0)
    have = band_powers(own, own, rate)
    audible = (powers > SILENT) & (have > SILENT)
    ratio = np.where(audible, powers, 1.0) / np.where(audible, have, 1.0)
    decibels = np.clip(10.0 * np.log10(ratio), -MOST_DB, MOST_DB)
    return filtered(fresh, 10.0 ** (decibels / 20.0), rate)


def guard_peak(audio: Floats) -> Floats:
    """All-new audio below the ceiling: one gain for the whole, so that nothing pumps."""
    peak = float(np.max(np.abs(audio), initial=0.0))
    return audio * (CEILING / peak) if peak > CEILING else audio


def round_peaks(audio: Floats) -> Floats:
    """New audio that joins a clip, below the ceiling: its level stays, peaks over the knee bend."""
    size = np.abs(audio)
    room = CEILING - KNEE
    bent = KNEE + room * np.tanh((size - KNEE) / room)
    return np.where(size > KNEE, np.sign(audio) * bent, audio)
