"""A mel read at fractional frames: how a render of whole frames becomes a loop of any length."""

from __future__ import annotations

import torch
from torch import Tensor


def mel_at(mel: Tensor, positions: Tensor, wrap: bool) -> Tensor:
    """Mel (..., BANDS, F) at fractional frames: (..., BANDS, len(positions)).

    Straight lines between neighbouring frames; a frame and its window are far longer than the
    fraction. wrap: the frames are a circle, position N is position 0; else the ends are held.
    """
    frames = mel.shape[-1]
    below = torch.floor(positions)
    share = (positions - below).to(mel)
    index = below.long()
    if wrap:
        first, second = index % frames, (index + 1) % frames
    else:
        first, second = index.clamp(0, frames - 1), (index + 1).clamp(0, frames - 1)
    return torch.lerp(mel[..., first.to(mel.device)], mel[..., second.to(mel.device)], share)
