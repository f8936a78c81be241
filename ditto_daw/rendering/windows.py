"""How the gap in a clip is divided into windows, each of them one pass of the model.

A window holds what it makes, the kept audio beside it that it must match, and on an open side a
margin that is rendered and dropped: there smoothing and vocoder see what they would see inside. In
it the model looks through up to TOGETHER views, no longer than what it has learnt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from ditto_daw.rendering.brief import MODEL_HOP, MODEL_RATE

VIEW_SECONDS = 14.0
"""Of a view in a chain, kept audio and margin included; the model has learnt up to 24 s."""
TOGETHER = 3
"""Views that are optimised as one window. Of 32 bars under a lane (two seeds, 12 iterations), the
beats before and after a bar line where windows of one view meet differ 1.5 and 1.8 times as much as
at other bar lines, in dB of the mel; where views meet in a window, 0.9 and 1.0 times. The lane's
error is within 0.9 dB^2 either way, processor time alike, peak memory 1.3 times."""
LONGEST_SECONDS = 24.0
"""Music without a clip and a gap between two clips are one view up to this length."""
LEAST_MADE_SECONDS = 6.0
"""What a view makes anew even beside a long overlap."""
LEAST_VIEW_SECONDS = 0.5
"""A section that reaches less far into the gap has no view of its own."""
MARGIN_FRAMES = 48
"""Half of the second that intensity is smoothed over; the vocoder needs 32."""
SNAP = 0.25
"""Views meet at a bar line that lies within this share of their length."""


@dataclass(frozen=True)
class Gap:
    """Samples [begin, end) to make anew, and how much kept audio there is on both sides."""

    begin: int
    end: int
    before: int
    after: int


@dataclass(frozen=True)
class Window:
    """One pass: samples [begin, begin + length) of the timeline as so many frames.

    Of it [first, last) is made anew and taken; begin may be less than 0. views: samples [from, to)
    of the timeline that the model sees at once, each overlapping the next.
    """

    begin: int
    length: int
    frames: int
    first: int
    last: int
    views: tuple[tuple[int, int], ...] = ()


def windows_of(
    gap: Gap,
    overlap: int,
    rate: int,
    multiple: int,
    lines: NDArray[np.int64],
    at_once: bool = False,
    sections: Sequence[int] = (),
    longest: float = inf,
) -> tuple[Window, ...]:
    """The windows of a gap in the order in which they are rendered, outwards from kept audio.

    overlap: samples of kept audio that each must match, and that two views share. multiple: of
    frames that the model needs. lines: samples of the bar lines, where views meet if they can.
    at_once: in one view. sections: samples where views must meet, for the music changes there.
    longest: seconds of a window, for a model whose views cannot be joined; none meets at a line.
    """
    hop = MODEL_HOP * rate / MODEL_RATE
    margin = round(MARGIN_FRAMES * hop)
    beside = min(overlap, gap.before) + min(overlap, gap.after)
    short = gap.end - gap.begin + beside <= min(LONGEST_SECONDS, longest) * rate
    least = LEAST_VIEW_SECONDS * rate
    inner = [at for at in sections if gap.begin + least <= at <= gap.end - least]
    cuts = [gap.begin, *inner, gap.end]
    if not at_once and not (short and bool(gap.before) == bool(gap.after)):
        most = max(VIEW_SECONDS * rate - overlap - margin, LEAST_MADE_SECONDS * rate)
        if longest < inf:
            room = min(VIEW_SECONDS, longest) * rate - 2 * max(overlap, margin)
            most, lines = max(room, LEAST_VIEW_SECONDS * rate), lines[:0]
        parts = [_cuts(first, last, most, lines)[:-1] for first, last in pairwise(cuts)]
        cuts = [*(at for part in parts for at in part), gap.end]
    backwards = gap.after > 0 and not gap.before
    found = []
    for own in _together(cuts, TOGETHER if longest == inf else 1):
        first, last = own[0], own[-1]
        before = gap.before + (0 if backwards else first - gap.begin)
        after = gap.after + gap.end - last if backwards or last == gap.end else 0
        window = _window(first, last, before, after, overlap, margin, hop, multiple)
        found.append(replace(window, views=_views(window, own[1:-1], overlap)))
    return tuple(reversed(found) if backwards else found)


def _together(cuts: list[int], most: int) -> list[list[int]]:
    """The edges of every window, those of its views among them: as many views in each, or one
    fewer; `most` at most."""
    views = len(cuts) - 1
    edges = np.linspace(0, views, ceil(views / most) + 1).round().astype(int)
    return [cuts[first : last + 1] for first, last in pairwise(edges)]


def _views(window: Window, cuts: Sequence[int], overlap: int) -> tuple[tuple[int, int], ...]:
    """The views of a window that meet at these cuts, half of their overlap on either side."""
    end, half = window.begin + window.length, overlap // 2
    starts = [window.begin, *(max(window.begin, cut - half) for cut in cuts)]
    return tuple(zip(starts, [*(min(end, cut + half) for cut in cuts), end], strict=True))


def _cuts(begin: int, end: int, most: float, lines: NDArray[np.int64]) -> list[int]:
    """Where views meet, both ends of [begin, end) included: equal parts, moved to bar lines."""
    count = max(1, ceil((end - begin) / most))
    part = (end - begin) / count
    cuts = [begin]
    for number in range(1, count):
        place = round(begin + number * part)
        if len(lines):
            line = int(lines[np.argmin(np.abs(lines - place))])
            place = line if abs(line - place) <= SNAP * part else place
        cuts.append(place)
    return [*cuts, end]


def _window(
    first: int,
    last: int,
    before: int,
    after: int,
    overlap: int,
    margin: int,
    hop: float,
    multiple: int,
) -> Window:
    """The window that makes [first, last) with so much known audio at its sides.

    It has whole frames of the model's own length; what is more than needed goes where there is
    room. Between two short clips there is none, and frames are a little longer or shorter.
    """
    left, right = min(overlap, before), min(overlap, after)
    if not right:
        right = margin
    elif not left:
        left = margin
    needed = left + last - first + right
    frames = ceil(needed / hop / multiple) * multiple
    length = round(frames * hop)
    spare = length - needed
    if after and (not before or before >= left + spare):
        left += spare
    elif after and after < right + spare:
        frames, length = max(1, round(needed / hop / multiple)) * multiple, needed
    return Window(first - left, length, frames, first, last)
