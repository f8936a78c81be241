"""Crossing from kept to new audio: no hole in any octave band, no click.

Per octave band, the 10 ms RMS through the crossing stays within 1.5 dB under
sqrt(g_a^2 R_a^2 + g_b^2 R_b^2), where g_a R_a is the kept side (its continuation) under its falling
gain and g_b R_b the new side under its rising gain. Three things that the definition leaves open:
- the RMS is that of the band's analytic signal (over sqrt 2), so that in the lowest octaves, where
  10 ms are less than a period, it measures level and not phase;
- a band counts where it can be heard: above the threshold of hearing (ISO 226) when the material
  plays at 80 dB SPL, and no more than 60 dB under the whole;
- a sample step counts against the material's p99.9, or against the faded sides' own steps at that
  place where those are larger: an attack in the new audio is music, not a click. `plain_step` is
  the figure without this.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

OCTAVES = (31.5, 63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0)
HEARING_DB = (59.5, 37.5, 22.1, 11.4, 4.4, 2.4, -1.3, -5.4, 12.6, 14.0)
"""Threshold of hearing in the octaves, dB SPL (ISO 226:2003; 12.5 kHz for the last)."""
LISTENING_DB = 80.0
QUIETEST_DB = -60.0
WINDOW_SECONDS = 0.010
TOLERANCE_DB = 1.5
STEP_TOLERANCE = 10 ** (TOLERANCE_DB / 20)
"""As much as a level may be off: octaves are held at their power, so that steps grow a little."""

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class CrossingFigures:
    """Attributes:
    hole_db: deepest shortfall over bands and time; 0 where there is none.
    octave: centre in Hz of the band where it is.
    step: largest sample step over the larger of the material's p99.9 and the sides' own.
    plain_step: largest sample step over the material's p99.9.
    """

    hole_db: float
    octave: float
    step: float
    plain_step: float

    @property
    def good(self) -> bool:
        """No hole and no click."""
        return self.hole_db <= TOLERANCE_DB and self.step <= STEP_TOLERANCE


def measure_crossing(
    result: Floats,
    leaving: Floats,
    arriving: Floats,
    span: tuple[int, int],
    rate: int,
    material: Floats,
) -> CrossingFigures:
    """Figures of one crossing.

    result, leaving (g_a a), arriving (g_b b): (channels, samples) on one timeline, with at least
    250 ms on both sides of the crossing `span` = (first sample, one past the last). material:
    (channels, n) whose sample steps are the yardstick.
    """
    begin, end = span
    ends = _faded_ends(result.shape[1], begin, end)
    whole = np.sqrt(np.mean(leaving[:, begin:end] ** 2 + arriving[:, begin:end] ** 2))
    deepest, where = 0.0, 0.0
    for centre, hearing in zip(OCTAVES, HEARING_DB, strict=True):
        if centre * 2**0.5 >= 0.5 * rate:
            break
        got, out, into = (
            band_rms(x * ends, centre, rate)[:, begin:end] for x in (result, leaving, arriving)
        )
        bound = np.sqrt(out**2 + into**2)
        heard = bound > whole * 10 ** (max(hearing - LISTENING_DB, QUIETEST_DB) / 20)
        if heard.any():
            hole = -20 * np.log10(np.min(got[heard] / bound[heard]) + 1e-12)
            if hole > deepest:
                deepest, where = float(hole), centre
    around = slice(max(0, begin - 1), end + 1)
    steps, *sides = (np.abs(np.diff(x[:, around], axis=1)) for x in (result, leaving, arriving))
    usual = np.percentile(np.abs(np.diff(material, axis=1)), 99.9) + 1e-12
    allowed = np.maximum(usual, sides[0] + sides[1])
    return CrossingFigures(
        deepest, where, float(np.max(steps / allowed)), float(np.max(steps) / usual)
    )


def _faded_ends(n: int, begin: int, end: int) -> Floats:
    """(n,) 1 around the span, faded over the outer halves: a cut would ring in the low bands."""
    place = np.arange(n) + 0.5
    distance = np.minimum(2.0 * place / max(begin, 1), 2.0 * (n - place) / max(n - end, 1))
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(distance, 0.0, 1.0))


def band_rms(audio: Floats, centre: float, rate: int) -> Floats:
    """10 ms RMS (channels, samples) of one octave band around `centre` Hz."""
    edges = [centre / 2**0.5, centre * 2**0.5]
    sections = scipy.signal.butter(2, edges, btype="bandpass", fs=rate, output="sos")
    band = scipy.signal.sosfiltfilt(sections, audio, axis=1)
    envelope = np.abs(scipy.signal.hilbert(band, axis=1))
    power = uniform_filter1d(envelope**2, max(1, round(WINDOW_SECONDS * rate)), axis=1)
    return np.sqrt(np.maximum(0.5 * power, 0.0))
