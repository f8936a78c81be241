"""Automation lanes: points of any order, cleaned into one curve and read at any position."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ditto_daw.errors import BadRequest
from ditto_daw.requests.fields import Fields, finite, rows, within
from ditto_daw.requests.schema import FREE

MOST_POINTS = 20_000
RANGES = {"db": (-60.0, 60.0), "unit": (0.0, 1.0)}
Point = tuple[float, float | None]


@dataclass(frozen=True)
class Curve:
    """An intensity curve over the quarters of a result, straight between its points.

    points: (quarter, value), sorted; two at one quarter are a step. Before the first and after
    the last the curve is level. From a point without a value (None) up to the next one it asks for
    nothing; towards such a point it is level. unit: "db", relative to the clip's own mean (to the
    genre's where there is no clip), or "unit", 0..1 from the 5th to the 95th percentile of the
    genre.
    """

    points: tuple[Point, ...]
    unit: str = "db"

    @classmethod
    def from_dict(cls, data: Any, path: str = "curve") -> Curve:
        """From {"points": [[quarter, value or null], ...], "unit": "db" | "unit"}.

        Raises BadRequest naming the point by its index.
        """
        fields = Fields(data, ("points", "unit"), path)
        unit = fields.choice("unit", RANGES, "db")
        return cls(clean_points(fields.get("points"), fields.name("points"), *RANGES[unit]), unit)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"points": [list(point) for point in self.points], "unit": self.unit}

    def at(self, quarters: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values at positions in quarters, same shape; at a step, the value after it. NaN where
        the curve asks for nothing."""
        positions, values = np.array(self.points, dtype=np.float64).T
        free = np.isnan(values)
        latest = np.maximum.accumulate(np.where(free, 0, np.arange(len(values))))
        places = np.searchsorted(positions, quarters, side="right") - 1
        drawn = np.interp(quarters, positions, values[latest])
        return np.where(free[places.clip(0)], np.nan, drawn)


def clean_points(value: Any, name: str, low: float, high: float) -> tuple[Point, ...]:
    """Points sorted by position, at most two at one position; any order gives the same result.

    Several values at one position are a step between the least and the greatest; it runs in the
    direction that leaves the smaller jumps to its neighbours. None (or FREE, as messages spell it)
    stands last at its position. Raises BadRequest naming the index.
    """
    points = []
    for index, row in enumerate(rows(value, name, MOST_POINTS)):
        where = f"{name}[{index}]"
        pair = rows(row, where, 2)
        if len(pair) != 2:
            raise BadRequest(where, f"{where} must be [quarter, value].")
        quarter = within(finite(pair[0], where), where, -10_000, 10_000)
        value = (
            None if pair[1] in (None, FREE) else within(finite(pair[1], where), where, low, high)
        )
        points.append((quarter + 0.0, None if value is None else value + 0.0))
    if all(value is None for _, value in points):
        raise BadRequest(name, f"{name} is empty; draw at least one point, or leave the curve out.")
    return tuple(_with_steps(points))


def _with_steps(points: Iterable[Point]) -> list[Point]:
    ordered = sorted(points, key=lambda point: (point[0], point[1] is None, point[1] or 0.0))
    groups = [
        (quarter, [value for _, value in group])
        for quarter, group in groupby(ordered, key=lambda point: point[0])
    ]
    cleaned: list[Point] = []
    for index, (quarter, values) in enumerate(groups):
        before = cleaned[-1][1] if cleaned else None
        drawn = [value for value in values if value is not None]
        after = [value for _, group in groups[index + 1 : index + 2] for value in group]
        cleaned += [(quarter, value) for value in _step(drawn, before, after)]
        if None in values:
            cleaned.append((quarter, None))
    return cleaned


def _step(
    values: list[float], before: float | None, following: list[float | None]
) -> tuple[float, ...]:
    """The least and the greatest of sorted values, in the direction of the smaller jumps."""
    if not values or values[0] == values[-1]:
        return tuple(values[:1])
    least, greatest = values[0], values[-1]
    after = [value for value in following if value is not None]
    middle = (after[0] + after[-1]) / 2 if after else None
    rising = _jump(before, least) + _jump(greatest, middle)
    falling = _jump(before, greatest) + _jump(least, middle)
    return (least, greatest) if rising <= falling else (greatest, least)


def _jump(left: float | None, right: float | None) -> float:
    """The distance between two values; none where one side has no neighbour."""
    return 0.0 if left is None or right is None else abs(left - right)
