"""Controls of a plan: what the lane, the MIDI clip, a recording, the structure and the kept part
ask of the mel."""

from __future__ import annotations

import torch
from torch import Tensor

from ditto_daw import controls
from ditto_daw.controls import Control
from ditto_daw.controls.harmony import Harmony
from ditto_daw.controls.melody import Melody
from ditto_daw.controls.reference import Reference
from ditto_daw.models.base import Model
from ditto_daw.rendering.conditioning import told_of
from ditto_daw.rendering.plan import Plan
from ditto_daw.rendering.targets.follow import Recording
from ditto_daw.rendering.targets.groove import groove
from ditto_daw.rendering.targets.intensity import intensity
from ditto_daw.rendering.targets.kept import (
    come_round,
    near_joins,
    recurrence,
    repetition,
    same_harmony,
    seam,
)
from ditto_daw.rendering.targets.notes import harmony_target, melody_target
from ditto_daw.rendering.targets.structure import structure


def controls_of(
    plan: Plan, model: Model, mel: Tensor | None, recording: Recording | None = None
) -> tuple[Control, ...]:
    """The plan's controls with their weights (appendix H, or the request's); empty for a draft.

    mel (BANDS, F): of the kept clip. recording: what the request follows, see `follow.heard`.
    """
    request = plan.request
    if request.kind == "draft":
        return ()
    again = come_round(plan, mel)
    asked = (
        intensity(plan, model, mel, recording),
        melody(plan, recording),
        harmony(plan, recording, again),
        structure(plan, recording),
        groove(plan, recording),
        reference(plan, model, mel),
        recurrence(plan, again),
        seam(plan, mel),
        repetition(plan),
    )
    found = [control for control in asked if control is not None]
    return controls.weighed(found, request.balance, dict(request.weights))


def melody(plan: Plan, recording: Recording | None) -> Melody | None:
    """The line of the MIDI clip, or what stands out in the recording."""
    if recording is not None and recording.gives("melody"):
        target = torch.where(_made(plan), recording.melody(), -1)
        return Melody(target, wrap=plan.wrap) if bool((target >= 0).any()) else None
    line = melody_target(plan)
    return None if line is None else Melody(line, wrap=plan.wrap)


def harmony(plan: Plan, recording: Recording | None, again: Tensor | None) -> Harmony | None:
    """The chords of the MIDI clip, or what lasts in the recording, else in the kept bars when they
    come round again (BANDS, F)."""
    if recording is not None and recording.gives("harmony"):
        target = recording.chroma() * _made(plan)
        return Harmony(target, wrap=plan.wrap) if bool((target > 0).any()) else None
    if recording is not None and recording.gives("melody"):
        return None
    chords = harmony_target(plan)
    if chords is not None:
        return Harmony(chords, wrap=plan.wrap)
    return same_harmony(plan, again)


def reference(plan: Plan, model: Model, mel: Tensor | None) -> Reference | None:
    """Kept audio near the joins, as the model's codec renders it: what it cannot express is no
    error of the latent."""
    joins = near_joins(plan)
    if mel is None or not joins.any():
        return None
    heard = model.decode(model.encode(told_of(plan, mel)), plan.frames)[0]
    return Reference(heard, mask=joins)


def _made(plan: Plan) -> Tensor:
    """Frames bool (F,) that are made anew."""
    return torch.from_numpy(~plan.known_frames())
