"""DITTO's Algorithm 1: the initial latent x_T as the only parameter, Adam, the real sampler.

Around the paper's loop: the best iterate of each sample is kept and a sample that is good enough
rests; the latent stays on its Gaussian shell; a value that is not finite sends its sample back to
its best iterate with half the step.
"""

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from ditto_daw.diffusion.gradient import Losses, Objective, latent_gradient
from ditto_daw.diffusion.latent import penalty_gradient, to_shell
from ditto_daw.diffusion.presets import Preset
from ditto_daw.errors import RenderFailed
from ditto_daw.samplers import SAMPLERS, Denoiser

RETRIES = 3
"""Times that a sample may start again from its best iterate after a value that is not finite."""
BETAS, EPSILON = (0.9, 0.999), 1e-8
FARTHEST = 0.1
"""Share of the latent's norm that one step of Newton moves it at most."""


@dataclass(frozen=True, eq=False)
class Step:
    """One iteration was evaluated.

    Attributes:
        iteration: 0 (the latent as it came) to `of`.
        of: K, the most iterations; the last one may come sooner.
        losses: loss per control of the best iterates so far, mean over the samples.
        x0: clean latents (B, C, P) of the best iterates so far, for a preview.
        latent: x_T (B, C, P) that they were made of.
        whole: whether every sample has a finite iterate, so that one may stop here.
    """

    iteration: int
    of: int
    losses: dict[str, float]
    x0: Tensor
    latent: Tensor
    whole: bool


@dataclass(frozen=True, eq=False)
class Optimised:
    """The best iterate of every sample.

    Attributes:
        latent: x_T (B, C, P).
        x0: the clean latent (B, C, P) that the sampler made of it.
        losses: its losses, (B,) each.
        start: the losses of the latent as it came: the same seed without control.
        iterations: evaluations made after the first.
        retries: restarts (B,) after a value that was not finite.
    """

    latent: Tensor
    x0: Tensor
    losses: Losses
    start: Losses
    iterations: int
    retries: Tensor


def optimise(
    denoise: Denoiser,
    x: Tensor,
    objective: Objective,
    preset: Preset,
    tolerances: Mapping[str, float | None] | None = None,
) -> Generator[Step | None, None, Optimised]:
    """Moves x (B, C, P), a standard Gaussian, until each sample's x_0 meets the objective.

    Yields None before every call of the network and of the objective, and a `Step` after each
    evaluation. A sample rests once all its losses are within `tolerances`; None there, or a name
    that is missing, means never. Raises RenderFailed when a sample never gave a finite loss.
    """
    search = Search(x, preset, tolerances or {})
    sampler, times = SAMPLERS[preset.sampler], preset.times(preset.steps)
    for iteration in range(preset.iterations + 1):
        last = iteration == preset.iterations

        def enough(losses: Losses, last: bool = last) -> bool:
            return last or bool((search.resting | search.satisfied(losses)).all())

        x0, gradient, losses = yield from latent_gradient(
            denoise, search.x, sampler, times, objective, preset.way, enough
        )
        search.judge(x0, losses)
        yield search.step(iteration)
        if gradient is None:
            break
        search.move(gradient, preset.rate_at(iteration))
        if bool(search.resting.all()):
            break
    return search.result(iteration)


