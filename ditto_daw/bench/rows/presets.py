"""Whole renders under the lane: every preset until it is within tolerance, and the paper's K."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ditto_daw.bench.base import DEFAULT, Line, row
from ditto_daw.bench.stand import Stand, Trace, step_calls
from ditto_daw.diffusion.presets import PAPER, PRESETS, Preset
from ditto_daw.files.store import Store
from ditto_daw.rendering.render import render

PAPER_LINES = ("paper preset, to tolerance", f"paper preset, K = {PAPER.iterations}")


def calls_of(stand: Stand, preset: Preset) -> float:
    """Of weighing it and of all its steps."""
    if stand.missing(preset):
        return 0.0
    steps = min(preset.iterations, stand.most or preset.iterations)
    return (steps + 3) * step_calls(preset) + preset.decode_steps


def tail_seconds(stand: Stand, preset: Preset, trace: Trace) -> float:
    """From the optimised latent to finished audio."""
    clean = trace.x0
    began = stand.meter.now()
    if preset.decode_steps != preset.steps:
        clean = stand.sampled(preset, preset.decode_steps, trace.latent)
    stand.audio_of(clean)
    return stand.meter.now() - began


def story(stand: Stand, preset: Preset, trace: Trace) -> str:
    """What the steps did to the loss, and what is left of it once decoded with other steps."""
    (name, before), (_, after) = (next(iter(trace.losses[i].items())) for i in (0, -1))
    told = f"{name} {before:.3g} to {after:.3g}, tolerance {stand.tolerances[name]:g}"
    if preset.decode_steps == preset.steps:
        return told
    clean = stand.sampled(preset, preset.decode_steps, trace.latent)
    heard = float(stand.objective(preset)(clean).parts[name][0])
    return f"{told}; {heard:.3g} after {preset.decode_steps} steps of the decoder"


def measured(stand: Stand, name: str, preset: Preset) -> Line:
    """The line of a preset that stops at the controls' own tolerances."""
    if stand.missing(preset):
        return Line(name, note=stand.missing(preset))
    gflop, memory = stand.weighed(preset)
    trace = stand.run(preset, most=stand.most)
    reached = trace.within(stand.tolerances)
    total = trace.seconds + tail_seconds(stand, preset, trace)
    if not trace.whole and reached is None:
        total += (preset.iterations - trace.steps) * (trace.step or 0.0)
    return Line(
        name,
        step=trace.step,
        steps=trace.steps,
        to_tolerance=reached,
        total=total,
        memory=memory,
        gflop=gflop,
        share=stand.share(gflop, trace.step),
        extrapolated=() if trace.whole or reached is not None else ("total",),
        note=story(stand, preset, trace),
    )


def _file(order: int, preset: str) -> None:
    def measure(stand: Stand) -> Iterator[Line]:
        chosen, name = PRESETS[preset], DEFAULT if preset == "default" else f"{preset} preset"
        same = stand.known(chosen)
        line = measured(stand, name, chosen) if same is None else replace(same, name=name)
        if same is not None:
            line = replace(line, note=f"the same as the {same.name}; {same.note}")
        stand.remember(chosen, line)
        yield line

    row(order, lambda stand: calls_of(stand, PRESETS[preset]), preset)(measure)


for _order, _preset in enumerate(("default", "student", "ditto-2", "teacher")):
    _file(_order, _preset)


def _paper_calls(stand: Stand) -> float:
    return (3 if stand.quick else PAPER.iterations + 3) * step_calls(PAPER)


@row(10, _paper_calls)
def paper(stand: Stand) -> Iterator[Line]:
    """One run of all K steps gives both: when it was within tolerance, and how long K take."""
    gflop, memory = stand.weighed(PAPER)
    trace = stand.run(PAPER, most=1 if stand.quick else None, stop=False)
    tail = tail_seconds(stand, PAPER, trace)
    reached, step = trace.within(stand.tolerances), trace.step
    whole = Line(
        PAPER_LINES[1],
        step=step,
        steps=trace.steps,
        total=trace.seconds + (PAPER.iterations - trace.steps) * (step or 0.0) + tail,
        memory=memory,
        gflop=gflop,
        share=stand.share(gflop, step),
        extrapolated=("total",) if trace.steps < PAPER.iterations else (),
        note=story(stand, PAPER, trace),
    )
    if reached is not None:
        steps = trace.stamps.index(reached)
        yield replace(
            whole,
            name=PAPER_LINES[0],
            steps=steps,
            to_tolerance=reached,
            total=reached + tail,
            extrapolated=(),
            note="the moment in the run of all K steps at which it might have stopped",
        )
    elif stand.quick:
        yield Line(PAPER_LINES[0], note="left out: --quick does not run it to its end")
    elif trace.steps < PAPER.iterations:
        made = f"{trace.steps} step{'s' if trace.steps > 1 else ''}"
        note = f"not within tolerance after {made}, where it was broken off"
        yield Line(PAPER_LINES[0], note=note)
    else:
        yield Line(PAPER_LINES[0], note="not within tolerance after all K steps")
    yield whole


@row(11, lambda stand: 2 * calls_of(stand, stand.usual) + 60, "render")
def whole_render(stand: Stand) -> Iterator[Line]:
    """What a producer waits for: the request with its previews, figures and WAV."""
    chosen = "teacher" if stand.missing(PRESETS["default"]) else "default"
    request, store = stand.asked(preset=chosen), Store(stand.folder)
    note = "from request to WAV, with previews and figures"
    yield stand.pass_line(
        f"render, {chosen} preset", lambda: list(render(request, stand.model, store)), note=note
    )
