"""What the table is made of: lines with their goals, and the registry of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, SupportsFloat

import numpy as np

from ditto_daw.report.control import interval

if TYPE_CHECKING:
    from ditto_daw.report.quality.workshop import Settings


@dataclass(frozen=True)
class Goal:
    """A bound that a value should keep: sense is "≤" or "≥"."""

    sense: str
    limit: float

    def met(self, value: float) -> bool:
        """NaN meets nothing."""
        return value <= self.limit if self.sense == "≤" else value >= self.limit


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Attributes:
        figure: what was measured.
        value, low, high: in `unit`, with the 95 % bootstrap interval; NaN where there is none.
        n: how many clips or renders.
        unit: "%" (value in 0..1), "×", "dB", "dB²", "s" or "".
        goal: None for a line that only stands beside others.
        seeds: of the latents, or what else the clips are.
        beside: values that the figure is to be read against.
    """

    figure: str
    value: float
    low: float
    high: float
    n: int
    unit: str
    goal: Goal | None = None
    seeds: str = ""
    beside: str = ""


Measure = Callable[[Any], Iterator[Line]]
"""Takes the `Workshop`."""


@dataclass(frozen=True)
class Row:
    """A row's name, what it measures, and about how long that takes on one core.

    seconds: beyond what other rows share.
    """

    name: str
    measure: Measure
    seconds: Callable[[Settings], float]
    order: int


ROWS: dict[str, Row] = {}


def row(order: int, seconds: Callable[[Settings], float]) -> Callable[[Measure], Measure]:
    """Decorator: files a row under its function's name; the table goes by `order`."""

    def file(measure: Measure) -> Measure:
        ROWS[measure.__name__] = Row(measure.__name__, measure, seconds, order)
        return measure

    return file


def line(
    figure: str,
    values: Sequence[float],
    unit: str,
    goal: Goal | None = None,
    *,
    middle: Callable[..., Any] = np.mean,
    seeds: str = "",
    beside: str = "",
) -> Line:
    """The line of one value per clip: their mean (or other middle) and its interval."""
    found = interval([float(value) for value in values], middle)
    bounds = (found["value"], found["low"], found["high"], found["n"])
    return Line(figure, *bounds, unit, goal, seeds, beside)


def ratio_line(
    figure: str,
    above: Sequence[float],
    below: Sequence[float],
    goal: Goal | None = None,
    *,
    middle: Callable[..., Any] = np.median,
    seeds: str = "",
    beside: str = "",
) -> Line:
    """The line of a ratio of two middles; clips are drawn again in pairs for its interval."""
    top, bottom = (np.asarray(values, dtype=np.float64) for values in (above, below))

    def ratio(drawn: Any, axis: int | None = None) -> Any:
        which = np.asarray(drawn, dtype=np.int64)
        return middle(top[which], axis=axis) / middle(bottom[which], axis=axis)

    found = interval([float(number) for number in range(len(top))], ratio)
    bounds = (found["value"], found["low"], found["high"], found["n"])
    return Line(figure, *bounds, "×", goal, seeds, beside)


def percent(value: SupportsFloat) -> str:
    """0.123 as 12 %."""
    return f"{100.0 * float(value):.0f} %"
