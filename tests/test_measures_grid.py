"""The grid's measure on click tracks, held tones and bars of kick and snare."""

import numpy as np
import pytest

from ditto_daw.measures.grid import accents, lines_per_quarter, measure_grid, onset_strength
from ditto_daw.measures.grid import onset_times as times_of
from ditto_daw.training.genres import STYLES
from ditto_daw.vocabulary import GENRES, METERS

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


def tones(times, pitches, levels, length=0.4, seconds=8.0):
    """Decaying sines at these seconds."""
    audio = np.zeros(round(seconds * RATE))
    t = np.arange(round(length * RATE)) / RATE
    for time, hz, level in zip(times, pitches, levels, strict=True):
        start = round(time * RATE)
        wave = level * np.sin(2 * np.pi * hz * t) * np.exp(-t / 0.12) * np.minimum(1, t / 0.003)
        audio[start : start + len(wave)] += wave[: len(audio) - start]
    return audio[None]


def onsets(audio):
    return times_of(*onset_strength(audio, RATE))


@pytest.mark.parametrize("offset", [0.0, 0.0013, 0.0411])
def test_an_onset_is_found_where_it_is(offset):
    times = 0.3 + np.arange(12) * 0.61 + offset
    found = onsets(clicks(times))
    assert len(found) == 12
    assert np.abs(found - times).max() < 0.003


def test_a_held_tone_with_vibrato_and_a_beating_chord_have_no_onsets():
    t = np.arange(6 * RATE) / RATE
    vibrato = np.sin(2 * np.pi * 440 * t + 3 * np.sin(2 * np.pi * 6 * t))
    beating = sum(np.sin(2 * np.pi * hz * t) for hz in (220.0, 221.7, 277.2, 329.6, 331.0))
    low_saw = (45.0 * t) % 1.0 - 0.5
    for wave in (vibrato, beating, low_saw):
        assert len(onsets(0.2 * wave[None])) == 0


def test_a_clip_cut_out_of_a_held_tone_begins_and_ends_without_an_onset():
    t = np.arange(2 * RATE) / RATE
    assert len(onsets(np.cos(2 * np.pi * 220 * t)[None])) == 0


def test_notes_over_a_held_chord_are_found():
    t = np.arange(8 * RATE) / RATE
    held = 0.05 * sum(np.sin(2 * np.pi * hz * t) for hz in (220.0, 277.2, 329.6))
    times = 0.25 + np.arange(14) * 0.5
    found = onsets(tones(times, [660.0] * 14, [0.3] * 14) + held)
    assert len(found) == 14
    assert np.abs(found - times).max() < 0.006


def test_onsets_do_not_depend_on_the_level():
    loud = clicks(0.3 + np.arange(12) * 0.61)
    np.testing.assert_array_equal(onsets(loud), onsets(0.01 * loud))


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


def test_triplets_are_on_the_lines_of_swing_alone():
    swung = np.concatenate([BEATS[1:], BEATS[1:] - BEAT / 3])
    thirds = np.arange(48) * BEAT / 3
    assert measure_grid(clicks(swung), RATE, thirds, BEATS, 4).share == 1.0
    assert measure_grid(clicks(swung), RATE, LINES, BEATS, 4).share == pytest.approx(0.5, abs=0.04)


def test_the_lines_are_those_that_the_composer_plays_on():
    for genre in GENRES:
        for meter in METERS:
            swung = STYLES[genre].triplets and meter[1] == 4
            assert lines_per_quarter(genre, meter) == (3 if swung else 4)


@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_the_bar_begins_where_the_accent_is(shift):
    levels = np.where(np.arange(16) % 4 == shift, 1.0, 0.02)
    times = BEATS + 0.004
    assert measure_grid(clicks(times, levels), RATE, LINES, BEATS, 4).downbeat == (shift == 0)


@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_the_kick_not_the_louder_snare_begins_the_bar(shift):
    place = (np.arange(16) - shift) % 4
    kick = tones(BEATS, [55.0] * 16, np.where(place == 0, 0.4, np.where(place == 2, 0.2, 0.0)))
    snare = clicks(BEATS, np.where(place % 2 == 1, 3.0, 0.0))
    found = measure_grid(kick + snare, RATE, LINES, BEATS, 4)
    assert found.downbeat == (shift == 0)
    assert int(np.argmax(found.phases)) == shift


@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_changes_of_harmony_begin_the_bar_where_nothing_is_louder(shift):
    roots = 110.0 * 2 ** (np.array([0, 5, 3, 7, 0])[(np.arange(16) - shift) // 4 + 1] / 12)
    found = measure_grid(tones(BEATS, 2 * roots, [0.3] * 16), RATE, LINES, BEATS, 4, wrap=True)
    assert found.downbeat == (shift == 0)


def test_the_beginning_of_a_clip_is_no_accent_unless_it_follows_the_end():
    even = tones(BEATS, [220.0] * 16, [0.3] * 16)
    alone = accents(even, RATE, BEATS)
    assert np.isnan(alone[0])
    assert np.ptp(alone[1:]) < 0.1 * alone[1]
    looped = measure_grid(even, RATE, LINES, BEATS, 4, wrap=True)
    assert np.ptp(looped.phases) < 0.1 * looped.phases[0]
    assert looped.onsets == 16


def test_silence_has_no_onsets():
    found = measure_grid(np.zeros((1, RATE)), RATE, LINES, BEATS, 4)
    assert found.onsets == 0
    assert np.isnan(found.share)
    assert not found.downbeat
