"""Resampling against closed-form sines: exact length, pitch, phase, and loops that stay closed."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.signal import hilbert

from ditto_daw.files.resampling import resample
from ditto_daw.units import TempoMap, exact

RATES = [(44_100, 48_000), (48_000, 44_100), (44_100, 96_000), (96_000, 44_100), (8_000, 44_100)]
RATES += [(192_000, 48_000), (22_050, 44_100)]
SOXR_VHQ = 1e-5  # amplitude error of soxr's best quality, far above the figure measured (2e-9)
LOOP_CLOSES = 1e-4  # a ratio that is no small fraction drifts by some 1e-5 along the loop


def sine(hertz: float, rate: int, length: int) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(length) / rate)


@pytest.mark.parametrize(("rate_in", "rate_out"), RATES)
def test_a_sine_stays_the_same_sine_at_the_same_time(rate_in: int, rate_out: int) -> None:
    audio = np.stack([sine(997.0, rate_in, 2 * rate_in), sine(2501.0, rate_in, 2 * rate_in)])
    moved = resample(audio, rate_in, rate_out, 2 * rate_out)
    expected = np.stack([sine(997.0, rate_out, 2 * rate_out), sine(2501.0, rate_out, 2 * rate_out)])
    inside = slice(rate_out // 4, -rate_out // 4)
    assert np.abs(moved - expected)[:, inside].max() < SOXR_VHQ


@pytest.mark.parametrize(("rate_in", "rate_out"), RATES)
@pytest.mark.parametrize("surplus", [-7, -1, 0, 1, 50])
def test_the_length_is_the_one_asked_for(rate_in: int, rate_out: int, surplus: int) -> None:
    samples = 12_345
    length = round(samples * rate_out / rate_in) + surplus
    moved = resample(np.ones((2, samples), np.float32), rate_in, rate_out, length)
    assert moved.shape == (2, length)
    assert moved.dtype == np.float32
    if surplus == 50:
        assert np.all(moved[:, -40:] == 0)


@pytest.mark.parametrize(("rate_in", "rate_out"), RATES)
@pytest.mark.parametrize("samples", [60, 997, 12_345, 100_003])
def test_a_loop_stays_closed(rate_in: int, rate_out: int, samples: int) -> None:
    length = round(samples * rate_out / rate_in)
    cycles = max(1, min(samples, length) // 5)
    phase = 2 * np.pi * cycles * np.arange(samples) / samples
    moved = resample(np.sin(phase)[None], rate_in, rate_out, length, wrap=True)
    expected = np.sin(2 * np.pi * cycles * np.arange(length) / length)
    assert moved.shape == (1, length)
    assert np.abs(moved[0] - expected).max() < LOOP_CLOSES


@pytest.mark.parametrize(("rate_in", "rate_out"), RATES)
def test_a_loop_of_a_second_bends_by_less_than_a_tenth_of_a_cent(
    rate_in: int, rate_out: int
) -> None:
    samples = rate_in + 1
    length = round(samples * rate_out / rate_in)
    moved = resample(sine(1000.0, rate_in, samples)[None], rate_in, rate_out, length, wrap=True)
    middle = moved[0, length // 4 : 3 * length // 4]
    turns = np.unwrap(np.angle(hilbert(middle)))[1000:-1000]
    hertz = np.polyfit(np.arange(turns.size), turns, 1)[0] * rate_out / (2 * np.pi)
    assert abs(1200 * np.log2(hertz / 1000)) < 0.1


def test_the_same_rate_and_length_change_no_bit() -> None:
    audio = np.random.default_rng(0).standard_normal((2, 1000)).astype(np.float32)
    for wrap in (False, True):
        same = resample(audio, 44_100, 44_100, 1000, wrap=wrap)
        assert np.array_equal(same, audio)
        assert same is not audio
    assert np.array_equal(resample(audio, 44_100, 44_100, 900), audio[:, :900])


def test_a_loop_is_never_stretched_to_another_length() -> None:
    with pytest.raises(ValueError, match="are no 1003"):
        resample(np.zeros((1, 1000)), 44_100, 44_100, 1003, wrap=True)


@pytest.mark.parametrize(("rate_in", "rate_out"), RATES)
def test_bars_rounded_at_both_rates_are_one_loop(rate_in: int, rate_out: int) -> None:
    tempo = TempoMap(((Fraction(0), exact(127.3)),), ((Fraction(0), 7, 8),))
    for bar in range(12):
        ends = (Fraction(7, 2) * bar, Fraction(7, 2) * (bar + 1))
        loop = np.zeros((1, tempo.length(*ends, rate_in)), np.float32)
        length = tempo.length(*ends, rate_out)
        assert resample(loop, rate_in, rate_out, length, wrap=True).shape == (1, length)
