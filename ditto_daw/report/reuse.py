"""`python -m ditto_daw.report.reuse`: what a variation of a kept latent costs, and how well it
still follows its lane (appendix I).

Loops are rendered under a lane or a melody with the default preset; the latent of each is kept.
Then each is varied from its file, under the same lane or melody: by a share of fresh noise with a
few steps of re-optimisation, and under another genre. Printed is the processor's time of both, all
of it from reading the request to the file, and the errors measured on the written files: mean
squared dB, or the share of voiced frames that miss the melody.
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

from ditto_daw.events import Done, Progress, Take
from ditto_daw.models.bundled import Bundled
from ditto_daw.rendering.engine import Engine, choose_device
from ditto_daw.report.material import LEAD_SHEETS, lanes, tunes
from ditto_daw.requests.request import Request
from ditto_daw.vocabulary import GENRES

TEMPO, BEATS = 120, 4
MELODY = "channel:1"
FRESH = "fresh"


@dataclass(frozen=True)
class Measured:
    """One render: what it is, its lane or tune, the error in dB^2 or the share of frames that miss
    the melody, and seconds of the processor."""

    name: str
    target: str
    seed: int
    error: float
    cpu_seconds: float
    iterations: int


def main() -> None:
    """Render, print the table, and write every figure as JSON where asked."""
    parser = argparse.ArgumentParser(description="What a variation costs and keeps.")
    parser.add_argument("--n", type=int, default=4, help="fresh renders")
    parser.add_argument("--seconds", type=float, default=8.0, help="length of each loop")
    parser.add_argument("--seed", type=int, default=1, help="of the first render")
    parser.add_argument("--amounts", nargs="+", type=float, default=[0.15, 0.3, 0.5])
    parser.add_argument("--control", choices=("intensity", "melody"), default="intensity")
    parser.add_argument("--sheets", type=Path, default=LEAD_SHEETS, help="lead_sheets.json")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", type=Path, help="write all figures here")
    given = parser.parse_args()
    engine = Engine(Bundled.load(device=choose_device(given.device)))
    found: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="ditto-reuse-") as folder:
        for one in renders(engine, Path(folder), given):
            found.append(one)
            print(
                f"  {one.name:24} {one.target[:24]:24} seed {one.seed:<4} error {one.error:7.3f}"
                f"  {one.cpu_seconds:6.1f} s  {one.iterations} steps",
                flush=True,
            )
    told = f"{given.n} loops of {given.seconds:g} s under {given.control}"
    print(f"\n{told}, {os.cpu_count()} processors, medians")
    for name, row in summary(found).items():
        print(
            f"{name:24} error {row['error']:7.3f}  {row['cpu_seconds']:6.1f} s"
            f"  error x {row['error_ratio']:.2f}  cost x {row['cost_ratio']:.3f}"
        )
    if given.json:
        figures = {"figures": summary(found), "renders": [asdict(one) for one in found]}
        given.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def renders(engine: Engine, folder: Path, given: argparse.Namespace) -> Iterator[Measured]:
    """Every fresh render, and after it its variations."""
    quarters = given.seconds * TEMPO / 60
    wishes = _wishes(given.control, quarters, given.sheets)
    for number in range(given.n):
        target, wish = wishes[number * 7 % len(wishes)]
        seed, genre = given.seed + number, GENRES[number % len(GENRES)]
        shared: dict[str, Any] = {
            "id": f"reuse-{number}",
            "bars": quarters / BEATS,
            "tempo": TEMPO,
            "genre": genre,
            "output": {"folder": str(folder)},
            **wish,
        }
        fresh, one = measured(engine, FRESH, target, {**shared, "seed": seed})
        yield one
        held = {**shared, "use": "vary", "from": {"path": fresh.latent}, "seed": seed + 1000}
        for amount in given.amounts:
            asked = {**held, "amount": amount}
            yield measured(engine, f"amount {amount:g}", target, asked)[1]
        other = {**held, "amount": 0, "genre": GENRES[(number + 5) % len(GENRES)]}
        yield measured(engine, "amount 0, other genre", target, other)[1]


def _wishes(control: str, quarters: float, sheets: Path) -> list[tuple[str, dict[str, Any]]]:
    """Names of lanes or tunes, and the fields that ask for them."""
    if control == "intensity":
        return [(o.name, {"curve": {"points": o.points, "unit": "db"}}) for o in lanes(quarters)]
    return [
        (o.name, {"midi": {"notes": o.notes}, "melody": MELODY}) for o in tunes(quarters, sheets)
    ]


def measured(
    engine: Engine, name: str, target: str, asked: dict[str, Any]
) -> tuple[Take, Measured]:
    """One request rendered, and what its own figures say of the written file."""
    began, steps, take = time.process_time(), 0, None
    for event in engine.render(Request.from_dict(asked)):
        if isinstance(event, Progress) and event.stage == "optimising":
            steps = event.step
        elif isinstance(event, Done):
            (take,) = event.takes
    assert take is not None
    spent, figures = time.process_time() - began, take.figures
    if "intensity" in figures:
        error = figures["intensity"]["achieved"]
    else:
        error = 1.0 - figures["melody"]["achieved"]
    return take, Measured(name, target, take.seed, error, spent, steps)


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
