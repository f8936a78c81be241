"""How the gap in a clip is divided into windows, each of them one pass of the model.

A window holds what it makes, the kept audio beside it that it must match, and on an open side a
margin that is rendered and dropped: there smoothing and vocoder see what they would see inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

from ditto_daw.brief import MODEL_HOP, MODEL_RATE

WINDOW_SECONDS = 14.0
"""Of a window in a chain, kept audio and margin included; the model has learnt up to 24 s."""
LONGEST_SECONDS = 24.0
"""Music without a clip and a gap between two clips are one window up to this length."""
LEAST_MADE_SECONDS = 6.0
"""What a window makes anew even beside a long overlap."""
MARGIN_FRAMES = 48
"""Half of the second that intensity is smoothed over; the vocoder needs 32."""
SNAP = 0.25
"""Windows meet at a bar line that lies within this share of their length."""


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

    Of it [first, last) is made anew and taken; begin may be less than 0.
    """

    begin: int
    length: int
    frames: int
    first: int
    last: int


def windows_of(
    gap: Gap,
    overlap: int,
    rate: int,
    multiple: int,
    lines: NDArray[np.int64],
    at_once: bool = False,
) -> tuple[Window, ...]:
    """The windows of a gap in the order in which they are rendered, outwards from kept audio.

    overlap: samples of kept audio that each must match. multiple: of frames that the model needs.
    lines: samples of the bar lines, where windows meet if they can. at_once: in one window.
    """
    hop = MODEL_HOP * rate / MODEL_RATE
    margin = round(MARGIN_FRAMES * hop)
    beside = min(overlap, gap.before) + min(overlap, gap.after)
    short = gap.end - gap.begin + beside <= LONGEST_SECONDS * rate
    if at_once or (short and bool(gap.before) == bool(gap.after)):
        cuts = [gap.begin, gap.end]
    else:
        most = max(WINDOW_SECONDS * rate - overlap - margin, LEAST_MADE_SECONDS * rate)
        cuts = _cuts(gap, most, lines)
    backwards = gap.after > 0 and not gap.before
    found = []
    for first, last in pairwise(cuts):
        before = gap.before + (0 if backwards else first - gap.begin)
        after = gap.after + gap.end - last if backwards or last == gap.end else 0
        found.append(_window(first, last, before, after, overlap, margin, hop, multiple))
    return tuple(reversed(found) if backwards else found)


def _cuts(gap: Gap, most: float, lines: NDArray[np.int64]) -> list[int]:
    """Where windows meet, both ends of the gap included: equal parts, moved to bar lines."""
    count = max(1, ceil((gap.end - gap.begin) / most))
    part = (gap.end - gap.begin) / count
    cuts = [gap.begin]
    for number in range(1, count):
        place = round(gap.begin + number * part)
        if len(lines):
            line = int(lines[np.argmin(np.abs(lines - place))])
            place = line if abs(line - place) <= SNAP * part else place
        cuts.append(place)
    return [*cuts, gap.end]


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
