"""DOODL (Wallace et al. 2023, arXiv 2303.13703): the latent optimised through EDICT's two chains.

Both chains begin at x_T, and the loss is the mean of both ends'. A step is, after the official
code, b <- 0.9 b + clip(-scale g), x_T <- x_T + b + noise, put back on its own norm; g is the
gradient averaged over the tied pair (appendix B of the paper, and Wallace's own settings).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from ditto_daw.diffusion.gradient import Losses, Objective, leaf, light, product, with_grad
from ditto_daw.diffusion.optimise import Search
from ditto_daw.methods.base import Made, Method, Run, Task, register
from ditto_daw.samplers import Denoiser
from ditto_daw.samplers.edict import Pair, backward, chains, forward, usual_mixing

FULL = 70
"""Optimisation steps that the clip is meant for, the paper's K."""
Gradient = Generator[None, None, tuple[Tensor, Tensor, Losses]]
"""x_0 of the first chain and the gradient by x_T, (B, C, P) each, and the losses."""


def checkpointed(
    denoise: Denoiser, x: Tensor, times: tuple[float, ...], objective: Objective, p: float
) -> Gradient:
    """As the official code in effect does: the calls of the network are made again on the way back.

    Four calls a step and chain pair, twice what DITTO needs.
    """
    start = leaf(x)
    ends = yield from with_grad(True, chains(light(denoise), (start, start), times, p))
    losses, pull = yield from _ends(ends, objective)
    yield
    return ends[0].detach(), 0.5 * torch.autograd.grad(ends, start, pull)[0], losses


def inverted(
    denoise: Denoiser, x: Tensor, times: tuple[float, ...], objective: Objective, p: float
) -> Gradient:
    """By EDICT's exact inversion: only the ends are kept, and every step's inputs are found again.

    Six calls a step; the least memory of all ways, whatever the number of steps.
    """
    ends = yield from with_grad(False, chains(denoise, (x, x), times, p))
    losses, pull = yield from _ends(ends, objective)
    spans, pair = list(enumerate(itertools.pairwise(times))), ends
    for number, span in reversed(spans):
        odd = number % 2 == 1
        pair = yield from with_grad(False, backward(denoise, pair, span, p, odd))
        pair = (leaf(pair[0]), leaf(pair[1]))
        again = yield from with_grad(True, forward(denoise, pair, span, p, odd))
        first, second = torch.autograd.grad(again, pair, pull)
        pull = (first, second)
        del again
    return ends[0], 0.5 * (pull[0] + pull[1]), losses


def _ends(ends: Pair, objective: Objective) -> Generator[None, None, tuple[Losses, Pair]]:
    """The mean losses of both chains' ends, and the total's gradient by each."""
    found: list[Losses] = []
    pulls: list[Tensor] = []
    for end in ends:
        yield  # the objective may call the vocoder
        with torch.enable_grad():
            start = leaf(end)
            losses = objective(start)
        pulls.append(0.5 * product(losses.total, start, torch.ones_like(losses.total)))
        found.append(losses.detached())
    one, two = found
    parts = {name: 0.5 * (value + two.parts[name]) for name, value in one.parts.items()}
    return Losses(0.5 * (one.total + two.total), parts), (pulls[0], pulls[1])


@dataclass(frozen=True)
class Doodl(Method):
    """way: of the gradient. mixing: p of EDICT's mixing layer; None: 0.93, 0.83 at 20 steps.

    scale: of the loss before its gradient is clipped, DOODL's learning rate; None: so that the
    first gradient of each sample is as large, on the mean, as the clip, which suits losses of any
    unit. clip: of every element where there are 70 steps; with fewer it is so much wider that
    they cover as much ground. noise: of every element. The best iterate is kept, as for every
    method here.
    """

    iterates = True

    name: str = "doodl"
    way: Callable[..., Gradient] = checkpointed
    mixing: float | None = None
    scale: float | None = None
    momentum: float = 0.9
    clip: float = 1e-3
    noise: float = 1e-4

    def __call__(self, task: Task) -> Run:
        preset = task.preset
        search = _Descent(self, task)
        denoise, times = task.denoiser(preset.steps), preset.times(preset.steps)
        p = usual_mixing(preset.steps) if self.mixing is None else self.mixing
        for iteration in range(preset.iterations + 1):
            x0, gradient, losses = yield from self.way(denoise, search.x, times, task.objective, p)
            search.judge(x0, losses)
            yield search.step(iteration)
            search.move(gradient, preset.rate)
            if bool(search.resting.all()):
                break
        found = search.result(iteration)
        return Made(found.latent, found.x0, found.losses, found.iterations)


def _ground(steps: int, momentum: float) -> float:
    """How far so many steps of momentum go that all push the same way, in pushes."""
    return sum((1.0 - momentum**k) / (1.0 - momentum) for k in range(1, max(steps, 1) + 1))


class _Descent(Search):
    """The search with DOODL's step instead of Adam's."""

    def __init__(self, method: Doodl, task: Task) -> None:
        super().__init__(task.latent, task.preset, task.tolerances)
        self.method, self.task = method, task
        self.norm = self.x.flatten(1).norm(dim=1)[:, None, None]
        self.size: Tensor | None = None
        reach, own = (_ground(k, method.momentum) for k in (FULL, task.preset.iterations))
        self.clip = method.clip * max(1.0, reach / own)
        self.steps = 0

    def moved(self, gradient: Tensor, rate: float) -> Tensor:
        """x (B, C, P) after one step of descent with momentum; Adam's rate does not count."""
        method = self.method
        if self.size is None:
            mean = gradient.abs().mean(dim=(1, 2), keepdim=True)
            fitting = self.clip / mean.clamp_min(torch.finfo(gradient.dtype).tiny)
            self.size = fitting if method.scale is None else torch.full_like(mean, method.scale)
        clipped = (-self.size * gradient).clamp(-self.clip, self.clip)
        self.first = method.momentum * self.first + clipped
        x = self.x + self.first + method.noise * self.task.noise(self.steps)
        self.steps += 1
        return x * (self.norm / x.flatten(1).norm(dim=1)[:, None, None])


register(Doodl(), Doodl(name="doodl-inverse", way=inverted))
