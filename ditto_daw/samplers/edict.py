"""EDICT (Wallace et al. 2023, arXiv 2211.12446): two coupled chains, exactly invertible.

Appendix B writes a coupling layer as x'_s = (a_s / a_t) x' + b eps(x''), whose first factor is
infinite where a schedule ends in pure noise, as this one does. The DDIM step is the same rotation
of x and v = alpha eps - sigma x_0, and so the layer here is x'_s = cos(d) x' - sin(d) v(x'') with
d = pi (t - s) / 2: for x'' = x' the step of DDIM, and well conditioned at every time.
"""

import itertools
import math
from collections.abc import Generator

from torch import Tensor

from ditto_daw.diffusion.schedule import alpha, sigma
from ditto_daw.samplers.base import Denoiser, remembers

Pair = tuple[Tensor, Tensor]
"""The two chains (B, C, P)."""
Step = Generator[None, None, Pair]


def usual_mixing(steps: int) -> float:
    """p of the mixing layer: 0.93, but 0.83 at 20 steps and less, where chains would diverge."""
    return 0.93 if steps > 20 else 0.83


def _v(denoise: Denoiser, x: Tensor, t: float) -> Tensor:
    return (alpha(t) * x - denoise(x, t)) / sigma(t)


def forward(denoise: Denoiser, pair: Pair, span: tuple[float, float], p: float, odd: bool) -> Step:
    """Both chains from span[0] down to span[1]; the one that goes first alternates by step."""
    t, s = span
    turn = 0.5 * math.pi * (t - s)
    one, two = pair[::-1] if odd else pair
    yield
    one = math.cos(turn) * one - math.sin(turn) * _v(denoise, two, t)
    yield
    two = math.cos(turn) * two - math.sin(turn) * _v(denoise, one, t)
    first, second = (two, one) if odd else (one, two)
    first = p * first + (1.0 - p) * second
    return first, p * second + (1.0 - p) * first


def backward(denoise: Denoiser, pair: Pair, span: tuple[float, float], p: float, odd: bool) -> Step:
    """What `forward` of the same span made this pair of."""
    t, s = span
    turn = 0.5 * math.pi * (t - s)
    first, second = pair
    second = (second - (1.0 - p) * first) / p
    first = (first - (1.0 - p) * second) / p
    one, two = (second, first) if odd else (first, second)
    yield
    two = (two + math.sin(turn) * _v(denoise, one, t)) / math.cos(turn)
    yield
    one = (one + math.sin(turn) * _v(denoise, two, t)) / math.cos(turn)
    return (two, one) if odd else (one, two)


def chains(denoise: Denoiser, pair: Pair, times: tuple[float, ...], p: float) -> Step:
    """Both chains from times[0] down to times[-1], in two denoiser calls a step."""
    for number, span in enumerate(itertools.pairwise(times)):
        pair = yield from forward(denoise, pair, span, p, number % 2 == 1)
    return pair


def inverted(denoise: Denoiser, pair: Pair, times: tuple[float, ...], p: float) -> Step:
    """The pair at times[0] of which `chains` made this one: its exact inversion."""
    spans = list(enumerate(itertools.pairwise(times)))
    for number, span in reversed(spans):
        pair = yield from backward(denoise, pair, span, p, number % 2 == 1)
    return pair


@remembers
def edict(denoise: Denoiser, x: Tensor, times: tuple[float, ...]) -> Generator[None, None, Tensor]:
    """x_0 (B, C, P), the first chain's, of two chains that both begin at x (B, C, P)."""
    pair = yield from chains(denoise, (x, x), times, usual_mixing(len(times) - 1))
    return pair[0]