class Search:
    """The samples on their way: where each is, where it was best, its moments and its retries."""

    def __init__(self, x: Tensor, preset: Preset, tolerances: Mapping[str, float | None]) -> None:
        self.preset = preset
        self.tolerances = tolerances
        self.x = self._on_shell(x.detach().clone())
        self.best_x, self.best_x0 = self.x, self.x
        self.best: Losses | None = None
        self.start: Losses | None = None
        self.first, self.second = torch.zeros_like(self.x), torch.zeros_like(self.x)
        self.last = torch.zeros_like(self.x)
        batch = self.total = x.new_zeros(len(x))
        self.count, self.scale = batch, batch + 1.0
        self.retries = batch.long()
        self.resting = self.lost = batch.bool()

    def _on_shell(self, x: Tensor) -> Tensor:
        return x if self.preset.shell is None else to_shell(x, self.preset.shell)

    def satisfied(self, losses: Losses) -> Tensor:
        """Samples (B,) all of whose losses are within tolerance."""
        found = torch.ones_like(losses.total, dtype=torch.bool)
        for name, loss in losses.parts.items():
            tolerance = self.tolerances.get(name)
            found &= loss <= (-math.inf if tolerance is None else tolerance)
        return found

    def judge(self, x0: Tensor, losses: Losses) -> None:
        """Keeps the iterates that are the best so far; a sample that satisfies rests from now."""
        if self.start is None or self.best is None:
            self.start = losses
            nothing = torch.full_like(losses.total, math.inf)
            self.best = Losses(nothing, dict.fromkeys(losses.parts, nothing))
        self.total = losses.total
        finite = torch.isfinite(losses.total) & torch.isfinite(x0).flatten(1).all(dim=1)
        done = finite & self.satisfied(losses)
        better = finite & ~self.resting & ((losses.total < self.best.total) | done)
        self.best_x = _pick(better, self.x, self.best_x)
        self.best_x0 = _pick(better, x0, self.best_x0)
        self.best = Losses(
            torch.where(better, losses.total, self.best.total),
            {k: torch.where(better, v, self.best.parts[k]) for k, v in losses.parts.items()},
        )
        self.resting = self.resting | done
        self.lost = ~finite

    def move(self, gradient: Tensor, rate: float) -> None:
        """One step; samples with a value that is not finite go back to their best iterate."""
        lost = self.lost | ~torch.isfinite(gradient).flatten(1).all(dim=1)
        gradient = _pick(lost, torch.zeros_like(gradient), gradient)
        moved = _pick(lost, self.best_x, self.moved(gradient, rate))
        self.x = _pick(self.resting, self.x, moved)
        self._restart(lost & ~self.resting)

    def moved(self, gradient: Tensor, rate: float) -> Tensor:
        """x (B, C, P) after one step of Adam, or of Newton: one that led astray is halved."""
        if self.preset.newton:
            astray = self.total > self.best.total if self.best else self.resting
            self.last = _pick(astray, 0.5 * self.last, newton(gradient, self.total, self.x))
            return self._on_shell(_pick(astray, self.best_x, self.x) - self.last)
        if self.preset.unit_gradient:
            norm = gradient.flatten(1).norm(dim=1).clamp_min(torch.finfo(gradient.dtype).tiny)
            gradient = gradient / norm[:, None, None]
        if self.preset.norm_weight or self.preset.correlation_weight:
            gradient = gradient + penalty_gradient(
                self.x, self.preset.norm_weight, self.preset.correlation_weight
            )
        self.count = self.count + 1
        self.first = torch.lerp(gradient, self.first, BETAS[0])
        self.second = torch.lerp(gradient.square(), self.second, BETAS[1])
        mean = self.first / (1.0 - BETAS[0] ** self.count)[:, None, None]
        deviation = (self.second / (1.0 - BETAS[1] ** self.count)[:, None, None]).sqrt()
        step = (rate * self.scale)[:, None, None] * mean / (deviation + EPSILON)
        return self._on_shell(self.x - step)

    def _restart(self, lost: Tensor) -> None:
        """Forgets the moments of these samples and halves their step; too often, and they rest."""
        self.first = _pick(lost, torch.zeros_like(self.first), self.first)
        self.second = _pick(lost, torch.zeros_like(self.second), self.second)
        self.count = torch.where(lost, 0.0, self.count)
        self.scale = torch.where(lost, 0.5 * self.scale, self.scale)
        self.retries = self.retries + lost
        self.resting = self.resting | (self.retries > RETRIES)

    def step(self, iteration: int) -> Step:
        """What there is to tell after an evaluation."""
        assert self.best is not None
        whole = bool(torch.isfinite(self.best.total).all())
        of, losses = self.preset.iterations, self.reported()
        return Step(iteration, of, losses, self.best_x0, self.best_x, whole)

    def reported(self) -> dict[str, float]:
        """Mean loss per control over the samples that have one."""
        assert self.best is not None
        known = torch.isfinite(self.best.total)
        parts = self.best.parts if bool(known.any()) else {}
        return {name: float(value[known].mean()) for name, value in parts.items()}

    def result(self, iterations: int) -> Optimised:
        """The best iterates; raises RenderFailed where a sample has none."""
        assert self.best is not None
        assert self.start is not None
        if not bool(torch.isfinite(self.best.total).all()):
            raise RenderFailed(
                "", "The model gave no finite sound for this seed; try another seed."
            )
        return Optimised(self.best_x, self.best_x0, self.best, self.start, iterations, self.retries)


def newton(gradient: Tensor, loss: Tensor, x: Tensor) -> Tensor:
    """The step 2 L g / |g|^2 (B, C, P), after which sqrt(L) would be 0 if it were linear: of all
    such steps the least. It is no longer than the share FARTHEST of x.
    """
    square = gradient.square().sum(dim=(1, 2)).clamp_min(torch.finfo(x.dtype).tiny)
    length = 2.0 * loss / square
    most = FARTHEST * x.flatten(1).norm(dim=1) / square.sqrt()
    return torch.minimum(length, most)[:, None, None] * gradient


def _pick(rows: Tensor, yes: Tensor, no: Tensor) -> Tensor:
    """`yes` for the chosen rows (B,), `no` for the others, both (B, C, P)."""
    return torch.where(rows[:, None, None], yes, no)
