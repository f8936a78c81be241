"""One request on its way: the plan, the model under its conditions, and what was measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import torch
from torch import Tensor

from ditto_daw.conditioning import clip_mel, condition_of
from ditto_daw.errors import BadRequest
from ditto_daw.figures import Figures
from ditto_daw.finish import Finished, finish
from ditto_daw.models.bundled import Bundled
from ditto_daw.models.condition import Condition
from ditto_daw.plan import Plan, make_plan
from ditto_daw.presets import PRESETS, Preset
from ditto_daw.request import Request
from ditto_daw.samplers import Denoiser
from ditto_daw.store import Store
from ditto_daw.targets import controls_of
from ditto_daw.thresholding import thresholded
from ditto_daw.warm import beginning


@dataclass
class Studio:
    """What every step of a render needs; `open` makes it of a request.

    Attributes:
        store: where previews and latents are kept.
        mel: of the clip (BANDS, F), None without a kept part.
        denoiser: the model for a sampler of so many steps, under the request's conditions, with
            guidance and thresholding inside; for all variations at once when something is
            optimised, else for one.
        positions: P, of the latent.
        stopped: the step at which its owner ended the optimisation, and of how many.
        began: monotonic seconds.
    """

    plan: Plan
    model: Bundled
    store: Store
    mel: Tensor | None
    denoiser: Callable[[int], Denoiser]
    preset: Preset
    positions: int
    figures: Figures
    stopped: tuple[int, int] | None = None
    began: float = field(default_factory=time.monotonic)

    @classmethod
    def open(cls, request: Request, model: Bundled, store: Store) -> Studio:
        """Reads the request's files. Raises a DittoError whose argument names the field."""
        plan = make_plan(request, model.frame_multiple)
        mel = clip_mel(plan) if plan.keep is not None else None
        preset = preset_of(plan.request, model)
        if mel is not None:
            preset = replace(preset, rate=preset.rate * preset.beside_clip)
        condition = condition_of(plan, model, mel)
        found = controls_of(plan, model, mel) if preset.iterations else ()
        rows = condition.repeat(plan.request.variations if found else 1)
        denoiser = partial(denoiser_of, model, rows, preset)
        positions = condition.local.shape[-1]
        figures = Figures(plan, found)
        return cls(plan, model, store, mel, denoiser, preset, positions, figures)

    @property
    def variations(self) -> int:
        """How many takes there shall be."""
        return self.plan.request.variations

    def beginning(self) -> Tensor:
        """x_T (B, C, P), one row per variation. Raises like `warm.beginning`."""
        return beginning(self.plan, self.model, self.positions)

    def audio_of(self, clean: Tensor, preview: bool = False) -> Finished:
        """Finished audio of one clean latent (1, C, P), known frames as they are in the clip."""
        mel = self.model.codec.decode(clean)[0]
        if self.mel is not None:
            known = torch.from_numpy(self.plan.known_frames()).to(mel.device)
            mel = torch.where(known, self.mel.to(mel.device), mel)
        return finish(mel, self.plan, self.model, preview)


def preset_of(request: Request, model: Bundled) -> Preset:
    """The preset asked for, with the request's own iterations, or its strength's share of them."""
    if request.preset not in PRESETS:
        raise BadRequest(
            "preset", f'There is no preset "{request.preset}"; choose one of {", ".join(PRESETS)}.'
        )
    preset = PRESETS[request.preset]
    if preset.student and not preset.calls <= set(model.student_steps):
        raise BadRequest(
            "preset",
            f'The model has no student for the preset "{request.preset}"; choose "teacher".',
        )
    wanted = request.iterations
    if wanted is None:
        wanted = round(request.strength * preset.iterations)
    return replace(preset, iterations=wanted)


def denoiser_of(model: Bundled, rows: Condition, preset: Preset, steps: int) -> Denoiser:
    """The preset's network, thresholded, for a sampler of so many steps and one row a latent."""
    if preset.student:
        denoise = model.student(rows, preset.guidance, wrap=True, steps=steps)
    else:
        denoise = model.denoiser(rows, preset.guidance, wrap=True)
    return thresholded(denoise, model.clip)
