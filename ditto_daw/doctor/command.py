"""`ditto-daw doctor`: prints every finding with what to do about it; status 1 where one is bad."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from ditto_daw.wire.messages import PORT

MARKS = {"good": "[green]✓[/]", "hint": "[yellow]○[/]", "bad": "[red]✗[/]"}


def add(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Adds the command to the parser of `ditto-daw`."""
    doctor = add_parser("doctor", help="is everything there, and what to do where it is not")
    doctor.add_argument("--port", type=int, default=PORT)
    doctor.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    doctor.add_argument("--results", type=Path, metavar="DIR", help="the daemon's, if it has one")
    doctor.add_argument("--json", action="store_true", help="for programs")
    doctor.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.markup import escape

    from ditto_daw.doctor.base import Patient, examine
    from ditto_daw.doctor.checks import CHECKS
    from ditto_daw.server.command import default_results

    patient = Patient(chosen.results or default_results(), chosen.port, chosen.device)
    console, told = Console(), {}
    for name in CHECKS:
        finding = examine(name, patient)
        told[name] = finding
        if not chosen.json:
            console.print(
                f"{MARKS[finding.level]} {name:<12}{escape(finding.found)}", soft_wrap=True
            )
            if finding.advice:
                console.print(f"  {'':<12}→ {escape(finding.advice)}", soft_wrap=True)
    bad = [name for name, finding in told.items() if finding.level == "bad"]
    if chosen.json:
        print(json.dumps({name: asdict(finding) for name, finding in told.items()}, indent=2))
    else:
        console.print(
            f"Rendering will not work: see {', '.join(bad)}." if bad else "Rendering works here."
        )
    return int(bool(bad))
