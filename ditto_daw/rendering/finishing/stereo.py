"""Mono music takes on the stereo image of the clip that it joins, octave by octave."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ditto_daw.rendering.finishing.bands import SILENT, Floats, band_powers, filtered

DELAYS, FEEDBACK = (0.0015, 0.003, 0.0051, 0.0081), 0.5
"""Seconds and gain of the decorrelator's all-passes: short enough that an attack stays one."""


def spread(
    fresh: Floats, kept: NDArray[np.floating], keep: NDArray[np.bool_] | slice, rate: int
) -> Floats:
    """fresh (1, n) as (channels, n) with the image of the kept part of kept (channels, n).

    Per octave the two sides get the clip's own level difference and its own correlation: a share
    of the music common to both sides, and a share that a decorrelator puts left against right.
    The mean power of the two sides is fresh's. A mono clip stays mono.
    """
    if kept.shape[0] == 1:
        return fresh
    left, right = kept[:, keep].astype(np.float64)
    of_left, of_right = band_powers(left, left, rate), band_powers(right, right, rate)
    both = band_powers(left, right, rate)
    heard = of_left + of_right > SILENT
    mean = np.where(heard, 0.5 * (of_left + of_right), 1.0)
    gain_left = np.where(heard, np.sqrt(of_left / mean), 1.0)
    gain_right = np.where(heard, np.sqrt(of_right / mean), 1.0)
    alike = np.where(heard, both / np.sqrt(of_left * of_right + SILENT**2), 1.0).clip(-1.0, 1.0)
    common, apart = np.sqrt(0.5 * (1.0 + alike)), np.sqrt(0.5 * (1.0 - alike))
    other = uncorrelated(fresh[0], decorrelated(fresh[0], rate), rate)
    return np.stack(
        [
            filtered(fresh[0], gain_left * common, rate) + filtered(other, gain_left * apart, rate),
            filtered(fresh[0], gain_right * common, rate)
            - filtered(other, gain_right * apart, rate),
        ]
    )


def uncorrelated(audio: Floats, other: Floats, rate: int) -> Floats:
    """`other` without what it still has in common with `audio` in each octave, at its power.

    Low octaves hold so few cycles that an all-pass alone leaves some likeness.
    """
    power = band_powers(audio, audio, rate) + SILENT
    rest = np.clip(band_powers(audio, other, rate) / power, -0.9, 0.9)
    scale = 1.0 / np.sqrt(1.0 - rest**2)
    return filtered(other, scale, rate) - filtered(audio, rest * scale, rate)


def decorrelated(audio: Floats, rate: int) -> Floats:
    """Audio (n,), a circle, through all-passes in a row (Schroeder 1962): the same spectrum, other
    phases, and nothing before its cause."""
    n = len(audio)
    turn = -2j * np.pi * np.arange(n // 2 + 1) / n
    response = np.ones(len(turn), dtype=complex)
    for delay in DELAYS:
        later = np.exp(turn * round(delay * rate))
        response *= (later - FEEDBACK) / (1.0 - FEEDBACK * later)
    return np.fft.irfft(np.fft.rfft(audio) * response, n=n)
