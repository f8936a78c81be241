"""The words of `ditto-daw bench`. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path

from ditto_daw.requests.catalogue import AUTO, PRECISIONS

Add = Callable[..., argparse.ArgumentParser]
SECONDS, QUICK_SECONDS = 8.0, 2.0


def add(add_parser: Add) -> None:
    """Files the command with the command line's `add_parser`."""
    bench = add_parser("bench", help="measure how long everything takes on this machine")
    bench.add_argument("--out", type=Path, metavar="FILE.json", help="write all figures here")
    bench.add_argument("--markdown", type=Path, metavar="FILE.md", help="write the table here")
    bench.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    bench.add_argument(
        "--precision", choices=PRECISIONS, default=AUTO, help="of the network; as `serve` has it"
    )
    bench.add_argument(
        "--quick", action="store_true", help="under a minute: a short loop, the paper's rows scaled"
    )
    bench.add_argument(
        "--minutes",
        type=float,
        metavar="M",
        help="break an optimisation off after M minutes and extrapolate; else it runs to its end",
    )
    bench.add_argument("--only", nargs="+", metavar="NAME", default=(), help="these rows alone")
    bench.add_argument("--weights", type=Path, metavar="FILE", help="a model other than the own")
    bench.add_argument(
        "--seconds",
        type=float,
        metavar="S",
        help=f"length of the loop; {SECONDS:g} unless told, {QUICK_SECONDS:g} with --quick",
    )
    bench.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    from ditto_daw.bench.run import Options, main

    return main(
        Options(
            device=chosen.device,
            precision=chosen.precision,
            quick=chosen.quick,
            minutes=chosen.minutes or math.inf,
            seconds=chosen.seconds or (QUICK_SECONDS if chosen.quick else SECONDS),
            only=tuple(chosen.only),
            weights=chosen.weights,
            out=chosen.out,
            markdown=chosen.markdown,
        )
    )
