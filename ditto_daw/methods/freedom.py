"""FreeDoM (Yu et al. 2023, arXiv 2303.09833): guidance by the gradient of the loss of x_0(x_t)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
from torch import Tensor

from ditto_daw.diffusion.gradient import leaf
from ditto_daw.diffusion.presets import Preset
from ditto_daw.diffusion.schedule import alpha, sigma
from ditto_daw.methods.base import Method, Run, Task, judged, register
from ditto_daw.samplers.ddpm import ancestral


def rms(x: Tensor) -> Tensor:
    """Root mean square of each sample, (B, 1, 1)."""
    return x.square().mean(dim=(1, 2), keepdim=True).sqrt()


@dataclass(frozen=True)
class FreeDoM(Method):
    """x_s = c1 x_0 + c2 x_t + c3 noise - rho g with g = d sqrt(L(x_0)) / d x_t.

    rho = scale w rms(eps_asked - eps_free) / rms(g): the guidance is as strong as that by words
    (section 5.4, and the official code). In the middle third of the steps each is made `repeats`
    times: between two, x_t = sqrt(b) x_s + sqrt(1 - b) noise with b = a_t / a_s goes back in time.
    """

    name: str = "freedom"
    scale: float = 0.2
    repeats: int = 3

    def times(self, step: int, steps: int) -> int:
        """How often a step is made."""
        return self.repeats if steps <= 3 * step < 2 * steps else 1

    def calls(self, preset: Preset) -> int:
        return 2 * sum(self.times(step, preset.steps) for step in range(preset.steps))

    def __call__(self, task: Task) -> Run:
        steps, guidance = task.preset.steps, task.preset.guidance
        x, drawn = task.latent, itertools.count()
        for step, (t, s) in enumerate(itertools.pairwise(task.preset.times(steps))):
            left = self.times(step, steps)
            while left:
                yield None
                with torch.enable_grad():
                    start = leaf(x)
                    pair = task.network.pair(start, t)
                    x0 = task.network.guided(pair, guidance)
                yield None  # the objective may call the vocoder
                with torch.enable_grad():
                    tiny = torch.finfo(x0.dtype).tiny
                    residual = task.objective(x0).total.clamp_min(tiny).sqrt()
                gradient = torch.autograd.grad(residual.sum(), start)[0]
                words = alpha(t) / sigma(t) * (pair[0] - pair[1]).detach()
                rho = task.strength * self.scale * guidance * rms(words)
                x0, left = x0.detach(), left - 1
                ahead = ancestral(x, x0, t, s, task.noise(next(drawn)))
                ahead = ahead - rho * gradient / rms(gradient).clamp_min(tiny)
                if left:
                    share = alpha(t) / alpha(s)
                    x = share * ahead + (1.0 - share**2) ** 0.5 * task.noise(next(drawn))
                else:
                    x = ahead
        return judged(task, x)


register(FreeDoM())
