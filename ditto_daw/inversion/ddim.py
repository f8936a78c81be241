"""DDIM inversion (Dhariwal and Nichol 2021, appendix F): the sampler's steps in reverse."""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator

import torch
from torch import Tensor

from ditto_daw.diffusion.schedule import alpha, sigma
from ditto_daw.inversion.base import Inverted, Sought, register
from ditto_daw.samplers import Denoiser


@register
def ddim(sought: Sought) -> Generator[None, None, Inverted]:
    """The latent that the guided network's own steps, taken backwards, lead to."""
    denoise = sought.denoiser()
    path = yield from climbed(denoise, sought.clean, sought.times)
    return Inverted(path[0], denoise, sought.times)


def climbed(
    denoise: Denoiser, clean: Tensor, times: tuple[float, ...]
) -> Generator[None, None, list[Tensor]]:
    """The path that DDIM takes backwards from clean (B, C, P): x at each of `times`, which fall.

    A DDIM step from t down to s is a turn by d = pi (t - s) / 2, x_s = cos(d) x_t - sin(d) v(x_t).
    Backwards x_t = (x_s + sin(d) v(x_t)) / cos(d), where v is taken of x_s in place of the x_t
    that is sought, but at its time t: at t = 0 there is no noise to tell.
    """
    path = [clean]
    for s, t in itertools.pairwise(reversed(times)):
        x = path[-1]
        yield
        with torch.no_grad():
            v = (alpha(t) * x - denoise(x, t)) / sigma(t)
        turn = 0.5 * math.pi * (t - s)
        path.append((x + math.sin(turn) * v) / math.cos(turn))
    return path[::-1]
