"""An evaluation from the model to the document."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from ditto_daw.bench.machine import device_of, load_average
from ditto_daw.errors import BadRequest, FileMissing, OutputRefused
from ditto_daw.evaluate import experiments, figures, tables
from ditto_daw.evaluate.base import FIGURES, TABLES, Table, Trial
from ditto_daw.evaluate.document import circumstances, place, write
from ditto_daw.evaluate.lab import Lab, Settings
from ditto_daw.models.bundled import WEIGHTS, Bundled

__all__ = ["Options", "experiments", "figures", "main", "tables"]

ALL = "all"
WRITE_SECONDS = 300.0
"""Between two writings of the document, at least."""


@dataclass(frozen=True)
class Options(Settings):
    """What the command line asked for, beside the settings; weights None is the bundled model."""

    tables: tuple[str, ...] = (ALL,)
    out: Path = Path("evaluation")
    device: str = "auto"
    minutes: float | None = None
    methods: tuple[str, ...] = ()
    markdown: Path | None = None
    weights: Path | None = None

    @property
    def settings(self) -> Settings:
        """What decides the outcomes."""
        return Settings(**{field.name: getattr(self, field.name) for field in fields(Settings)})


def main(options: Options) -> int:
    """Does what is not yet done, writes it; the exit status. Raises DittoError."""
    names = names_of(options.tables)
    lab = _open(options)
    built = {name: TABLES[name]() for name in names if name in TABLES}
    drawn = [name for name in names if name in FIGURES]
    console = Console(stderr=True)
    pending = in_turn(lab, wanted(lab, built, drawn, options))
    _say_before(console, lab, pending, options)
    told = circumstances(lab)
    try:
        _work(console, lab, pending, options, lambda: write(lab, built, [], options, told))
    except KeyboardInterrupt:
        console.print("Ended; what is done is kept, and the same command goes on from here.")
    write(lab, built, drawn, options, told)
    console.print(f"Tables: {options.markdown or options.out / 'results.md'}")
    return 0


def names_of(asked: Sequence[str]) -> list[str]:
    """The tables and figures asked for, in their order. Raises BadRequest for any other name."""
    known = sorted((*TABLES, *FIGURES), key=place)
    wanted = [name.removeprefix("table-") for name in asked]
    for name in wanted:
        if name != ALL and name not in known:
            raise BadRequest(
                "tables", f'There is no table "{name}"; choose among {", ".join(known)} and all.'
            )
    return [name for name in known if ALL in wanted or name in wanted]


def _open(options: Options) -> Lab:
    weights = options.weights or WEIGHTS
    if not weights.is_file():
        raise FileMissing("weights", f"There are no weights at {weights}.")
    for path in (options.out, options.markdown):
        if path is not None and not path.resolve().parent.is_dir():
            raise OutputRefused(str(path), f"There is no folder {path.resolve().parent}; make it.")
    options.out.mkdir(exist_ok=True)
    model = Bundled.load(weights, device_of(options.device))
    return Lab(model, options.settings, options.out)


def wanted(
    lab: Lab, built: dict[str, Table], drawn: Sequence[str], options: Options
) -> list[Trial]:
    """Every trial of the tables and figures, once."""
    found = [trial for one in built.values() for trial in one.trials(options.n)]
    found += [trial for name in drawn for trial in FIGURES[name].trials(options.n)]
    chosen = options.methods
    return [t for t in dict.fromkeys(found) if not chosen or not t.method or t.method in chosen]


def in_turn(lab: Lab, trials: Sequence[Trial]) -> list[Trial]:
    """What is not done yet. First one trial of every row; then all rows get about the same time,
    so that a run that is ended has told most of what is cheap, and something of everything."""

    def turn(trial: Trial) -> tuple[bool, float]:
        return trial.number > 0, (trial.number + 1) * lab.calls_of(trial)

    return sorted((trial for trial in trials if lab.journal.find(trial) is None), key=turn)


def _say_before(console: Console, lab: Lab, pending: list[Trial], options: Options) -> None:
    seconds = sum(lab.seconds_of(trial) for trial in pending)
    limit = "" if options.minutes is None else f", of which {options.minutes:g} are given"
    console.print(
        f"{len(pending)} trials to do, about {max(seconds / 60, 0.1):.1f} minutes by one call of"
        f" the network, which took {1000 * lab.call_seconds:.0f} ms{limit}"
    )
    console.print(f"Load average {load_average():.1f}; the journal is {lab.journal.path}")


def _work(
    console: Console, lab: Lab, pending: list[Trial], options: Options, keep: Callable[[], None]
) -> None:
    words = TextColumn("{task.description}")
    columns = (words, BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    began = written = time.monotonic()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=sum(lab.calls_of(trial) for trial in pending))
        for trial in pending:
            now = time.monotonic()
            if options.minutes is not None and now - began > 60.0 * options.minutes:
                console.print("The time is over; the same command goes on from here.")
                return
            if now - written > WRITE_SECONDS:
                written = now
                keep()
            bar.update(task, description=trial.text)
            lab.outcome(trial)
            bar.advance(task, lab.calls_of(trial))
