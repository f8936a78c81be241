"""Seam: a loop's wrap is like the music's own bar lines, no splash and no jump in level.

The measure of a seam (`measures.seam`) as an objective on the mel.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls.base import Control, check, like, register

ACROSS = 2
"""Frames from a bar line to the middle of the window that the measure's flux has on each side."""
SHARE = 0.9
"""Rise at the wrap against the median of the bar lines that is asked for; 1.5 is the limit."""
LEVEL_DB = 2.0
"""Beats beside the wrap may differ by this much from the same beats of other bars; 3 the limit."""


@register
@dataclass(frozen=True, eq=False)
class Seam(Control):
    """f = rise of the spectrum at the wrap and at the bar lines, and levels of the beats there.

    loss = squared dB by which the wrap rises more than a bar line does, and by which the beats
    before and after it differ more than LEVEL_DB from the nearest of the other bars' beats.

    Args:
        lines: frames of the bar lines inside the loop (N,), the wrap not among them.
        beat: frames of one beat; 0 leaves levels alone, as under a lane that asks for them.
        known, mask: mel (BANDS, F) of the clip, and the frames bool (F,) that are kept of it.
        weight: lambda, see `controls.paper_weights`.
        tolerance: squared dB.
    """

    name: ClassVar[str] = "seam"
    decibels: ClassVar[bool] = True

    lines: Tensor
    beat: int = 0
    known: Tensor | None = None
    mask: Tensor | None = None
    weight: float = 1.0
    tolerance: float | None = 0.25

    def __post_init__(self) -> None:
        check(self, 0 if self.known is None else self.known.shape[-1], self.mask)
        if self.lines.ndim != 1 or not len(self.lines) or bool((self.lines < 1).any()):
            raise ValueError("seam: lines must be the frames of bar lines inside the loop")
        if (self.known is None) != (self.mask is None) or self.beat < 0:
            raise ValueError("seam: known and mask belong together, and a beat is not negative")

    def feature(self, mel: Tensor) -> Tensor:
        """dB (B, 3, 1 + N) at the wrap and the lines: rise, level of the beat before and after."""
        if self.known is not None and self.mask is not None:
            mel = torch.where(self.mask.to(mel.device), like(self.known, mel), mel)
        places = torch.cat([self.lines.new_zeros(1), self.lines]).to(mel.device)
        rise = _rise(mel, places)
        if not self.beat:
            return torch.stack([rise, torch.zeros_like(rise), torch.zeros_like(rise)], dim=1)
        before, after = (_level(mel, places + at, self.beat) for at in (-self.beat, 0))
        return torch.stack([rise, before, after], dim=1)

    def compare(self, feature: Tensor) -> Tensor:
        rise, levels = feature[:, 0], feature[:, 1:]
        # The bar lines are the yardstick: they must not splash so that the wrap may.
        allowed = SHARE * rise[:, 1:].detach().median(dim=1).values
        splash = torch.relu(rise[:, 0] - allowed).square()
        apart = (levels[..., :1] - levels[..., 1:]).abs().amin(dim=-1)
        return splash + torch.relu(apart - LEVEL_DB).square().sum(dim=1)


def _rise(mel: Tensor, places: Tensor) -> Tensor:
    """Rise (B, N) of the log spectrum across each place, mean over the bins in dB.

    The frames before it still hear what follows the place, so each of the last three is held
    against the first that does not hear what went before.
    """
    frames = mel.shape[-1]
    _, width = signal.filterbank(mel.device, mel.dtype)
    after = mel[..., (places + ACROSS) % frames]
    rises = [
        torch.relu(after - mel[..., (places - back) % frames]) for back in range(1, ACROSS + 2)
    ]
    return 20.0 * torch.einsum("kbcn,c->bn", torch.stack(rises), width / width.sum()) / len(rises)


def _level(mel: Tensor, starts: Tensor, beat: int) -> Tensor:
    """dB (B, N) of the `beat` frames from each start on, around the loop."""
    _, width = signal.filterbank(mel.device, mel.dtype)
    places = (starts[:, None] + torch.arange(beat, device=mel.device)) % mel.shape[-1]
    power = (torch.pow(10.0, 2.0 * mel[..., places]) * width[:, None, None]).sum(dim=1)
    return 10.0 * torch.log10(power.mean(dim=-1).clamp_min(signal.FLOOR**2))
