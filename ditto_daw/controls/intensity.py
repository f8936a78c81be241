"""Intensity: the smoothed loudness of every frame follows a curve (section 4)."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls.base import Control, check, like, mean_where, register


@register
@dataclass(frozen=True, eq=False)
class Intensity(Control):
    """f = w * 20 log10 RMS, loss = mean squared dB over the frames that count.

    Args:
        target: dB (F,), absolute: dB relative to full scale.
        mask: frames that count, bool (F,); None: all.
        weight: lambda, see `controls.paper_weights`.
        tolerance: squared dB; 1 is a curve hit within 1 dB.
        wrap: the clip is a loop, its smoothing window too.
    """

    name: ClassVar[str] = "intensity"
    audible: ClassVar[bool] = True

    target: Tensor
    mask: Tensor | None = None
    weight: float = 1.0
    tolerance: float | None = 1.0
    wrap: bool = False

    def __post_init__(self) -> None:
        check(self, self.target.shape[-1], self.mask)
        if self.target.ndim != 1 or not bool(torch.isfinite(self.target).all()):
            raise ValueError("intensity: the target must be one finite dB value per frame")

    def feature(self, mel: Tensor) -> Tensor:
        return signal.intensity(mel, self.wrap)

    def feature_audio(self, audio: Tensor) -> Tensor:
        return signal.intensity_audio(audio, self.wrap)

    def compare(self, feature: Tensor) -> Tensor:
        return mean_where((feature - like(self.target, feature)).square(), self.mask)
