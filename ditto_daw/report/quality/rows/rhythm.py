"""Do notes begin on the grid that was asked for, and bars where they should?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from ditto_daw.measures.grid import GridFigures, lines_per_quarter, measure_grid
from ditto_daw.music.grid import grid_seconds
from ditto_daw.report.quality.base import Goal, Line, line, percent, row
from ditto_daw.report.quality.workshop import Rendered, Workshop
from ditto_daw.vocabulary import METERS


@row(order=50, seconds=lambda given: 0.3 * given.loops)
def rhythm(shop: Workshop) -> Iterator[Line]:
    """Onsets within 15 ms of a line of the grid, and the accent at the true first beat."""
    loops = shop.rendered
    found = [on_grid(one) for one in loops]
    tempi = [float(one.request.tempo.tempo_at(Fraction(0))) for one in loops]
    asked = f"tempo {min(tempi):.0f} to {max(tempi):.0f}, every meter"

    def by_meter(values: list[float]) -> str:
        parts = []
        for meter in METERS:
            mine = [v for v, one in zip(values, loops, strict=True) if one.meter == meter]
            if np.isfinite(mine).any():
                parts.append(f"{meter[0]}/{meter[1]} {percent(float(np.nanmean(mine)))}")
        return ", ".join(parts)

    shares, downbeats = [one.share for one in found], [float(one.downbeat) for one in found]
    chance = np.mean([one.chance for one in found])
    yield line(
        f"onsets on the grid, {asked}",
        shares,
        "%",
        Goal("≥", 0.9),
        seeds=shop.loop_text,
        beside=f"chance {percent(float(chance))}; {by_meter(shares)}",
    )
    yield line(
        "downbeat right: its accent is the strongest of all beats",
        downbeats,
        "%",
        Goal("≥", 0.9),
        seeds=shop.loop_text,
        beside=by_meter(downbeats),
    )


def on_grid(one: Rendered) -> GridFigures:
    """Figures of a loop that begins a bar at quarter 0."""
    tempo, (beats, unit) = one.request.tempo, one.meter
    end = tempo.quarter(Fraction(one.audio.shape[1], one.rate))
    lines, pulses = (
        grid_seconds(tempo, Fraction(0), end, per)
        for per in (lines_per_quarter(one.request.genre, one.meter), unit // 4)
    )
    return measure_grid(one.audio, one.rate, lines, pulses, beats, wrap=True)
