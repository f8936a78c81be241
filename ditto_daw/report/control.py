"""`python -m ditto_daw.report.control`: how well loops follow a lane and a melody.

New loops are rendered with the bundled weights and the default preset, each under one intensity
curve or one lead sheet and with its own seed. What the written WAV achieves stands beside what the
same seed does without control; both, and the share of onsets on the grid, are measured as
`ditto_daw.measures` defines. Intervals are 95 % bootstrap intervals over the renders.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ditto_daw.events import Done, Preview, Take
from ditto_daw.files.audiofile import read_region
from ditto_daw.measures.grid import GridFigures, lines_per_quarter, measure_grid
from ditto_daw.measures.intensity import measure_intensity
from ditto_daw.measures.melody import melody_accuracy
from ditto_daw.models.bundled import Bundled
from ditto_daw.music.grid import grid_seconds
from ditto_daw.music.notes import melody_line
from ditto_daw.rendering.engine import Engine, choose_device
from ditto_daw.rendering.plan import make_plan
from ditto_daw.rendering.targets.intensity import intensity_target
from ditto_daw.report.material import LEAD_SHEETS, lanes, tunes
from ditto_daw.requests.request import Request
from ditto_daw.vocabulary import GENRES

TEMPO, BEATS = 120, 4
MELODY = "channel:1"
RESAMPLES = 4000
Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Measured:
    """One render: the error or accuracy of the take and of its seed without control."""

    control: str
    name: str
    genre: str
    seed: int
    controlled: float
    uncontrolled: float
    grid: float
    grid_uncontrolled: float
    grid_chance: float
    downbeat: bool
    downbeat_uncontrolled: bool
    norm: float
    correlation: float
    wall_seconds: float
    cpu_seconds: float


def main() -> None:
    """Render, print the table, and write every figure as JSON where asked."""
    parser = argparse.ArgumentParser(description="How well loops follow a lane and a melody.")
    parser.add_argument("--n", type=int, default=18, help="renders for each of the two controls")
    parser.add_argument("--seconds", type=float, default=8.0, help="length of each loop")
    parser.add_argument("--seed", type=int, default=1, help="of the first render")
    parser.add_argument("--sheets", type=Path, default=LEAD_SHEETS, help="lead_sheets.json")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", type=Path, help="write all figures here")
    given = parser.parse_args()
    model = Bundled.load(device=choose_device(given.device))
    found: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="ditto-control-") as folder:
        for one in renders(model, Path(folder), given):
            found.append(one)
            print(
                f"  {one.control:9} {one.name[:28]:28} {one.genre:13} seed {one.seed:<4}"
                f" {one.controlled:7.3f} of {one.uncontrolled:7.3f}  {one.wall_seconds:6.1f} s",
                flush=True,
            )
    table = summary(found)
    seeds = f"seeds {given.seed} to {given.seed + given.n - 1}"
    print(f"\nLoops of {given.seconds:g} s, {seeds}, {os.cpu_count()} processors")
    for name, row in table.items():
        within = f"[{row['low']:.3f}, {row['high']:.3f}]"
        print(f"{name:48} {row['value']:8.3f}  {within:20} n {row['n']}")
    if given.json:
        told = {"figures": table, "renders": [asdict(one) for one in found]}
        given.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def renders(model: Bundled, folder: Path, given: argparse.Namespace) -> Iterator[Measured]:
    """Every lane and every tune in turn, with ever new seeds and genres, n of each."""
    engine = Engine(model)
    quarters = given.seconds * TEMPO / 60
    curves, melodies = lanes(quarters), tunes(quarters, given.sheets)
    for number in range(given.n):
        lane, tune = curves[number * 7 % len(curves)], melodies[number % len(melodies)]
        shared = {
            "id": f"control-{number}",
            "bars": quarters / BEATS,
            "tempo": TEMPO,
            "genre": GENRES[number % len(GENRES)],
            "seed": given.seed + number,
            "output": {"folder": str(folder)},
        }
        curve = {"points": lane.points, "unit": "db"}
        request = Request.from_dict({**shared, "curve": curve})
        yield measured("intensity", lane.name, request, engine, intensity_of(request, model))
        request = Request.from_dict({**shared, "midi": {"notes": tune.notes}, "melody": MELODY})
        yield measured("melody", tune.name, request, engine, melody_of(request))


def measured(
    control: str,
    name: str,
    request: Request,
    engine: Engine,
    measure: Callable[[Floats, int], float],
) -> Measured:
    """One request rendered, and both of its files measured."""
    wall, cpu = time.monotonic(), time.process_time()
    files: list[Path] = []
    take: Take | None = None
    for event in engine.render(request):
        if isinstance(event, Preview) and not files:
            files.append(Path(event.path))
        elif isinstance(event, Done):
            (take,) = event.takes
            files.append(Path(take.path))
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    assert take is not None
    regions = [read_region(path) for path in files]
    before, after = (measure(region.audio, region.rate) for region in regions)
    grids = [_on_grid(region.audio, region.rate, request) for region in regions]
    assert request.seed is not None
    return Measured(
        control=control,
        name=name,
        genre=request.genre,
        seed=request.seed,
        controlled=after,
        uncontrolled=before,
        grid=grids[1].share,
        grid_uncontrolled=grids[0].share,
        grid_chance=grids[1].chance,
        downbeat=grids[1].downbeat,
        downbeat_uncontrolled=grids[0].downbeat,
        norm=take.figures["latent"]["norm"],
        correlation=take.figures["latent"]["correlation"],
        wall_seconds=wall,
        cpu_seconds=cpu,
    )


def intensity_of(request: Request, model: Bundled) -> Callable[[Floats, int], float]:
    """Mean squared dB of a new loop, both channels' mean, against the request's lane."""
    target = intensity_target(make_plan(request, model.frame_multiple), model, None)
    assert target is not None
    wanted = target.numpy()
    return lambda audio, rate: measure_intensity(audio.mean(0, keepdims=True), rate, wanted).error


def melody_of(request: Request) -> Callable[[Floats, int], float]:
    """Melody accuracy of a loop against the request's own notes."""
    assert request.midi is not None
    line = melody_line(request.midi.notes, request.melody)
    starts, ends = (
        np.array([float(request.tempo.seconds(Fraction(at))) for at in places])
        for places in ([note.start for note in line], [note.end for note in line])
    )
    classes = np.array([note.pitch % 12 for note in line])
    return lambda audio, rate: melody_accuracy(audio, rate, starts, ends, classes)


