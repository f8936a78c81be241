"""The tempo map as JSON: {"tempos": [[quarter, bpm], ...], "meters": [[quarter, 4, 4], ...]}."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ditto_daw.errors import BadRequest
from ditto_daw.requests.fields import Fields, fraction, rows, whole
from ditto_daw.units import TempoMap, plain

MOST_CHANGES = 2000
SLOWEST, FASTEST = 20, 400


def tempo_from_json(data: Any, name: str = "tempo") -> TempoMap:
    """A tempo map from its JSON form, or from one number of quarters per minute in 4/4.

    Either list may be left out (120, 4/4). Raises BadRequest naming the entry by its index.
    """
    if isinstance(data, int | float | str):
        data = {"tempos": [[0, data]]}
    fields = Fields(data, ("tempos", "meters"), name)
    default = TempoMap()
    tempos = _entries(fields, "tempos", 2, "[quarter, quarters per minute]")
    meters = _entries(fields, "meters", 3, "[quarter, numerator, denominator]")
    return TempoMap(
        tuple(
            (_quarter(row, where), fraction(row[1], where, SLOWEST, FASTEST))
            for where, row in tempos
        )
        or default.tempos,
        tuple(
            (_quarter(row, where), whole(row[1], where, 1, 64), whole(row[2], where, 1, 64))
            for where, row in meters
        )
        or default.meters,
    )


def tempo_to_dict(tempo: TempoMap) -> dict[str, Any]:
    """The JSON form of a tempo map."""
    return {
        "tempos": [[plain(quarter), plain(bpm)] for quarter, bpm in tempo.tempos],
        "meters": [[plain(quarter), num, den] for quarter, num, den in tempo.meters],
    }


def _entries(fields: Fields, key: str, size: int, form: str) -> list[tuple[str, list[Any]]]:
    entries = []
    for index, value in enumerate(rows(fields.get(key, []), fields.name(key), MOST_CHANGES)):
        where = f"{fields.name(key)}[{index}]"
        row = rows(value, where, size)
        if len(row) != size:
            raise BadRequest(where, f"{where} must be {form}.")
        entries.append((where, row))
    return entries


def _quarter(row: list[Any], where: str) -> Fraction:
    return fraction(row[0], where, -1e6, 1e6)
