"""What an evaluation is made of: trials, their outcomes, tables of them, and the registries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ditto_daw.evaluate.lab import Lab

Options = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Trial:
    """One thing to render and measure.

    Attributes:
        experiment: a name in EXPERIMENTS, which says how it is done.
        task: what is asked for, a name in `tasks.TASKS`.
        method: a name in the registry of methods, or of inversions.
        preset: a name in `presets.PRESETS`.
        number: of the pair; seed, prompt and target follow from it, alike for every method.
        options: what else the experiment is told, as sorted pairs of JSON values.
    """

    experiment: str
    task: str = ""
    method: str = ""
    preset: str = ""
    number: int = 0
    options: Options = ()

    def at(self, number: int) -> Trial:
        """The same under another seed."""
        return replace(self, number=number)

    def option(self, name: str, default: Any = None) -> Any:
        """The value of an option."""
        return dict(self.options).get(name, default)

    @property
    def text(self) -> str:
        """All of it in one line, for the journal's keys."""
        told = " ".join(f"{name}={value}" for name, value in self.options)
        parts = (self.experiment, self.task, self.method, self.preset, told, f"#{self.number}")
        return "/".join(parts)


def options(**given: Any) -> Options:
    """Options in their order."""
    return tuple(sorted(given.items()))


@dataclass(frozen=True)
class Outcome:
    """What a trial gave.

    Attributes:
        figures: by name; None where there is nothing to measure.
        features: what the clip sounds like on the whole, for distances between sets of clips.
        embedding: CLAP's, where its weights are here.
        files: names of files beside the journal.
        absent: a sentence where the trial is not possible here; figures are then empty.
    """

    figures: Mapping[str, float | None] = field(default_factory=dict)
    features: tuple[float, ...] = ()
    embedding: tuple[float, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    absent: str = ""


@dataclass(frozen=True)
class Entry:
    """A row of a block: its label, its trial, and what the paper found, by column."""

    label: str
    trial: Trial
    paper: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Block:
    """Rows under common columns.

    Attributes:
        columns: names in `columns.COLUMNS`.
        against: label of the row that every other one is compared with, pair by pair, in the
            first column; empty for no comparison.
        most: pairs at most; None for as many as asked for.
    """

    title: str
    columns: tuple[str, ...]
    entries: tuple[Entry, ...]
    against: str = ""
    most: int | None = None

    def pairs(self, n: int) -> int:
        """Pairs of a run of n."""
        return n if self.most is None else min(n, self.most)


@dataclass(frozen=True)
class Table:
    """A table of the paper.

    Attributes:
        differences: how its set-up differs from the paper's, beyond what all tables share.
    """

    title: str
    blocks: tuple[Block, ...]
    differences: str = ""

    def trials(self, n: int) -> list[Trial]:
        """All trials of n pairs."""
        return [
            entry.trial.at(number)
            for block in self.blocks
            for number in range(block.pairs(n))
            for entry in block.entries
        ]


@dataclass(frozen=True)
class Experiment:
    """How a trial is done, and about how many guided calls of the network it takes."""

    run: Callable[[Lab, Trial], Outcome]
    calls: Callable[[Lab, Trial], float]


@dataclass(frozen=True)
class Figure:
    """A figure of the paper, or a table that is none of figures.

    Attributes:
        trials: of a run of n pairs.
        draw: PNG bytes by caption, from the outcomes of those trials that were possible.
        tell: Markdown lines beside them, from the same.
    """

    title: str
    trials: Callable[[int], list[Trial]]
    draw: Callable[[Lab, Mapping[Trial, Outcome]], dict[str, bytes]]
    tell: Callable[[Lab, Mapping[Trial, Outcome]], list[str]] = lambda lab, outcomes: []
    differences: str = ""


EXPERIMENTS: dict[str, Experiment] = {}
TABLES: dict[str, Callable[[], Table]] = {}
FIGURES: dict[str, Figure] = {}

Run = Callable[["Lab", Trial], Outcome]
Build = Callable[[], Table]


def experiment(calls: Callable[[Lab, Trial], float]) -> Callable[[Run], Run]:
    """Decorator: files an experiment under its function's name."""

    def file(run: Run) -> Run:
        EXPERIMENTS[run.__name__] = Experiment(run, calls)
        return run

    return file


def table(name: str) -> Callable[[Build], Build]:
    """Decorator: files the function that builds a table under the paper's number."""

    def file(build: Build) -> Build:
        TABLES[name] = build
        return build

    return file
