"""The bars of a plan: their lines, and what its clip would be if it came round again.

The kept part of a clip is taken as a loop of its own whole bars. What is made anew beside it is
asked to be as loud as that, and takes on its balance.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw.rendering.brief import Brief
from ditto_daw.rendering.plan import Plan

NEARLY = Fraction(1, 50)
"""Quarters that a last bar may lack: clips are cut by hand."""


def end_of(plan: Brief, samples: int) -> Fraction:
    """Timeline quarter at which so many samples of the result have passed."""
    tempo, origin = plan.request.file_tempo, plan.request.position
    return tempo.quarter(tempo.seconds(origin) + Fraction(samples, plan.rate))


def bar_lines(plan: Brief, rate: int) -> NDArray[np.int64]:
    """Samples (N,), at a rate, of the bar lines inside the loop; the wrap is not among them."""
    tempo, origin = plan.request.file_tempo, plan.request.position
    end, line, found = end_of(plan, plan.length), tempo.bars(origin, 1), []
    while line < end:
        found.append(tempo.length(origin, line, rate))
        line = tempo.bars(line, 1)
    last = round(plan.length * Fraction(rate, plan.rate)) - 1
    return np.array([sample for sample in found if sample < last], dtype=np.int64)


def frames_of(plan: Plan, samples: NDArray[np.int64]) -> NDArray[np.int64]:
    """The frames nearest to samples at the plan's rate, around the loop."""
    return np.round(samples * (plan.frames / plan.length)).astype(np.int64) % plan.frames


def gap(plan: Plan) -> tuple[int, int]:
    """First sample of the re-made part, and how many it has; it may run past the loop's end.

    Only with a kept part.
    """
    made = ~np.asarray(plan.keep)
    begin = int(np.flatnonzero(made & ~np.roll(made, 1))[0])
    return begin, int(made.sum())


def own_period(plan: Plan) -> int:
    """Samples of the kept part's whole bars, else of its whole quarters; 0 where it has none."""
    if plan.keep is None:
        return 0
    _, made = gap(plan)
    tempo, kept, first = plan.request.file_tempo, plan.length - made, _first(plan)
    start, end = end_of(plan, first), end_of(plan, first + kept) + NEARLY
    last = start
    while (line := tempo.bars(last, 1)) <= end:
        last = line
    if last == start:
        last += int(end - start)
    return min(tempo.length(start, last, plan.rate), kept)


def recalled(plan: Plan, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """The kept samples that these samples of the loop fall on; only with an `own_period`."""
    first = _first(plan)
    return (first + (places - first) % plan.length % own_period(plan)) % plan.length


def _first(plan: Plan) -> int:
    """The first kept sample after the re-made part."""
    return sum(gap(plan)) % plan.length


def made_beats(plan: Plan) -> Tensor:
    """Shares (F, N) of the frames in the N beats of the re-made part, the last beat first.

    Its beats are taken as equally long.
    """
    begin, length = gap(plan)
    quarters = end_of(plan, begin + length) - end_of(plan, begin)
    count = max(1, round(quarters))
    samples = np.flatnonzero(~plan.known_frames()) * (plan.length / plan.frames)
    left = (begin + length - samples) % plan.length * (float(quarters) / length)
    beat = np.clip(np.floor(left).astype(int), 0, count - 1)
    own = np.zeros((plan.frames, count))
    own[np.flatnonzero(~plan.known_frames()), beat] = 1.0
    return torch.from_numpy((own / own.sum(axis=0).clip(1.0)).astype(np.float32))
