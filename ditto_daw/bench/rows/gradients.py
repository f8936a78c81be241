"""One optimisation step in every way: the gradients, the guidance, and where the loss is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from torch import Tensor

from ditto_daw.bench.base import Line, row
from ditto_daw.bench.stand import Stand, step_calls
from ditto_daw.diffusion.gradient import WAYS
from ditto_daw.diffusion.presets import PRESETS, Preset
from ditto_daw.diffusion.thresholding import thresholded
from ditto_daw.samplers import Denoiser


def through(stand: Stand, **changes: object) -> Preset:
    """The teacher's preset through equal sampler steps, 4 of them with --quick."""
    return replace(PRESETS["teacher"], steps=4 if stand.quick else 8, **changes)  # type: ignore[arg-type]


def _calls(stand: Stand, *presets: Preset) -> float:
    return (stand.repeats + 3) * sum(step_calls(preset) for preset in presets)


@row(20, lambda stand: _calls(stand, *(through(stand, way=way) for way in WAYS)))
def gradients(stand: Stand) -> Iterator[Line]:
    """Every way of `gradient`, exact ones and the shortcut."""
    for way in ("plain", "checkpoint", "reverse", "sdo"):
        preset = through(stand, way=way)
        yield stand.step_line(f"gradient {way}, T = {preset.steps}", preset, stand.repeats)


@row(21, lambda stand: _calls(stand, through(stand)))
def guidance(stand: Stand) -> Iterator[Line]:
    """Both halves of guidance in two calls; every other line has them in one batch."""
    preset = through(stand)
    name = f"guidance in two calls, sdo, T = {preset.steps}"
    denoise = _two_calls(stand, preset.guidance)
    yield stand.step_line(name, preset, stand.repeats, denoise=denoise)


def _two_calls(stand: Stand, weight: float) -> Denoiser:
    conditions = (stand.condition, stand.condition.unguided())
    asked, free = (stand.model.denoiser(one, 1.0, wrap=True) for one in conditions)

    def denoise(x: Tensor, t: float) -> Tensor:
        plain = free(x, t)
        return plain + weight * (asked(x, t) - plain)

    return thresholded(denoise, stand.model.clip)


@row(22, lambda stand: 3 * _calls(stand, through(stand)))
def loss(stand: Stand) -> Iterator[Line]:
    """The intensity read from the mel, and from the vocoder's audio as in the paper."""
    for name, audible in (("from the mel", False), ("through the vocoder", True)):
        preset = through(stand, audible=audible)
        yield stand.step_line(f"loss {name}, sdo, T = {preset.steps}", preset, stand.repeats)
