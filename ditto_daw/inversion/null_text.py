"""Null-text inversion (Mokady et al. 2023, arXiv 2211.09794), constants of its official code."""

from __future__ import annotations

import itertools
from collections.abc import Generator

import torch
from torch import Tensor

from ditto_daw.diffusion.schedule import alpha, sigma
from ditto_daw.inversion.base import Inverted, Sought, register
from ditto_daw.inversion.ddim import climbed
from ditto_daw.samplers import Denoiser
from ditto_daw.samplers.base import noise_of

RATE, RATE_STEPS = 1e-2, 100
"""Adam's rate in step i of the sampler is RATE (1 - i / RATE_STEPS)."""
INNER = 10
"""Adam steps for each step of the sampler, at most."""
ENOUGH, ENOUGH_LATER = 1e-5, 2e-5
"""Mean squared difference of a landing that needs no more: ENOUGH + i ENOUGH_LATER."""


@register
def null_text(sought: Sought) -> Generator[None, None, Inverted]:
    """The path of DDIM inversion at w = 1, and for each step an embedding of no words with which
    the guided step keeps to it.

    At w = 1 the network without words has no say, and this is DDIM inversion.
    """
    guidance, network, times = sought.preset.guidance, sought.network, sought.times

    def plain(x: Tensor, t: float) -> Tensor:
        return network.pair(x, t)[0]

    path = yield from climbed(plain, sought.clean, times)
    shift = sought.clean.new_zeros(len(sought.clean), network.embedding)
    found: dict[float, Tensor] = {}

    def guided(x: Tensor, t: float) -> Tensor:
        asked = network.pair(x, t)[0]
        return network.guided((asked, network.unasked(x, t, found[t])), guidance)

    x = path[0]
    for step, ((t, s), goal) in enumerate(zip(itertools.pairwise(times), path[1:], strict=True)):
        if guidance != 1.0:
            shift = yield from _learnt(sought, x, (t, s), goal, shift, step)
        found[t] = shift
        yield
        with torch.no_grad():
            x = _landed(x, guided(x, t), t, s)
    return Inverted(path[0], _at_own_times(guided, times), times)


def _learnt(
    sought: Sought, x: Tensor, span: tuple[float, float], goal: Tensor, shift: Tensor, step: int
) -> Generator[None, None, Tensor]:
    """The shift (B, E) with which the step from x lands nearest to its goal."""
    (t, s), network = span, sought.network
    yield
    with torch.no_grad():
        asked = network.pair(x, t)[0]
    with torch.enable_grad():
        shift = shift.detach().clone().requires_grad_()
    adam = torch.optim.Adam([shift], lr=RATE * (1.0 - step / RATE_STEPS))
    for _ in range(INNER):
        yield
        with torch.enable_grad():
            free = network.unasked(x, t, shift)
            landed = _landed(x, network.guided((asked, free), sought.preset.guidance), t, s)
            # The sum, so that a clip's step is not smaller for being in company.
            apart = (landed - goal).square().mean(dim=(1, 2))
            (shift.grad,) = torch.autograd.grad(apart.sum(), shift)
        adam.step()
        if bool((apart < ENOUGH + step * ENOUGH_LATER).all()):
            break
    return shift.detach()


def _landed(x: Tensor, x0: Tensor, t: float, s: float) -> Tensor:
    """Where a DDIM step from t to s lands."""
    return alpha(s) * x0 + sigma(s) * noise_of(x, x0, t)


def _at_own_times(guided: Denoiser, times: tuple[float, ...]) -> Denoiser:
    """A denoiser that was learnt step by step: it knows no other times."""

    def denoise(x: Tensor, t: float) -> Tensor:
        if t not in times:
            raise ValueError(f"the null text was learnt at other times than {t}")
        return guided(x, t)

    return denoise
