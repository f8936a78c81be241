"""On the grid: do onsets fall on the requested lines, does the bar begin where it should?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len
from scipy.ndimage import maximum_filter1d, uniform_filter1d

WINDOW_SECONDS, HOP_SECONDS = 0.023, 0.0029
TOLERANCE_SECONDS = 0.015
PEAK_SECONDS = 0.03
"""An onset is the strongest moment within this time on both sides of it."""
LOCAL_SECONDS = 0.5
"""And rises above the mean of this stretch."""
COMPRESSION = 1e3
ONSET_BANDS = 48
LAG_SECONDS, MEMORY_SECONDS = 0.006, 0.04
LEAST_RISE = 0.04
"""Mean rise over the bands, in natural logarithms, below which nothing is heard to begin."""
TYPICAL_RMS = 0.1

WRAP_SECONDS = 0.5
ACCENT_SECONDS = (0.05, 0.1)
HARMONY_SECONDS = (0.4, 0.4)
ACCENT_WINDOW, HARMONY_WINDOW = 0.046, 0.186
CHROMA_HZ = (65.0, 2100.0)
ACCENT_BANDS = ((30, 150, 1.0), (150, 600, 0.3), (600, 2500, 0.15), (2500, 10000, 0.05))
"""From and to in Hz, weight: the bass end tells where a bar begins, a backbeat lies above it."""
HARMONY_WEIGHT = 0.5
LOUDNESS = 0.6
"""Stevens' exponent: loudness grows with the 0.6th power of the amplitude."""

SWUNG = ("jazz",)
"""Genres whose quarters are divided by three, in the meters that count quarters."""

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class GridFigures:
    """Attributes:
    onsets: how many were found.
    share: of them within 15 ms of a grid line, 0..1; NaN without onsets.
    chance: the share that onsets at random times would have.
    phases: accent at the bar lines, and at those shifted by 1, 2, ... beats.
    """

    onsets: int
    share: float
    chance: float
    phases: tuple[float, ...]

    @property
    def downbeat(self) -> bool:
        """The true phase of the bar beats every other one."""
        return all(self.phases[0] > other for other in self.phases[1:])


def lines_per_quarter(genre: str, meter: tuple[int, int]) -> int:
    """Grid lines of a quarter: 4 sixteenths, or 3 eighth triplets where the genre swings."""
    return 3 if genre in SWUNG and meter[1] == 4 else 4


def measure_grid(
    audio: Floats, rate: int, lines: Floats, beats: Floats, bar: int, *, wrap: bool = False
) -> GridFigures:
    """Figures of audio (channels, n).

    lines: seconds of every grid line (`lines_per_quarter`); beats: seconds of every beat (the
    meter's own: quarters, or eighths of 6/8 and 7/8), the first of which begins a bar of `bar`
    beats. With `wrap` the audio is a loop, whose end is heard before its beginning; otherwise
    the beats too close to an end to be heard in context are left out.
    """
    seconds, rim = audio.shape[1] / rate, 0.0
    if wrap:
        samples = min(round(WRAP_SECONDS * rate), audio.shape[1])
        rim = samples / rate
        audio = np.concatenate([audio[:, -samples:], audio, audio[:, :samples]], axis=1)
    strength, hop = onset_strength(audio, rate)
    found = onset_times(strength, hop) - rim
    found = found[(found >= -hop) & (found < seconds - hop)]
    near = _distance(found, lines) <= TOLERANCE_SECONDS
    covered = _distance(np.arange(0.0, seconds, hop), lines) <= TOLERANCE_SECONDS
    at_beats = accents(audio, rate, beats + rim)
    phases = [at_beats[phase::bar] for phase in range(min(bar, len(beats)))]
    return GridFigures(
        len(found),
        float(np.mean(near)) if len(found) else float("nan"),
        float(np.mean(covered)),
        tuple(
            float(np.mean(p[np.isfinite(p)])) if np.isfinite(p).any() else np.nan for p in phases
        ),
    )


def _distance(times: Floats, lines: Floats) -> Floats:
    """Seconds from each time to its nearest line, infinite without lines."""
    return np.abs(times[:, None] - lines[None, :]).min(axis=1, initial=np.inf)


