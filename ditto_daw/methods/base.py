"""What every method is made of: the task it is given, what it makes of it, and the registry.

A method turns the noise of a task into music that meets the task's controls. All of them have one
signature, so that they can be exchanged and compared on the same seeds::

    studio = Studio.open(request, model, store, context=False)
    task = studio.task(studio.beginning())
    made = exhaust(METHODS["freedom"](task))         # or step it: it yields before every call
    audio = studio.audio_of(made.x0[:1]).audio

`METHODS` holds ready instances by name. They are frozen dataclasses whose fields are the method's
own settings: ``replace(METHODS["doodl"], mixing=0.83)(task)``. What all methods share (sampler
steps, guidance, iterations K, learning rate) is the task's preset, and can be replaced there:
``replace(task, preset=replace(task.preset, steps=50))``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor

from ditto_daw.controls import Control
from ditto_daw.diffusion.gradient import Losses, Objective
from ditto_daw.diffusion.latent import gaussian
from ditto_daw.diffusion.optimise import Step
from ditto_daw.diffusion.presets import Preset
from ditto_daw.errors import BadRequest
from ditto_daw.models.base import Model, Network, Told, known_positions
from ditto_daw.samplers import Denoiser

ASKED = frozenset({"intensity", "melody", "harmony", "structure", "groove"})
"""Controls that are only there because somebody asked for them; the others keep a loop tidy."""


@dataclass(frozen=True, eq=False)
class Known:
    """The part of the clip that is kept: latent (1 or B, C, P), and the positions bool (P,)."""

    latent: Tensor
    mask: Tensor

    @classmethod
    def of(cls, model: Model, told: Told) -> Known | None:
        """What is kept of a clip; None where nothing is."""
        if told.mel is None:
            return None
        mask = known_positions(told.known, model.hop, model.positions(told.frames))
        return cls(model.encode(told), mask.to(model.device)) if bool(mask.any()) else None

    def into(self, x: Tensor, known: Tensor) -> Tensor:
        """M_ref known + M_gen x, both (B, C, P)."""
        return torch.where(self.mask, known, x)


@dataclass(frozen=True, eq=False)
class Task:
    """What a method is given.

    Attributes:
        latent: x_T (B, C, P), a standard Gaussian, one row per variation.
        network: the model under the request's conditions.
        objective: x_0 (B, C, P) -> weighted loss and its parts; see `controls.objective`.
        controls: what the objective is made of, for methods that read the targets themselves.
        preset: steps, guidance, iterations and rate.
        tolerances: losses at which a sample needs no more steps.
        known: the kept part of the clip; None where everything is new.
        seeds: of the noise that stochastic methods add, one per row.
        strength: of the guidance that is added while sampling, 0..1.
    """

    latent: Tensor
    network: Network
    objective: Objective
    controls: tuple[Control, ...]
    preset: Preset
    tolerances: Mapping[str, float | None] = field(default_factory=dict)
    known: Known | None = None
    seeds: tuple[int, ...] = ()
    strength: float = 1.0

    def noise(self, number: int) -> Tensor:
        """Fresh Gaussian noise (B, C, P), the same for the same seeds and number."""
        own = self.seeds or range(len(self.latent))
        seeds = [(seed + 1) * 1_000_003 + number for seed in own]
        return gaussian(seeds, *self.latent.shape[1:]).to(self.latent)

    def denoiser(self, steps: int) -> Denoiser:
        """The preset's network for a sampler of so many steps."""
        return self.network.denoiser(self.preset, steps)


@dataclass(frozen=True, eq=False)
class Made:
    """What a method made.

    Attributes:
        latent: x_T (B, C, P): as it came, or as it was optimised.
        x0: the clean latent (B, C, P).
        losses: of x0, (B,) each.
        iterations: optimisation steps made; 0 for methods that only sample.
    """

    latent: Tensor
    x0: Tensor
    losses: Losses
    iterations: int = 0


Run = Generator[Step | None, None, Made]
"""Yields None before every call of the network or the objective, and a `Step` per iteration where
the method iterates; returns what was made. Closing it cancels."""


class Method(ABC):
    """A way to control the model; a subclass is a frozen dataclass of its settings."""

    name: str
    usual: str = "paper-mel"
    """The preset that it runs with unless the request names another."""
    student: ClassVar[bool] = False
    """Whether it can run through the student."""
    iterates: ClassVar[bool] = False
    """Whether it tells every iteration by a `Step`; else it samples once."""
    follows: ClassVar[frozenset[str]] = ASKED
    """Those of `ASKED` that it can follow."""
    needs_clip: ClassVar[bool] = False
    """It does nothing but keep a part of a clip."""

    @abstractmethod
    def __call__(self, task: Task) -> Run:
        """Makes the clean latents of a task."""

    def check(self, task: Task) -> None:
        """Raises BadRequest where the method cannot do what the task asks for."""
        other = 'choose another method, such as "ditto"'
        asked = {control.name for control in task.controls if not control.implied}
        deaf = asked & ASKED - self.follows
        if deaf:
            names = " and ".join(sorted(deaf))
            raise BadRequest(
                "method",
                f'The method "{self.name}" cannot follow {names}: leave it out, or {other}.',
            )
        if self.needs_clip and task.known is None:
            raise BadRequest(
                "method", f'The method "{self.name}" only keeps a clip, and there is none: {other}.'
            )

    def calls(self, preset: Preset) -> int:
        """Iterations where it iterates, else how often it yields in all: for a progress bar."""
        return preset.iterations if self.iterates else preset.steps

    def heard(self, task: Task, latent: Tensor, x0: Tensor) -> Generator[None, None, Tensor]:
        """The clean latent (B, C, P) that is heard of an iterate; x0 is what it was judged by."""
        yield from ()
        return x0


METHODS: dict[str, Method] = {}


def register(*methods: Method) -> None:
    """Files methods under their names."""
    for method in methods:
        METHODS[method.name] = method


def judged(task: Task, x0: Tensor) -> Made:
    """What was made by sampling alone, with its losses."""
    with torch.no_grad():
        return Made(task.latent, x0, task.objective(x0))
