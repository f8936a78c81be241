"""Recurrence: what is made anew beside a clip is as loud, beat by beat, as the clip come round."""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls.base import Control, check, register

EDGES_HZ = (0.0, 177.0, 354.0, 707.0, 1414.0, 2828.0, 5657.0, 11314.0, signal.RATE)
"""Octaves; the lowest three hold too few bands of the mel to be told apart."""
OCTAVES = len(EDGES_HZ) - 1
BALANCE = 0.3
"""Share of the octaves in the loss; the rest is the beat's level as a whole."""
FAINT_DB, SILENT_DB = 40.0, 50.0
"""An octave so far under its beat does not count; nothing counts so far under the loudest beat."""


@lru_cache(maxsize=4)
def _octaves(device: torch.device, dtype: torch.dtype) -> Tensor:
    """Weights (OCTAVES, BANDS) that add the power of the mel's bands up to octaves."""
    bank, _ = signal.filterbank(device, dtype)
    hertz = torch.arange(signal.BINS, device=device) * (signal.RATE / signal.N_FFT)
    inner = torch.tensor(EDGES_HZ[1:-1], device=device, dtype=hertz.dtype)
    own = torch.bucketize(hertz, inner, right=True)
    return torch.nn.functional.one_hot(own, OCTAVES).T.to(bank) @ bank


def beat_levels(mel: Tensor, beats: Tensor) -> Tensor:
    """dB (..., 1 + OCTAVES, N) of each beat: the whole, then its octaves; mel (..., BANDS, F).

    beats (F, N): the share that every frame has in every beat; each column sums to one.
    """
    power = torch.pow(10.0, 2.0 * mel) @ beats.to(mel)
    octaves = _octaves(mel.device, mel.dtype) @ power
    whole = octaves.sum(dim=-2, keepdim=True)
    return 10.0 * torch.log10(torch.cat([whole, octaves], dim=-2).clamp_min(signal.FLOOR**2))


@register
@dataclass(frozen=True, eq=False)
class Recurrence(Control):
    """f = level of each beat and of its octaves, loss = mean squared dB.

    Args:
        target: dB (1 + OCTAVES, N) of N beats, as `beat_levels` gives them.
        beats: shares (F, N) of the frames in those beats.
        weight: lambda, see `controls.paper_weights`.
        tolerance: squared dB; 2 is a beat hit within 1.4 dB.
    """

    name: ClassVar[str] = "recurrence"
    decibels: ClassVar[bool] = True

    target: Tensor
    beats: Tensor
    weight: float = 1.0
    tolerance: float | None = 2.0

    def __post_init__(self) -> None:
        check(self, self.beats.shape[0], None)
        if self.target.shape != (1 + OCTAVES, self.beats.shape[-1]):
            raise ValueError("recurrence: the target must have a level per octave and beat")
        if not bool(torch.isfinite(self.target).all()):
            raise ValueError("recurrence: the target must be finite")

    def feature(self, mel: Tensor) -> Tensor:
        """dB (B, 1 + OCTAVES, N)."""
        return beat_levels(mel, self.beats)

    def compare(self, feature: Tensor) -> Tensor:
        target = self.target.to(feature)
        silent = target[0].max() - SILENT_DB
        apart = (feature.clamp_min(silent) - target.clamp_min(silent)).square()
        heard = (target[1:] > target[0] - FAINT_DB).to(feature)
        octaves = (apart[:, 1:] * heard).sum(dim=1) / heard.sum(dim=0).clamp_min(1.0)
        return ((1.0 - BALANCE) * apart[:, 0] + BALANCE * octaves).mean(dim=-1)
