"""Changing the sample rate, with the length as an integer argument."""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

_QUALITY = "VHQ"
# Longer than the filter at any ratio of the rates in use.
_CONTEXT = 8192


def resample(
    audio: NDArray[np.floating], rate_in: int, rate_out: int, length: int, wrap: bool = False
) -> NDArray[np.floating]:
    """Audio (channels, n) at rate_in as (channels, length) at rate_out, same float type.

    Output sample k lies at time k / rate_out; what is missing at the end is silence, what is too
    much is cut. wrap: the audio is one period of a loop. It then maps onto exactly `length`
    samples, so that the loop closes without a fraction of a sample between its ends (a change of
    pitch of two samples in the whole loop at most). Raises ValueError where a loop's length differs
    from n · rate_out / rate_in by more than a sample of each rate: lengths of the same bars, each
    rounded at its own rate, never do.
    """
    samples = audio.shape[1]
    if wrap and abs(samples * rate_out / rate_in - length) > 1 + rate_out / rate_in:
        raise ValueError(f"{samples} samples at {rate_in} Hz are no {length} at {rate_out} Hz")
    if length == samples and (wrap or rate_in == rate_out):
        return audio.copy()
    if wrap:
        periods = 1 + _CONTEXT // samples
        tiled = np.tile(audio, 2 * periods + 1)
        longer = soxr.resample(tiled.T, samples, length, _QUALITY).T
        return np.ascontiguousarray(longer[:, periods * length : (periods + 1) * length])
    moved = audio if rate_in == rate_out else soxr.resample(audio.T, rate_in, rate_out, _QUALITY).T
    missing = max(0, length - moved.shape[1])
    return np.ascontiguousarray(np.pad(moved[:, :length], ((0, 0), (0, missing))))
