"""Reference: the known part of the clip sounds as it is known (section 4).

With the mask at the beginning it is outpainting, around a gap inpainting, at both ends the
reference-based loop: only the mask differs.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ditto_daw.controls.base import Control, check, like, mean_where, register

SCALE = 1.0 / 4.0
"""Four decades of magnitude, 80 dB, count as 1: the scale of the paper's spectrograms."""


@register
@dataclass(frozen=True, eq=False)
class Reference(Control):
    """f = M_gen x_0, y = M_ref x_ref, loss = mean squared difference where 1 is 80 dB.

    Args:
        target: mel (BANDS, F); only the frames in the mask are looked at.
        mask: the known frames, bool (F,).
        weight: lambda of eq. (14).
        tolerance: 0.0015 is 3 dB in every band.
    """

    name: ClassVar[str] = "reference"

    target: Tensor
    mask: Tensor
    weight: float = 1.0
    tolerance: float | None = 0.0015

    def __post_init__(self) -> None:
        if self.target.ndim != 2:
            raise ValueError("reference: the target must be one mel (BANDS, frames)")
        check(self, self.target.shape[-1], self.mask)
        if not bool(torch.isfinite(self.target[:, self.mask]).all()):
            raise ValueError("reference: the known frames must be finite")

    def feature(self, mel: Tensor) -> Tensor:
        """The mel (B, BANDS, F), where 1 is 80 dB."""
        return SCALE * mel

    def compare(self, feature: Tensor) -> Tensor:
        known = SCALE * like(self.target, feature)
        return mean_where((feature - known).square().mean(dim=1), self.mask)
