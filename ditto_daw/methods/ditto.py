"""DITTO (Novack et al. 2024, arXiv 2401.12179, Algorithm 1), and DITTO-2 (arXiv 2405.20289)."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from torch import Tensor

from ditto_daw.diffusion.optimise import optimise
from ditto_daw.methods.base import Made, Method, Run, Task, register
from ditto_daw.samplers import SAMPLERS


@dataclass(frozen=True)
class Ditto(Method):
    """x_T* = arg min over x_T of L(f(x_0), y), eq. (2), by gradient descent through the sampler.

    How is the preset's business. DITTO-2 is the same search through one step of the student,
    decoded in a few: the preset of that name.
    """

    student = True
    iterates = True

    name: str = "ditto"
    usual: str = "default"

    def __call__(self, task: Task) -> Run:
        denoise = task.denoiser(task.preset.steps)
        found = yield from optimise(
            denoise, task.latent, task.objective, task.preset, task.tolerances
        )
        x0 = yield from self.heard(task, found.latent, found.x0)
        return Made(found.latent, x0, found.losses, found.iterations)

    def heard(self, task: Task, latent: Tensor, x0: Tensor) -> Generator[None, None, Tensor]:
        """x0, or what more steps make of the latent where the preset decodes with more."""
        preset = task.preset
        if preset.decode_steps == preset.steps:
            return x0
        sampler = SAMPLERS[preset.sampler]
        steps = preset.decode_steps
        return (yield from sampler(task.denoiser(steps), latent, preset.times(steps)))


register(Ditto(), Ditto(name="ditto-2", usual="ditto-2"))
