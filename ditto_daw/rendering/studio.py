"""One request on its way: the plan, the model under its conditions, and what was measured."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor

from ditto_daw import controls
from ditto_daw.diffusion.presets import PRESETS, Preset
from ditto_daw.errors import BadRequest
from ditto_daw.files.store import Store
from ditto_daw.methods import METHODS, Known, Method, Task
from ditto_daw.models.base import Model, Network
from ditto_daw.models.bundled import Bundled
from ditto_daw.models.condition import Condition
from ditto_daw.models.conditioned import Conditioned
from ditto_daw.rendering.conditioning import clip_mel, told_of
from ditto_daw.rendering.figures import Figures
from ditto_daw.rendering.finish import Finished, at_length, finish, finished
from ditto_daw.rendering.latent_file import How, Kept
from ditto_daw.rendering.layout import alone, closed_by, plan_of
from ditto_daw.rendering.plan import Plan
from ditto_daw.rendering.targets import controls_of
from ditto_daw.rendering.targets.follow import heard
from ditto_daw.rendering.views import seen
from ditto_daw.rendering.warm import AGAIN, again, asked_of, beginning, kept_of, seed_of
from ditto_daw.requests.request import Request
from ditto_daw.samplers import Denoiser


@dataclass
class Studio:
    """What every step of a render needs; `open` makes it of a request.

    Attributes:
        store: where previews and latents are kept.
        mel: of the clip (BANDS, F), None without a kept part.
        network: the model under the request's conditions; for all variations at once where there
            are controls, else for one.
        method: how the controls are met.
        known: the kept part of the clip as a latent; None where everything is new.
        positions: P, of the latent.
        kept: the latent of the earlier result that the request names.
        stopped: the step at which its owner ended the optimisation, and of how many.
        told: what the takes tell beside what is measured on them.
        began: monotonic seconds.
    """

    plan: Plan
    model: Model
    store: Store
    mel: Tensor | None
    network: Network
    method: Method
    known: Known | None
    preset: Preset
    positions: int
    figures: Figures
    kept: Kept | None = None
    stopped: tuple[int, int] | None = None
    told: dict[str, Any] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    @classmethod
    def open(cls, request: Request, model: Model, store: Store, context: bool = True) -> Studio:
        """Reads the request's files; of a clip in several windows, this is the first one.

        Raises a DittoError whose argument names the field.

        context: whether the model sees the kept part of the clip. The paper's model never does:
        there the controls alone know of it.
        """
        plan = plan_of(closed_by(request, model), model.frame_multiple, alone(model))
        return cls.of(plan, model, store, context)

    @classmethod
    def of(cls, plan: Plan, model: Model, store: Store, context: bool = True) -> Studio:
        """The studio of a plan, which may be one window of a longer result."""
        mel = clip_mel(plan) if plan.keep is not None else None
        preset = preset_of(plan.request, model)
        if mel is not None:
            preset = replace(preset, rate=preset.rate * preset.beside_clip)
        recording = heard(plan)
        chords = None if recording is None else recording.chords(plan)
        whole = told_of(plan, mel, chords)
        positions = model.positions(plan.frames)
        kept = kept_of(plan, model, positions)
        found = controls_of(plan, model, mel, recording) if preset.iterations else ()
        found = asked_of(plan, found)
        preset = again(preset, plan, kept, found)
        known = Known.of(model, whole)

        def network_of(request: Request, first: int, last: int) -> Network:
            own = told_of(replace(plan, request=request), mel, chords).span(first, last)
            count = request.variations if found else 1
            return model.network(own if context else own.blind(), count)

        network = seen(plan, model, network_of)
        figures = Figures(plan, found)
        method = METHODS[plan.request.method]
        return cls(
            plan,
            model,
            store,
            mel,
            network,
            method,
            known,
            preset,
            positions,
            figures,
            kept,
            told={"model": model.about} if model.about else {},
        )

    @property
    def variations(self) -> int:
        """How many takes there shall be."""
        return self.plan.request.variations

    def beginning(self) -> Tensor:
        """x_T (B, C, P), one row per variation: noise, or of the kept latent."""
        return beginning(self.plan, self.model, self.positions, self.kept)

    @property
    def retouches(self) -> bool:
        """Whether this is a variation that needs a few steps only."""
        asked = self.plan.request.iterations is None and self.plan.request.use == "vary"
        return asked and self.kept is not None and self.preset.iterations <= AGAIN

    @property
    def steps(self) -> int:
        """Sampler steps that a take is made in."""
        return self.preset.decode_steps if self.figures.controls else self.preset.plain_steps

    @property
    def how(self) -> How:
        """What makes a take of its latent."""
        return How.of(self.preset, self.steps)

    def denoiser(self, steps: int) -> Denoiser:
        """The preset's network for a sampler of so many steps."""
        return self.network.denoiser(self.preset, steps)

    def decode(self, clean: Tensor) -> Tensor:
        """Mel (B, BANDS, F) of clean latents (B, C, P)."""
        return self.model.decode(clean, self.plan.frames)

    def task(self, latent: Tensor) -> Task:
        """What the method is to do with x_T (B, C, P), one row per variation; only with controls.

        Raises BadRequest where the method cannot do it.
        """
        found, model = self.figures.controls, self.model
        sound = model.vocoder_for(self.plan.wrap) if self.preset.audible else None
        task = Task(
            latent,
            self.network,
            controls.objective(found, self.decode, sound, self.plan.request.balance),
            found,
            self.preset,
            controls.tolerances(found),
            self.known,
            tuple(seed_of(self.plan, number) for number in range(self.variations)),
            self.plan.request.strength,
        )
        self.method.check(task)
        return task

    def audio_of(self, clean: Tensor, preview: bool = False) -> Finished:
        """Finished audio of one clean latent (1, C, P), known frames as they are in the clip."""
        if self.model.refined is None:
            with torch.no_grad():
                audio = self.model.audio(clean, self.plan.frames)[0]
            return finished(at_length(audio, self.model.rate, self.plan), self.plan, preview)
        mel = self.decode(clean)[0]
        if self.mel is not None:
            known = torch.from_numpy(self.plan.known_frames()).to(mel.device)
            mel = torch.where(known, self.mel.to(mel.device), mel)
        return finish(mel, self.plan, self.model.refined, preview)


def preset_of(request: Request, model: Model) -> Preset:
    """The preset asked for, with the request's own iterations, or its strength's share of them."""
    if request.preset not in PRESETS:
        raise BadRequest(
            "preset", f'There is no preset "{request.preset}"; choose one of {", ".join(PRESETS)}.'
        )
    method = METHODS[request.method]
    preset = PRESETS[method.usual if request.preset == "default" else request.preset]
    if preset.student and not method.student:
        raise BadRequest(
            "preset",
            f'The method "{method.name}" runs on the teacher: choose that preset, or none.',
        )
    preset = model.suited(preset)
    wanted = request.iterations
    if wanted is None:
        wanted = round(request.strength * preset.iterations)
    return replace(preset, iterations=wanted)


def denoiser_of(model: Bundled, rows: Condition, preset: Preset, steps: int) -> Denoiser:
    """The preset's network, thresholded, for a sampler of so many steps and one row a latent."""
    return Conditioned(model, rows, wrap=True).denoiser(preset, steps)
