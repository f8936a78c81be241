"""Intensity: the smoothed loudness of every frame follows a curve (section 4)."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls.base import Control, check, like, mean_where, register

_LEVEL = 1e-3
"""Squared dB in all below which a curve has no shape."""


@register
@dataclass(frozen=True, eq=False)
class Intensity(Control):
    """f = w * 20 log10 RMS, loss = mean squared dB over the frames that count; or, for the shape
    of the curve at any level, 1 - Pearson's rho (appendix C).

    Args:
        target: dB (F,), absolute: dB relative to full scale.
        mask: frames that count, bool (F,); None: all.
        weight: lambda, see `controls.paper_weights`.
        tolerance: squared dB; 1 is a curve hit within 1 dB. Of a correlation 1 - rho.
        wrap: the clip is a loop, its smoothing window too.
        correlation: the shape counts, not the level.
    """

    name: ClassVar[str] = "intensity"
    audible: ClassVar[bool] = True
    decibels: ClassVar[bool] = True

    target: Tensor
    mask: Tensor | None = None
    weight: float = 1.0
    tolerance: float | None = 1.0
    wrap: bool = False
    correlation: bool = False

    def __post_init__(self) -> None:
        check(self, self.target.shape[-1], self.mask)
        if self.target.ndim != 1 or not bool(torch.isfinite(self.target).all()):
            raise ValueError("intensity: the target must be one finite dB value per frame")

    @property
    def in_decibels(self) -> bool:
        return not self.correlation

    def feature(self, mel: Tensor) -> Tensor:
        return signal.intensity(mel, self.wrap)

    def feature_audio(self, audio: Tensor) -> Tensor:
        return signal.intensity_audio(audio, self.wrap)

    def compare(self, feature: Tensor) -> Tensor:
        target = like(self.target, feature)
        if not self.correlation:
            return mean_where((feature - target).square(), self.mask)
        if self.mask is not None:
            counts = self.mask.to(feature.device)
            target, feature = target[counts], feature[:, counts]
        return 1.0 - _correlation(feature, target)


def _correlation(curves: Tensor, target: Tensor) -> Tensor:
    """Pearson's rho (B,) of curves (B, F) with one (F,); 0 where either is level."""
    curves = curves - curves.mean(dim=-1, keepdim=True)
    target = target - target.mean()
    spread = (curves.square().sum(dim=-1) + _LEVEL).sqrt() * (target.square().sum() + _LEVEL).sqrt()
    return (curves * target).sum(dim=-1) / spread
