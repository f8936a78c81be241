"""Which parts shall sound alike: a pattern of letters, or the structure of a recording."""

from __future__ import annotations

import torch
from torch import Tensor

from ditto_daw.controls.structure import Structure, form
from ditto_daw.rendering.plan import Plan
from ditto_daw.rendering.targets.follow import Recording


def structure(plan: Plan, recording: Recording | None) -> Structure | None:
    """The request's pattern over equal parts of the result, or the recording's own structure; None
    where a window of the result lies within one part."""
    if recording is not None and recording.gives("structure"):
        whole = bool(recording.covered.all())
        counts = None if whole else recording.covered
        return Structure(recording.timbre(), counts, smooth=False, wrap=plan.wrap)
    pattern = plan.request.structure
    if not pattern:
        return None
    parts = parts_of(pattern, plan)
    return Structure(form(parts), wrap=plan.wrap) if len(parts.unique()) > 1 else None


def parts_of(pattern: str, plan: Plan) -> Tensor:
    """The number of each frame's part (F,), the same for the same letter.

    What lies before or after the result, in a window of it, belongs to the first or last part.
    """
    letters = sorted(set(pattern))
    numbers = torch.tensor([letters.index(letter) for letter in pattern])
    start, whole = (plan.part.start, plan.part.whole) if plan.part else (0, plan.length)
    # Whole numbers, so that a part begins with the very frame at which it does.
    samples = start * plan.frames + torch.arange(plan.frames) * plan.length
    return numbers[(samples * len(pattern) // (whole * plan.frames)).clamp(0, len(pattern) - 1)]
