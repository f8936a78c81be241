"""Harmony: the pitch classes of every frame are those of a chord, or of a recording."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls.base import Control, check, like, register


@register
@dataclass(frozen=True, eq=False)
class Harmony(Control):
    """f = log of the share of the energy above C4 that each pitch class has, loss = KL divergence
    from the target's distribution to it.

    The melody's feature (section 4) with several notes at a time, in energy rather than amplitude:
    beside three notes the nine others are then as faint as they sound.

    Args:
        target: weights of the pitch classes (12, F), C first, none negative; a frame of zeros does
            not count.
        weight: lambda of eq. (14).
        tolerance: nats. log 4 = 1.39 is chance for a triad; the mel's bands, nearly as wide as a
            semitone, leave 0.4 to a perfect one.
        wrap: the clip is a loop, its analysis windows too.
        implied: the chords are those of the kept bars.
    """

    name: ClassVar[str] = "harmony"
    audible: ClassVar[bool] = True

    target: Tensor
    weight: float = 1.0
    tolerance: float | None = 0.45
    wrap: bool = False
    implied: bool = False

    def __post_init__(self) -> None:
        check(self, self.target.shape[-1], None)
        if self.target.ndim != 2 or self.target.shape[0] != 12:
            raise ValueError("harmony: the target must be twelve weights per frame")
        if not bool(torch.isfinite(self.target).all()) or bool((self.target < 0).any()):
            raise ValueError("harmony: weights must be finite, and not negative")
        if not bool((self.target > 0).any()):
            raise ValueError("harmony: no frame has a note, so there is no harmony to follow")

    def feature(self, mel: Tensor) -> Tensor:
        """Log distribution of the energy over the pitch classes (B, 12, F)."""
        return (2.0 * signal.chroma(mel).log()).log_softmax(dim=-2)

    def feature_audio(self, audio: Tensor) -> Tensor:
        return (2.0 * signal.chroma_audio(audio, self.wrap).log()).log_softmax(dim=-2)

    def compare(self, feature: Tensor) -> Tensor:
        target = like(self.target, feature)
        counts = target.sum(dim=0) > 0
        wanted = target[:, counts] / target[:, counts].sum(dim=0)
        own = torch.special.xlogy(wanted, wanted).sum(dim=0)
        return (own - (wanted * feature[..., counts]).sum(dim=1)).mean(dim=-1)
