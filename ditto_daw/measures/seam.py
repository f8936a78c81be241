"""The seam of a loop: is the wrap as smooth as the music's own bar lines?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZE, HOP = 2048, 512
RMS_DB = 3.0
"""The beats beside the wrap may differ from the same beats of other bars by this much."""

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class SeamFigures:
    """Attributes:
    step: sample step at the wrap over the p99.9 of the loop's own steps.
    flux: spectral flux at the wrap over the median flux at the other bar lines; NaN with one bar.
    before_db, after_db: RMS of the beat before and after the wrap against the nearest of the same
        beats of other bars; NaN with one bar.
    """

    step: float
    flux: float
    before_db: float
    after_db: float

    @property
    def good(self) -> bool:
        """Within every limit that can be judged: no click, no splash, no hole."""
        return (
            self.step <= 1.0
            and not self.flux > 1.5
            and not abs(self.before_db) > RMS_DB
            and not abs(self.after_db) > RMS_DB
        )


def measure_seam(audio: NDArray[np.floating], bars: NDArray[np.int64], beat: int) -> SeamFigures:
    """Figures of a loop (channels, n).

    bars: sample positions of the bar lines inside the loop, without the wrap itself; beat: samples
    of one beat.
    """
    audio = np.asarray(audio, dtype=np.float64)
    n = audio.shape[1]
    steps = np.abs(np.diff(audio, axis=1, append=audio[:, :1]))
    yardstick = np.percentile(steps[:, :-1], 99.9) + 1e-12
    flux = [flux_at(audio, int(bar)) for bar in (0, *bars)]
    inner = float(np.median(flux[1:])) if len(bars) else float("nan")
    return SeamFigures(
        step=float(steps[:, -1].max() / yardstick),
        flux=flux[0] / (inner + 1e-12),
        before_db=_beside(audio, np.array([n - beat, *(bars - beat)]), beat),
        after_db=_beside(audio, np.array([0, *bars]), beat),
    )


def flux_at(audio: Floats, position: int) -> float:
    """Rise of the log spectrum across a position of the loop, mean over the bins in dB."""
    before, after = (_spectrum(audio, position + shift) for shift in (-SIZE // 2, SIZE // 2))
    return float(np.maximum(after - before, 0.0).mean())


def _spectrum(audio: Floats, centre: int) -> Floats:
    n = audio.shape[1]
    places = (centre - SIZE // 2 + np.arange(SIZE)) % n
    frames = audio[:, places] * np.hanning(SIZE)
    power = (np.abs(np.fft.rfft(frames, axis=1)) ** 2).mean(axis=0)
    return 10.0 * np.log10(power + 1e-8)


def _beside(audio: Floats, starts: NDArray[np.int64], beat: int) -> float:
    """dB of the first beat against the one of the others that is nearest in level."""
    if len(starts) < 2:
        return float("nan")
    n = audio.shape[1]
    places = (starts[:, None] + np.arange(beat)) % n
    level = 10.0 * np.log10((audio[:, places] ** 2).mean(axis=(0, 2)) + 1e-12)
    apart = level[0] - level[1:]
    return float(apart[np.argmin(np.abs(apart))])
