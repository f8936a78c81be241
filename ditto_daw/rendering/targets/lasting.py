"""What lasts in music, without its hits: where its harmony is read."""

from __future__ import annotations

import torch
from torch import Tensor

from ditto_daw import signal

LASTING = 43
"""Frames over which the median of each band is taken: half a second in which a hit has no say."""
AUDIBLE_DB = 40.0
"""Frames so far under the loudest one ask for no pitch."""


def lasting(mel: Tensor, frames: int = LASTING) -> Tensor:
    """Median of each band (BANDS, F) over so many frames, fewer at the ends."""
    half = frames // 2
    padded = torch.nn.functional.pad(mel[None], (half, half), mode="replicate")[0]
    return padded.unfold(-1, frames, 1).median(dim=-1).values


def audible(mel: Tensor) -> Tensor:
    """Frames bool (F,) not far under the loudest."""
    _, width = signal.filterbank(mel.device, mel.dtype)
    level = 10.0 * torch.log10((torch.pow(10.0, 2.0 * mel) * width[:, None]).sum(dim=0))
    return level > level.max() - AUDIBLE_DB


def pitch_energy(mel: Tensor) -> Tensor:
    """Share of the lasting energy above C4 that each pitch class has (12, F), zeros where hardly
    anything sounds."""
    held = lasting(mel)
    energy = signal.chroma(held).square()
    return energy / energy.sum(dim=0) * audible(held)