def onset_strength(audio: Floats, rate: int) -> tuple[Floats, float]:
    """Rise of the compressed spectrum (frames,) and seconds between frames.

    The magnitudes of 48 bands, equally wide on a logarithmic scale above 600 Hz and equally wide
    in Hz below, are compressed to logarithms and compared with the strongest of the band and its
    neighbours in the 40 ms until two hops earlier, so that neither vibrato (SuperFlux, Böck &
    Widmer 2013) nor the single cycles or the beating of a low tone are onsets. The audio is first
    brought to one RMS. A value belongs to the moment at which its frame's newest hop arrives in
    the window's middle, so that a click at time t peaks at t.
    """
    hop = max(1, round(HOP_SECONDS * rate))
    size = max(2 * hop, round(WINDOW_SECONDS * rate))
    mono = audio.mean(axis=0).astype(np.float64)
    mono *= TYPICAL_RMS / max(float(np.sqrt(np.mean(mono**2))) if len(mono) else 0.0, 1e-4)
    mono = np.pad(mono, (size // 2, size // 2))
    starts = np.arange(0, max(1, len(mono) - size), hop)
    frames = mono[starts[:, None] + np.arange(size)] * np.hanning(size)
    magnitude = np.abs(np.fft.rfft(frames, axis=1)) / size
    edges = _band_edges(rate, magnitude.shape[1])
    width = np.diff(np.append(edges, magnitude.shape[1]))
    bands = np.log1p(COMPRESSION * np.add.reduceat(magnitude, edges, axis=1) / np.sqrt(width))
    lag, memory = (max(1, round(seconds * rate / hop)) for seconds in (LAG_SECONDS, MEMORY_SECONDS))
    before = maximum_filter1d(maximum_filter1d(bands, 3, axis=1), memory, axis=0)
    shift = lag + memory // 2  # the filter is centred; the strongest of the past is wanted
    before = np.concatenate([np.repeat(before[:1], shift, axis=0), before[:-shift]])[: len(bands)]
    rise = np.maximum(bands - before, 0.0).mean(axis=1)
    # The rise is steepest a quarter window early, and half the lag late.
    late = round(WINDOW_SECONDS / 4 * rate / hop - lag / 2)
    rise = np.pad(rise, (late, 0))[: len(rise)]
    # A window that reaches over an end hears the cut as an onset, and so does one without a past.
    edge = size // (2 * hop)
    rise[: edge + shift + memory // 2] = rise[len(rise) - edge :] = 0.0
    return rise, hop / rate


def _band_edges(rate: int, bins: int) -> NDArray[np.intp]:
    """The first bin of each band."""
    spacing = rate / 2 / (bins - 1)
    hz = np.concatenate([np.arange(30, 600, 60), np.geomspace(600, 0.45 * rate, ONSET_BANDS - 10)])
    return np.unique(np.round(hz / spacing).astype(np.intp))


def onset_times(strength: Floats, hop: float) -> Floats:
    """Seconds of the peaks of the onset strength that stand out of their surroundings."""
    if not len(strength):
        return np.zeros(0)
    highest = maximum_filter1d(strength, 2 * round(PEAK_SECONDS / hop) + 1)
    usual = uniform_filter1d(strength, 2 * round(LOCAL_SECONDS / hop) + 1)
    least = max(float(np.std(strength)), LEAST_RISE)
    peaks = np.flatnonzero((strength >= highest) & (strength > usual + least))
    return peaks * hop


def accents(audio: Floats, rate: int, beats: Floats) -> Floats:
    """How much each beat (seconds) is stressed, (beats,), from audio (channels, n).

    Listeners find the first beat by the bass and by changes of harmony more than by loudness as
    such, which the backbeat has most of (Lerdahl & Jackendoff 1983, metrical preference rules 5
    and 6). So an accent is the rise of loudness (0.1 s after against 50 ms before) in four bands,
    the lowest weighted most, relative to the clip's mean loudness, plus half the change of chroma
    (1 - cosine) between the 0.4 s after and before the beat. NaN where the clip begins or ends
    within the stretch in which loudness rises: a beginning from nothing is no accent.
    """
    mono = audio.mean(axis=0).astype(np.float64)
    power, hz, hop = _spectra(mono, rate, ACCENT_WINDOW)
    loud = np.stack(
        [power[:, (hz >= low) & (hz < high)].sum(axis=1) for low, high, _ in ACCENT_BANDS], axis=1
    ) ** (LOUDNESS / 2)
    before, after = _sides(loud, beats, hop, *ACCENT_SECONDS)
    weights = np.array([weight for _, _, weight in ACCENT_BANDS])
    rise = np.maximum(after - before, 0.0) @ weights / max(float(loud.sum(axis=1).mean()), 1e-9)
    power, hz, hop = _spectra(mono, rate, HARMONY_WINDOW)
    before, after = _sides(_chroma(power, hz), beats, hop, *HARMONY_SECONDS)
    norms = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    change = np.where(norms > 1e-9, 1 - (before * after).sum(axis=1) / np.maximum(norms, 1e-9), 0.0)
    earlier, later = ACCENT_SECONDS
    inside = (beats >= earlier) & (beats <= len(mono) / rate - later)
    return np.where(inside, rise + HARMONY_WEIGHT * change, np.nan)


def _spectra(mono: Floats, rate: int, seconds: float) -> tuple[Floats, Floats, float]:
    """Power (frames, bins), Hz of the bins, seconds between frames; frame k is centred at k."""
    size = next_fast_len(round(seconds * rate), real=True)
    hop = size // 8
    padded = np.pad(mono, (size // 2, size - size // 2))
    starts = np.arange(0, len(mono) + 1, hop)
    frames = padded[starts[:, None] + np.arange(size)] * np.hanning(size)
    spectrum = np.fft.rfft(frames, axis=1) / size
    return np.abs(spectrum) ** 2, np.fft.rfftfreq(size, 1 / rate), hop / rate


def _sides(
    values: Floats, times: Floats, hop: float, earlier: float, later: float
) -> tuple[Floats, Floats]:
    """Means (times, K) of values (frames, K) over so many seconds before and after each time."""
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])

    def until(place: Floats) -> Floats:
        """The integral of the values up to a place in frames, each of which is a step."""
        whole = np.minimum(place.astype(int), len(values) - 1)
        return sums[whole] + (place - whole)[:, None] * values[whole]

    first, middle, last = (
        np.clip((times + by) / hop + 0.5, 0, len(values)) for by in (-earlier, 0.0, later)
    )
    before = (until(middle) - until(first)) / np.maximum(middle - first, 1e-9)[:, None]
    return before, (until(last) - until(middle)) / np.maximum(last - middle, 1e-9)[:, None]


def _chroma(power: Floats, hz: Floats) -> Floats:
    """Pitch classes (frames, 12) from C2 to C7, less what all classes share, as noise has."""
    heard = (hz > CHROMA_HZ[0]) & (hz < CHROMA_HZ[1])
    classes = np.round(12 * np.log2(hz[heard] / 440)).astype(int) % 12
    loud = power[:, heard] ** (LOUDNESS / 2)
    folded = np.stack([loud[:, classes == c].sum(axis=1) for c in range(12)], axis=1)
    return folded - folded.min(axis=1, keepdims=True)
