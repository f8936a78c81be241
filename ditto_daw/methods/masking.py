"""Naive masking: the clip, at the right level of noise, in place of what was made (section 5.4)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from ditto_daw.diffusion.schedule import alpha, sigma
from ditto_daw.methods.base import Method, Run, Task, judged, register
from ditto_daw.samplers import SAMPLERS


@dataclass(frozen=True)
class Masking(Method):
    """x_s <- M_ref N(sqrt(a_s) x_ref, (1 - a_s) I) + M_gen x_s after every step."""

    needs_clip = True
    follows = frozenset()

    name: str = "masking"

    def __call__(self, task: Task) -> Run:
        preset, known, x = task.preset, task.known, task.latent
        denoise, sampler = task.denoiser(preset.steps), SAMPLERS[preset.sampler]
        for number, (t, s) in enumerate(itertools.pairwise(preset.times(preset.steps))):
            x = yield from sampler(denoise, x, (t, s))
            if known is not None:
                x = known.into(x, alpha(s) * known.latent + sigma(s) * task.noise(number))
        return judged(task, x)


register(Masking())
