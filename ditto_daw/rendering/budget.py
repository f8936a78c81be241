"""What a render may take at once, chosen from the memory that is free and from what the model
needs of it: precision, recomputing, variations at once, and how much latent is made audio at once.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.measures.held import most_held
from ditto_daw.models.base import Model, anything
from ditto_daw.models.bundled import WEIGHTS
from ditto_daw.models.family import Family
from ditto_daw.models.loading import load_model
from ditto_daw.models.precision import precision_of
from ditto_daw.requests.catalogue import AUTO
from ditto_daw.requests.parts import MOST_VARIATIONS

log = logging.getLogger(__name__)

USUAL_SECONDS = 12.0
"""That variations at once are counted for."""
SPARE = 0.8
"""Share of the free memory that is planned with."""
BYTES = {"fp32": 4, "bf16": 2, "fp16": 2}
RECOMPUTED = 0.25
"""About what is left of a call's activations where a network computes them again; a third more
time."""
PROBED_SECONDS = 1.0
SMALLEST_TILE = 16
"""Latent positions."""


@dataclass(frozen=True)
class Needs:
    """Bytes, in single precision.

    Attributes:
        network: weights of what denoises.
        others: weights of everything else.
        call: what a gradient through one call of the network keeps, per second and variation.
        decode: what a gradient through decoder and vocoder keeps, likewise.
    """

    network: int
    others: int
    call: int
    decode: int


@dataclass(frozen=True)
class Choice:
    """How a model is run.

    Attributes:
        precision: of the network.
        recompute: its activations are computed again where a gradient needs them.
        batch: variations at once, of `seconds` each.
        tile: latent positions that are made audio at once; 0 is all of them.
        free: bytes that were free before the model was loaded.
    """

    precision: str
    recompute: bool
    batch: int
    tile: int
    free: int


def choose(
    free: int,
    needs: Needs,
    precision: str,
    positions: int,
    seconds: float,
    batch: int = 0,
) -> Choice:
    """What fits into so many free bytes for a render of so many seconds and latent positions.

    batch: the user's own; 0 lets this choose. At worst one variation with everything recomputed:
    `thrift` has the last word.
    """
    share = BYTES[precision] / 4
    left = SPARE * free - needs.network * share - needs.others
    call, decode = needs.call * seconds * share, needs.decode * seconds
    recompute = left < call + decode
    call *= RECOMPUTED if recompute else 1.0
    tile = 0
    if decode and left < call + decode:
        fits = positions * max(0.0, left - call) / decode
        tile = max(SMALLEST_TILE, int(fits))
        decode *= min(1.0, tile / positions)
    most = int(left / (call + decode)) if call + decode else MOST_VARIATIONS
    return Choice(precision, recompute, batch or min(max(most, 1), MOST_VARIATIONS), tile, free)


def budgeted(
    name: str,
    device: str,
    precision: str = AUTO,
    batch: int = 0,
    compiled: bool = False,
    weights: Path = WEIGHTS,
) -> Model:
    """A model on its device, run as its memory allows. batch: see `choose`; else `load_model`."""
    free, precision = free_bytes(device), precision_of(precision, device)
    model = load_model(name, device, precision, compiled, weights)
    if not isinstance(model, Family):
        return model
    seconds = min(USUAL_SECONDS, model.longest)
    positions = model.positions(round(seconds * signal.FRAMES_PER_SECOND))
    choice = choose(free, measured(model), precision, positions, seconds, batch)
    model.recompute(choice.recompute)
    model.tile, model.batch = choice.tile, choice.batch
    model.about |= asdict(choice)
    log.info("%s: %s", model.name, choice)
    return model


def free_bytes(device: str) -> int:
    """Memory that is free on a device."""
    if device.startswith("cuda"):
        return int(torch.cuda.mem_get_info(device)[0])
    if device == "mps":
        return int(torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())
    return int(psutil.virtual_memory().available)


def measured(model: Family) -> Needs:
    """What a model needs, found with one call of its network and one of its decoder."""
    network = sum(p.numel() * 4 for p in model.net.parameters())
    parts = [getattr(model, name) for name in model.components]
    modules = [part for part in parts if isinstance(part, torch.nn.Module)]
    whole = sum(p.numel() * 4 for module in modules for p in module.parameters())
    frames = round(PROBED_SECONDS * signal.FRAMES_PER_SECOND)
    x = torch.randn(1, model.latent_channels, model.positions(frames), device=model.device)
    spread = model.positions(frames) * model.hop / signal.FRAMES_PER_SECOND
    with torch.no_grad():
        told = anything(frames)
        words = model.words(told.words, told)
    kept: list[Tensor] = []  # or else nothing is held when a call is over
    scale = 4 / torch.empty(0, dtype=model.precision).element_size()
    x = x.requires_grad_()
    with torch.enable_grad():
        call = most_held(lambda: kept.append(model.clean(x, 0.5, words))) * scale
        decode = most_held(lambda: kept.append(model.sound(x)))
    return Needs(network, whole - network, int(call / spread), int(decode / spread))
