"""The words of `ditto-daw evaluate`. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

Add = Callable[..., argparse.ArgumentParser]
N = 32


def add(add_parser: Add) -> None:
    """Files the command with the command line's `add_parser`."""
    evaluate = add_parser("evaluate", help="run the paper's tables on this model")
    evaluate.add_argument(
        "tables",
        nargs="+",
        metavar="TABLE",
        help='numbers of tables (1 to 11), figures ("figure-3"), or "all"',
    )
    evaluate.add_argument("--n", type=int, default=N, help=f"pairs per row; {N} unless told")
    evaluate.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    evaluate.add_argument(
        "--out",
        type=Path,
        default=Path("evaluation"),
        metavar="DIR",
        help="journal, JSON, Markdown and pictures; a run goes on with what it finds there",
    )
    evaluate.add_argument("--markdown", type=Path, metavar="FILE.md", help="write the tables here")
    evaluate.add_argument(
        "--minutes", type=float, metavar="M", help="end after M minutes, every row with its share"
    )
    evaluate.add_argument(
        "--iterations", type=int, metavar="K", help="the most that any optimiser makes"
    )
    evaluate.add_argument(
        "--calls", type=int, metavar="C", help="the most calls of the network that a trial takes"
    )
    evaluate.add_argument(
        "--methods", nargs="+", default=(), metavar="NAME", help="these methods alone"
    )
    evaluate.add_argument("--seed", type=int, default=1, help="of the first pair")
    evaluate.add_argument("--weights", type=Path, metavar="FILE", help="a model other than the own")
    evaluate.add_argument(
        "--reference", type=Path, metavar="DIR", help="a composed set, for the distance to music"
    )
    evaluate.add_argument("--real", type=Path, metavar="DIR", help="recorded clips to invert")
    evaluate.add_argument("--sheets", type=Path, metavar="FILE", help="lead_sheets.json")
    evaluate.add_argument(
        "--answers", type=Path, nargs="+", default=(), metavar="FILE", help="of the listening test"
    )
    evaluate.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    from ditto_daw.evaluate.run import Options, main

    told = {name: value for name, value in vars(chosen).items() if value is not None}
    given = {name: told[name] for name in Options.__dataclass_fields__ if name in told}
    lists = {name: tuple(given[name]) for name in ("tables", "methods", "answers")}
    return main(Options(**(given | lists)))
