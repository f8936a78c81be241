"""DITTO's inversion (appendix D): x_T is optimised until the sampler makes the clip of it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from ditto_daw.diffusion.optimise import Step, optimise
from ditto_daw.inversion.base import Inverted, Sought, register
from ditto_daw.inversion.ddim import ddim

ITERATIONS, RATE = 30, 0.1
NEAR = 3e-4
"""Inversion error at which a clip needs no more: 1.4 dB, less than any codec's own."""


@register
def ditto(sought: Sought) -> Generator[None, None, Inverted]:
    """f(x_0) = x_0, y = x_ref, from DDIM inversion as the initial guess."""
    search = searched(sought, ITERATIONS)
    while True:
        try:
            next(search)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        yield


def searched(
    sought: Sought,
    iterations: int = ITERATIONS,
    near: float = NEAR,
    shell: float | None = None,
) -> Generator[Step | None, None, Inverted]:
    """The same, telling every iteration: None before a call of the network, else a `Step`.

    shell: see `Preset`; a clip that the model would never make need not lie on it.
    """
    first = yield from ddim(sought)
    preset = replace(
        sought.preset,
        iterations=iterations,
        rate=RATE,
        decay=True,
        unit_gradient=True,
        correlation_weight=0.0,
        norm_weight=0.0,
        shell=shell,
        sampler=first.sampler,
        way="sdo",
    )
    found = yield from optimise(
        first.denoise, first.latent, sought.objective, preset, {"inversion": near}
    )
    return Inverted(found.latent, first.denoise, first.times, first.sampler)
