"""When things shall begin: the lines of the grid, of the MIDI clip's notes, of a recording."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw.bars import end_of
from ditto_daw.controls.groove import Groove, lines
from ditto_daw.grid import grid_seconds
from ditto_daw.measures.grid import lines_per_quarter
from ditto_daw.plan import Plan
from ditto_daw.targets.follow import Recording
from ditto_daw.targets.notes import note_times
from ditto_daw.vocabulary import METERS

SOFTEST = 0.3
"""Height of the softest note's line; the loudest has 1."""
RHYTHM = 0.35
"""Tolerance of a rhythm, one less the cosine; measured, see `Groove`."""


def grid_lines(plan: Plan) -> NDArray[np.float64]:
    """Seconds (N,) of the grid's lines in the result: sixteenths, or triplets where it swings."""
    request = plan.request
    per_quarter = lines_per_quarter(request.genre, METERS[int(plan.grid.meter[0])])
    end = end_of(plan, plan.length)
    return grid_seconds(request.file_tempo, request.position, end, per_quarter)


def groove(plan: Plan, recording: Recording | None) -> Groove | None:
    """Onsets on the grid, or when the notes or the recording have theirs."""
    made = torch.from_numpy(~plan.known_frames())
    if recording is not None and recording.gives("groove"):
        target, counts = recording.onsets(plan.wrap), made & recording.covered
        if not bool((target * counts).any()):
            return None
        return Groove(target, counts, every=True, tolerance=RHYTHM, wrap=plan.wrap)
    if plan.request.groove == "grid":
        return Groove(_target(plan, grid_lines(plan)), made, wrap=plan.wrap)
    if plan.request.groove == "midi":
        times, velocities = note_times(plan)
        if not len(times):
            return None
        heights = torch.from_numpy(SOFTEST + (1.0 - SOFTEST) * velocities)
        target = _target(plan, times, heights)
        if not bool((target * made).any()):
            return None
        return Groove(target, made, every=True, tolerance=RHYTHM, wrap=plan.wrap)
    return None


def _target(plan: Plan, seconds: NDArray[np.float64], heights: Tensor | None = None) -> Tensor:
    """Target (F,) of lines at these seconds (N,) of the plan."""
    places = torch.from_numpy(seconds * (plan.frames / plan.seconds))
    return lines(places, plan.frames, plan.wrap, heights).float()
