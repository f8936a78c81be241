"""Groove on clicks whose times are known."""

import numpy as np
import pytest

from ditto_daw.measures.groove import measure_groove, onsets

RATE = 44_100
BEATS = np.arange(0.5, 4.0, 0.5)


def clicks(times, seconds=4.0):
    """Short bursts (1, n) at these times."""
    audio = np.zeros(round(seconds * RATE))
    burst = np.random.default_rng(0).standard_normal(2205) * np.exp(-np.arange(2205) / 300)
    for time in times:
        first = round(time * RATE)
        part = audio[first : first + len(burst)]
        part += 0.3 * burst[: len(part)]
    return audio[None]


def test_onsets_are_where_the_clicks_are():
    assert onsets(clicks(BEATS), RATE) == pytest.approx(BEATS, abs=0.005)


@pytest.mark.parametrize(("shift", "share"), [(0.0, 1.0), (0.01, 1.0), (0.03, 0.0), (0.1, 0.0)])
def test_clicks_within_fifteen_milliseconds_are_on_the_lines(shift, share):
    found = measure_groove(clicks(BEATS + shift), RATE, BEATS)
    assert (found.onsets, found.share, found.met) == (len(BEATS), share, share)
    assert found.chance == pytest.approx(len(BEATS) * 0.03 / 4.0, rel=0.15)


def test_a_line_without_its_click_is_missed_and_a_click_without_a_line_counts():
    found = measure_groove(clicks([*BEATS[:4], 0.75]), RATE, BEATS)
    assert found.share == pytest.approx(4 / 5)
    assert found.met == pytest.approx(4 / 7)


def test_only_the_frames_that_count_do():
    counts = np.arange(8) < 4
    found = measure_groove(clicks([0.5, 1.0, 2.75]), RATE, BEATS, counts=counts)
    assert (found.onsets, found.share) == (2, 1.0)
    assert found.met == pytest.approx(2 / 3)


def test_a_loop_is_heard_around_its_end():
    wanted = np.array([0.0, 2.0])
    loop = np.roll(clicks([1.0, 3.0]), -RATE, axis=1)
    assert measure_groove(loop, RATE, wanted, wrap=True).met == 1.0
    assert measure_groove(loop, RATE, wanted).met == 0.5


def test_silence_has_no_share_and_no_wanted_time_has_no_miss():
    silent = measure_groove(np.zeros((1, RATE)), RATE, np.array([0.5]))
    assert silent.onsets == 0
    assert np.isnan(silent.share)
    assert silent.met == 0.0
    assert np.isnan(measure_groove(clicks(BEATS), RATE, np.zeros(0)).met)
