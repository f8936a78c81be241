"""A bench from the model to the table."""

from __future__ import annotations

import hashlib
import json
import math
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ditto_daw.bench import rows
from ditto_daw.bench.base import ROWS, Line
from ditto_daw.bench.machine import device_name, device_of, load_average
from ditto_daw.bench.stand import GIGA, SEED, Stand
from ditto_daw.bench.table import markdown, on_terminal, sentences, to_json
from ditto_daw.errors import BadRequest, FileMissing, OutputRefused
from ditto_daw.models.bundled import WEIGHTS, Bundled
from ditto_daw.models.precision import precision_of
from ditto_daw.requests.catalogue import AUTO

__all__ = ["Options", "main", "rows"]

BUSY = 0.3
"""Load average by processor above which a machine is not idle."""


@dataclass(frozen=True)
class Options:
    """What the command line asked for; weights None is the bundled model.

    minutes: an optimisation is broken off after them.
    """

    device: str = "auto"
    precision: str = AUTO
    quick: bool = False
    seconds: float = 8.0
    minutes: float = math.inf
    only: tuple[str, ...] = ()
    weights: Path | None = None
    out: Path | None = None
    markdown: Path | None = None


def main(options: Options) -> int:
    """Measures, prints, writes after every row; the exit status. Raises DittoError."""
    names, device = _names(options.only), device_of(options.device)
    weights = options.weights or WEIGHTS
    if not weights.is_file():
        raise FileMissing("weights", f"There are no weights at {weights}.")
    for path in (options.out, options.markdown):
        if path is not None and not path.resolve().parent.is_dir():
            raise OutputRefused(str(path), f"There is no folder {path.resolve().parent}; make it.")
    console = Console(stderr=True)
    load = load_average()
    model = Bundled.load(weights, device).run_in(precision_of(options.precision, device))
    with tempfile.TemporaryDirectory(prefix="ditto-bench-") as folder:
        stand = Stand(model, options.seconds, options.quick, Path(folder), 60.0 * options.minutes)
        told = _circumstances(stand, weights, load)
        _say_before(console, stand, names, load)
        lines = _measured(console, stand, names, options, told)
    Console().print(on_terminal(lines))
    Console().print(sentences(told), highlight=False)
    return 0


def _names(only: tuple[str, ...]) -> list[str]:
    known = sorted(ROWS, key=lambda name: ROWS[name].order)
    for name in only:
        if name not in ROWS:
            raise BadRequest("only", f'There is no row "{name}"; choose among {", ".join(known)}.')
    return [name for name in known if not only or name in only]


def _say_before(console: Console, stand: Stand, names: list[str], load: float) -> None:
    calls = sum(ROWS[name].calls(stand) for name in names)
    minutes = calls * stand.call_seconds / 60
    console.print(f"{len(names)} rows, at most about {max(minutes, 0.1):.1f} minutes")
    if load > BUSY * (os.cpu_count() or 1):
        console.print(
            f"The load average is {load:.1f}: these times will not be those of an idle machine."
        )


def _measured(
    console: Console, stand: Stand, names: list[str], options: Options, told: dict[str, Any]
) -> list[Line]:
    lines: list[Line] = []
    words = TextColumn("{task.description}")
    with Progress(words, BarColumn(), TimeElapsedColumn(), console=console, transient=True) as bar:
        calls = [ROWS[name].calls(stand) for name in names]
        task = bar.add_task("", total=sum(calls))
        for name, share in zip(names, calls, strict=True):
            bar.update(task, description=name)
            for line in ROWS[name].measure(stand):
                lines.append(line)
                bar.update(task, description=line.name)
            bar.advance(task, share)
            told["load_after"] = load_average()
            if options.out:
                text = json.dumps(to_json(lines, told), indent=1)
                options.out.write_text(text + "\n", encoding="utf-8")
            if options.markdown:
                options.markdown.write_text(markdown(lines, told), encoding="utf-8")
    return lines


def _circumstances(stand: Stand, weights: Path, load: float) -> dict[str, Any]:
    return {
        "device": device_name(stand.model.device),
        "precision": stand.model.precision,
        "threads": torch.get_num_threads(),
        "processors": os.cpu_count() or 1,
        "torch": torch.__version__,
        "weights": hashlib.sha256(weights.read_bytes()).hexdigest()[:12],
        "measured": f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
        "quick": stand.quick,
        "loop_seconds": stand.plan.seconds,
        "seed": SEED,
        "gflop_per_second": stand.rate / GIGA,
        "gflop_of_a_call": stand.gflop_of_a_call,
        "load_before": load,
        "load_after": load,
    }
