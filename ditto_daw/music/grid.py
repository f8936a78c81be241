"""The frame grid of a render: tempo, beat and bar phase, chords and melody at every frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log2

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ditto_daw.music.notes import Note, melody_line, tonal
from ditto_daw.units import TempoMap
from ditto_daw.vocabulary import METERS

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FrameGrid:
    """Where each of F frames lies in the music.

    quarter (F,): position on the timeline, quarters. tempo (F,): quarters per minute.
    quarter_phase (F,): quarters since the bar line, modulo 1. bar_phase (F,): 0..1 through a full
    bar. meter (F,): index into METERS. A meter that is none of them counts as the nearest, with
    bars doubled or halved towards its length: 2/4 runs as 4/4 of two bars, 12/8 as 6/8.
    """

    quarter: Floats
    tempo: Floats
    quarter_phase: Floats
    bar_phase: Floats
    meter: NDArray[np.int64]


def frame_grid(tempo: TempoMap, start: Fraction, times: ArrayLike) -> FrameGrid:
    """The grid of frames at `times` (F,) seconds after the timeline quarter `start`."""
    quarter = quarters_at(tempo, start, times)
    # Rounding to 1e-9 quarters keeps a frame that lies on a bar line from falling just before it.
    quarter = np.round(quarter, 9)
    changes = np.array([float(at) for at, _, _ in tempo.meters])
    entry = np.maximum(np.searchsorted(changes, quarter, side="right") - 1, 0)
    lengths = np.array([_conditioned_bar(num, den) for _, num, den in tempo.meters])[entry]
    in_bar = np.mod(quarter - changes[entry], lengths)
    bpm = np.array([float(value) for _, value in tempo.tempos])
    steps = np.array([float(at) for at, _ in tempo.tempos])
    segment = np.maximum(np.searchsorted(steps, quarter, side="right") - 1, 0)
    nearest = np.array([nearest_meter(num, den) for _, num, den in tempo.meters])
    return FrameGrid(
        quarter=quarter,
        tempo=bpm[segment],
        quarter_phase=np.mod(in_bar, 1.0),
        bar_phase=in_bar / lengths,
        meter=nearest[entry],
    )


def quarters_at(tempo: TempoMap, start: Fraction, times: ArrayLike) -> Floats:
    """Timeline quarters at `times` (F,) seconds after the timeline quarter `start`."""
    times = np.asarray(times, dtype=np.float64)
    origin = tempo.seconds(start)
    # Differences from the start are taken exactly, so that a late position costs no precision.
    starts = np.array([float(second - origin) for second in tempo.starts])
    quarters = np.array([float(at - start) for at, _ in tempo.tempos])
    per_second = np.array([float(bpm / 60) for _, bpm in tempo.tempos])
    segment = np.maximum(np.searchsorted(starts, times, side="right") - 1, 0)
    offset = (times - starts[segment]) * per_second[segment]
    return float(start) + (quarters[segment] + offset)


def nearest_meter(numerator: int, denominator: int) -> int:
    """Index into METERS of a meter, or of the one closest in bar length, then in beat.

    Twice or half the length counts as no distance, as two bars of 2/4 are heard as one of 4/4.
    """

    def distance(index: int) -> tuple[bool, float, int]:
        octaves = log2(_bar(*METERS[index]) / _bar(numerator, denominator))
        same = METERS[index] == (numerator, denominator)
        return not same, abs(octaves - round(octaves)), abs(METERS[index][1] - denominator)

    return min(range(len(METERS)), key=distance)


def _bar(numerator: int, denominator: int) -> float:
    return 4 * numerator / denominator


def _conditioned_bar(numerator: int, denominator: int) -> float:
    """Quarters in the bar that the model is told of: the host's, doubled or halved if need be."""
    length = _bar(numerator, denominator)
    nearest = _bar(*METERS[nearest_meter(numerator, denominator)])
    return float(length * 2 ** round(log2(nearest / length)))


def chords_chroma(notes: Sequence[Note], quarters: ArrayLike) -> NDArray[np.float32]:
    """The pitch classes that sound at each frame, (F, 12): 1 where one sounds, else 0.

    quarters (F,): positions relative to the notes' zero. Drums (channel 10) are left out.
    """
    positions = np.asarray(quarters, dtype=np.float64)
    chroma = np.zeros((positions.size, 12), dtype=np.float32)
    order = np.argsort(positions, kind="stable")
    ordered = positions[order]
    for note in tonal(notes):
        first, last = np.searchsorted(ordered, [note.start, note.end], side="left")
        chroma[order[first:last], note.pitch % 12] = 1.0
    return chroma


def melody_classes(
    notes: Sequence[Note], quarters: ArrayLike, rule: str = "top"
) -> NDArray[np.int8]:
    """The pitch class that a melody control wants at each frame, (F,), -1 where there is none.

    quarters (F,): positions relative to the notes' zero; rule as in `melody_line`.
    """
    line = melody_line(notes, rule)
    positions = np.asarray(quarters, dtype=np.float64)
    if not line:
        return np.full(positions.shape, -1, dtype=np.int8)
    starts = np.array([note.start for note in line])
    ends = np.array([note.end for note in line])
    classes = np.array([note.pitch % 12 for note in line], dtype=np.int8)
    index = np.searchsorted(starts, positions, side="right") - 1
    held = np.maximum(index, 0)
    inside = (index >= 0) & (positions < ends[held])
    return np.where(inside, classes[held], np.int8(-1)).astype(np.int8)


def grid_seconds(tempo: TempoMap, start: Fraction, end: Fraction, per_quarter: int = 4) -> Floats:
    """Seconds after `start` of every 16th (per_quarter 4) or 8th triplet (3) in start..end.

    The grid begins anew at every bar line, as notes are written.
    """
    positions: list[Fraction] = []
    bar = tempo.bar_start(start)
    while bar < end:
        following = tempo.bars(bar, 1)
        steps = -((bar - following) * per_quarter // 1)
        positions += [bar + Fraction(step, per_quarter) for step in range(int(steps))]
        bar = following
    origin = tempo.seconds(start)
    return np.array([float(tempo.seconds(at) - origin) for at in positions if start <= at < end])
