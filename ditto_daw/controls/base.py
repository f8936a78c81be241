"""What every control is made of, its registry, and small tools for targets and masks."""

from abc import ABC, abstractmethod
from typing import ClassVar, TypeVar

import torch
from torch import Tensor


class Control(ABC):
    """A feature of the clip, a target for it and a loss between the two.

    A subclass is a frozen dataclass with the fields below. It is defined on the mel (B, BANDS, F);
    where the paper defines the feature on audio, `audible` is true and `feature_audio` reads it
    from audio (B, samples) at `signal.RATE`, for the vocoder in the loop.
    """

    name: ClassVar[str]
    """Name in requests and in reported losses."""
    audible: ClassVar[bool] = False
    decibels: ClassVar[bool] = False
    """The loss is squared dB, of another scale than the others."""
    implied: bool = False
    """Nobody asked for it: it keeps a result in order."""

    weight: float
    """lambda of eq. (14)."""
    tolerance: float | None
    """A sample whose loss is at most this needs no more steps; None: never good enough."""

    @property
    def in_decibels(self) -> bool:
        """Whether the loss of this one is squared dB."""
        return self.decibels

    @abstractmethod
    def feature(self, mel: Tensor) -> Tensor:
        """The feature (B, ...) of a mel (B, BANDS, F)."""

    def feature_audio(self, audio: Tensor) -> Tensor:
        """The feature (B, ...) of audio (B, samples)."""
        raise NotImplementedError(f"{self.name} is defined on the mel, not on audio")

    @abstractmethod
    def compare(self, feature: Tensor) -> Tensor:
        """Loss (B,) of a feature against the target, not yet weighted."""

    def loss(self, mel: Tensor) -> Tensor:
        """Loss (B,) of a mel (B, BANDS, F)."""
        return self.compare(self.feature(mel))

    def loss_audio(self, audio: Tensor) -> Tensor:
        """Loss (B,) of audio (B, samples); only where `audible`."""
        return self.compare(self.feature_audio(audio))


CONTROLS: dict[str, type[Control]] = {}

Kind = TypeVar("Kind", bound=type[Control])


def register(control: Kind) -> Kind:
    """Decorator: files a control under its name."""
    CONTROLS[control.name] = control
    return control


def check(control: Control, frames: int, mask: Tensor | None) -> None:
    """What all controls ask of their fields; raises ValueError naming the one at fault."""
    if control.weight < 0.0:
        raise ValueError(f"{control.name}: the weight must not be negative, got {control.weight}")
    if control.tolerance is not None and control.tolerance < 0.0:
        raise ValueError(f"{control.name}: the tolerance must not be negative")
    if mask is None:
        return
    if mask.shape != (frames,) or mask.dtype != torch.bool:
        raise ValueError(f"{control.name}: the mask must be {frames} booleans, one per frame")
    if not bool(mask.any()):
        raise ValueError(f"{control.name}: the mask leaves no frame that counts")


def mean_where(values: Tensor, mask: Tensor | None) -> Tensor:
    """Mean (B,) of values (B, F) over the frames that count."""
    if mask is None:
        return values.mean(dim=-1)
    return values[:, mask.to(values.device)].mean(dim=-1)


def like(target: Tensor, feature: Tensor) -> Tensor:
    """The target on the feature's device and in its precision; its frames must be the feature's."""
    if target.shape[-1] != feature.shape[-1]:
        raise ValueError(f"the target has {target.shape[-1]} frames, the mel {feature.shape[-1]}")
    return target.to(feature)
