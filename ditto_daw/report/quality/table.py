"""The table of figures as JSON and Markdown, and its place in the model card."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ditto_daw.report.quality.base import ROWS, Goal, Line

BEGIN = "<!-- figures: written by ditto_daw.report.quality, option --card -->"
END = "<!-- end of figures -->"
HEADS = ("figure", "value [95 %]", "n", "goal", "beside it")


def to_json(made_with: dict[str, Any], rows: dict[str, list[Line]]) -> dict[str, Any]:
    """What was measured, of which weights and with what: JSON values."""
    return made_with | {"rows": {name: [asdict(one) for one in rows[name]] for name in rows}}


def from_json(told: dict[str, Any]) -> dict[str, list[Line]]:
    """The rows of such JSON."""
    return {
        name: [Line(**{**one, "goal": one["goal"] and Goal(**one["goal"])}) for one in lines]
        for name, lines in told["rows"].items()
    }


def earlier(path: Path, weights: str) -> dict[str, list[Line]]:
    """Rows that were written to `path` before, of these very weights; else none."""
    if not path.is_file():
        return {}
    told = json.loads(path.read_text(encoding="utf-8"))
    return from_json(told) if told["weights"] == weights else {}


def markdown(made_with: dict[str, Any], rows: dict[str, list[Line]]) -> str:
    """The table, rows in their order, with the circumstances under it."""
    lines = [f"| {' | '.join(HEADS)} |", "|" + "---|" * len(HEADS)]
    known = [name for name in ROWS if name in rows]
    for name in sorted(known, key=lambda name: ROWS[name].order):
        lines += [_row(one) for one in rows[name]]
    told = ", ".join(f"{name} {value}" for name, value in made_with.items())
    return "\n".join([*lines, "", f"Intervals are 95 % bootstrap intervals. {told}.", ""])


def _row(one: Line) -> str:
    goal = ""
    if one.goal is not None:
        mark = "✓" if one.goal.met(one.value) else "✗"
        goal = f"{one.goal.sense} {number(one.goal.limit, one.unit)} {mark}"
    seeds = f" (seeds {one.seeds})" if one.seeds else ""
    return f"| {one.figure} | {bounded(one)} | {one.n}{seeds} | {goal} | {one.beside} |"


def bounded(one: Line) -> str:
    """Value with unit and interval."""
    if not math.isfinite(one.low):
        return number(one.value, one.unit)
    low, high = (number(bound, "" if one.unit != "%" else "%") for bound in (one.low, one.high))
    return f"{number(one.value, one.unit)} [{low}, {high}]".replace(" %,", ",")


def number(value: float, unit: str) -> str:
    """Shares in whole per cent, anything else with three digits."""
    if not math.isfinite(value):
        return "–"
    if unit == "%":
        return f"{100.0 * value:.0f} %"
    return f"{value:.3g} {unit}".strip()


def into_card(card: Path, table: str) -> None:
    """Replaces what stands between BEGIN and END in a file. Raises ValueError without the marks."""
    text = card.read_text(encoding="utf-8")
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{card} has no place for the figures: add the lines {BEGIN} and {END}")
    card.write_text(f"{head}{BEGIN}\n\n{table}\n{END}{tail}", encoding="utf-8")
