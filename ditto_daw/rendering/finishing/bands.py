"""Octave bands of a clip: their power and correlation over a region, and gains put back on them."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

CENTRES = 31.5 * 2.0 ** np.arange(10)
SEGMENT = 4096
SILENT = 1e-12
"""Power below which a band holds nothing to match (-120 dB)."""

Floats = NDArray[np.floating]


def band_powers(a: Floats, b: Floats, rate: int) -> Floats:
    """Cross power per octave band (10,) of two signals (n,); of one with itself, its power."""
    size = min(SEGMENT, len(a))
    frequency, density = scipy.signal.csd(a, b, fs=rate, nperseg=size)
    band = band_of(frequency)
    power = np.real(density) * (frequency[1] - frequency[0])
    return np.asarray(np.bincount(band, weights=power, minlength=len(CENTRES)), dtype=float)


def band_of(frequency: Floats) -> NDArray[np.int64]:
    """Index of the octave that each frequency in Hz belongs to."""
    octave = np.log2(np.maximum(frequency, 1.0) / CENTRES[0])
    return np.clip(np.rint(octave), 0, len(CENTRES) - 1).astype(np.int64)


def spread_gains(gains: Floats, frequency: Floats) -> Floats:
    """Gains per octave as a smooth curve over frequency: straight lines over log frequency."""
    place = np.log2(np.maximum(frequency, 1.0) / CENTRES[0])
    return np.interp(place, np.arange(len(CENTRES)), gains)


def filtered(audio: Floats, gains: Floats, rate: int) -> Floats:
    """Audio (..., n) with a gain per octave, without a shift in time; the clip is a circle."""
    n = audio.shape[-1]
    curve = spread_gains(gains, np.fft.rfftfreq(n, 1.0 / rate))
    return np.fft.irfft(np.fft.rfft(audio) * curve, n=n)
