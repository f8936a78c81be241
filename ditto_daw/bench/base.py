"""What the table is made of: its lines, and the registry of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ditto_daw.bench.stand import Stand

DEFAULT = "default preset"
"""The line that the others are divided by."""


@dataclass(frozen=True)
class Line:
    """One line of the table; None stands where there is nothing to measure.

    Attributes:
        name: what was measured.
        batch: B, latents at once.
        step: seconds of one optimisation step.
        steps: how many were made.
        to_tolerance: seconds from the start until every control was within its own tolerance.
        total: seconds of the whole: a render until its audio is finished, or one pass.
        memory: MiB at the peak above the loaded, idle process.
        gflop: of one step, or of one pass where nothing is optimised.
        share: of the machine's measured arithmetic rate, while these are computed.
        extrapolated: the fields above that were not measured but follow from a step's time.
        note: a sentence beside it.
    """

    name: str
    batch: int = 1
    step: float | None = None
    steps: int | None = None
    to_tolerance: float | None = None
    total: float | None = None
    memory: float | None = None
    gflop: float | None = None
    share: float | None = None
    extrapolated: tuple[str, ...] = ()
    note: str = ""


Measure = Callable[["Stand"], Iterator[Line]]


@dataclass(frozen=True)
class Row:
    """A row's name and what it measures.

    Attributes:
        calls: about how many guided calls of the network it takes, at most.
    """

    name: str
    measure: Measure
    calls: Callable[[Stand], float]
    order: int


ROWS: dict[str, Row] = {}


def row(
    order: int, calls: Callable[[Stand], float], name: str = ""
) -> Callable[[Measure], Measure]:
    """Decorator: files a row, under its function's name unless told; the table goes by `order`."""

    def file(measure: Measure) -> Measure:
        own = name or measure.__name__
        ROWS[own] = Row(own, measure, calls, order)
        return measure

    return file
