"""What is not optimised: a draft, the sampler at every number of steps, the vocoder."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ditto_daw.bench.base import Line, row
from ditto_daw.bench.stand import Stand
from ditto_daw.diffusion.presets import PRESETS
from ditto_daw.files.store import Store
from ditto_daw.rendering.render import render

STEPS = (1, 2, 4, 8, 20)


@row(30, lambda stand: (stand.repeats + 1) * (stand.usual.plain_steps + 8))
def draft(stand: Stand) -> Iterator[Line]:
    """A whole render without control, from the request to its WAV."""
    chosen = "teacher" if stand.missing(PRESETS["default"]) else "default"
    request, store = stand.asked(kind="draft", preset=chosen), Store(stand.folder)
    name = f"draft, {stand.usual.plain_steps} steps, to its WAV"
    yield stand.pass_line(name, lambda: list(render(request, stand.model, store)))


@row(31, lambda stand: 1.5 * (stand.repeats + 1) * sum(STEPS))
def decode(stand: Stand) -> Iterator[Line]:
    """From x_T to x_0, with the guided teacher and with the student."""
    x = stand.latent()
    for who in ("teacher", "student"):
        preset = PRESETS[who]
        for steps in STEPS:
            name = f"decode, {who}, {steps} step{'s' if steps > 1 else ''}"
            if preset.student and steps not in stand.model.student_steps:
                yield Line(name, note="left out: these weights have no such student")
            else:
                yield stand.pass_line(name, partial(stand.sampled, preset, steps, x))


@row(32, lambda stand: 10 * (stand.repeats + 1))
def vocoder(stand: Stand) -> Iterator[Line]:
    """From the mel to audio: the network alone, and with length, level and the loop's seam."""
    x0 = stand.sampled(PRESETS["teacher"], 1, stand.latent())
    mel = stand.model.codec.decode(x0)
    yield stand.pass_line("vocoder", lambda: stand.model.sound(mel, wrap=True))
    yield stand.pass_line("vocoder and finishing", lambda: stand.audio_of(x0))
