"""One pass of the model: a plan's noise becomes a clean latent, plainly or under its controls.

Generators that yield before every call of a network, as the render does.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace

from torch import Tensor

from ditto_daw.diffusion.optimise import Step
from ditto_daw.events import Event, Progress, Wish
from ditto_daw.methods import Task
from ditto_daw.rendering.studio import Studio
from ditto_daw.rendering.takes import Previews
from ditto_daw.samplers import SAMPLERS


def sampled(studio: Studio, latent: Tensor, number: int) -> Generator[Event, None, Tensor]:
    """The clean latent (1, C, P) of one variation, plainly."""
    count = studio.preset.plain_steps
    steps = _sampler(studio, latent, count)
    before, done = number * count, 0
    while True:
        yield Progress("sampling", before + done, studio.variations * count)
        try:
            next(steps)
        except StopIteration as end:
            return end.value
        done = min(done + 1, count)


def controlled(
    studio: Studio, latent: Tensor, wish: Wish
) -> Generator[Event, None, tuple[Tensor, Tensor]]:
    """What the request's method makes: x_T and the clean latents (B, C, P) of it.

    Of a method that iterates, the latent as it came is the first preview, the best so far the next
    ones; a variation that needs a few steps only has none.
    """
    method, task = studio.method, studio.task(latent)
    search = method(task)
    previews, best = Previews(studio), None
    stage = "optimising" if method.iterates else "sampling"
    progress = Progress(stage, 0, method.calls(task.preset))
    while True:
        yield progress
        if wish.keep and best is not None and best.whole:
            studio.stopped = best.iteration, best.of
            return best.latent, (yield from decoded(studio, task, best))
        try:
            step = next(search)
        except StopIteration as end:
            return end.value.latent, end.value.x0
        if step is None:
            if not method.iterates:
                progress = replace(progress, step=min(progress.step + 1, progress.of))
            continue
        best, progress = step, _progress(studio, step)
        if studio.retouches:  # a preview would cost more than what is left to do
            continue
        if step.iteration == 0 and step.losses:
            first = yield from decoded(studio, task, step)
            for number in range(studio.variations):
                yield progress
                began = time.monotonic()
                audio = studio.audio_of(first[number : number + 1], preview=True).audio
                studio.figures.uncontrolled(number, audio)
                if number == 0:
                    yield previews.write(step, audio, time.monotonic() - began)
        elif step.losses and previews.due(step):
            began = time.monotonic()
            heard = yield from decoded(studio, task, step)
            yield progress
            audio = studio.audio_of(heard[:1], preview=True).audio
            yield previews.write(step, audio, time.monotonic() - began)


def decoded(studio: Studio, task: Task, step: Step) -> Generator[Event, None, Tensor]:
    """What is heard of an iterate, clean latents (B, C, P)."""
    steps, done = studio.method.heard(task, step.latent, step.x0), 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
        yield Progress("sampling", done, task.preset.decode_steps)
        done = min(done + 1, task.preset.decode_steps)


def _sampler(studio: Studio, latent: Tensor, steps: int) -> Generator[None, None, Tensor]:
    sampler = SAMPLERS[studio.preset.sampler]
    return sampler(studio.denoiser(steps), latent, studio.preset.times(steps))


def _progress(studio: Studio, step: Step) -> Progress:
    spent = time.monotonic() - studio.began
    left = spent / (step.iteration + 1) * (step.of - step.iteration)
    return Progress("optimising", step.iteration, step.of, step.losses, left)
