"""Variations: where one begins, be it a clip of the user's own, which is inverted first."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace
from typing import Any, cast

from torch import Tensor

from ditto_daw.diffusion.optimise import Step
from ditto_daw.diffusion.presets import Preset
from ditto_daw.events import Event, Progress
from ditto_daw.inversion import Inverted, Sought, likeness
from ditto_daw.inversion.base import DECADES, Invertible
from ditto_daw.inversion.ditto import searched
from ditto_daw.models.base import Whole
from ditto_daw.rendering.conditioning import clip_mel, told_of
from ditto_daw.rendering.studio import Studio
from ditto_daw.rendering.warm import varied

ITERATIONS = 15
"""Of the search for a clip's latent: through the student, half of the codec's own error."""


def begun(studio: Studio) -> Generator[Event, None, Tensor]:
    """x_T (B, C, P) of the request, one row per variation; yields before every call of a network.

    To vary a clip, it is inverted first: the model is told its beats, but no words, so that those
    of the request say what shall become of it. A latent that was made in another way (by the
    teacher, in more steps) is found anew of what was made of it. What was done is told by the
    takes, under "origin".
    """
    kept, vary = studio.kept, studio.plan.request.use == "vary"
    differs = kept.how.differs(studio.how) if kept and kept.how else []
    if kept is not None:
        done = "taken as it is"
        if vary and differs and kept.clean is not None:
            done = "inverted again"
        elif studio.figures.controls:
            done = "re-optimised"
        studio.told["origin"] = {
            "seed": kept.seed,
            "differs": differs,
            "latent": done,
            "iterations": studio.preset.iterations if studio.figures.controls else 0,
        }
    if not vary or (kept is not None and (not differs or kept.clean is None)):
        return studio.beginning()
    if kept is not None and kept.clean is not None:
        clean = kept.clean[None].to(studio.model.device)
    else:
        mel = clip_mel(studio.plan)[None].to(studio.model.device)
        clean = studio.model.encode(told_of(studio.plan, mel[0].cpu()))
        studio.told["origin"] = {"codec_floor": _floor(studio, mel, clean)}
    latent = yield from _inverted(studio, clean)
    return varied(latent[0], studio.plan, studio.model)


def _inverted(studio: Studio, clean: Tensor) -> Generator[Event, None, Tensor]:
    """x_T (1, C, P) of a clean latent (1, C, P)."""
    objective = likeness(clean, studio.decode)
    sought = Sought(clean, _wordless(studio), _preset(studio), objective)
    search = searched(sought, ITERATIONS, shell=Preset.shell)
    began, progress = time.monotonic(), Progress("inverting", 0, ITERATIONS)
    while True:
        yield progress
        try:
            step = next(search)
        except StopIteration as end:
            found: Inverted = end.value
            return found.latent
        if step is not None:
            progress = _progress(step, time.monotonic() - began)
            told: dict[str, Any] = studio.told.setdefault("origin", {})
            told["inversion_error"] = step.losses.get("inversion")


def _wordless(studio: Studio) -> Invertible:
    # A variation is rendered in one view; DITTO's inversion moves no embedding.
    return cast(Invertible, cast(Whole, studio.network).wordless())


def _preset(studio: Studio) -> Preset:
    """The studio's, through the steps that it will sample in; without words there is nothing to
    guide the teacher towards, and the student keeps the weight that it was asked for."""
    preset = studio.preset
    steps = preset.steps if studio.figures.controls else preset.plain_steps
    guidance = preset.guidance if preset.student else 1.0
    return replace(preset, steps=steps, guidance=guidance, decode=None)


def _floor(studio: Studio, mel: Tensor, clean: Tensor) -> float:
    """What the codec alone makes of the clip, on the scale of the inversion error."""
    return float(((studio.decode(clean) - mel) / DECADES).square().mean())


def _progress(step: Step, spent: float) -> Progress:
    left = spent / (step.iteration + 1) * (step.of - step.iteration)
    return Progress("inverting", step.iteration, step.of, step.losses, left)
