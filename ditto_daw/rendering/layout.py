"""Laying out a request: what is kept of its clips, where the gap is, and into which windows it is
divided. Every refusal names its field."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import inf

import numpy as np
import torch
from numpy.typing import NDArray

from ditto_daw import signal
from ditto_daw.errors import BadRequest, EmptyMidi
from ditto_daw.files.audiofile import Region, read_region
from ditto_daw.files.resampling import resample
from ditto_daw.models.base import Model
from ditto_daw.music.notes import melody_line
from ditto_daw.rendering.again import RECALL_SECONDS, recall
from ditto_daw.rendering.brief import MODEL_HOP, MODEL_RATE, Brief, read_brief
from ditto_daw.rendering.canvas import Canvas, Piece
from ditto_daw.rendering.keep import SHORTEST_PART, kept_samples, length_field
from ditto_daw.rendering.plan import LONGEST_SECONDS, Plan, make_plan
from ditto_daw.rendering.windows import LONGEST_SECONDS as ONE_PASS_SECONDS
from ditto_daw.rendering.windows import Gap, Window, windows_of
from ditto_daw.requests.request import Request
from ditto_daw.requests.sections import samples_of
from ditto_daw.requests.uses import LONGEST_CLIP, MASKED

OVERLAP_SECONDS, MOST_OVERLAP_SECONDS = 2.0, 12.0
MOST_BARS = 16
"""Of a gap between two clips, which lasts a beat at least."""


def canvas_of(request: Request, multiple: int, longest: float = inf) -> Canvas | None:
    """The canvas of a request that is rendered window by window; None where one pass renders all.

    Raises as `read_canvas`.
    """
    if request.loop_by == "circular" and (request.kind != "clip" or request.use == "vary"):
        return None
    canvas = read_canvas(request, multiple, longest)
    alone = len(canvas.windows) == 1 and not canvas.pieces and not canvas.closes
    return None if alone and not request.sections else canvas


def alone(model: Model) -> float:
    """Seconds that a window may last which the model must see as a whole."""
    return inf if model.divides else model.longest


def closed_by(request: Request, model: Model) -> Request:
    """The request with the way of closing a loop that the model has: one that cannot run round
    repeats the loop's beginning after its end."""
    if model.wraps or request.kind != "loop" or request.use not in MASKED or request.earlier:
        return request
    return replace(request, loop_by="mask")


def plan_of(request: Request, multiple: int, longest: float = inf) -> Plan:
    """The plan of a request that one pass renders, else that of its first window."""
    canvas = canvas_of(request, multiple, longest)
    if canvas is None:
        return make_plan(request, multiple)
    with canvas.tape() as tape:
        return canvas.plan(0, tape, canvas.seed)


def read_canvas(request: Request, multiple: int, longest: float = inf) -> Canvas:
    """Reads a request's files and lays them out; raises a DittoError naming the argument.

    multiple: of frames that the model needs. longest: see `windows_of`.
    """
    looped = request.kind == "loop"
    brief = read_brief(request, LONGEST_SECONDS if looped else LONGEST_CLIP)
    request, rate, length = brief.request, brief.rate, brief.length
    overlap = _overlap(request, rate)
    pieces = _pieces(brief)
    ends = sorted((piece.begin, piece.end) for piece in pieces)
    begin = ends[0][1] if ends and ends[0][0] == 0 else 0
    end = ends[-1][0] if ends and ends[-1][1] == length else length
    closes = 0
    if looped and pieces:
        head = Piece(length, pieces[0].audio[:, :overlap])
        pieces, gap = (*pieces, head), Gap(begin, end, begin, head.audio.shape[1])
    elif looped:
        overlap, closes = min(overlap, length), length
        gap = Gap(0, length + overlap, 0, 0)
    else:
        gap = Gap(begin, end, begin, length - end)
    _check_gap(brief, gap)
    if request.use == "new" and request.earlier is not None and brief.seconds > ONE_PASS_SECONDS:
        raise BadRequest(
            "from",
            f"A clip of {brief.seconds:.2f} s is made in several windows, and an earlier latent is"
            f" one: ask for at most {ONE_PASS_SECONDS:g} s, or leave from out.",
        )
    channels = max((piece.audio.shape[0] for piece in pieces), default=brief.channels)
    canvas = Canvas(
        **vars(replace(brief, channels=channels)),
        pieces=pieces,
        extent=max([gap.end, *(piece.end for piece in pieces)]),
        windows=(),
        recalls=(),
        level=_level(brief.clip) if brief.clip else None,
        closes=closes,
    )
    lines = np.array([]) if looped else _bar_lines(brief)
    sections = samples_of(request, request.position, rate)
    windows = windows_of(gap, overlap, rate, multiple, lines, looped, sections, longest)
    if closes:
        windows = (_of_whole_frames(windows[0], closes, rate),)
    recalls = [recall(canvas, 0, gap.begin, ends=True)] if gap.before else []
    if gap.after and not looped:
        recalls.append(recall(canvas, gap.end, length, ends=False))
    canvas = replace(canvas, windows=windows, recalls=tuple(recalls))
    _check_melody(canvas, gap)
    return canvas


def _of_whole_frames(window: Window, closes: int, rate: int) -> Window:
    """The window with frames a little longer or shorter, so that the loop is a whole number of
    them: its repetition is then compared with itself and not with what lies half a frame beside."""
    frames = round(closes * MODEL_RATE / (rate * MODEL_HOP))
    return replace(window, length=round(window.frames * closes / frames))


