"""`python -m ditto_daw.report.reuse`: what a variation of a kept latent costs, and how well it
still follows its lane (appendix I).

Loops are rendered under intensity curves with the default preset; the latent of each is kept. Then
each is varied from its file, under the same curve: by a share of fresh noise with a few steps of
re-optimisation, and under another genre. Printed is the processor's time of both, all of it from
reading the request to the file, and the errors measured on the written files.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ditto_daw.engine import Engine, choose_device
from ditto_daw.events import Done, Take
from ditto_daw.models.bundled import Bundled
from ditto_daw.report.material import lanes
from ditto_daw.request import Request
from ditto_daw.vocabulary import GENRES

TEMPO, BEATS = 120, 4
FRESH = "fresh"


@dataclass(frozen=True)
class Measured:
    """One render: what it is, its lane, the error in dB^2, and seconds of the processor."""

    name: str
    lane: str
    seed: int
    error: float
    uncontrolled: float
    cpu_seconds: float
    iterations: int


def main() -> None:
    """Render, print the table, and write every figure as JSON where asked."""
    parser = argparse.ArgumentParser(description="What a variation costs and keeps.")
    parser.add_argument("--n", type=int, default=4, help="fresh renders")
    parser.add_argument("--seconds", type=float, default=8.0, help="length of each loop")
    parser.add_argument("--seed", type=int, default=1, help="of the first render")
    parser.add_argument("--amounts", nargs="+", type=float, default=[0.15, 0.3, 0.5])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", type=Path, help="write all figures here")
    given = parser.parse_args()
    engine = Engine(Bundled.load(device=choose_device(given.device)))
    found: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="ditto-reuse-") as folder:
        for one in renders(engine, Path(folder), given):
            found.append(one)
            print(
                f"  {one.name:24} {one.lane:22} seed {one.seed:<4} {one.error:7.3f} dB^2 of"
                f" {one.uncontrolled:7.3f}  {one.cpu_seconds:6.1f} s  {one.iterations} steps",
                flush=True,
            )
    print(f"\n{given.n} loops of {given.seconds:g} s, {os.cpu_count()} processors, medians")
    for name, row in summary(found).items():
        print(
            f"{name:24} {row['error']:7.3f} dB^2  {row['cpu_seconds']:6.1f} s"
            f"  error x {row['error_ratio']:.2f}  cost x {row['cost_ratio']:.3f}"
        )
    if given.json:
        told = {"figures": summary(found), "renders": [asdict(one) for one in found]}
        given.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def renders(engine: Engine, folder: Path, given: argparse.Namespace) -> Iterator[Measured]:
    """Every fresh render, and after it its variations."""
    quarters = given.seconds * TEMPO / 60
    curves = lanes(quarters)
    for number in range(given.n):
        lane, genre = curves[number * 7 % len(curves)], GENRES[number % len(GENRES)]
        shared: dict[str, Any] = {
            "id": f"reuse-{number}",
            "bars": quarters / BEATS,
            "tempo": TEMPO,
            "genre": genre,
            "curve": {"points": lane.points, "unit": "db"},
            "output": {"folder": str(folder)},
        }
        seed = given.seed + number
        fresh, one = measured(engine, FRESH, lane.name, {**shared, "seed": seed})
        yield one
        held = {**shared, "use": "vary", "from": {"path": fresh.latent}, "seed": seed + 1000}
        for amount in given.amounts:
            asked = {**held, "amount": amount}
            yield measured(engine, f"amount {amount:g}", lane.name, asked)[1]
        other = GENRES[(number + 5) % len(GENRES)]
        asked = {**held, "amount": 0, "genre": other}
        yield measured(engine, "amount 0, other genre", lane.name, asked)[1]


def measured(engine: Engine, name: str, lane: str, asked: dict[str, Any]) -> tuple[Take, Measured]:
    """One request rendered, and what its own figures say of the written file."""
    request = Request.from_dict(asked)
    began = time.process_time()
    (take,) = next(e for e in engine.render(request) if isinstance(e, Done)).takes
    spent = time.process_time() - began
    figures = take.figures
    steps = figures.get("origin", {}).get("iterations", 60)
    achieved = figures["intensity"]
    return take, Measured(
        name, lane, take.seed, achieved["achieved"], achieved["uncontrolled"], spent, steps
    )


def summary(found: list[Measured]) -> dict[str, dict[str, float]]:
    """By name: medians, and the medians of the ratios to the fresh render of the same lane."""
    fresh = [one for one in found if one.name == FRESH]
    count = len(found) // max(len(fresh), 1)
    table = {}
    for place in range(count):
        rows = found[place::count]
        table[rows[0].name] = {
            "error": float(np.median([one.error for one in rows])),
            "cpu_seconds": float(np.median([one.cpu_seconds for one in rows])),
            "error_ratio": float(
                np.median([o.error / f.error for o, f in zip(rows, fresh, strict=True)])
            ),
            "cost_ratio": float(
                np.median([o.cpu_seconds / f.cpu_seconds for o, f in zip(rows, fresh, strict=True)])
            ),
        }
    return table


if __name__ == "__main__":
    main()
