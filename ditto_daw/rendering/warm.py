"""Where a render begins: the Gaussian noise of its seeds, or the latent of an earlier result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from ditto_daw.controls import Control
from ditto_daw.diffusion.latent import gaussian
from ditto_daw.diffusion.presets import Preset
from ditto_daw.methods.base import ASKED
from ditto_daw.models.base import Model
from ditto_daw.models.fingerprint import fingerprint as fingerprint
from ditto_daw.models.transfer import sent
from ditto_daw.rendering.conditioning import known_patches
from ditto_daw.rendering.latent_file import How, Kept, read_latent
from ditto_daw.rendering.plan import Plan

LEAN = 0.5
"""Share of fresh noise in the variations after the first, which is the earlier latent itself."""
AMOUNT = 0.3
"""Share of fresh noise in a variation that does not say how far to go."""
APART = 2**31
"""From a variation's seed to that of the noise it leans to."""
AGAIN = 3
"""Steps of Newton that a variation of an optimised latent gets where it asks for the same again."""


def kept_of(plan: Plan, model: Model, positions: int) -> Kept | None:
    """The earlier latent that the request names, None where it names none.

    Raises BadRequest for one of another model, length or grid, BrokenFile.
    """
    if plan.request.earlier is None:
        return None
    kept = read_latent(Path(str(plan.request.earlier.path)))
    kept.check(plan, model, positions)
    return kept


def beginning(plan: Plan, model: Model, positions: int, kept: Kept | None) -> Tensor:
    """x_T (B, C, P) of the request, one row per variation.

    Of an earlier result, the first variation is its latent and the others lean away from it; with
    an amount, or to vary it, all of them lean away by that. A redo takes it where audio is kept,
    and fresh noise, or so much of it, for the bars that are re-made.
    """
    fresh, request = noise(plan, model, positions), plan.request
    if kept is None:
        return fresh
    latent = kept.latent.to(fresh)
    if request.redo is not None:
        made = mixed(latent, fresh, 1.0 if request.amount is None else request.amount)
        return torch.where(known_patches(plan, model).to(fresh.device), latent, made)
    if request.amount is None and request.use != "vary":
        return torch.cat([latent[None], mixed(latent, fresh[1:], LEAN)])
    return varied(latent, plan, model)


def noise(plan: Plan, model: Model, positions: int, apart: int = 0) -> Tensor:
    """x_T (B, C, P) of the seeds of all variations; apart: of others, so far away."""
    seeds = [(seed_of(plan, number) + apart) % 2**32 for number in range(plan.request.variations)]
    return sent(gaussian(seeds, model.latent_channels, positions), model.device)


def varied(latent: Tensor, plan: Plan, model: Model) -> Tensor:
    """x_T (B, C, P) around a latent (C, P), as far away as the plan's amount says.

    The noise is of other seeds: that of the earlier render is in the latent already.
    """
    return mixed(latent, noise(plan, model, latent.shape[1], APART), amount_of(plan))


def mixed(latent: Tensor, fresh: Tensor, amount: float) -> Tensor:
    """N(x_T*, sigma^2) of appendix I, brought back to the Gaussian's shell: (x_T* + sigma n) /
    sqrt(1 + sigma^2) with amount = sigma / sqrt(1 + sigma^2).

    latent (C, P), fresh (B, C, P). An amount of 0 is the latent itself, 1 is fresh noise.
    """
    return (1.0 - amount**2) ** 0.5 * latent + amount * fresh


def amount_of(plan: Plan) -> float:
    """How far a variation goes."""
    return AMOUNT if plan.request.amount is None else plan.request.amount


def asked_of(plan: Plan, controls: tuple[Control, ...]) -> tuple[Control, ...]:
    """The controls of a plan; of a variation none where nothing is asked for: what keeps a loop
    tidy would move it away from its origin."""
    if plan.request.use != "vary" or any(one.name in ASKED and not one.implied for one in controls):
        return controls
    return ()


def again(preset: Preset, plan: Plan, kept: Kept | None, controls: tuple[Control, ...]) -> Preset:
    """The preset with fewer iterations where a variation begins with a latent that was optimised
    for the same, in the same way; unless the request counts them itself."""
    request = plan.request
    if request.use != "vary" or request.iterations is not None or kept is None or not controls:
        return preset
    if kept.how is None or kept.how.differs(How.of(preset, preset.decode_steps)):
        return preset
    if not kept.meets(controls):
        return preset
    return replace(preset, iterations=min(preset.iterations, AGAIN), newton=True)


def seed_of(plan: Plan, number: int) -> int:
    """The seed of a variation, from 0."""
    return int((plan.seed + number) % 2**32)
