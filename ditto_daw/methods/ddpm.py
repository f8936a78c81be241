"""Ancestral sampling, DDPM (eq. 12): another way down from the same latent (appendix I)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from ditto_daw.methods.base import Method, Run, Task, judged, register
from ditto_daw.samplers.ddpm import ddpm


@dataclass(frozen=True)
class Ancestral(Method):
    """x_0 drawn from x_T with fresh noise in every step, and nothing optimised: it varies a latent
    that was optimised for the task, which has already decided much of what is asked for."""

    student = True

    name: str = "ddpm"
    usual: str = "default"

    def __call__(self, task: Task) -> Run:
        steps, drawn = task.preset.steps, itertools.count()
        x0 = yield from ddpm(
            task.denoiser(steps),
            task.latent,
            task.preset.times(steps),
            lambda x, t: task.noise(next(drawn)),
        )
        return judged(task, x0)


register(Ancestral())
