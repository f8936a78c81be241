"""A toy as the network that methods call: its calls are counted, its words made up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from ditto_daw.controls import Control
from ditto_daw.diffusion.gradient import Losses, Objective
from ditto_daw.diffusion.presets import Preset
from ditto_daw.methods import Known, Task
from ditto_daw.models.toy import ConvToy
from ditto_daw.samplers import Denoiser

CHANNELS, POSITIONS = 4, 8


class ToyNetwork:
    """`denoise` as asked for; `free` is what it is without words, by default a bit less."""

    def __init__(
        self, denoise: Denoiser, free: Callable[[Tensor, Tensor, float], Tensor] | None = None
    ) -> None:
        self.asked, self.free = denoise, free or (lambda x, x0, t: 0.9 * x0)
        self.calls = 0

    def _called(self, x: Tensor, t: float) -> Tensor:
        self.calls += 1
        return self.asked(x, t)

    def denoiser(self, preset: Preset, steps: int) -> Denoiser:
        return self._called

    def pair(self, x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        x0 = self._called(x, t)
        return x0, self.free(x, x0, t)

    def guided(self, pair: tuple[Tensor, Tensor], guidance: float) -> Tensor:
        asked, free = pair
        return free + guidance * (asked - free)

    def adapted(self, controls: Sequence[Control], guidance: float) -> Denoiser:
        return self._called


def towards(y: Tensor | float) -> Objective:
    """Half the squared distance from y, summed."""

    def evaluate(x0: Tensor) -> Losses:
        loss = 0.5 * (x0 - y).square().sum(dim=(1, 2))
        return Losses(loss, {"distance": loss})

    return evaluate


def noise(batch: int = 2, channels: int = CHANNELS, positions: int = POSITIONS) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(batch, channels, positions, generator=generator, dtype=torch.float64)


def toy_task(network: ToyNetwork | None = None, **fields: Any) -> Task:
    """A short task on a toy in double precision: K = 2 iterations of 4 steps."""
    preset = fields.pop("preset", {})
    settings = {"steps": 4, "iterations": 2, "guidance": 1.0, "shell": None, **preset}
    given: dict[str, Any] = {
        "latent": noise(),
        "network": network or ToyNetwork(ConvToy(CHANNELS).double()),
        "objective": towards(0.3),
        "controls": (),
        "preset": Preset(**settings),
        **fields,
    }
    return Task(**given)


def kept(reference: Tensor, first: int = 3) -> Known:
    """The first positions of a reference (1, C, P)."""
    return Known(reference, torch.arange(reference.shape[-1]) < first)
