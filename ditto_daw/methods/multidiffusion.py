"""MultiDiffusion (Bar-Tal et al. 2023, arXiv 2302.08113) and MD-50, as section 5.4 uses it."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ditto_daw.methods.base import Method, Run, Task, judged, register
from ditto_daw.samplers import SAMPLERS


@dataclass(frozen=True)
class MultiDiffusion(Method):
    """Two views of one canvas, the model's and the clip's, averaged where both have a say.

    From x_t the model's view steps towards its own x_0, the clip's towards the clip. A step is
    linear in x_0, so that the average of the two noisy outputs is the step towards the average of
    the two x_0. until: the time at which the clip is let go; 0.5 is MD-50.
    """

    needs_clip = True
    follows = frozenset()

    name: str = "multidiffusion"
    until: float = 0.0

    def __call__(self, task: Task) -> Run:
        preset, known = task.preset, task.known
        denoise = task.denoiser(preset.steps)

        def averaged(x: Tensor, t: float) -> Tensor:
            x0 = denoise(x, t)
            if known is None or t <= self.until:
                return x0
            return known.into(x0, 0.5 * (x0 + known.latent))

        sampler = SAMPLERS[preset.sampler]
        x0 = yield from sampler(averaged, task.latent, preset.times(preset.steps))
        return judged(task, x0)


register(MultiDiffusion(), MultiDiffusion(name="md-50", until=0.5))
