"""From a request to what one pass of the model renders: frames, their grid, and kept samples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ditto_daw.music.grid import FrameGrid, frame_grid
from ditto_daw.rendering.brief import MODEL_HOP, MODEL_RATE, SHORTEST_SECONDS, Brief, read_brief
from ditto_daw.rendering.keep import kept_samples
from ditto_daw.requests.request import Request

__all__ = ["MODEL_HOP", "MODEL_RATE", "SHORTEST_SECONDS", "Part", "Plan", "in_frames", "make_plan"]

LONGEST_SECONDS = 48.0
"""What one pass of the model renders."""


@dataclass(frozen=True, eq=False)
class Part:
    """Of a plan that is one window of a longer result: where it lies, and what it recalls.

    Attributes:
        start: sample of the result at which the window begins; less than 0 where it leads in.
        whole: samples of the result.
        taken: samples [first, last) of the window that the result takes from it.
        number, count: which window it is, from 0, and of how many.
        again: (channels, length) the clip come round again; None where there is none to recall.
        level: mean intensity of the clip in dB; None without a clip.
        closes: samples after which the window repeats its beginning, to be a loop; 0 for none.
        views: samples [from, to) of the window that the model sees at once, in their order.
    """

    start: int
    whole: int
    taken: tuple[int, int]
    number: int = 0
    count: int = 1
    again: NDArray[np.floating] | None = None
    level: float | None = None
    closes: int = 0
    views: tuple[tuple[int, int], ...] = ((0, 0),)


@dataclass(frozen=True, eq=False)
class Plan(Brief):
    """What one pass of the model renders: a result, or a window of one.

    Attributes, beside the brief's:
        keep: (length,) which samples are the clip's own; None without a clip.
        frames: mel frames of the render, a multiple of what the model needs.
        grid: tempo, beat and bar at each of them; frame k lies at k / frames of the length.
        wrap: the music runs round; else it has a beginning and an end.
        origin: timeline quarter of the whole result's beginning. Notes, curve and structure count
            from there; `request.position` is where this plan begins.
        part: of a window, how it belongs to the result; None where the plan is the whole.
    """

    keep: NDArray[np.bool_] | None
    frames: int
    grid: FrameGrid
    wrap: bool
    origin: Fraction
    part: Part | None = None

    @property
    def quarters(self) -> NDArray[np.float64]:
        """Quarters of every frame (F,), counted from the whole result's beginning."""
        return self.grid.quarter - float(self.origin)

    def known_frames(self) -> NDArray[np.bool_]:
        """Frames (F,) whose two hops around them lie wholly in kept audio.

        The ends are no edges: there a clip's first frame is what the result begins with. Only where
        some bars of a loop are re-made, the loop's end runs into its beginning.
        """
        if self.keep is None:
            return np.zeros(self.frames, dtype=bool)
        middle = np.arange(self.frames) * self.length / self.frames
        reach = MODEL_HOP * self.rate / MODEL_RATE
        beyond = int(reach) + 1
        around = np.pad(
            self.keep, beyond, mode="wrap" if self.wrap and self.request.redo else "edge"
        )
        changes = np.concatenate([[0], np.cumsum(~around)])
        low = np.round(middle - reach).astype(int) + beyond
        high = np.round(middle + reach).astype(int) + beyond
        return np.asarray(changes[low] == changes[high])


def make_plan(request: Request, multiple: int) -> Plan:
    """The plan of a result that one pass renders; raises a DittoError naming the argument.

    multiple: of frames that the model needs.
    """
    brief = read_brief(request, LONGEST_SECONDS)
    request, clip = brief.request, brief.clip
    keeps = clip is not None and request.use in ("repair", "extend", "redo")
    frames = max(1, round(brief.seconds * MODEL_RATE / MODEL_HOP / multiple)) * multiple
    return Plan(
        **vars(brief),
        keep=kept_samples(request, clip, brief.length) if clip and keeps else None,
        frames=frames,
        grid=in_frames(request, frames, brief.seconds),
        wrap=request.kind != "clip",
        origin=request.position,
    )


def in_frames(request: Request, frames: int, seconds: float) -> FrameGrid:
    """The grid of so many frames over so many seconds from the request's position on.

    It is as the model sees it: frames are a little longer or shorter than its own, and the tempo
    counted in its own frames differs by as much.
    """
    times = np.arange(frames) * (seconds / frames)
    grid = frame_grid(request.file_tempo, request.position, times)
    nominal = frames * MODEL_HOP / MODEL_RATE
    return replace(grid, tempo=grid.tempo * (seconds / nominal))
