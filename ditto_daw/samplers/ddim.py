"""DDIM (Song et al. 2020), deterministic: eq. (12) of the paper with no noise added."""

import itertools
from collections.abc import Generator

from torch import Tensor

from ditto_daw.diffusion.schedule import alpha, sigma
from ditto_daw.samplers.base import Denoiser, noise_of, register


@register
def ddim(denoise: Denoiser, x: Tensor, times: tuple[float, ...]) -> Generator[None, None, Tensor]:
    """x_0 (B, C, P) from x (B, C, P) at times[0], in len(times) - 1 denoiser calls.

    Times that rise, from a small one above 0, encode a clip into its latent (DDIM inversion).
    """
    for t, s in itertools.pairwise(times):
        yield
        x0 = denoise(x, t)
        x = alpha(s) * x0 + sigma(s) * noise_of(x, x0, t)
    return x
