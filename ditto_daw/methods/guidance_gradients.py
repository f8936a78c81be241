"""Guidance Gradients (Levy et al. 2023, arXiv 2311.00613): a fixed step, and data consistency."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
from torch import Tensor

from ditto_daw.diffusion.gradient import leaf
from ditto_daw.diffusion.presets import Preset
from ditto_daw.diffusion.schedule import alpha, sigma
from ditto_daw.methods.base import Method, Run, Task, judged, register
from ditto_daw.samplers.base import noise_of


@dataclass(frozen=True)
class GuidanceGradients(Method):
    """eps <- eps + xi sigma_t d D(x_0(x_t)) / d x_t in every step of DDIM, xi fixed.

    D is the distance to the clip, L1 over the latent's known positions, plus for the other controls
    the root of their loss, for each position of the latent: like L1 it is of the first degree, so
    that one xi does for all. The losses themselves, squared dB, make that xi diverge.
    The known positions are linear in x_0, A x_0 = y with A A^T = 1, and so are then made to agree:
    x_0 <- x_0 + A^T (A A^T)^-1 (y - A x_0). At t = 1, where x_0 says nothing of x_t, nothing moves.
    """

    name: str = "guidance-gradients"
    step: float = 3e-2

    def calls(self, preset: Preset) -> int:
        return 2 * preset.steps

    def __call__(self, task: Task) -> Run:
        denoise, known, x = task.denoiser(task.preset.steps), task.known, task.latent
        for t, s in itertools.pairwise(task.preset.times(task.preset.steps)):
            yield None
            with torch.enable_grad():
                start = leaf(x)
                x0 = denoise(start, t)
            yield None  # the objective may call the vocoder
            if alpha(t) > 0.0:
                with torch.enable_grad():
                    apart = distance(task, x0)
                gradient = torch.autograd.grad(apart.sum(), start)[0]
                eps = noise_of(x, x0.detach(), t) + self.step * task.strength * sigma(t) * gradient
                x0 = (x - sigma(t) * eps) / alpha(t)
            x0 = x0.detach()
            eps = noise_of(x, x0, t)
            x = alpha(s) * (x0 if known is None else known.into(x0, known.latent)) + sigma(s) * eps
        return judged(task, x)


def distance(task: Task, x0: Tensor) -> Tensor:
    """D (B,) of clean latents (B, C, P)."""
    losses, known = task.objective(x0), task.known
    others, apart = losses.total, x0.new_zeros(len(x0))
    if known is not None:
        weights = {control.name: control.weight for control in task.controls}
        parts = [
            weights.get(name, 1.0) * loss
            for name, loss in losses.parts.items()
            if name != "reference"
        ]
        others = torch.stack([apart, *parts]).sum(dim=0) / max(1, len(parts))
        apart = (x0 - known.latent).abs()[..., known.mask].sum(dim=(1, 2))
    return apart + x0.shape[-1] * others.clamp_min(torch.finfo(x0.dtype).tiny).sqrt()


register(GuidanceGradients())
