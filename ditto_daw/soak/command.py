"""`ditto-daw soak`: prints each figure beside its goal; status 1 where one is missed."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

FULL_MINUTES = 60.0


def add(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Adds the command to the parser of `ditto-daw`."""
    soak = add_parser("soak", help="what the daemon must survive, tried on a real one")
    soak.add_argument(
        "--minutes",
        type=float,
        default=FULL_MINUTES,
        help="of the storm at the end, default %(default)g; the table before it takes about 20",
    )
    soak.add_argument(
        "--scale", type=float, default=1.0, help="share of the table's full n, default 1"
    )
    soak.add_argument("--only", nargs="+", metavar="ROW", default=(), help="these rows alone")
    soak.add_argument(
        "--model", action="store_true", help="ping and storm render with the bundled model"
    )
    soak.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    soak.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.markup import escape

    from ditto_daw.errors import BadRequest
    from ditto_daw.jobs.supervisor import ENGINE
    from ditto_daw.soak.base import Line
    from ditto_daw.soak.ground import LIGHT, Ground
    from ditto_daw.soak.rows import ROWS

    unknown = [name for name in chosen.only if name not in ROWS]
    if unknown:
        raise BadRequest("only", f"There is no row {unknown[0]}; choose of: {', '.join(ROWS)}.")
    console, lines, began = Console(), [], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ditto-soak-") as folder:
        engine = ENGINE if chosen.model else LIGHT
        ground = Ground(Path(folder), chosen.scale, chosen.minutes, engine)
        for name in chosen.only or ROWS:
            with console.status(name) as status:
                ground.told = lambda text, name=name, status=status: status.update(
                    f"{name}: {text}"
                )
                try:
                    found = list(ROWS[name](ground))
                except Exception as error:
                    first = (str(error) or type(error).__name__).splitlines()[0]
                    found = [Line(name, "an end", f"{type(error).__name__}: {first}", False)]
            for line in found:
                mark = "[green]✓[/]" if line.good else "[red]✗[/]"
                console.print(
                    f"{mark} {escape(line.what)}: [bold]{escape(line.achieved)}[/]", end=""
                )
                console.print(f" [dim](goal: {escape(line.goal)})[/]")
            lines += found
    missed = [line for line in lines if not line.good]
    minutes = (time.monotonic() - began) / 60.0
    console.print(f"{len(lines) - len(missed)} of {len(lines)} met in {minutes:.1f} minutes.")
    if chosen.json:
        told = {
            "minutes": round(minutes, 2),
            "scale": chosen.scale,
            "engine": engine,
            "lines": [asdict(line) for line in lines],
        }
        chosen.json.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return int(bool(missed))
