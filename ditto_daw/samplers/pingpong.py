"""Ping-pong sampling of consistency models (Song et al. 2023, arXiv 2303.01469, algorithm 1)."""

import itertools
from collections.abc import Generator

from torch import Tensor

from ditto_daw.diffusion.schedule import alpha, sigma
from ditto_daw.samplers.base import Denoiser, register
from ditto_daw.samplers.ddpm import Noise, seeded_noise


@register
def pingpong(
    denoise: Denoiser,
    x: Tensor,
    times: tuple[float, ...],
    noise: Noise = seeded_noise(0),  # noqa: B008 - a pure function
) -> Generator[None, None, Tensor]:
    """x_0 (B, C, P) from x (B, C, P) at times[0], in len(times) - 1 denoiser calls.

    Every step goes to x_0 and back to less noise, which is frozen: it depends on the time alone, so
    that the result is a function of x and has a gradient.
    """
    for t, s in itertools.pairwise(times):
        yield
        x0 = denoise(x, t)
        x = x0 if s == 0.0 else alpha(s) * x0 + sigma(s) * noise(x, s)
    return x
