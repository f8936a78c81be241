"""Single precision against bf16, as the calls are and compiled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from ditto_daw.bench.base import Line, row
from ditto_daw.bench.stand import Stand, step_calls
from ditto_daw.diffusion.presets import PRESETS
from ditto_daw.files.store import Store
from ditto_daw.rendering.render import render

PRECISIONS = ("fp32", "bf16")
SETTLING = 3
"""Evaluations until a compiled call has its code, its warm-up and its graph."""


def _calls(stand: Stand) -> float:
    preset = stand.usual
    step = (stand.repeats + SETTLING + 3) * step_calls(preset)
    return len(PRECISIONS) * (step + 2 * (stand.repeats + 1) * preset.plain_steps)


@row(50, _calls)
def precision(stand: Stand) -> Iterator[Line]:
    """A step of the default preset, its decode and a draft, in every precision."""
    yield from _lines(stand, compiled=False)


@row(51, _calls)
def compiled(stand: Stand) -> Iterator[Line]:
    """The same with compiled calls; compiling them takes minutes."""
    if stand.quick:
        yield Line("compiled calls", note="left out: --quick does not wait for the compiler")
    else:
        yield from _lines(stand, compiled=True)


def _lines(stand: Stand, compiled: bool) -> Iterator[Line]:
    model = stand.model
    before = model.precision, model.compiled
    try:
        for name in PRECISIONS:
            model.run_in(name, compiled)
            yield from _measured(stand, f"{name}, compiled" if compiled else name)
    finally:
        model.run_in(*before)


def _measured(stand: Stand, how: str) -> Iterator[Line]:
    """The lines of one way to run the model."""
    preset, compiled = stand.usual, stand.model.compiled
    steps, x = preset.plain_steps, stand.latent()
    decode = partial(stand.sampled, preset, steps, x)
    seconds = stand.meter.seconds(lambda: stand.run(preset, most=SETTLING, stop=False))
    seconds += stand.meter.seconds(decode)
    if compiled and not stand.model.compiled:
        yield Line(f"step, {how}", note="left out: the log says why it cannot be compiled here")
        return
    line = stand.step_line(f"step, {how}", preset, stand.repeats)
    yield replace(line, note=f"ready after {seconds:.0f} s") if compiled else line
    yield stand.pass_line(f"decode, {steps} steps, {how}", decode)
    chosen = "teacher" if stand.missing(PRESETS["default"]) else "default"
    request, store = stand.asked(kind="draft", preset=chosen), Store(stand.folder)
    yield stand.pass_line(f"draft, {how}", lambda: list(render(request, stand.model, store)))
