"""The bundled model for null-text inversion: without words, their embedding moved by a shift."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from ditto_daw.models.conditioned import Conditioned
from ditto_daw.samplers import Denoiser


class Wordless(Conditioned):
    """One row of conditions per latent, as its base; an `inversion.Invertible`."""

    @property
    def embedding(self) -> int:
        """Numbers in the embedding of time, words and roles."""
        return int(self.model.unet.config.embedding)

    @cached_property
    def _free(self) -> Denoiser:
        return self.model.denoiser(self.rows.unguided(), 1.0, self.wrap)

    def unasked(self, x: Tensor, t: float, shift: Tensor) -> Tensor:
        """x_0 (B, C, P) without words, where their embedding is moved by a shift (B, E)."""
        with _moved(self.model.unet.mix, shift):
            return self._free(x, t)


@contextmanager
def _moved(mix: nn.Module, shift: Tensor) -> Iterator[None]:
    """Adds a shift to the sum of embeddings that the network mixes; its weights stay as they are,
    and no other caller needs to know."""

    def move(module: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        return (inputs[0] + shift, *inputs[1:])

    handle = mix.register_forward_pre_hook(move)
    try:
        with torch.compiler.set_stance("force_eager"):  # compiled calls do not look for hooks
            yield
    finally:
        handle.remove()
