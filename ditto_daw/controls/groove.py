"""Groove: what begins, begins on the lines of a grid, or when the notes of another clip do."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls.base import Control, check, like, register

COMPRESSION = 30.0
"""A band counts logarithmically above a thirtieth of the clip's RMS, and hardly below."""
EARLY = 1.0
"""Frames by which the rise of a sudden beginning is seen before it."""
NEAR, REACH = 1.0, 2.5
"""Frames from a grid's line up to which a rise counts in full, and from which on not at all."""
SHARP = 2.0
"""The latter for a rhythm's line, whose target is like the rise of a single beginning."""


def onset_strength(mel: Tensor, wrap: bool) -> Tensor:
    """Squared rise (..., F) of the compressed spectrum around each frame, mean over the bands.

    Squared, so that what flutters counts little beside what begins. Loudness has no part in it:
    the spectrum is divided by the clip's RMS.
    """
    _, width = signal.filterbank(mel.device, mel.dtype)
    power = torch.pow(10.0, 2.0 * mel) * width[:, None]
    mean = power.sum(dim=-2, keepdim=True).mean(dim=-1, keepdim=True)
    bands = torch.log1p(COMPRESSION * (power / mean.clamp_min(signal.FLOOR**2)).sqrt())
    if wrap:
        around = torch.cat([bands[..., -1:], bands, bands[..., :1]], dim=-1)
    else:
        around = torch.cat([bands[..., :1], bands, bands[..., -1:]], dim=-1)
    rise = torch.relu(around[..., 2:] - around[..., :-2]).mean(dim=-2)
    return rise.square()


def lines(places: Tensor, frames: int, wrap: bool, heights: Tensor | None = None) -> Tensor:
    """The target (F,) of beginnings at fractional frames `places` (N,).

    Of a grid: 1 up to NEAR frames from a line, falling to 0 at REACH. Of a rhythm, by the heights
    (N,) of its lines, 0 to 1: falling to 0 at SHARP.
    """
    apart = torch.arange(frames)[:, None] - (places[None] - EARLY)
    if wrap:
        apart = torch.remainder(apart + frames / 2, frames) - frames / 2
    if heights is None:
        return ((REACH - apart.abs()) / (REACH - NEAR)).clamp(0.0, 1.0).amax(dim=1)
    return (heights * (1.0 - apart.abs() / SHARP).clamp_min(0.0)).amax(dim=1)


@register
@dataclass(frozen=True, eq=False)
class Groove(Control):
    """f = onset strength; loss = the share of it that lies off the lines, or, with `every`, one
    less its cosine with the target, so that each line also wants its beginning.

    Args:
        target: 0 to 1 per frame (F,), see `lines`.
        places: the lines that it was made of, in frames (N,), for whoever measures the result.
        mask: frames that count, bool (F,); None: all.
        every: the target is a rhythm; else a grid, of which any part may stay empty.
        weight: lambda of eq. (14).
        tolerance: share, or one less the cosine.
        wrap: the clip is a loop, its end is heard before its beginning.
    """

    name: ClassVar[str] = "groove"

    target: Tensor
    places: Tensor
    mask: Tensor | None = None
    every: bool = False
    weight: float = 1.0
    tolerance: float | None = 0.1
    wrap: bool = False

    def __post_init__(self) -> None:
        check(self, self.target.shape[-1], self.mask)
        if self.target.ndim != 1 or not bool(torch.isfinite(self.target).all()):
            raise ValueError("groove: the target must be one finite strength per frame")
        counted = self.target if self.mask is None else self.target[self.mask]
        if bool((self.target < 0).any()) or not bool((counted > 0).any()):
            raise ValueError("groove: the target must have a line where it counts, none negative")

    def feature(self, mel: Tensor) -> Tensor:
        """Onset strength (B, F)."""
        return onset_strength(mel, self.wrap)

    def compare(self, feature: Tensor) -> Tensor:
        target = like(self.target, feature)
        if self.mask is not None:
            counts = self.mask.to(feature.device)
            target, feature = target[counts], feature[:, counts]
        whole = feature.square().sum(dim=1).sqrt() if self.every else feature.sum(dim=1)
        least = torch.finfo(feature.dtype).tiny ** 0.5
        wanted = target / target.norm() if self.every else target
        return 1.0 - (feature * wanted).sum(dim=1) / whole.clamp_min(least)
