"""Intensity error: closed forms on a tone whose loudness is known."""

import numpy as np
import pytest
from scipy.signal import savgol_filter

from ditto_daw import signal
from ditto_daw.measures.intensity import measure_intensity

FRAMES = 192


def swelling(rate=44_100, seconds=2.0, depth=6.0, channels=1):
    """A tone whose loudness swells once per loop by +-depth dB around -20 dB."""
    n = round(rate * seconds)
    decibels = -20.0 + depth * np.sin(2 * np.pi * np.arange(n) / n)
    tone = np.sqrt(2.0) * np.sin(2 * np.pi * 1_996 * np.arange(n) / n)
    return np.tile(10 ** (decibels / 20) * tone, (channels, 1))


def target(depth=6.0):
    """The swell as the smoothing filter of every intensity shows it, at FRAMES frames."""
    count = round(2.0 * signal.FRAMES_PER_SECOND)
    swell = -20.0 + depth * np.sin(2 * np.pi * np.arange(count) / count)
    smooth = savgol_filter(swell, signal.INTENSITY_WINDOW, 1, mode="wrap")
    return np.interp(np.arange(FRAMES) / FRAMES, np.arange(count) / count, smooth)


@pytest.mark.parametrize("rate", [44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_curve_that_is_followed_has_no_error(rate, channels):
    figures = measure_intensity(swelling(rate, channels=channels), rate, target())
    assert figures.error < 0.01
    assert figures.achieved.shape == figures.wanted.shape == (173,)


def test_the_error_of_a_constant_offset_is_its_square():
    louder = swelling() * 10 ** (3 / 20)
    assert measure_intensity(louder, 44_100, target()).error == pytest.approx(9.0, rel=0.01)


def test_only_the_frames_that_count_count():
    audio = swelling()
    audio[:, 44_100:] *= 10.0
    nothing = np.zeros(FRAMES, dtype=bool)
    assert np.isnan(measure_intensity(audio, 44_100, target(), nothing).error)
    edge = (np.arange(FRAMES) > FRAMES // 4 - 8) & (np.arange(FRAMES) < FRAMES // 4 + 2)
    assert measure_intensity(audio, 44_100, target(), edge).error < 1.0
    assert measure_intensity(audio, 44_100, target()).error > 100.0


def test_turning_the_loop_turns_the_curve():
    audio, turn = swelling(), 43 * signal.HOP
    turned = measure_intensity(np.roll(audio, turn, axis=1), 44_100, target()).achieved
    plain = measure_intensity(audio, 44_100, target()).achieved
    assert turned[60:160] == pytest.approx(plain[17:117], abs=0.3)
