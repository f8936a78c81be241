"""The naive inversion: noise added to the clip (appendix D, after Song et al. 2020)."""

from __future__ import annotations

from collections.abc import Generator

from ditto_daw.diffusion.schedule import alpha, sigma
from ditto_daw.inversion.base import Inverted, Sought, register


@register
def naive(sought: Sought) -> Generator[None, None, Inverted]:
    """q(x_T | x_ref), eq. (9).

    This schedule ends in pure noise, alpha(1) = 0: nothing of the clip is left in it, where the
    paper's own keeps a trace.
    """
    yield from ()
    start = sought.times[0]
    latent = alpha(start) * sought.clean + sigma(start) * sought.noise()
    return Inverted(latent, sought.denoiser(), sought.times)