def _overlap(request: Request, rate: int) -> int:
    """Samples of kept audio that each window must match."""
    if request.overlap is None:
        return round(OVERLAP_SECONDS * rate)
    tempo, origin = request.file_tempo, request.position
    overlap = tempo.length(origin, origin + request.overlap, rate)
    if overlap > MOST_OVERLAP_SECONDS * rate:
        raise BadRequest(
            "overlap",
            f"The overlap would be {overlap / rate:.2f} s; at most {MOST_OVERLAP_SECONDS:g} s can"
            " be matched, and 1 to 3 are usual.",
        )
    return overlap


def _pieces(brief: Brief) -> tuple[Piece, ...]:
    """The kept audio, where the request wants it."""
    request, clip = brief.request, brief.clip
    if clip is None or request.use == "new":
        return ()
    if request.use == "continue":
        ahead = brief.length - clip.audio.shape[1] if request.side == "before" else 0
        return (Piece(ahead, clip.audio),)
    if request.use == "fill":
        return Piece(0, clip.audio), _following(brief)
    edges = np.diff(kept_samples(request, clip, brief.length), prepend=False, append=False)
    ends = np.flatnonzero(edges).reshape(-1, 2)
    return tuple(Piece(int(first), clip.audio[:, first:last]) for first, last in ends)


def _following(brief: Brief) -> Piece:
    """The clip after the gap, at the rate of the one before it."""
    named = brief.request.following
    if named is None:
        raise ValueError("only a gap between two clips has a next one")
    region = read_region(named.path, named.start, named.end, "next")
    region = region.in_channels(brief.request.output.channels or region.audio.shape[0])
    if region.rate == brief.rate:
        return Piece(brief.length - region.audio.shape[1], region.audio)
    length = round(Fraction(region.audio.shape[1] * brief.rate, region.rate))
    audio = resample(region.audio, region.rate, brief.rate, length)
    return Piece(brief.length - length, audio, resampled_from=region.rate)


def _check_gap(brief: Brief, gap: Gap) -> None:
    """BadRequest where the gap is too short to make anything in it, or too long to fill."""
    request, rate = brief.request, brief.rate
    tempo, field = request.file_tempo, length_field(request)
    made, kept = (gap.end - gap.begin) / rate, (gap.before + gap.after) / rate
    if request.use == "fill":
        start = tempo.quarter(tempo.seconds(request.position) + Fraction(gap.begin, rate))
        beat = tempo.length(start, start + Fraction(4, tempo.meter_at(start)[1]), rate) / rate
        most = tempo.length(start, tempo.bars(start, MOST_BARS), rate) / rate
        # A sample of either clip's rounding is no reason to refuse.
        if not beat - 1 / rate <= made <= most + 1 / rate:
            raise BadRequest(
                field,
                f"Of {brief.seconds:.2f} s, {kept:.2f} s are clips: that leaves a gap of"
                f" {made:.2f} s. It may last from one beat ({beat:.2f} s) to {MOST_BARS} bars"
                f" ({most:.2f} s): ask for another length of the whole.",
            )
    elif request.use != "new" and min(made, kept) < SHORTEST_PART:
        raise BadRequest(
            field,
            f"Of {brief.seconds:.2f} s, {kept:.2f} s would be kept and {made:.2f} s made anew; each"
            f" needs {SHORTEST_PART:g} s: give a longer clip or ask for more.",
        )


def _check_melody(canvas: Canvas, gap: Gap) -> None:
    """EmptyMidi where a tune is asked for and none of its notes lies where music is made."""
    request = canvas.request
    if request.midi is None or request.melody == "none":
        return
    tempo, origin = request.file_tempo, request.position
    begin, end = (
        float(tempo.quarter(tempo.seconds(origin) + Fraction(at, canvas.rate)) - origin)
        for at in (gap.begin, gap.end)
    )
    if not any(n.start < end and n.end > begin for n in melody_line(canvas.notes, request.melody)):
        raise EmptyMidi(
            "midi",
            "No note of the MIDI clip falls into the part that is rendered; move the clip, or set"
            ' melody to "none".',
        )


def _bar_lines(brief: Brief) -> NDArray[np.int64]:
    """Samples of the timeline's bar lines inside the result."""
    tempo, origin, rate = brief.request.file_tempo, brief.request.position, brief.rate
    end = tempo.quarter(tempo.seconds(origin) + Fraction(brief.length, rate))
    line, found = tempo.bars(tempo.bar_start(origin), 1), []
    while line < end:
        found.append(tempo.length(origin, line, rate))
        line = tempo.bars(line, 1)
    return np.array(found, dtype=np.int64)


def _level(clip: Region) -> float:
    """Mean intensity of a clip in dB, read in stretches so that any length will do."""
    size, total, count = round(RECALL_SECONDS * clip.rate), 0.0, 0
    for at in range(0, clip.audio.shape[1], size):
        part = clip.audio[:, at : at + size]
        length = max(1, round(part.shape[1] * signal.RATE / clip.rate))
        moved = resample(part, clip.rate, signal.RATE, length).astype(np.float32)
        power = torch.from_numpy(moved).square().mean(dim=0).sqrt()
        curve = signal.intensity_audio(power)
        total, count = total + float(curve.sum()), count + curve.shape[0]
    return total / count
