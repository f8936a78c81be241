"""Intensity of a loop against its target: mean squared dB over the frames that count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ditto_daw import signal
from ditto_daw.files.resampling import resample

Floats = NDArray[np.floating]
LEVEL_DB = 0.01
"""A curve that moves by less has no shape."""


@dataclass(frozen=True, eq=False)
class IntensityFigures:
    """Attributes:
    error: mean squared dB over the frames that count.
    correlation: Pearson's rho over them; NaN where either curve is level.
    wanted, achieved: both curves in dB, one value per hop of the loop.
    """

    error: float
    correlation: float
    wanted: Floats
    achieved: Floats


def measure_intensity(
    audio: Floats,
    rate: int,
    target: Floats,
    counts: NDArray[np.bool_] | None = None,
    wrap: bool = True,
) -> IntensityFigures:
    """Figures of a loop (channels, n), its two channels added by power; wrap: it runs round.

    target (F,): dB, value k at the share k / F of the loop; counts (F,): the frames that count,
    None for all.
    """
    length = round(audio.shape[1] * signal.RATE / rate)
    wide = resample(np.asarray(audio), rate, signal.RATE, length, wrap=wrap)
    power = torch.from_numpy(wide.astype(np.float32)).square().mean(dim=0).sqrt()
    achieved = signal.intensity_audio(power, wrap=wrap).numpy()
    places = np.arange(len(achieved)) * signal.HOP / length
    frames = len(target)
    after = target[0] if wrap else target[-1]
    wanted = np.interp(places, np.arange(frames + 1) / frames, np.append(target, after))
    chosen = np.ones(frames, dtype=bool) if counts is None else counts
    counted = chosen[np.minimum((places * frames).astype(int), frames - 1)]
    error = float(np.mean((achieved - wanted)[counted] ** 2)) if counted.any() else float("nan")
    return IntensityFigures(error, _rho(achieved[counted], wanted[counted]), wanted, achieved)


def _rho(one: Floats, other: Floats) -> float:
    if len(one) < 2 or min(np.ptp(one), np.ptp(other)) < LEVEL_DB:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])
