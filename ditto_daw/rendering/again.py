"""What comes round again where music is made: the clip beside it, or what was made before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ditto_daw.rendering.bars import NEARLY
from ditto_daw.rendering.brief import Brief
from ditto_daw.rendering.tape import Tape
from ditto_daw.requests.sections import Section, samples_of

if TYPE_CHECKING:
    from ditto_daw.rendering.canvas import Canvas

RECALL_SECONDS = 16.0
"""Of what comes round again, in whole bars."""
LEAST_SECONDS = 1.0
"""Of a section that a later one recalls."""

Audio = NDArray[np.floating]


@dataclass(frozen=True)
class Recall:
    """Samples [start, start + period) of the timeline, which come round again beside them."""

    start: int
    period: int

    def heard(self, tape: Tape, places: NDArray[np.int64], zero: int) -> Audio:
        """It (channels, n) at places, a round of it beginning at `zero`."""
        return tape.read(self.start, self.period)[:, (places - zero) % self.period]


def again(canvas: Canvas, number: int, tape: Tape) -> Audio | None:
    """What comes round again through a window (channels, n), when the ones before it are on the
    tape: the clip, each place by what is nearer of the two sides. Of music without a clip, its
    first window does. Of sections, the first one like them; None where one has none."""
    window = canvas.windows[number]
    places = window.begin + np.arange(window.length)
    if canvas.request.sections:
        return _by_section(canvas, number, tape, places)
    recalls = canvas.recalls
    if not recalls and number:
        first = canvas.windows[0]
        recalls = (recall(canvas, first.first, first.last, ends=True),)
    if not recalls:
        return None
    rounds = [one.heard(tape, places, one.start) for one in recalls]
    if len(rounds) == 1:
        return rounds[0]
    left, right = recalls
    middle = (left.start + left.period + right.start) // 2
    return np.where(places < middle, *rounds)


def _by_section(canvas: Canvas, number: int, tape: Tape, places: NDArray[np.int64]) -> Audio | None:
    """Each section's part of the window by the first one like it, from its beginning."""
    window, sections = canvas.windows[number], canvas.request.sections
    starts = samples_of(canvas.request, canvas.request.position, canvas.rate)
    edges = [*starts, canvas.length]
    there = (0, window.first) if canvas.begun(1) else (window.last, canvas.length)
    made = places.clip(window.first, window.last - 1)
    own = np.searchsorted(starts, made, side="right") - 1
    audio = np.zeros((canvas.channels, window.length), dtype=tape.dtype)
    for index in np.unique(own):
        alike = (n for n in range(index + 1) if _alike(sections[n], sections[index]))
        spans = ((max(edges[n], there[0]), min(edges[n + 1], there[1])) for n in alike)
        span = next((s for s in spans if s[1] - s[0] >= LEAST_SECONDS * canvas.rate), None)
        if span is None:
            return None
        here = own == index
        found = recall(canvas, *span, ends=False)
        audio[:, here] = found.heard(tape, places[here], starts[index])
    return audio


def _alike(one: Section, other: Section) -> bool:
    """Whether two sections are the same music: by their letters, else by what they ask for."""
    if one.letter or other.letter:
        return one.letter == other.letter
    return replace(one, bars=other.bars) == other


def recall(brief: Brief, first: int, last: int, ends: bool) -> Recall:
    """The last whole bars of [first, last), or the first ones; else its quarters, else all."""
    tempo, rate = brief.request.file_tempo, brief.rate
    most = min(last - first, round(RECALL_SECONDS * rate))
    zero = tempo.seconds(brief.request.position)
    start, end = (last - most, last) if ends else (first, first + most)
    low, high = (tempo.quarter(zero + Fraction(at, rate)) for at in (start, end))
    edge, limit = (high, low - NEARLY) if ends else (low, high + NEARLY)
    step = tempo.bars_before if ends else tempo.bars
    far, following = edge, step(edge, 1)
    while (following >= limit) if ends else (following <= limit):
        far, following = following, step(following, 1)
    if far == edge:
        whole = int(abs(limit - edge))
        far = edge - whole if ends else edge + whole
    period = min(abs(tempo.length(far, edge, rate)), most) or most
    return Recall(last - period if ends else first, period)
