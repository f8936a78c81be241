"""Controls of a plan: what the lane, the MIDI clip and the kept part ask of the mel."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from ditto_daw import controls
from ditto_daw.controls import Control
from ditto_daw.controls.intensity import Intensity
from ditto_daw.controls.melody import Melody
from ditto_daw.controls.reference import Reference
from ditto_daw.models.bundled import Bundled
from ditto_daw.plan import Plan
from ditto_daw.targets.intensity import intensity_target
from ditto_daw.targets.kept import near_joins, recurrence, seam
from ditto_daw.targets.notes import melody_target


def controls_of(plan: Plan, model: Bundled, mel: Tensor | None) -> tuple[Control, ...]:
    """The plan's controls with the paper's weights (appendix H); empty for a draft.

    The reference is the clip as the model's codec renders it: what it cannot express is no error
    of the latent.
    """
    if plan.request.kind == "draft":
        return ()
    found: list[Control] = []
    made = torch.from_numpy(~plan.known_frames())
    intensity = intensity_target(plan, model, mel)
    if intensity is not None:
        found.append(Intensity(intensity, mask=made, wrap=True))
    melody = melody_target(plan)
    if melody is not None:
        found.append(Melody(melody, wrap=True))
    joins = near_joins(plan)
    if mel is not None and joins.any():
        heard = model.codec.decode(model.codec.encode(mel[None].to(model.device)))[0]
        found.append(Reference(heard, mask=joins))
    found += [one for one in (recurrence(plan, mel), seam(plan, mel)) if one is not None]
    weights = controls.paper_weights([control.name for control in found])
    return tuple(replace(control, weight=weights[control.name]) for control in found)  # type: ignore[type-var]
