"""The table of times: on the terminal, as Markdown, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table

from ditto_daw.bench.base import DEFAULT, Line

HEADS = (
    "what",
    "B",
    "s a step",
    "steps",
    "s to tolerance",
    "s in all",
    "step ÷",
    "all ÷",
    "MiB",
    "of the rate",
    "beside it",
)
EXTRAPOLATED = "≈"
"""Before a value that was not measured: it follows from a step's time."""


def ratios(lines: Sequence[Line]) -> list[dict[str, float | None]]:
    """Each line's step and total over the default preset's; None where one of them is missing."""
    default = next((line for line in lines if line.name == DEFAULT), Line(""))
    return [
        {
            "step": _over(line.step, default.step),
            "total": _over(line.total, default.total),
        }
        for line in lines
    ]


def _over(value: float | None, base: float | None) -> float | None:
    return value / base if value is not None and base else None


def cells(lines: Sequence[Line]) -> list[tuple[str, ...]]:
    """The table's rows as text, in the order of HEADS."""
    return [_cells(line, over) for line, over in zip(lines, ratios(lines), strict=True)]


def _cells(line: Line, over: dict[str, float | None]) -> tuple[str, ...]:
    def told(value: float | None, field: str = "") -> str:
        if value is None:
            return ""
        mark = EXTRAPOLATED if field in line.extrapolated else ""
        return f"{mark}{value:.3g}" if value < 1000 else f"{mark}{value:.0f}"

    return (
        line.name,
        str(line.batch),
        told(line.step),
        "" if line.steps is None else str(line.steps),
        told(line.to_tolerance, "to_tolerance"),
        told(line.total, "total"),
        told(over["step"]),
        told(over["total"], "total"),
        "" if line.memory is None else f"{line.memory:.0f}",
        "" if line.share is None else f"{100.0 * line.share:.0f} %",
        line.note,
    )


def on_terminal(lines: Sequence[Line]) -> Group:
    """For rich, 80 columns wide: the table, and under it what stands beside its lines.

    Columns in which nothing stands are left out.
    """
    rows = cells(lines)
    shown = [i for i, _ in enumerate(HEADS[:-1]) if any(row[i] for row in rows)]
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for i in shown:
        table.add_column(HEADS[i].replace(" ", "\n"), justify="right" if i else "left")
    for row in rows:
        table.add_row(*(row[i] for i in shown))
    return Group(table, *(f"{row[0]}: {row[-1]}" for row in rows if row[-1]))


def sentences(circumstances: dict[str, Any]) -> str:
    """What was measured, on which machine."""
    one = circumstances
    return (
        f"A loop of {one['loop_seconds']:g} s under a lane that rises by 18 dB, seed {one['seed']},"
        f" on {one['device']} in {one['precision']}, {one['threads']} threads of"
        f" {one['processors']} processors,"
        f" torch {one['torch']}, weights {one['weights']}, {one['measured']}."
        f" Measured rate {one['gflop_per_second']:.0f} GFLOP/s; one call of the network on one"
        f" latent is {one['gflop_of_a_call']:.2f} GFLOP."
        f" Load average {one['load_before']:.1f} before, {one['load_after']:.1f} after."
        f" ÷: over the default preset's. {EXTRAPOLATED} extrapolated from a step."
    )


def markdown(lines: Sequence[Line], circumstances: dict[str, Any]) -> str:
    """The table with its circumstances under it."""
    rows = [" | ".join(row) for row in cells(lines)]
    table = [f"| {' | '.join(HEADS)} |", "|" + "---|" * len(HEADS), *(f"| {r} |" for r in rows)]
    return "\n".join([*table, "", sentences(circumstances), ""])


def to_json(lines: Sequence[Line], circumstances: dict[str, Any]) -> dict[str, Any]:
    """JSON values: the circumstances, and every line with its ratios to the default preset."""
    pairs = zip(lines, ratios(lines), strict=True)
    return {
        **circumstances,
        "lines": [asdict(line) | {"over_default": over} for line, over in pairs],
    }
