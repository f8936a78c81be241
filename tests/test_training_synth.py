"""Own instruments: in tune, level, finite."""

from __future__ import annotations

import numpy as np
import pytest

from ditto_daw.training import synth
from ditto_daw.training.bank import LEVEL, RATE


def centroid(wave: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(wave.astype(np.float64))) ** 2
    return float(np.sum(power * np.fft.rfftfreq(len(wave), 1 / RATE)) / power.sum())


@pytest.mark.parametrize("name", synth.MAKERS)
def test_instruments_are_finite_and_level(name: str) -> None:
    for variation, pitch in ((0, 36), (3, 60), (5, 90)):
        wave = synth.note(name, variation, pitch).astype(np.float64)
        assert np.isfinite(wave).all()
        count = len(wave) // (RATE * 15 // 100)
        windows = wave[: count * (RATE * 15 // 100)].reshape(count, -1)
        assert np.sqrt((windows**2).mean(axis=1).max()) == pytest.approx(LEVEL, rel=0.02)
        assert abs(wave.mean()) < 0.01


@pytest.mark.parametrize("name", ["saw_lead", "sub_bass", "square_lead", "organ", "warm_pad"])
def test_instruments_are_in_tune(name: str) -> None:
    wave = synth.note(name, 1, 57).astype(np.float64)[RATE : 3 * RATE]
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)))) ** 2
    hertz = np.fft.rfftfreq(len(wave), 1 / RATE)
    distance = np.abs(np.log2(np.maximum(hertz, 1) / 220) * 12)
    semitones = [spectrum[np.abs(distance - n) < 0.5].sum() for n in range(4)]
    assert semitones[0] > 20 * sum(semitones[1:])


def test_a_saw_does_not_alias_audibly() -> None:
    t = np.arange(RATE) / RATE
    wave = synth._saw(3001.0 * t, 3001.0 / RATE)
    power = np.abs(np.fft.rfft(wave * np.blackman(RATE))) ** 2
    hertz = np.arange(len(power))
    harmonic = np.abs(hertz - 3001 * np.round(hertz / 3001)) < 5
    inaudible = power[~harmonic & (hertz < 12000)].sum() / power[harmonic].sum()
    assert inaudible < 10 ** (-30 / 10)


def test_a_moving_filter_is_transparent_when_open_and_dark_when_closed() -> None:
    wave = np.random.default_rng(0).normal(size=RATE)
    opened = synth._swept(wave, np.full(RATE, 1e6))
    np.testing.assert_allclose(opened, wave, atol=1e-6)
    closed = synth._swept(wave, np.full(RATE, 500.0))
    assert centroid(closed) < 700


def test_variations_differ() -> None:
    one, two = (synth.note("pluck", v, 60).astype(np.float32) for v in (0, 1))
    assert np.abs(one - two).max() > 0.01
