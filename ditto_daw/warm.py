"""Where a render begins: the Gaussian noise of its seeds, or the latent of an earlier result.

The latent x_T* that an earlier render ended with is kept in a file of its own, with what a later
one must know to begin there: which model made it, how, of which request.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from ditto_daw.conditioning import known_patches
from ditto_daw.errors import BadRequest, BrokenFile
from ditto_daw.events import Take
from ditto_daw.grid import FrameGrid, frame_grid
from ditto_daw.keep import length_field
from ditto_daw.latent import gaussian
from ditto_daw.models.bundled import Bundled
from ditto_daw.paths import temporary_name
from ditto_daw.plan import Plan
from ditto_daw.request import Request
from ditto_daw.store import Store, told

LEAN = 0.5
"""Share of fresh noise in the variations after the first, which is the earlier latent itself."""
QUARTER_OFF, BAR_OFF = 1 / 8, 1 / 32
"""How far beat and bar of the earlier result may lie from this one's, in quarters and bars."""

_FINGERPRINTS: WeakKeyDictionary[Bundled, str] = WeakKeyDictionary()

log = logging.getLogger(__name__)


def beginning(plan: Plan, model: Bundled, positions: int) -> Tensor:
    """x_T (B, C, P) of the request, one row per variation.

    Of an earlier result, the first variation is its latent and the others lean away from it; a
    redo takes it where audio is kept, and fresh noise for the bars that are re-made. Raises
    BadRequest for an earlier result of another model, length or grid, BrokenFile.
    """
    seeds = [seed_of(plan, number) for number in range(plan.request.variations)]
    fresh = gaussian(seeds, model.unet.config.latent, positions)
    earlier = plan.request.earlier
    if earlier is not None:
        kept = _read(Path(str(earlier.path)))
        kept.check(plan, model, positions)
        if plan.request.redo is not None:
            fresh = torch.where(known_patches(plan), kept.latent, fresh)
        else:
            near = (1.0 - LEAN**2) ** 0.5 * kept.latent + LEAN * fresh[1:]
            fresh = torch.cat([kept.latent[None], near])
    return fresh.to(model.device)


def seed_of(plan: Plan, number: int) -> int:
    """The seed of a variation, from 0."""
    return int((plan.seed + number) % 2**32)


def keep_latent(store: Store, take: Take, latent: Tensor, plan: Plan, how: dict[str, str]) -> str:
    """Writes the latent (C, P) of a take that is on the disk; its path, "" where it cannot be kept:
    the take is worth more than its latent. how: model, sampler and steps, as texts."""
    path = store.latent(str(take.asset))
    about = {"length": take.samples, "rate": take.rate, "seed": take.seed}
    metadata = how | {name: str(value) for name, value in about.items()}
    metadata["request"] = json.dumps(plan.request.to_dict())
    temporary = temporary_name(path.parent)
    try:
        temporary.write_bytes(save({"latent": latent.cpu().contiguous()}, metadata))
        temporary.replace(path)
    except OSError as error:
        log.warning("the latent of %s is not kept: %s", take.path, error)
        temporary.unlink(missing_ok=True)
        return ""
    store.sweep()
    return str(path)


def fingerprint(model: Bundled) -> str:
    """SHA-256 of what gives a latent its meaning: the weights of UNet and codec."""
    if model not in _FINGERPRINTS:
        digest = hashlib.sha256()
        for part in (model.unet, model.codec):
            for name, value in sorted(part.state_dict().items()):
                digest.update(name.encode())
                digest.update(np.ascontiguousarray(value.cpu().numpy()).data)
        _FINGERPRINTS[model] = digest.hexdigest()
    return _FINGERPRINTS[model]


@dataclass(frozen=True, eq=False)
class _Kept:
    """A latent (C, P) as it was kept, and what its file says about it: the fingerprint of its
    model, the seed, seconds and request of its take."""

    latent: Tensor
    model: str
    seed: int
    seconds: float
    request: Request

    def check(self, plan: Plan, model: Bundled, positions: int) -> None:
        """BadRequest, naming the field, where a render of this plan cannot begin here."""
        if self.model != fingerprint(model):
            raise BadRequest(
                "from",
                "The earlier result was made by another model: render it again with this one"
                f" (seed {self.seed}), or leave from out.",
            )
        if self.latent.shape[1] != positions:
            raise BadRequest(
                length_field(plan.request),
                f"The earlier result lasts {self.seconds:.2f} s and this job {plan.seconds:.2f} s:"
                " ask for as many bars at the same tempo, or leave from out.",
            )
        before = self.request
        times = np.arange(plan.frames) * (self.seconds / plan.frames)
        if not _same_beats(frame_grid(before.file_tempo, before.position, times), plan.grid):
            raise BadRequest(
                "tempo",
                "The earlier result has its beats elsewhere: give this job the same tempo map,"
                " meter and position, or leave from out.",
            )


def _read(path: Path) -> _Kept:
    about = told(path)
    try:
        latent = load_file(path)["latent"]
        seconds = int(about["length"]) / int(about["rate"])
        request = Request.from_dict(json.loads(about["request"]))
        return _Kept(latent, about["model"], int(about["seed"]), seconds, request)
    except (OSError, SafetensorError, KeyError, ValueError, ZeroDivisionError, BadRequest) as error:
        raise BrokenFile(
            "from", f"{path.name} is no latent to begin with ({error}): render it again."
        ) from None


def _same_beats(one: FrameGrid, other: FrameGrid) -> bool:
    """Whether every frame has the same meter and about the same place in its beat and bar."""

    def off(a: np.ndarray, b: np.ndarray) -> float:
        apart = np.mod(a - b, 1.0)
        return float(np.minimum(apart, 1.0 - apart).max())

    return (
        bool((one.meter == other.meter).all())
        and off(one.quarter_phase, other.quarter_phase) <= QUARTER_OFF
        and off(one.bar_phase, other.bar_phase) <= BAR_OFF
    )
