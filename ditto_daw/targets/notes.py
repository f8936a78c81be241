"""What the MIDI clip asks for."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ditto_daw.errors import EmptyMidi
from ditto_daw.grid import melody_classes
from ditto_daw.plan import Plan


def melody_target(plan: Plan) -> Tensor | None:
    """Pitch class per frame (F,), -1 where no note sounds or where the clip is kept."""
    if plan.request.midi is None or plan.request.melody == "none":
        return None
    classes = melody_classes(plan.notes, plan.quarters, plan.request.melody)
    classes[plan.known_frames()] = -1
    if (classes < 0).all():
        raise EmptyMidi(
            "midi",
            "No note of the MIDI clip falls into the part that is rendered; move the clip, or set"
            ' melody to "none".',
        )
    return torch.from_numpy(classes.astype(np.int64))
