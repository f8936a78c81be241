"""The render: from a request to takes on disk. Everything below it is its vocabulary.

A generator that yields before every call of a network: whoever steps it may cancel it there, or
let another job run in between.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from ditto_daw import controls
from ditto_daw.audiowrite import free_path, write_atomic
from ditto_daw.conditioning import clip_mel, condition_of
from ditto_daw.errors import BadRequest
from ditto_daw.events import Done, Event, Preview, Progress, Take
from ditto_daw.figures import Figures
from ditto_daw.finish import Audio, Finished, finish
from ditto_daw.latent import correlation, gaussian, norm_ratio
from ditto_daw.models.bundled import Bundled
from ditto_daw.optimise import PRESETS, Optimised, Preset, Step, optimise
from ditto_daw.plan import Plan, make_plan
from ditto_daw.request import Request
from ditto_daw.samplers import SAMPLERS, Denoiser
from ditto_daw.schedule import step_times
from ditto_daw.targets import controls_of
from ditto_daw.thresholding import thresholded

DRAFT_STEPS = 12
"""Sampler steps of a render that optimises nothing."""


def render(request: Request, model: Bundled, previews: Path) -> Iterator[Event]:
    """Yields progress, perhaps a preview, and last `Done` with one take per variation.

    previews: a folder for what is heard while the render goes on. Raises a DittoError whose
    argument names the field at fault; no half file is left behind when it is closed early.
    """
    yield Progress("reading", 0, 1)
    studio = _Studio.open(request, model, previews)
    latent = gaussian(studio.seeds, model.unet.config.latent, studio.positions, str(model.device))
    if studio.figures.controls:
        found = yield from studio.optimised(latent)
        latent, clean = found.latent, found.x0
    else:
        clean = yield from studio.sampled(latent)
    audios = []
    for number in range(len(studio.seeds)):
        yield Progress("vocoding", number, len(studio.seeds))
        audios.append(studio.audio_of(clean[number : number + 1]))
    yield Done(studio.write_all(audios, latent))


@dataclass
class _Studio:
    """One request on its way: the plan, the model under its conditions, and what was measured."""

    plan: Plan
    model: Bundled
    previews: Path
    mel: Tensor | None
    denoise: Denoiser
    preset: Preset
    positions: int
    figures: Figures
    began: float = field(default_factory=time.monotonic)

    @classmethod
    def open(cls, request: Request, model: Bundled, previews: Path) -> _Studio:
        plan = make_plan(request, model.frame_multiple)
        mel = clip_mel(plan) if plan.keep is not None else None
        preset = preset_of(plan.request)
        condition = condition_of(plan, model, mel)
        rows = condition.repeat(plan.request.variations)
        denoise = thresholded(model.denoiser(rows, preset.guidance, wrap=True), model.clip)
        found = controls_of(plan, model, mel) if preset.iterations else ()
        positions = condition.local.shape[-1]
        figures = Figures(plan, found)
        return cls(plan, model, previews, mel, denoise, preset, positions, figures)

    @property
    def seeds(self) -> list[int]:
        """One per variation."""
        return [(self.plan.seed + n) % 2**32 for n in range(self.plan.request.variations)]

    def sampled(self, latent: Tensor) -> Generator[Event, None, Tensor]:
        """Clean latents of a plain render."""
        steps = SAMPLERS[self.preset.sampler](self.denoise, latent, step_times(DRAFT_STEPS))
        done = 0
        while True:
            yield Progress("sampling", done, DRAFT_STEPS)
            try:
                next(steps)
            except StopIteration as end:
                return end.value
            done = min(done + 1, DRAFT_STEPS)

    def optimised(self, latent: Tensor) -> Generator[Event, None, Optimised]:
        """DITTO's Algorithm 1; the latent as it came becomes the preview."""
        found = self.figures.controls
        sound = partial(self.model.sound, wrap=True) if self.preset.audible else None
        objective = controls.objective(found, self.model.codec.decode, sound)
        search = optimise(self.denoise, latent, objective, self.preset, controls.tolerances(found))
        progress = Progress("optimising", 0, self.preset.iterations)
        while True:
            yield progress
            try:
                step = next(search)
            except StopIteration as end:
                return end.value
            if step is None:
                continue
            progress = self._progress(step)
            if step.iteration == 0 and step.losses:
                for number in range(len(self.seeds)):
                    yield progress
                    audio = self.audio_of(step.x0[number : number + 1]).audio
                    self.figures.uncontrolled(number, audio)
                    if number == 0:
                        yield self._preview(audio, step)

    def audio_of(self, clean: Tensor) -> Finished:
        """Finished audio of one clean latent (1, C, P), known frames as they are in the clip."""
        mel = self.model.codec.decode(clean)[0]
        if self.mel is not None:
            known = torch.from_numpy(self.plan.known_frames()).to(mel.device)
            mel = torch.where(known, self.mel.to(mel.device), mel)
        return finish(mel, self.plan, self.model)

    def write_all(self, audios: list[Finished], latent: Tensor) -> tuple[Take, ...]:
        """All takes on disk, or none."""
        takes: list[Take] = []
        try:
            for number, audio in enumerate(audios):
                takes.append(self._write(number, audio, latent[number : number + 1]))
        except BaseException:
            for take in takes:
                Path(take.path).unlink(missing_ok=True)
            raise
        return tuple(takes)

    def _write(self, number: int, done: Finished, latent: Tensor) -> Take:
        """The take of one variation on disk, with its figures."""
        plan, seed, audio = self.plan, self.seeds[number], done.audio
        kind = plan.request.use if plan.request.kind == "loop" else plan.request.kind
        figures = self.figures.of(number, audio) | {
            "latent": {
                "norm": float(norm_ratio(latent)),
                "correlation": float(correlation(latent)),
            },
            "crossings": [{**asdict(one), "good": one.good} for one in done.crossings],
            "seconds": round(time.monotonic() - self.began, 2),
        }
        path = free_path(plan.folder, f"ditto-{kind}-{seed}")
        samples = write_atomic(path, audio, plan.output_rate, plan.subtype)
        return Take(str(path), samples, plan.output_rate, seed, figures)

    def _preview(self, audio: Audio, step: Step) -> Preview:
        """The first latent as audio: what this seed does without control."""
        path = self.previews / f"{self.plan.request.id.replace(':', '-')}.wav"
        write_atomic(path, audio, self.plan.output_rate, self.plan.subtype)
        return Preview(str(path), step.losses)

    def _progress(self, step: Step) -> Progress:
        spent = time.monotonic() - self.began
        left = spent / (step.iteration + 1) * (step.of - step.iteration)
        return Progress("optimising", step.iteration, step.of, step.losses, left)


def preset_of(request: Request) -> Preset:
    """The preset asked for, with the request's own iterations, or its strength's share of them."""
    if request.preset not in PRESETS:
        raise BadRequest(
            "preset", f'There is no preset "{request.preset}"; choose one of {", ".join(PRESETS)}.'
        )
    preset = PRESETS[request.preset]
    wanted = request.iterations
    if wanted is None:
        wanted = round(request.strength * preset.iterations)
    return replace(preset, iterations=wanted)
