"""The tables as Markdown and as JSON, ours beside the paper's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ditto_daw.evaluate.base import Block, Entry, Outcome, Table
from ditto_daw.evaluate.columns import COLUMNS, Summary, summary, values
from ditto_daw.evaluate.experiments.control import PLAIN, method_of, preset_of
from ditto_daw.evaluate.lab import Lab


@dataclass(frozen=True)
class Row:
    """A row as it was found.

    Attributes:
        how: preset, sampler steps T and iterations K at most.
        done: by number of the pair.
        found: by column.
        apart: the first column's difference to the row that all are compared with, pair by pair.
        absent: why there is nothing, where there is nothing.
    """

    entry: Entry
    how: str
    done: Mapping[int, Outcome]
    found: Mapping[str, Summary]
    apart: Summary | None
    absent: str

    @property
    def n(self) -> int:
        """Trials done."""
        return len(self.done)


def rows_of(lab: Lab, block: Block, n: int) -> list[Row]:
    """Every row of a block from what the journal holds."""
    n = block.pairs(n)
    done = {entry.label: _done(lab, entry, n) for entry in block.entries}
    return [_row(lab, block, entry, done) for entry in block.entries]


def _done(lab: Lab, entry: Entry, n: int) -> dict[int, Outcome]:
    found = ((number, lab.journal.find(entry.trial.at(number))) for number in range(n))
    return {number: outcome for number, outcome in found if outcome is not None}


def _row(lab: Lab, block: Block, entry: Entry, done: dict[str, dict[int, Outcome]]) -> Row:
    mine = done[entry.label]
    absent = next((outcome.absent for outcome in mine.values() if outcome.absent), "")
    outcomes = [outcome for outcome in mine.values() if not outcome.absent]
    if not mine:
        absent = f"not run: {_span(lab.seconds_of(entry.trial))} a pair"
    found = {name: COLUMNS[name].of(lab, outcomes) for name in block.columns}
    apart = None
    if block.against and entry.label != block.against and outcomes:
        other, first = done[block.against], block.columns[0]
        both = sorted(mine.keys() & other.keys())
        ours, theirs = (values([one[k] for k in both], first) for one in (mine, other))
        apart = summary([a - b for a, b in zip(ours, theirs, strict=True)])
    return Row(
        entry,
        _how(lab, entry),
        {k: one for k, one in mine.items() if not one.absent},
        found,
        apart,
        absent,
    )


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _how(lab: Lab, entry: Entry) -> str:
    trial = entry.trial
    if trial.experiment not in ("control", "memory"):
        return trial.preset
    preset, method = preset_of(lab, trial), method_of(trial)
    if method is None:
        return f"{preset.plain_steps} steps" if trial.method == PLAIN else ""
    own = trial.preset or method.usual
    steps = f"T = {preset.steps}"
    if preset.decode_steps != preset.steps:
        steps += f", decoded in {preset.decode_steps}"
    return f"{own}: {steps}" + (f", K ≤ {preset.iterations}" if method.iterates else "")


def markdown(lab: Lab, number: str, table: Table, n: int) -> str:
    """A table with its title and the differences of its set-up."""
    parts = [f"## Table {number}: {table.title}", ""]
    if table.differences:
        parts += [table.differences, ""]
    for block in table.blocks:
        parts += [*_block(lab, block, n), ""]
    return "\n".join(parts)


def _block(lab: Lab, block: Block, n: int) -> list[str]:
    columns = [COLUMNS[name] for name in block.columns]
    heads = ["method", "how", "n", *(f"{one.head}{one.arrow}" for one in columns)]
    if block.against:
        heads.append(f"difference to {block.against}, in pairs")
    lines = [f"**{block.title}**", ""] if block.title else []
    lines += [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for row in rows_of(lab, block, n):
        cells = [_cell(row, name) for name in block.columns]
        if row.absent and not row.n:
            cells[0] = f"{row.absent}{_paper(row, block.columns[0])}"
        if block.against:
            told = COLUMNS[block.columns[0]]
            cells.append("" if row.apart is None else _signed(told.bounded(row.apart)))
        lines.append(f"| {' | '.join([row.entry.label, row.how, str(row.n), *cells])} |")
    return lines


def _cell(row: Row, name: str) -> str:
    own = "" if not row.n else COLUMNS[name].bounded(row.found[name])
    return f"{own}{_paper(row, name)}"


def _paper(row: Row, name: str) -> str:
    known = row.entry.paper.get(name)
    return "" if known is None else f" (paper {COLUMNS[name].told(known)})"


def _signed(text: str) -> str:
    return text if text.startswith(("-", "–")) else f"+{text}"


def to_json(lab: Lab, table: Table, n: int) -> dict[str, Any]:
    """The same as JSON values, with every trial's own figures."""
    return {
        "title": table.title,
        "differences": table.differences,
        "blocks": [
            {
                "title": block.title,
                "against": block.against,
                "rows": [_told(row) for row in rows_of(lab, block, n)],
            }
            for block in table.blocks
        ],
    }


def _told(row: Row) -> dict[str, Any]:
    return {
        "label": row.entry.label,
        "trial": asdict(row.entry.trial),
        "how": row.how,
        "n": row.n,
        "absent": row.absent,
        "paper": dict(row.entry.paper),
        "ours": {name: _plain(found) for name, found in row.found.items()},
        "paired_difference": None if row.apart is None else _plain(row.apart),
        "trials": {str(k): dict(one.figures) for k, one in row.done.items()},
    }


def _plain(found: Summary) -> dict[str, float | int | None]:
    """JSON has no NaN."""
    told = asdict(found).items()
    return {name: value if math.isfinite(value) else None for name, value in told}


def page(title: str, lead: Sequence[str], parts: Sequence[str]) -> str:
    """The whole document."""
    return "\n".join([f"# {title}", "", *lead, "", *parts]).rstrip() + "\n"
