"""Harmony fit: does the audio sound in the pitch classes that were asked for, and in that key?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ditto_daw.measures.melody import HOP, RATE, chroma

BLUR = 0.02
"""Share of all twelve classes alike in every distribution, so that no logarithm is endless."""

Floats = NDArray[np.float64]


def transposed_fits(
    audio: NDArray[np.floating], rate: int, target: NDArray[np.floating], frame_seconds: float
) -> Floats:
    """Mean KL divergence (12,) from the target to the audio's chroma, target 0 to 11 semitones up.

    audio (channels, n); target (F, 12): weights of the pitch classes at k * frame_seconds, all
    zero where nothing was asked. The chroma is that of melody accuracy (librosa's, above C4).
    The first value is the harmony fit; NaN where nothing was asked.
    """
    energy = chroma(audio, rate)
    times = np.arange(energy.shape[1]) * HOP / RATE
    place = np.round(times / frame_seconds).astype(int)
    inside = place < len(target)
    wanted = np.asarray(target, dtype=np.float64)[place[inside]]
    heard = energy[:, inside].T
    counts = (wanted.sum(axis=1) > 0) & (heard.sum(axis=1) > 1e-6 * energy.sum(axis=0).max())
    if not counts.any():
        return np.full(12, np.nan)
    wanted, heard = _distribution(wanted[counts]), _distribution(heard[counts])
    shifted = [np.roll(wanted, semitones, axis=1) for semitones in range(12)]
    return np.array([(w * np.log(w / heard)).sum(axis=1).mean() for w in shifted])


def _distribution(weights: Floats) -> Floats:
    """Rows (F, 12) that sum to one, a little blurred."""
    shares = weights / weights.sum(axis=1, keepdims=True)
    return np.asarray((1.0 - BLUR) * shares + BLUR / 12.0)


def right_key(fits: Floats) -> bool:
    """The target as asked fits better than in every other transposition."""
    return bool(fits[0] < fits[1:].min())
