"""One request on its way: the plan, the model under its conditions, and what was measured."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from ditto_daw.conditioning import clip_mel, condition_of
from ditto_daw.errors import BadRequest
from ditto_daw.figures import Figures
from ditto_daw.finish import Finished, finish
from ditto_daw.models.bundled import Bundled
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
        denoise: the model under the request's conditions, guidance and thresholding inside; for
            all variations at once when something is optimised, else for one.
        positions: P, of the latent.
        stopped: the step at which its owner ended the optimisation, and of how many.
        began: monotonic seconds.
    """

    plan: Plan
    model: Bundled
    store: Store
    mel: Tensor | None
    denoise: Denoiser
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
        preset = preset_of(plan.request)
        condition = condition_of(plan, model, mel)
        found = controls_of(plan, model, mel) if preset.iterations else ()
        rows = condition.repeat(plan.request.variations if found else 1)
        denoise = thresholded(model.denoiser(rows, preset.guidance, wrap=True), model.clip)
        positions = condition.local.shape[-1]
        figures = Figures(plan, found)
        return cls(plan, model, store, mel, denoise, preset, positions, figures)

    @property
    def variations(self) -> int:
        """How many takes there shall be."""
        return self.plan.request.variations

    def beginning(self) -> Tensor:
        """x_T (B, C, P), one row per variation. Raises like `warm.beginning`."""
        return beginning(self.plan, self.model, self.positions)

    def audio_of(self, clean: Tensor) -> Finished:
        """Finished audio of one clean latent (1, C, P), known frames as they are in the clip."""
        mel = self.model.codec.decode(clean)[0]
        if self.mel is not None:
            known = torch.from_numpy(self.plan.known_frames()).to(mel.device)
            mel = torch.where(known, self.mel.to(mel.device), mel)
        return finish(mel, self.plan, self.model)


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
