"""Control: lanes and melodies followed, what that costs in music, and how long it takes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw import signal
from ditto_daw.diffusion.latent import HEALTHY_CORRELATION, HEALTHY_RATIO
from ditto_daw.events import Done, Preview, Take
from ditto_daw.files.audiofile import Region, read_region
from ditto_daw.measures.distance import statistics
from ditto_daw.rendering.engine import Engine
from ditto_daw.report.control import BEATS, MELODY, TEMPO, intensity_of, melody_of
from ditto_daw.report.material import LEAD_SHEETS, lanes, tunes
from ditto_daw.report.quality.base import Goal, Line, line, percent, row
from ditto_daw.report.quality.pieces import FRAMES
from ditto_daw.report.quality.workshop import Workshop
from ditto_daw.report.quality.yardstick import KINDS as KINDS_OF_FEATURE
from ditto_daw.requests.request import Request
from ditto_daw.vocabulary import GENRES

SECONDS = 8.0
DEPTHS_DB = (6.0, 9.0, 12.0, 15.0)
"""Of the hand-made curves: three shapes, each flipped or not, make 24; two seeds of each, 48."""
KINDS = ("intensity", "melody", "both")
STRIDE = 7
"""Curves are taken seven apart, so that few renders meet every shape and depth."""


@dataclass(frozen=True, eq=False)
class Controlled:
    """A render under control: the take's measures, and of the same seed without control.

    `intensity` is in dB², `melody` in 0..1, NaN where not controlled; `made` and `plain` are mels
    (BANDS, FRAMES) of the take and of the seed's own music.
    """

    kind: str
    intensity: tuple[float, float]
    melody: tuple[float, float]
    made: Tensor
    plain: Tensor
    norm: float
    correlation: float
    seconds: float

    @property
    def healthy(self) -> bool:
        """The optimised latent still looks like Gaussian noise."""
        return abs(self.norm - 1.0) <= HEALTHY_RATIO and self.correlation <= HEALTHY_CORRELATION


RENDER_SECONDS = 30.0
"""Of the three renders of one seed, on one idle core of an EPYC."""


@row(order=80, seconds=lambda given: min(RENDER_SECONDS * given.renders, 60.0 * given.minutes))
def control(shop: Workshop) -> Iterator[Line]:
    """Renders of 8 s under a lane, a melody, and both."""
    with TemporaryDirectory(prefix="ditto-quality-") as folder:
        found = list(_renders(shop, folder))
    first = shop.settings.seed
    seeds = f"{first} to {first + len(found) // len(KINDS) - 1}"
    lane, tune, both = ([one for one in found if one.kind == kind] for kind in KINDS)
    errors, accuracies = [one.intensity[0] for one in lane], [one.melody[0] for one in tune]
    yield line(
        "intensity after optimisation, hand-made curves: mean squared error",
        errors,
        "dB²",
        Goal("≤", 3.3),
        seeds=seeds,
        beside=f"median {np.median(errors):.2f}; without control"
        f" {np.mean([one.intensity[1] for one in lane]):.1f}; beside a melody"
        f" {np.mean([one.intensity[0] for one in both]):.2f}",
    )
    yield line(
        "melody of lead-sheet excerpts: accuracy",
        accuracies,
        "%",
        Goal("≥", 0.85),
        seeds=seeds,
        beside=f"without control {percent(np.mean([one.melody[1] for one in tune]))}; beside a lane"
        f" {percent(np.mean([one.melody[0] for one in both]))}",
    )
    yield _distance(shop, found, seeds)
    yield line(
        "latents healthy after control",
        [one.healthy for one in found],
        "%",
        Goal("≥", 1.0),
        seeds=seeds,
        beside=f"norm {np.median([one.norm for one in found]):.3f}, largest correlation"
        f" {np.median([one.correlation for one in found]):.3f} (medians)",
    )
    yield line(
        f"controlled 8 s render, {shop.settings.preset} preset, wall clock (median)",
        [one.seconds for one in lane],
        "s",
        Goal("≤", 8.0),
        middle=np.median,
        seeds=seeds,
        beside=f"melody {np.median([one.seconds for one in tune]):.1f} s, both"
        f" {np.median([one.seconds for one in both]):.1f} s; {torch.get_num_threads()} threads,"
        f" {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}",
    )


def _distance(shop: Workshop, found: list[Controlled], seeds: str) -> Line:
    """The distance to music of what was controlled over that of the same seeds without."""
    made, plain = (
        statistics(torch.stack([getattr(one, side) for one in found])) for side in ("made", "plain")
    )
    # Renders of one seed start from one latent: they are drawn again together.
    groups = np.arange(len(found)) // len(KINDS) + 10**9
    kernel, frechet = (
        shop.yardstick.scales[name].ratio(made, plain, groups) for name in ("kernel", "frechet")
    )
    kinds = (
        f"{kind} {shop.yardstick.scales[f'kernel, {kind}'].ratio(made, plain, groups).share:.2f}"
        for kind in KINDS_OF_FEATURE
    )
    return Line(
        "distance to music, controlled ÷ uncontrolled, over lane, melody and both",
        kernel.share,
        kernel.low,
        kernel.high,
        len(found),
        "×",
        Goal("≤", 1.3),
        seeds,
        f"kernel; Fréchet {frechet.share:.2f} × [{frechet.low:.2f}, {frechet.high:.2f}];"
        f" the kernel by kind: {', '.join(kinds)} ×",
    )


def _renders(shop: Workshop, folder: str) -> Iterator[Controlled]:
    """Every kind of control in turn, with ever new curves, tunes, genres and seeds."""
    engine = Engine(shop.model)
    quarters = SECONDS * TEMPO / 60
    curves = lanes(quarters, DEPTHS_DB)
    melodies = tunes(quarters, shop.settings.sheets or LEAD_SHEETS)
    latest = time.monotonic() + 60.0 * shop.settings.minutes
    for number in range(shop.settings.renders):
        if number and time.monotonic() > latest:
            shop.say(f"{shop.settings.minutes:g} minutes are over after {number} seeds")
            return
        lane = {"points": curves[number * STRIDE % len(curves)].points, "unit": "db"}
        tune = {"notes": melodies[number % len(melodies)].notes}
        shop.say(f"controlled renders {number + 1} of {shop.settings.renders}")
        for kind in KINDS:
            asked: dict[str, Any] = {
                "id": f"{kind}-{number}",
                "bars": quarters / BEATS,
                "tempo": TEMPO,
                "genre": GENRES[number % len(GENRES)],
                "seed": shop.settings.seed + number,
                "preset": shop.settings.preset,
                "output": {"folder": folder},
            }
            if kind != "melody":
                asked["curve"] = lane
            if kind != "intensity":
                asked |= {"midi": tune, "melody": MELODY}
            yield _rendered(kind, Request.from_dict(asked), engine, shop)


def _rendered(kind: str, request: Request, engine: Engine, shop: Workshop) -> Controlled:
    """One render and its measures, on the written files."""
    began, plain, take = time.monotonic(), None, None
    for event in engine.render(request):
        if isinstance(event, Preview) and plain is None:
            plain = read_region(event.path)
        elif isinstance(event, Done):
            (take,) = event.takes
    seconds = time.monotonic() - began
    assert isinstance(take, Take)
    assert plain is not None
    made = read_region(take.path)
    Path(take.path).unlink()

    def measures(region: Region) -> tuple[float, float]:
        intensity = melody = float("nan")
        if request.curve is not None:
            intensity = intensity_of(request, shop.model)(region.audio, region.rate)
        if request.midi is not None:
            melody = melody_of(request)(region.audio, region.rate)
        return intensity, melody

    after, before = measures(made), measures(plain)
    return Controlled(
        kind,
        (after[0], before[0]),
        (after[1], before[1]),
        _mel(made.audio),
        _mel(plain.audio),
        take.figures["latent"]["norm"],
        take.figures["latent"]["correlation"],
        seconds,
    )


def _mel(audio: NDArray[np.floating]) -> Tensor:
    """Mel (BANDS, FRAMES) of the beginning of audio (channels, n), its channels added."""
    mono = audio.mean(axis=0)[: FRAMES * signal.HOP].astype(np.float32)
    return signal.mel(torch.from_numpy(mono))
