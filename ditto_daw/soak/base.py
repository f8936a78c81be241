"""A soak's lines, and the registry of rows. A new row is one function in a file of `rows/`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ditto_daw.soak.ground import Ground


@dataclass(frozen=True)
class Line:
    """One figure beside its goal.

    Attributes:
        what: was tried, with its n.
        goal, achieved: in words.
        good: whether the goal is met.
        timed: the goal is a time, which only an idle machine can tell.
    """

    what: str
    goal: str
    achieved: str
    good: bool
    timed: bool = False


Row = Callable[["Ground"], Iterator[Line]]
ROWS: dict[str, Row] = {}


def row(function: Row) -> Row:
    """Decorator: files a row under its function's name; they run in the order of files and
    lines."""
    ROWS[function.__name__] = function
    return function


def none_of(what: str, count: int, of: str = "") -> Line:
    """The line of something that must never happen."""
    return Line(what, f"0 {of}".strip(), str(count), count == 0)
