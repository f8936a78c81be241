"""Melody: the strongest pitch class of every frame follows a line (section 4)."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls.base import Control, check, like, register

SILENT = -1
"""Pitch class of a frame without a note: it does not count."""


@register
@dataclass(frozen=True, eq=False)
class Melody(Control):
    """f = log of the chroma above C4, loss = negative log likelihood of the target pitch class.

    Args:
        target: pitch class 0..11 of each frame (F,), -1 where there is no note.
        weight: lambda of eq. (14).
        tolerance: nats. log 12 = 2.5 is chance; at 1.25 more than eight frames in ten are right on
            the bundled model, and going much further silences everything but the line.
        wrap: the clip is a loop, its analysis windows too.
    """

    name: ClassVar[str] = "melody"
    audible: ClassVar[bool] = True

    target: Tensor
    weight: float = 1.0
    tolerance: float | None = 1.25
    wrap: bool = False

    def __post_init__(self) -> None:
        check(self, self.target.shape[-1], None)
        if self.target.ndim != 1 or self.target.is_floating_point():
            raise ValueError("melody: the target must be one integer per frame")
        if bool((self.target < SILENT).any()) or bool((self.target > 11).any()):
            raise ValueError("melody: pitch classes are 0 to 11, or -1 where there is no note")
        if not bool((self.target >= 0).any()):
            raise ValueError("melody: no frame has a note, so there is no melody to follow")

    def feature(self, mel: Tensor) -> Tensor:
        """Log pitch-class distribution (B, 12, F)."""
        return signal.chroma(mel).log()

    def feature_audio(self, audio: Tensor) -> Tensor:
        return signal.chroma_audio(audio, self.wrap).log()

    def _voiced(self, feature: Tensor) -> tuple[Tensor, Tensor]:
        """The feature's voiced frames (B, 12, N) and their pitch classes (N,)."""
        target = like(self.target, feature).long()
        voiced = target >= 0
        return feature[..., voiced], target[voiced]

    def compare(self, feature: Tensor) -> Tensor:
        frames, target = self._voiced(feature)
        index = target.expand(frames.shape[0], 1, -1)
        return -frames.gather(1, index)[:, 0].mean(dim=-1)

    def accuracy(self, feature: Tensor) -> Tensor:
        """Share (B,) of the voiced frames whose strongest pitch class is the target's."""
        frames, target = self._voiced(feature)
        return (frames.argmax(dim=1) == target).to(feature).mean(dim=-1)
