"""What a job does with its clip: which uses each kind has, and what each of them needs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ditto_daw.errors import BadRequest
from ditto_daw.requests.fields import Fields
from ditto_daw.requests.parts import MOST_SECONDS, path_of
from ditto_daw.units import plain

if TYPE_CHECKING:
    from ditto_daw.requests.request import Request

USES_OF = {
    "draft": ("new",),
    "loop": ("new", "extend", "repair", "redo", "vary"),
    "clip": ("new", "continue", "fill", "redo", "vary"),
}
"""A draft and a loop run round; a clip has a beginning and an end."""
LONGEST_CLIP = 600
"""Seconds; loops and drafts are one pass of the model and shorter."""
SIDES = ("after", "before")
LOOPINGS = ("circular", "mask")
GROWING = ("extend", "continue")
"""Uses whose result is longer than the clip, twice as long where no length is given."""
NEED_LENGTH = ("new", "fill")
MASKED = ("new", "extend", "repair")
"""Uses of a loop that make its closing anew."""
KEEP_LENGTH = ("repair", "redo")


@dataclass(frozen=True)
class Next:
    """The clip after a gap: a region of a file, from start to end in seconds; None: its end."""

    path: str
    start: Fraction = Fraction(0)
    end: Fraction | None = None

    @classmethod
    def from_dict(cls, data: Any) -> Next:
        fields = Fields(data, ("path", "start", "end"), "next")
        following = cls(
            path_of(fields),
            fields.fraction("start", 0, MOST_SECONDS, Fraction(0)),
            fields.fraction("end", 0, MOST_SECONDS, None),
        )
        if following.end is not None and following.end <= following.start:
            raise BadRequest("next.end", "The next clip must end after its start.")
        return following

    def to_dict(self) -> dict[str, Any]:
        end = None if self.end is None else plain(self.end)
        return {"path": self.path, "start": plain(self.start), "end": end}


def check_use(request: Request) -> None:
    """The rules of kind and use. BadRequest names the field at fault."""
    kind, use = request.kind, request.use
    if use not in USES_OF[kind]:
        raise BadRequest("use", _no_use(kind, use))
    lengths = [name for name in ("bars", "samples") if getattr(request, name) is not None]
    if use == "vary":
        _check_vary(request, lengths)
    elif use != "new" and request.source is None:
        raise BadRequest(
            "source", f"To {use} a {kind}, say which clip: source needs at least a path."
        )
    if use in KEEP_LENGTH and lengths:
        raise BadRequest(
            lengths[0], f"A {use} keeps its clip's length; leave bars and samples out."
        )
    if use in NEED_LENGTH and not lengths:
        raise BadRequest("bars", "Say how long the result shall be, in bars or in samples.")
    _check_redo(request)
    _check_sides(request)


def _no_use(kind: str, use: str) -> str:
    if kind == "draft":
        return 'A draft is always new; ask for kind "loop" or "clip" to use a clip.'
    other = next(name for name, uses in USES_OF.items() if use in uses)
    known = ", ".join(USES_OF[kind])
    return f'A {kind} has no use "{use}"; choose one of: {known}; or ask for kind "{other}".'


def _check_redo(request: Request) -> None:
    redo = request.redo
    if (request.use == "redo") != (redo is not None):
        raise BadRequest(
            "redo" if redo is None else "use",
            'To re-make some bars, give use "redo" and redo with start and end, in bars from 0.',
        )
    if redo is not None and request.kind == "clip" and redo.end < redo.start:
        raise BadRequest(
            "redo.end",
            f"Bar {float(redo.end):g} lies before bar {float(redo.start):g}, and a clip has an end:"
            ' only in a loop (kind "loop") may the bars run over it.',
        )


def _check_sides(request: Request) -> None:
    """What belongs to a gap, an overlap or a way of looping goes with no other use."""
    if (request.use == "fill") != (request.following is not None):
        raise BadRequest(
            "next" if request.following is None else "use",
            'To fill a gap, give use "fill", the clip before it in source and the one after it in'
            " next.",
        )
    if request.side != "after" and request.use != "continue":
        raise BadRequest("side", f'Only a "continue" has a side; leave it out of a {request.use}.')
    if request.loop_by == "mask" and request.kind != "loop":
        raise BadRequest("loop_by", f"A {request.kind} is no loop; leave loop_by out.")
    if request.loop_by == "mask" and request.use not in MASKED:
        raise BadRequest(
            "loop_by", f"A {request.use} keeps the loop's own closing; leave loop_by out."
        )
    if request.loop_by == "mask" and request.earlier is not None:
        raise BadRequest(
            "from", "A latent of a loop that runs round closes none by masks; leave from out."
        )
    if request.overlap is not None and request.kind != "clip" and request.loop_by != "mask":
        raise BadRequest(
            "overlap",
            'An overlap belongs to kind "clip", or to a loop with loop_by "mask"; leave it out.',
        )


def _check_vary(request: Request, lengths: list[str]) -> None:
    """A variation has one origin, and its length."""
    if request.source is None and request.earlier is None:
        raise BadRequest(
            "source", "To vary music, say which: the clip in source, or an earlier result in from."
        )
    if request.source is not None and request.earlier is not None:
        raise BadRequest(
            "from", "Vary the clip in source or the earlier result in from; give one of the two."
        )
    if request.source is not None and lengths:
        raise BadRequest(
            lengths[0], "A variation keeps its clip's length; leave bars and samples out."
        )
