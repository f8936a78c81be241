"""Groove: do things begin when they were asked to, on a grid or as in another clip?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ditto_daw.measures.grid import TOLERANCE_SECONDS, onset_strength, onset_times

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class GrooveFigures:
    """Attributes:
    onsets: how many were found.
    share: of them within 15 ms of a wanted time, 0..1; NaN without onsets.
    met: share of the wanted times within 15 ms of an onset; NaN without wanted times.
    chance: the share that onsets at random times would have.
    """

    onsets: int
    share: float
    met: float
    chance: float


def measure_groove(
    audio: Floats,
    rate: int,
    wanted: Floats,
    *,
    wrap: bool = False,
    counts: NDArray[np.bool_] | None = None,
) -> GrooveFigures:
    """Figures of audio (channels, n) whose onsets are wanted at so many seconds (N,).

    wrap: the audio is a loop, whose end is heard before its beginning. counts (F,): the frames
    that count, frame k from the share k / F of the audio on; None for all.
    """
    seconds = audio.shape[1] / rate
    counted = np.ones(1, dtype=bool) if counts is None else counts

    def inside(times: Floats) -> Floats:
        places = (times * (len(counted) / seconds)).astype(int).clip(0, len(counted) - 1)
        return times[counted[places]]

    def apart(times: Floats, others: Floats) -> Floats:
        around = np.concatenate([others - seconds, others, others + seconds]) if wrap else others
        return np.abs(times[:, None] - around[None]).min(axis=1, initial=np.inf)

    found = onsets(audio, rate, wrap)
    everywhere = inside(np.arange(0.0, seconds, TOLERANCE_SECONDS / 5))
    return GrooveFigures(
        len(inside(found)),
        _within(apart(inside(found), wanted)),
        _within(apart(inside(wanted), found)),
        _within(apart(everywhere, wanted)),
    )


def _within(distances: Floats) -> float:
    return float(np.mean(distances <= TOLERANCE_SECONDS)) if len(distances) else float("nan")


def onsets(audio: Floats, rate: int, wrap: bool = False) -> Floats:
    """Seconds (N,) at which something begins in audio (channels, n)."""
    rim = min(audio.shape[1], rate // 2) if wrap else 0
    padded = np.pad(audio, ((0, 0), (rim, rim)), mode="wrap") if rim else audio
    found = onset_times(*onset_strength(padded, rate)) - rim / rate
    return np.asarray(found[(found >= 0.0) & (found < audio.shape[1] / rate)])
