"""Which samples of a result stay the clip's own, bit for bit."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ditto_daw.errors import BadRequest
from ditto_daw.files.audiofile import Region
from ditto_daw.requests.parts import Redo
from ditto_daw.requests.request import Request

SHORTEST_PART = 0.05
"""Seconds that the kept and the re-made part need at least: less has no level to match."""
_ROUNDING = 1
"""Samples by which a loop of whole bars may differ from where its last bar ends."""


def kept_samples(request: Request, clip: Region, length: int) -> NDArray[np.bool_]:
    """(length,) True where the clip stays: all but the last beats of a repair, the whole clip of
    an extension, all but the bars of a redo. BadRequest names the field when either part is too
    short, or when the bars lie beyond the end."""
    rate = clip.rate
    remedy = "give a longer clip or re-make fewer or more"
    if request.redo is not None:
        keep = _outside(request, request.redo, length, rate)
        field, remedy = "redo", f"{remedy} bars"
    elif request.use == "extend":
        keep = np.arange(length) < clip.audio.shape[1]
        field, remedy = length_field(request), "give a longer clip or ask for more"
    else:
        tempo = request.file_tempo
        end = tempo.quarter(tempo.seconds(request.position) + Fraction(length, rate))
        keep = np.arange(length) < length - tempo.length(end - request.repair_beats, end, rate)
        field, remedy = "repair_beats", f"{remedy} beats"
    kept = int(keep.sum())
    if min(kept, length - kept) < SHORTEST_PART * rate:
        raise BadRequest(
            field,
            f"Of {length / rate:.2f} s, {kept / rate:.2f} s would be kept and"
            f" {(length - kept) / rate:.2f} s made anew; each needs {SHORTEST_PART:g} s: {remedy}.",
        )
    return np.asarray(keep)


def length_field(request: Request) -> str:
    """The field that the length comes from."""
    if request.samples is not None:
        return "samples"
    return "source" if request.bars is None else "bars"


def _outside(request: Request, redo: Redo, length: int, rate: int) -> NDArray[np.bool_]:
    """All but the bars that are re-made."""
    tempo, origin = request.file_tempo, request.position
    first, last = (
        tempo.length(origin, tempo.bars(origin, bar), rate) for bar in (redo.start, redo.end)
    )
    for name, at in (("start", first), ("end", last)):
        if at > length + _ROUNDING:
            raise BadRequest(
                f"redo.{name}",
                f"Bar {float(getattr(redo, name)):g} lies at {at / rate:.2f} s and the"
                f" {request.kind} is {length / rate:.2f} s long; bars count from 0, at the job's"
                " tempo.",
            )
    place = np.arange(length)
    if redo.end > redo.start:
        return np.asarray((place < first) | (place >= last))
    return np.asarray((place < first) & (place >= last))
