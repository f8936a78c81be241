"""The grid's measure on click tracks."""

import numpy as np
import pytest

from ditto_daw.measures.grid import measure_grid, onset_strength, onset_times

RATE, BEAT = 44_100, 0.5
BEATS = np.arange(16) * BEAT
LINES = np.arange(64) * BEAT / 4


def clicks(times, levels=None, seconds=8.0):
    """Short noise bursts at these seconds."""
    audio = 1e-4 * np.random.default_rng(0).standard_normal(round(seconds * RATE))
    burst = np.random.default_rng(1).standard_normal(1500) * np.exp(-np.arange(1500) / 300)
    for time, level in zip(times, np.ones(len(times)) if levels is None else levels, strict=True):
        start = round(time * RATE)
        piece = burst[: len(audio) - start]
        audio[start : start + len(piece)] += 0.3 * level * piece
    return np.stack([audio, audio])


@pytest.mark.parametrize("offset", [0.0, 0.0013, 0.0411])
def test_an_onset_is_found_where_it_is(offset):
    times = 0.3 + np.arange(12) * 0.61 + offset
    found = onset_times(*onset_strength(clicks(times), RATE))
    assert len(found) == 12
    assert np.abs(found - times).max() < 0.006


def test_clicks_on_sixteenths_are_on_the_grid():
    found = measure_grid(clicks(LINES[1::3]), RATE, LINES, BEATS, 4)
    assert found.share == 1.0
    assert found.chance == pytest.approx(2 * 0.015 / (BEAT / 4), abs=0.02)


def test_random_clicks_are_there_by_chance():
    times = np.sort(np.random.default_rng(2).uniform(0.1, 59.9, 150))
    lines = np.arange(0, 60, BEAT / 4)
    found = measure_grid(clicks(times, seconds=60.0), RATE, lines, BEATS, 4)
    assert found.share == pytest.approx(found.chance, abs=0.1)


def test_clicks_between_sixteenths_are_not_on_the_grid():
    assert measure_grid(clicks(LINES[1:-1] + BEAT / 8), RATE, LINES, BEATS, 4).share < 0.05


@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_the_bar_begins_where_the_accent_is(shift):
    levels = np.where(np.arange(16) % 4 == shift, 1.0, 0.02)
    times = BEATS + 0.004
    assert measure_grid(clicks(times, levels), RATE, LINES, BEATS, 4).downbeat == (shift == 0)


def test_silence_has_no_onsets():
    found = measure_grid(np.zeros((1, RATE)), RATE, LINES, BEATS, 4)
    assert found.onsets == 0
    assert np.isnan(found.share)
    assert not found.downbeat
