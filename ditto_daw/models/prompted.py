"""A pretrained model under a sentence: what a method calls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ditto_daw.controls import Control
from ditto_daw.diffusion.presets import Preset
from ditto_daw.diffusion.thresholding import threshold
from ditto_daw.errors import BadRequest
from ditto_daw.samplers import Denoiser

if TYPE_CHECKING:
    from ditto_daw.models.family import Family

Words = dict[str, Tensor]
"""What a family's network is given beside x and t, one row (1, ...) each."""


@dataclass(frozen=True, eq=False)
class Prompted:
    """asked, free: with the words, and without; the same for each of the latents."""

    model: Family
    asked: Words
    free: Words

    def denoiser(self, preset: Preset, steps: int) -> Denoiser:
        """Classifier-free guidance in one batch (Ho and Salimans 2022); weight 1 skips it."""

        def denoise(x: Tensor, t: float) -> Tensor:
            if preset.guidance == 1.0:
                return self._within(self.model.clean(x, t, _rows([self.asked], len(x))))
            return self.guided(self.pair(x, t), preset.guidance)

        return denoise

    def pair(self, x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        """x_0 (B, C, P) as it is asked for, and without words."""
        both = _rows([self.asked, self.free], len(x))
        asked, free = self.model.clean(x.repeat(2, 1, 1), t, both).chunk(2)
        return asked, free

    def guided(self, pair: tuple[Tensor, Tensor], guidance: float) -> Tensor:
        """x_0 of a pair, thresholded."""
        asked, free = pair
        return self._within(free + guidance * (asked - free))

    def adapted(self, controls: Sequence[Control], guidance: float) -> Denoiser:
        """BadRequest: adapters are trained on the bundled model."""
        raise BadRequest(
            "method", f'There is no adapter for {self.model.name}: choose method "ditto".'
        )

    def wordless(self) -> Prompted:
        """Without words."""
        return replace(self, asked=self.free)

    def _within(self, x0: Tensor) -> Tensor:
        return x0 if math.isinf(self.model.clip) else threshold(x0, self.model.clip)


def _rows(words: Sequence[Words], count: int) -> Words:
    """Each of them for so many latents, one after the other."""
    return {
        name: torch.cat([one[name].expand(count, *one[name].shape[1:]) for one in words])
        for name in words[0]
    }
