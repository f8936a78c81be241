"""DPM-Solver++(2M) (Lu et al. 2022, arXiv 2211.01095, algorithm 2): the sampler of appendix G."""

import itertools
import math
from collections.abc import Generator

from torch import Tensor

from ditto_daw.diffusion.schedule import alpha, sigma
from ditto_daw.samplers.base import Denoiser, remembers


def half_log_snr(t: float) -> float:
    """lambda = log(alpha / sigma); infinite at both ends."""
    a, s = alpha(t), sigma(t)
    return -math.inf if a == 0.0 else math.inf if s == 0.0 else math.log(a / s)


@remembers
def dpm(denoise: Denoiser, x: Tensor, times: tuple[float, ...]) -> Generator[None, None, Tensor]:
    """x_0 (B, C, P) from x (B, C, P) at times[0], in len(times) - 1 denoiser calls.

    x_s = (sigma_s / sigma_t) x_t - alpha_s (e^-h - 1) (m0 + D1 / 2) with D1 = (m0 - m1) h / h1, of
    the last two clean latents m0 and m1. First order where a step touches pure noise or silence:
    lambda is infinite there.
    """
    last: tuple[float, Tensor] | None = None
    for t, s in itertools.pairwise(times):
        yield
        x0 = ahead = denoise(x, t)
        now, then = half_log_snr(t), half_log_snr(s)
        if last is not None and math.isfinite(last[0]) and math.isfinite(then):
            ahead = x0 + 0.5 * (then - now) / (now - last[0]) * (x0 - last[1])
        # alpha_s (1 - e^-h), which is finite where h is not.
        x = sigma(s) / sigma(t) * x + (alpha(s) - alpha(t) * sigma(s) / sigma(t)) * ahead
        last = now, x0
    return x
