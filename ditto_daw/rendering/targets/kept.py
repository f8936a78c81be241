"""What the kept part of a clip asks of the rest: joins that match, levels, and a wrap like a bar
line."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls.harmony import Harmony
from ditto_daw.controls.loop import Loop
from ditto_daw.controls.recurrence import Recurrence, beat_levels
from ditto_daw.controls.seam import ACROSS, Seam
from ditto_daw.rendering.bars import bar_lines, frames_of, made_beats, own_period, recalled
from ditto_daw.rendering.conditioning import mel_of
from ditto_daw.rendering.plan import Plan
from ditto_daw.rendering.targets.lasting import pitch_energy

OVERLAP_SECONDS = 1.0
"""Kept audio on each side of a join that the model's own version must match (section 5.2)."""

SAME_HARMONY = 0.1
"""Nats. Extensions of three recorded clips came to 0.04 to 0.13 when asked for the chords of the
kept bars, and were 0.35 to 0.44 away when not."""


def near_joins(plan: Plan) -> Tensor:
    """Known frames (F,) within OVERLAP_SECONDS of a join, around the loop; all of a window's, which
    holds no more than its overlap."""
    known = plan.known_frames()
    if plan.part is not None:
        return torch.from_numpy(known)
    reach = round(OVERLAP_SECONDS * signal.FRAMES_PER_SECOND)
    made = np.pad((~known).astype(float), reach, mode="wrap" if plan.wrap else "constant")
    close = np.convolve(made, np.ones(2 * reach + 1), mode="valid") > 0.5
    return torch.from_numpy(known & close)


def come_round(plan: Plan, mel: Tensor | None) -> Tensor | None:
    """Mel (BANDS, F) of the kept bars as they would come round again; mel (BANDS, F): of the clip.

    None where the clip has no whole beat to go by, and for a section like none before it.
    """
    if mel is None:
        return None
    if plan.part is not None:
        if plan.part.again is None:
            return None
        return mel_of(plan, plan.as_made(plan.part.again))
    if not own_period(plan):
        return None
    samples = np.round(np.arange(plan.frames) * (plan.length / plan.frames)).astype(np.int64)
    return mel[:, torch.from_numpy(frames_of(plan, recalled(plan, samples)))]


def recurrence(plan: Plan, again: Tensor | None) -> Recurrence | None:
    """The levels of the kept bars, come round, for the beats that are made anew, unless a lane asks
    for others."""
    if again is None or plan.request.curve is not None:
        return None
    beats = made_beats(plan)
    return Recurrence(beat_levels(again, beats), beats)


def same_harmony(plan: Plan, again: Tensor | None) -> Harmony | None:
    """The pitch classes that last in the kept bars, come round, unless the notes, a key or roles
    without a pitch ask for others."""
    request = plan.request
    drums = bool(request.roles) and set(request.roles) <= {"drums"}
    if again is None or request.midi is not None or request.key or drums:
        return None
    target = pitch_energy(again) * torch.from_numpy(~plan.known_frames())
    if not bool((target > 0).any()):
        return None
    return Harmony(target, tolerance=SAME_HARMONY, wrap=plan.wrap, implied=True)


def seam(plan: Plan, mel: Tensor | None) -> Seam | None:
    """The wrap against the loop's own bar lines; None for a loop of one bar, which has none, and
    for music that does not wrap."""
    if not plan.wrap:
        return None
    lines = frames_of(plan, bar_lines(plan, plan.rate))
    lines = lines[(lines > ACROSS) & (lines < plan.frames - ACROSS)]
    if not len(lines):
        return None
    tempo, origin = plan.request.file_tempo, plan.request.position
    beat = tempo.length(origin, origin + 1, plan.rate) * plan.frames // plan.length
    known = None if mel is None else torch.from_numpy(plan.known_frames())
    levels = 0 if plan.request.curve else max(1, beat)
    return Seam(torch.from_numpy(lines), levels, known=mel, mask=known)


def repetition(plan: Plan) -> Loop | None:
    """The beginning once more behind the end, for a loop that is closed by masks (appendix E)."""
    if plan.part is None or not plan.part.closes:
        return None
    period, end = (
        round(sample * plan.frames / plan.length)
        for sample in (plan.part.closes, plan.part.taken[1])
    )
    return Loop(period, min(end - period, period))
