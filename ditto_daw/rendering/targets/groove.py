"""When things shall begin: the lines of the grid, of the MIDI clip's notes, of a recording."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from ditto_daw.controls.groove import Groove, lines
from ditto_daw.measures.grid import lines_per_quarter
from ditto_daw.music.grid import grid_seconds
from ditto_daw.rendering.bars import end_of
from ditto_daw.rendering.plan import Plan
from ditto_daw.rendering.targets.follow import Recording
from ditto_daw.rendering.targets.notes import note_times
from ditto_daw.requests.steering import accompanies
from ditto_daw.vocabulary import METERS

SOFTEST = 0.3
"""Height of the softest note's line; the loudest has 1."""
RHYTHM = 0.12
"""Tolerance of a rhythm, one less the cosine; clicks on their lines have less than 0.1."""


def grid_lines(plan: Plan) -> NDArray[np.float64]:
    """Seconds (N,) of the grid's lines in the result: sixteenths, or triplets where it swings."""
    request = plan.request
    per_quarter = lines_per_quarter(request.genre, METERS[int(plan.grid.meter[0])])
    end = end_of(plan, plan.length)
    return grid_seconds(request.file_tempo, request.position, end, per_quarter)


def groove(plan: Plan, recording: Recording | None) -> Groove | None:
    """Onsets on the grid, or when the notes or the recording have theirs.

    An accompaniment may also play on the grid where what it goes with is silent.
    """
    counts = torch.from_numpy(~plan.known_frames())
    if recording is not None and recording.gives("groove"):
        times, loud = recording.onsets()
        counts = counts & recording.covered
    elif plan.request.groove == "midi":
        times, loud = note_times(plan)
    elif plan.request.groove == "grid":
        times, loud = grid_lines(plan), None
    else:
        return None
    inside = (times >= 0.0) & (times < plan.seconds)
    places = torch.from_numpy(times[inside] * (plan.frames / plan.seconds))
    if not len(places):
        return None
    heights = None if loud is None else torch.from_numpy(SOFTEST + (1 - SOFTEST) * loud[inside])
    target = lines(places, plan.frames, plan.wrap, heights).float()
    if loud is not None and accompanies(plan.request):
        grid = torch.from_numpy(grid_lines(plan) * (plan.frames / plan.seconds))
        counts = counts & ((target > 0) | (lines(grid, plan.frames, plan.wrap) == 0))
    if not bool((target * counts).any()):
        return None
    if loud is None:
        return Groove(target, places, counts, wrap=plan.wrap)
    return Groove(target, places, counts, every=True, tolerance=RHYTHM, wrap=plan.wrap)
