"""Automation lanes: points of any order, cleaned into one curve and read at any position."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ditto_daw.errors import BadRequest
from ditto_daw.fields import Fields, finite, rows, within

MOST_POINTS = 20_000
RANGES = {"db": (-60.0, 60.0), "unit": (0.0, 1.0)}
Point = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """An intensity curve over the quarters of a result, straight between its points.

    points: (quarter, value), sorted; two at one quarter are a step. Before the first and after
    the last the curve is level. unit: "db", relative to the clip's own mean (to the genre's where
    there is no clip), or "unit", 0..1 from the 5th to the 95th percentile of the genre.
    """

    points: tuple[Point, ...]
    unit: str = "db"

    @classmethod
    def from_dict(cls, data: Any, path: str = "curve") -> Curve:
        """From {"points": [[quarter, value], ...], "unit": "db" | "unit"}.

        Raises BadRequest naming the point by its index.
        """
        fields = Fields(data, ("points", "unit"), path)
        unit = fields.choice("unit", RANGES, "db")
        return cls(clean_points(fields.get("points"), fields.name("points"), *RANGES[unit]), unit)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"points": [list(point) for point in self.points], "unit": self.unit}

    def at(self, quarters: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values at positions in quarters, same shape; at a step, the value after it."""
        positions, values = np.array(self.points, dtype=np.float64).T
        return np.interp(quarters, positions, values)


def clean_points(value: Any, name: str, low: float, high: float) -> tuple[Point, ...]:
    """Points sorted by position, at most two at one position; any order gives the same result.

    Several values at one position are a step between the least and the greatest; it runs in the
    direction that leaves the smaller jumps to its neighbours. Raises BadRequest naming the index.
    """
    points = []
    for index, row in enumerate(rows(value, name, MOST_POINTS)):
        where = f"{name}[{index}]"
        pair = rows(row, where, 2)
        if len(pair) != 2:
            raise BadRequest(where, f"{where} must be [quarter, value].")
        quarter = within(finite(pair[0], where), where, -10_000, 10_000)
        points.append((quarter + 0.0, within(finite(pair[1], where), where, low, high) + 0.0))
    if not points:
        raise BadRequest(name, f"{name} is empty; draw at least one point, or leave the curve out.")
    return tuple(_with_steps(points))


def _with_steps(points: Iterable[Point]) -> list[Point]:
    groups = [
        (quarter, [value for _, value in group])
        for quarter, group in groupby(sorted(points), key=lambda point: point[0])
    ]
    cleaned: list[Point] = []
    for index, (quarter, values) in enumerate(groups):
        least, greatest = values[0], values[-1]
        if least == greatest:
            cleaned.append((quarter, least))
            continue
        before = cleaned[-1][1] if cleaned else None
        after = groups[index + 1][1] if index + 1 < len(groups) else None
        middle = None if after is None else (after[0] + after[-1]) / 2
        rising = _jump(before, least) + _jump(greatest, middle)
        falling = _jump(before, greatest) + _jump(least, middle)
        step = (least, greatest) if rising <= falling else (greatest, least)
        cleaned += [(quarter, value) for value in step]
    return cleaned


def _jump(left: float | None, right: float | None) -> float:
    """The distance between two values; none where one side has no neighbour."""
    return 0.0 if left is None or right is None else abs(left - right)
