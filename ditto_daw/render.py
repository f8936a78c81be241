"""The render: from a request to takes on disk. Everything below it is its vocabulary.

A generator that yields before every call of a network: whoever steps it may cancel it there, or
let another job run in between.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path

from torch import Tensor

from ditto_daw import controls
from ditto_daw.events import Done, Event, Progress
from ditto_daw.latent import gaussian
from ditto_daw.models.bundled import Bundled
from ditto_daw.optimise import Optimised, Step, optimise
from ditto_daw.request import Request
from ditto_daw.samplers import SAMPLERS
from ditto_daw.schedule import step_times
from ditto_daw.studio import Studio
from ditto_daw.takes import write_all, write_preview

DRAFT_STEPS = 12
"""Sampler steps of a render that optimises nothing."""


def render(request: Request, model: Bundled, previews: Path) -> Iterator[Event]:
    """Yields progress, perhaps a preview, and last `Done` with one take per variation.

    previews: a folder for what is heard while the render goes on. Raises a DittoError whose
    argument names the field at fault; no half file is left behind when it is closed early.
    """
    yield Progress("reading", 0, 1)
    studio = Studio.open(request, model, previews)
    latent = gaussian(studio.seeds, model.unet.config.latent, studio.positions, str(model.device))
    if studio.figures.controls:
        found = yield from optimised(studio, latent)
        latent, clean = found.latent, found.x0
    else:
        clean = yield from sampled(studio, latent)
    audios = []
    for number in range(len(studio.seeds)):
        yield Progress("vocoding", number, len(studio.seeds))
        audios.append(studio.audio_of(clean[number : number + 1]))
    yield Done(write_all(studio, audios, latent))


def sampled(studio: Studio, latent: Tensor) -> Generator[Event, None, Tensor]:
    """Clean latents of a plain render."""
    steps = SAMPLERS[studio.preset.sampler](studio.denoise, latent, step_times(DRAFT_STEPS))
    done = 0
    while True:
        yield Progress("sampling", done, DRAFT_STEPS)
        try:
            next(steps)
        except StopIteration as end:
            return end.value
        done = min(done + 1, DRAFT_STEPS)


def optimised(studio: Studio, latent: Tensor) -> Generator[Event, None, Optimised]:
    """DITTO's Algorithm 1; the latent as it came becomes the preview."""
    found, model, preset = studio.figures.controls, studio.model, studio.preset
    sound = partial(model.sound, wrap=True) if preset.audible else None
    objective = controls.objective(found, model.codec.decode, sound)
    search = optimise(studio.denoise, latent, objective, preset, controls.tolerances(found))
    progress = Progress("optimising", 0, preset.iterations)
    while True:
        yield progress
        try:
            step = next(search)
        except StopIteration as end:
            return end.value
        if step is None:
            continue
        progress = _progress(studio, step)
        if step.iteration == 0 and step.losses:
            for number in range(len(studio.seeds)):
                yield progress
                audio = studio.audio_of(step.x0[number : number + 1]).audio
                studio.figures.uncontrolled(number, audio)
                if number == 0:
                    yield write_preview(studio, audio, step.losses)


def _progress(studio: Studio, step: Step) -> Progress:
    spent = time.monotonic() - studio.began
    left = spent / (step.iteration + 1) * (step.of - step.iteration)
    return Progress("optimising", step.iteration, step.of, step.losses, left)
