"""Memorising: how near clips come to the stretches of music that a model learnt from."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

BANDS, PATCH = 20, 4
QUIET = -4.0

Floats = NDArray[np.float64]


def coarse(mel: Tensor) -> Tensor:
    """Mels (N, 160, F) in 20 bands and steps of 4 frames, (N, 20, F / 4), in dB / 20."""
    heard = mel.clamp_min(QUIET)
    return functional.avg_pool2d(heard[:, None], (mel.shape[1] // BANDS, PATCH))[:, 0]


def nearest(clips: Tensor, stretches: Iterable[Tensor]) -> Floats:
    """RMS difference (N,) in dB to the nearest stretch, of coarse clips (N, 20, P).

    stretches: batches (B, 20, Q) of coarse pieces, Q >= P; every place in them is tried, at its
    own level: a clip that is only louder than a piece is as near as the piece itself.
    """
    size = clips[0].numel()
    flat = clips - clips.mean(dim=(1, 2), keepdim=True)
    own = flat.square().sum(dim=(1, 2))
    ones = torch.ones(1, *clips.shape[1:])
    best = torch.full((len(clips),), torch.inf)
    for batch in stretches:
        mean = functional.conv1d(batch, ones) / size
        energy = functional.conv1d(batch.square(), ones) - size * mean.square()
        product = functional.conv1d(batch, flat)
        apart = energy - 2.0 * product + own[None, :, None]
        best = torch.minimum(best, apart.amin(dim=(0, 2)))
    return 20.0 * np.sqrt(np.maximum(best.double().numpy(), 0.0) / size)
