"""Ancestral sampling (Ho et al. 2020): eq. (12) of the paper with the posterior's own noise."""

import itertools
import math
from collections.abc import Callable, Generator

import torch
from torch import Tensor

from ditto_daw.diffusion.schedule import alpha, sigma
from ditto_daw.samplers.base import Denoiser, noise_of, register

Noise = Callable[[Tensor, float], Tensor]


def seeded_noise(seed: int) -> Noise:
    """Noise that depends on the seed and the time only.

    A step that is run again, as the reverse loop does, meets the noise it met the first time: the
    sampler stays a function of its arguments and has a gradient.
    """

    def noise(x: Tensor, t: float) -> Tensor:
        generator = torch.Generator().manual_seed((seed << 31) ^ round(t * (1 << 30)))
        return torch.randn(x.shape, generator=generator, dtype=x.dtype).to(x.device)

    return noise


def fresh_share(t: float, s: float) -> float:
    """Standard deviation of the noise added in a step from `t` down to `s`.

    eq. (12)'s sigma_t, sqrt((1 - a_s) / (1 - a_t)) sqrt(1 - a_t / a_s), with a = alpha^2.
    """
    return sigma(s) / sigma(t) * math.sqrt(max(1.0 - (alpha(t) / alpha(s)) ** 2, 0.0))


def ancestral(x: Tensor, x0: Tensor, t: float, s: float, noise: Tensor) -> Tensor:
    """One step from `t` down to `s`, all (B, C, P): c1 x_0 + c2 x_t + c3 noise in Ho's words."""
    fresh = fresh_share(t, s)
    kept = math.sqrt(max(sigma(s) ** 2 - fresh**2, 0.0))
    return alpha(s) * x0 + kept * noise_of(x, x0, t) + fresh * noise


@register
def ddpm(
    denoise: Denoiser,
    x: Tensor,
    times: tuple[float, ...],
    noise: Noise = seeded_noise(0),  # noqa: B008 - a pure function
) -> Generator[None, None, Tensor]:
    """x_0 (B, C, P) from x (B, C, P) at times[0], in len(times) - 1 denoiser calls."""
    for t, s in itertools.pairwise(times):
        yield
        x = ancestral(x, denoise(x, t), t, s, noise(x, t))
    return x