def _on_grid(audio: Floats, rate: int, request: Request) -> GridFigures:
    """Onsets against the grid and the bars of a loop that begins at quarter 0."""
    begin, end = Fraction(0), request.tempo.quarter(Fraction(audio.shape[1], rate))
    per_quarter = lines_per_quarter(request.genre, (BEATS, 4))
    lines, beats = (grid_seconds(request.tempo, begin, end, per) for per in (per_quarter, 1))
    return measure_grid(audio, rate, lines, beats, BEATS, wrap=True)


def summary(found: Sequence[Measured]) -> dict[str, dict[str, Any]]:
    """Name of each figure to its value, its interval and the number of renders."""
    lane = [one for one in found if one.control == "intensity"]
    tune = [one for one in found if one.control == "melody"]
    rows: dict[str, tuple[list[float], Callable[..., Any]]] = {
        "intensity gain, error with / without (median)": (
            [one.controlled / one.uncontrolled for one in lane],
            np.median,
        ),
        "intensity error with control, dB^2 (median)": ([x.controlled for x in lane], np.median),
        "intensity error without, dB^2 (median)": ([x.uncontrolled for x in lane], np.median),
        "melody accuracy with control (mean)": ([x.controlled for x in tune], np.mean),
        "melody accuracy without (mean)": ([x.uncontrolled for x in tune], np.mean),
        "onsets on the grid (mean)": ([x.grid for x in found], np.mean),
        "onsets on the grid without control (mean)": (
            [x.grid_uncontrolled for x in found],
            np.mean,
        ),
        "onsets on the grid by chance (mean)": ([x.grid_chance for x in found], np.mean),
        "loops whose downbeat is the strongest (share)": ([x.downbeat for x in found], np.mean),
        "the same without control (share)": ([x.downbeat_uncontrolled for x in found], np.mean),
        "latent norm / sqrt(d) (median)": ([x.norm for x in found], np.median),
        "latent correlation, largest (median)": ([x.correlation for x in found], np.median),
        "wall seconds, lane (median)": ([x.wall_seconds for x in lane], np.median),
        "wall seconds, melody (median)": ([x.wall_seconds for x in tune], np.median),
        "processor seconds, lane (median)": ([x.cpu_seconds for x in lane], np.median),
        "processor seconds, melody (median)": ([x.cpu_seconds for x in tune], np.median),
    }
    return {name: interval(values, middle) for name, (values, middle) in rows.items()}


def interval(values: Sequence[float], middle: Callable[..., Any]) -> dict[str, Any]:
    """Middle of the finite values with its 95 % bootstrap interval."""
    known = np.array([value for value in values if np.isfinite(value)])
    if not known.size:
        return {"value": float("nan"), "low": float("nan"), "high": float("nan"), "n": 0}
    rng = np.random.default_rng(0)
    drawn = middle(rng.choice(known, size=(RESAMPLES, known.size)), axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {
        "value": float(middle(known)),
        "low": float(low),
        "high": float(high),
        "n": int(known.size),
    }


if __name__ == "__main__":
    main()
