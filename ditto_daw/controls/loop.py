"""Loop: the clip runs back into its own beginning (appendix E, reference-free looping)."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ditto_daw.controls.base import Control, check, register
from ditto_daw.controls.reference import SCALE


@register
@dataclass(frozen=True, eq=False)
class Loop(Control):
    """f = M_gen,1 x_0, y = M_gen,2 x_0: the first `overlap` frames come again after `period`.

    The loop is the first `period` frames; the frames behind it are rendered only to be compared, so
    a clip of F frames holds loops of up to F - overlap. Both sides move. A model that wraps by
    itself needs none of this.

    Args:
        period: length of the loop, frames.
        overlap: frames compared; the paper's 0.5 s are 43.
        weight: lambda of eq. (14).
        tolerance: mean squared difference, where 1 is 80 dB.
    """

    name: ClassVar[str] = "loop"

    period: int
    overlap: int = 43
    weight: float = 1.0
    tolerance: float | None = 0.001

    def __post_init__(self) -> None:
        check(self, self.period, None)
        if not 1 <= self.overlap <= self.period:
            raise ValueError(
                f"loop: the overlap must be 1 to {self.period} frames, the loop's length, "
                f"got {self.overlap}"
            )

    def feature(self, mel: Tensor) -> Tensor:
        """Beginning and continuation (B, 2, BANDS, overlap), where 1 is 80 dB."""
        end = self.period + self.overlap
        if mel.shape[-1] < end:
            raise ValueError(f"loop: the clip must have {end} frames, got {mel.shape[-1]}")
        beginning, continuation = mel[..., : self.overlap], mel[..., self.period : end]
        return SCALE * torch.stack([beginning, continuation], dim=1)

    def compare(self, feature: Tensor) -> Tensor:
        return (feature[:, 0] - feature[:, 1]).square().mean(dim=(1, 2))
