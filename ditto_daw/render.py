"""The render: from a request to takes on disk. Everything below it is its vocabulary.

A generator that yields before every call of a network: whoever steps it may cancel it there, or
let another job run in between.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import replace

from torch import Tensor

from ditto_daw.events import Done, Event, Progress, Ready, Take, Wish
from ditto_daw.methods import Task
from ditto_daw.models.bundled import Bundled
from ditto_daw.optimise import Step
from ditto_daw.request import Request
from ditto_daw.samplers import SAMPLERS
from ditto_daw.schedule import step_times
from ditto_daw.store import Store
from ditto_daw.studio import Studio
from ditto_daw.takes import Previews, discard, write_take


def render(
    request: Request, model: Bundled, store: Store, wish: Wish | None = None
) -> Iterator[Event]:
    """Yields progress, perhaps previews, each take as soon as it is ready, and last `Done`.

    store: keeps previews and latents. wish: what the owner asks meanwhile. Raises a DittoError
    whose argument names the field at fault; no take is left behind when it is closed early.
    """
    yield Progress("reading", 0, 1)
    wish = wish or Wish()
    studio = Studio.open(request, model, store)
    latent = studio.beginning()
    guided = bool(studio.figures.controls)
    steps = studio.preset.decode_steps if guided else studio.preset.plain_steps
    if guided:
        latent, clean = yield from controlled(studio, latent, wish)
    takes: list[Take] = []
    try:
        for number in range(studio.variations):
            own = latent[number : number + 1]
            if guided:
                made = clean[number : number + 1]
            else:
                made = yield from sampled(studio, own, number)
            yield Progress("vocoding", number, studio.variations)
            takes.append(write_take(studio, number, studio.audio_of(made), own, steps))
            yield Ready(number, takes[-1])
            if wish.keep and not guided:
                break
    except BaseException:
        discard(takes)
        raise
    yield Done(tuple(takes))


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
    ones.
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
    return sampler(studio.denoiser(steps), latent, step_times(steps))


def _progress(studio: Studio, step: Step) -> Progress:
    spent = time.monotonic() - studio.began
    left = spent / (step.iteration + 1) * (step.of - step.iteration)
    return Progress("optimising", step.iteration, step.of, step.losses, left)
