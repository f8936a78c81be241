"""New music made stereo: middle plus side on the left, middle minus side on the right.

The middle is the mono music, sample for sample, so that its level and whatever it was asked for
stay: the sum of both channels is twice the music. The side is made of it in short frames round a
circle, so that a loop has no seam; music with ends is a circle with silence in it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from ditto_daw import signal
from ditto_daw.files.resampling import resample
from ditto_daw.models.stereo import Stereo
from ditto_daw.rendering.finishing.bands import Floats
from ditto_daw.rendering.finishing.level import CEILING
from ditto_daw.rendering.finishing.stereo import decorrelated

SILENCE = 4 * signal.N_FFT
"""Samples behind music with ends, in which the side may ring out: it is its beginning's past too.
"""
HOLD_SECONDS = 0.004
"""For which the side gives way to a peak, before it and after it."""
LEAST = 1e-20
"""Power that is none."""


@lru_cache(maxsize=1)
def bundled() -> Stereo:
    """The stage that ships with ditto-daw."""
    return Stereo.load()


def widened(music: Floats, rate: int, wrap: bool, stage: Stereo | None = None) -> Floats:
    """Music (1, n), peaks below the ceiling, as (2, n): their mean is the music, and no peak is
    higher than the ceiling. wrap: it is a loop."""
    middle = music[0]
    length = len(middle) if rate == signal.RATE else round(len(middle) * signal.RATE / rate)
    low = resample(music, rate, signal.RATE, length, wrap)[0]
    side = side_of(low, stage or bundled(), wrap)
    side = resample(side[None], signal.RATE, rate, len(middle), wrap)[0]
    side = side * room_for(middle, side, rate, wrap)
    return np.stack([middle + side, middle - side])


def side_of(middle: Floats, stage: Stereo, wrap: bool) -> NDArray[np.float64]:
    """The side (n,) of a middle (n,) at `signal.RATE`."""
    circle = np.pad(middle, (0, 0 if wrap else SILENCE)).astype(np.float64)
    n = len(circle)
    # As many frames as fit; their centres are as even as whole samples allow.
    count = max(1, round(n / signal.HOP))
    centres = np.rint(np.arange(count) * (n / count)).astype(np.int64)
    half = signal.N_FFT // 2
    places = (centres[:, None] + np.arange(-half, half)) % n
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(signal.N_FFT) / signal.N_FFT)
    copies = (circle, decorrelated(circle, signal.RATE))
    direct, other = (np.fft.rfft(audio[places] * window).T for audio in copies)
    mel = signal.mel_of(signal.banded(torch.from_numpy(np.abs(direct) ** 2).float()))
    own, apart = (gain.double().numpy() for gain in stage.gains(mel))
    side = own * direct + apart * _uncorrelated(direct, other)
    frames = np.fft.irfft(side.T, signal.N_FFT) * window
    flat = places.ravel()
    weight = np.bincount(flat, np.tile(window**2, count), n)
    return (np.bincount(flat, frames.ravel(), n) / np.maximum(weight, LEAST))[: len(middle)]


def _uncorrelated(direct: NDArray, other: NDArray) -> NDArray:
    """`other` (BINS, F), in every band at the power of `direct` and with nothing in common."""
    bank = signal.filterbank(torch.device("cpu"), torch.float64)[0].numpy()
    power, both, rest = (
        bank.T @ each.sum(axis=1)
        for each in (np.abs(direct) ** 2, (other * direct.conj()).real, np.abs(other) ** 2)
    )
    alike = both / (power + LEAST)
    left = np.maximum(rest - alike * both, 0.01 * rest) + LEAST
    level = np.sqrt(power / left)
    return (bank @ level)[:, None] * (other - (bank @ alike)[:, None] * direct)


def room_for(middle: Floats, side: Floats, rate: int, wrap: bool) -> Floats:
    """Gain (n,) of the side with which no channel passes the ceiling: peaks stay the middle's."""
    free = np.maximum(CEILING - np.abs(middle), 0.0)
    gain = np.minimum(1.0, free / np.maximum(np.abs(side), 1e-12))
    if gain.min(initial=1.0) == 1.0:
        return gain
    size, mode = 2 * round(HOLD_SECONDS * rate) + 1, "wrap" if wrap else "nearest"
    return uniform_filter1d(minimum_filter1d(gain, size, mode=mode), size, mode=mode)
