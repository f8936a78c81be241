"""One latent against eight at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from ditto_daw.bench.base import Line, row
from ditto_daw.bench.stand import Stand, step_calls
from ditto_daw.diffusion.presets import PRESETS

BATCHES = (1, 8)


def _calls(stand: Stand) -> float:
    passes = stand.usual.plain_steps * (stand.repeats + 1)
    return sum(BATCHES) * ((stand.repeats + 3) * step_calls(stand.usual) + passes)


@row(40, _calls)
def batch(stand: Stand) -> Iterator[Line]:
    """A step of the default preset, its decode, and the vocoder, of B = 1 and B = 8."""
    preset, who = stand.usual, "teacher" if stand.missing(PRESETS["default"]) else "default"
    steps = preset.plain_steps
    for count in BATCHES:
        x = stand.latent(count)
        line = stand.step_line(f"step, {who} preset", preset, stand.repeats, batch=count)
        yield _each(line, line.step)
        decode = partial(stand.sampled, preset, steps, x)
        line = stand.pass_line(f"decode, {who} preset, {steps} steps", decode, count)
        yield _each(line, line.total)
        sound = partial(stand.model.sound, stand.model.codec.decode(x), wrap=True)
        line = stand.pass_line("vocoder", sound, count)
        yield _each(line, line.total)


def _each(line: Line, seconds: float | None) -> Line:
    if line.batch == 1 or seconds is None:
        return line
    return replace(line, note=f"{seconds / line.batch:.3g} s for each of them")
