"""How much an error of v counts: by what is heard of it, and by how long it lasts.

A plain mean sees every position, and so mostly what changes from one to the next. What a clip
keeps from end to end (a timbre, a level, the lines of a held chord) is one number in a hundred of
it, and a network that learns by that mean alone all but leaves it out: the bundled model's third
training estimated what lasts, in the upper half of the components, worse than a filter does which
knows nothing but how much they vary. So the mean error of long windows
counts as well, measured against what that filter would leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
import torch
from torch import Tensor

from ditto_daw.models.codec import PATCH, PatchCodec
from ditto_daw.training.config import Range
from ditto_daw.training.data import Pieces

CLIPS = 256
"""Crops from which it is read how much the windows' sums vary."""


@dataclass(frozen=True)
class Lasting:
    """Windows in positions of 46 ms whose mean error counts, and how much beside the plain one."""

    windows: Annotated[tuple[int, ...], Range(2, 4096)] = ()
    share: Annotated[float, Range(0.0, 10.0)] = 0.5


PLAIN = Lasting()
"""No window counts; runs from before there were any go on so."""


@dataclass(frozen=True, eq=False)
class Weighing:
    """A loss of errors of v.

    Attributes:
        audible: weights (C, 1) of the plain mean.
        spread: by window, the variance (C,) of the latent's sums over it, divided by the root of
            its length.
        share: how much these count beside the plain mean.
    """

    audible: Tensor
    spread: Mapping[int, Tensor] = field(default_factory=dict)
    share: float = 0.0

    def __call__(self, error: Tensor, times: Tensor) -> Tensor:
        """The loss (B,) of errors of v (B, C, P) at times (B,); windows must fit the clip."""
        plain = (self.audible * error.square()).mean(dim=(1, 2))
        long = [self._long(error, times, window) for window in self.spread]
        found = [each for each in long if each is not None]
        return plain + self.share * torch.stack(found).mean(dim=0) if found else plain

    def _long(self, error: Tensor, times: Tensor, window: int) -> Tensor | None:
        """Squared sums over windows, 1 where they are as those of the filter that knows nothing.

        Wiener's estimate of x_0 from x_t = alpha x_0 + sigma eps leaves V sigma^2 / (alpha^2 V +
        sigma^2) of a variance V, and an error of x_0 is sigma times that of v.
        """
        count = error.shape[-1] // window
        if count == 0:
            return None
        sums = error[..., : count * window].unflatten(-1, (count, window)).sum(dim=-1)
        variance = self.spread[window]
        angle = 0.5 * torch.pi * times[:, None]
        left = variance / (angle.cos().square() * variance + angle.sin().square())
        return (sums.square() / window / left[..., None]).mean(dim=(1, 2))


def audible_weights(codec: PatchCodec) -> Tensor:
    """Weights (C, 1) of mean 1: half even, half each component's share of the mel's variance.

    Evenly weighted, the many small components of fine detail would drown the few that carry
    drums, bass and chords.
    """
    share = codec.scale.square()
    return (0.5 + 0.5 * share / share.mean())[:, None]


def weighing_of(codec: PatchCodec, pieces: Pieces, lasting: Lasting, device: str) -> Weighing:
    """The weights of a codec, and how much windows of a set's clips vary, on a device."""
    audible = audible_weights(codec).to(device)
    if not lasting.windows:
        return Weighing(audible)
    rng = np.random.default_rng(0)
    mel = pieces.sample(rng, CLIPS, max(lasting.windows) * PATCH)["mel"].transpose(1, 2)
    latent = codec.encode(mel)
    spread = {}
    for window in lasting.windows:
        count = latent.shape[-1] // window
        sums = latent[..., : count * window].unflatten(-1, (count, window)).sum(dim=-1)
        spread[window] = (sums.square().mean(dim=(0, 2)) / window).to(device)
    return Weighing(audible, spread, lasting.share)
