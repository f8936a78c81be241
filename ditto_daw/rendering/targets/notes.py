"""What the MIDI clip asks for: its melody, its harmony, the times of its notes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw.errors import EmptyMidi
from ditto_daw.music.grid import chords_chroma, melody_classes
from ditto_daw.rendering.plan import Plan


def melody_target(plan: Plan) -> Tensor | None:
    """Pitch class per frame (F,), -1 where no note sounds or where the clip is kept."""
    if plan.request.midi is None or plan.request.melody == "none":
        return None
    classes = melody_classes(plan.notes, plan.quarters, plan.request.melody)
    classes[plan.known_frames()] = -1
    if (classes < 0).all() and plan.part is not None:
        return None
    if (classes < 0).all():
        raise EmptyMidi(
            "midi",
            "No note of the MIDI clip falls into the part that is rendered; move the clip, or set"
            ' melody to "none".',
        )
    return torch.from_numpy(classes.astype(np.int64))


def harmony_target(plan: Plan) -> Tensor | None:
    """The pitch classes that sound (12, F), 1 or 0; None unless the clip is there for its chords:
    with a melody to follow, the model is told of the chords and nothing is asked of the result."""
    request = plan.request
    if request.midi is None or request.melody != "none" or not request.harmony:
        return None
    chroma = chords_chroma(plan.notes, plan.quarters)
    chroma[plan.known_frames()] = 0.0
    return torch.from_numpy(chroma.T.copy()) if chroma.any() else None


def note_times(plan: Plan) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds (N,) at which the clip's notes begin inside the plan, and their velocities 0..1.

    Raises EmptyMidi where none does in a whole result.
    """
    tempo, zero = plan.request.file_tempo, plan.request.file_tempo.seconds(plan.request.position)
    begun = [
        (float(tempo.seconds(plan.origin + Fraction(note.start)) - zero), note.velocity / 127)
        for note in plan.notes
    ]
    inside = [(at, loud) for at, loud in begun if 0 <= at < plan.seconds]
    if not inside and plan.part is None:
        raise EmptyMidi(
            "midi",
            "No note of the MIDI clip begins in the part that is rendered, so it has no groove to"
            " follow: move the clip, or leave groove out.",
        )
    return np.array([at for at, _ in inside]), np.array([loud for _, loud in inside])
