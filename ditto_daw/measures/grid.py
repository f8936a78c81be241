"""On the grid: do onsets fall on the requested 16ths, does the bar begin where it should?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

WINDOW_SECONDS, HOP_SECONDS = 0.023, 0.0029
TOLERANCE_SECONDS = 0.015
PEAK_SECONDS = 0.03
"""An onset is the strongest moment within this time on both sides of it."""
LOCAL_SECONDS = 0.5
"""And rises above the mean of this stretch."""
COMPRESSION = 1e3

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class GridFigures:
    """Attributes:
    onsets: how many were found.
    share: of them within 15 ms of a grid line, 0..1; NaN without onsets.
    chance: the share that onsets at random times would have.
    phases: onset strength at the bar lines, and at those shifted by 1, 2, ... beats.
    """

    onsets: int
    share: float
    chance: float
    phases: tuple[float, ...]

    @property
    def downbeat(self) -> bool:
        """The true phase of the bar beats every other one."""
        return all(self.phases[0] > other for other in self.phases[1:])


def measure_grid(audio: Floats, rate: int, lines: Floats, beats: Floats, bar: int) -> GridFigures:
    """Figures of audio (channels, n).

    lines: seconds of every grid line (16ths; 8th triplets where swung); beats: seconds of every
    beat, the first of which begins a bar of `bar` beats.
    """
    strength, hop = onset_strength(audio, rate)
    found = onset_times(strength, hop)
    near = np.abs(found[:, None] - lines[None, :]).min(axis=1, initial=np.inf)
    places = (np.arange(len(strength)) + 0.5) * hop
    covered = np.abs(places[:, None] - lines[None, :]).min(axis=1, initial=np.inf)
    reach = round(TOLERANCE_SECONDS / hop)
    wide = maximum_filter1d(strength, 2 * reach + 1)
    at_beats = wide[np.clip((beats / hop).astype(int), 0, len(wide) - 1)]
    return GridFigures(
        len(found),
        float(np.mean(near <= TOLERANCE_SECONDS)) if len(found) else float("nan"),
        float(np.mean(covered <= TOLERANCE_SECONDS)),
        tuple(float(np.mean(at_beats[phase::bar])) for phase in range(min(bar, len(beats)))),
    )


def onset_strength(audio: Floats, rate: int) -> tuple[Floats, float]:
    """Rise of the compressed spectrum (frames,) and seconds between frames.

    A value belongs to the moment at which its frame's newest hop arrives in the window's middle,
    so that a click at time t peaks at t.
    """
    hop = max(1, round(HOP_SECONDS * rate))
    size = max(2 * hop, round(WINDOW_SECONDS * rate))
    mono = np.pad(audio.mean(axis=0).astype(np.float64), (size // 2, size // 2))
    starts = np.arange(0, max(1, len(mono) - size), hop)
    frames = mono[starts[:, None] + np.arange(size)] * np.hanning(size)
    spectrum = np.log1p(COMPRESSION * np.abs(np.fft.rfft(frames, axis=1)) / size)
    rise = np.maximum(np.diff(spectrum, axis=0, prepend=spectrum[:1]), 0.0).mean(axis=1)
    lag = round(WINDOW_SECONDS / 4 * rate / hop)  # the rise is steepest a quarter window early
    return np.pad(rise, (lag, 0))[: len(rise)], hop / rate


def onset_times(strength: Floats, hop: float) -> Floats:
    """Seconds of the peaks of the onset strength that stand out of their surroundings."""
    if not len(strength) or strength.max() <= 0.0:
        return np.zeros(0)
    highest = maximum_filter1d(strength, 2 * round(PEAK_SECONDS / hop) + 1)
    usual = uniform_filter1d(strength, 2 * round(LOCAL_SECONDS / hop) + 1)
    spread = np.std(strength)
    peaks = np.flatnonzero((strength >= highest) & (strength > usual + spread))
    return peaks * hop
