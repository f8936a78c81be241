"""The stereo image of music, octave by octave: how wide it is, and how alike its channels are.

Of the middle M = (L + R) / 2 and the side S = (L - R) / 2: the power of S over that of M in dB, and
the correlation of L and R. An octave counts where its middle is at most QUIETEST_DB under the
loudest; a side LEAST_DB under the middle is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

OCTAVES = 31.5 * 2.0 ** np.arange(10)
STRETCH = 16_384
"""Samples over which the image is compared as it moves; 0.37 s at 44.1 kHz."""
QUIETEST_DB, LEAST_DB = -50.0, -40.0

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class ImageError:
    """How far an image is from the true one; means over what counts in the true one.

    Attributes:
        side_db: of side over middle per octave of the whole, in dB.
        moving_db: the same per octave and stretch.
        alike: of the channels' correlation per octave of the whole.
    """

    side_db: float
    moving_db: float
    alike: float


def image_powers(audio: Floats, rate: int) -> Floats:
    """Powers of middle and side and their cross power (3, octaves, stretches) of audio (2, n)."""
    size = min(STRETCH, audio.shape[1])
    count = audio.shape[1] // size
    middle, side = 0.5 * (audio[0] + audio[1]), 0.5 * (audio[0] - audio[1])
    window = np.hanning(size)
    m, s = (np.fft.rfft(x[: count * size].reshape(count, size) * window) for x in (middle, side))
    hertz = np.fft.rfftfreq(size, 1.0 / rate)
    octave = np.rint(np.log2(np.maximum(hertz, 1.0) / OCTAVES[0])).clip(0, len(OCTAVES) - 1)
    sums = (octave[:, None] == np.arange(len(OCTAVES))).astype(float)
    each = (np.abs(m) ** 2, np.abs(s) ** 2, (m * s.conj()).real)
    return np.stack([(power @ sums).T for power in each])


def side_db(powers: Floats) -> Floats:
    """Side over middle (...) in dB, of powers (3, ...)."""
    return 10.0 * np.log10(powers[1] / np.maximum(powers[0], 1e-20) + 10 ** (LEAST_DB / 10))


def alike(powers: Floats) -> Floats:
    """Correlation (...) of left and right, of powers (3, ...)."""
    middle, side, cross = powers
    both = np.sqrt(np.maximum((middle + side) ** 2 - 4.0 * cross**2, 1e-40))
    return (middle - side) / both


def image_error(made: Floats, truth: Floats) -> ImageError:
    """Of the `image_powers` of two pieces of the same length."""
    whole = made.sum(axis=2), truth.sum(axis=2)
    apart = np.abs(side_db(whole[0]) - side_db(whole[1]))[_heard(whole[1])]
    moving = np.abs(side_db(made) - side_db(truth))[_heard(truth)]
    likeness = np.abs(alike(whole[0]) - alike(whole[1]))[_heard(whole[1])]
    return ImageError(float(apart.mean()), float(moving.mean()), float(likeness.mean()))


def _heard(powers: Floats) -> NDArray[np.bool_]:
    return powers[0] > 10 ** (QUIETEST_DB / 10) * powers[0].max() + 1e-12
