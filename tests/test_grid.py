"""The frame grid against exact positions, and notes on it against hand-written targets."""

import random
from fractions import Fraction

import numpy as np
import pytest

from ditto_daw.music.grid import (
    chords_chroma,
    frame_grid,
    grid_seconds,
    melody_classes,
    nearest_meter,
    quarters_at,
)
from ditto_daw.music.notes import Note
from ditto_daw.units import TempoMap, exact
from ditto_daw.vocabulary import METERS


def some_map(rng: random.Random) -> TempoMap:
    quarters = [0, *sorted(rng.sample(range(1, 64), 5))]
    tempos = tuple((Fraction(at, 2), exact(round(rng.uniform(20, 400), 2))) for at in quarters)
    meters = tuple((Fraction(at), *rng.choice(METERS)) for at in sorted(rng.sample(range(40), 4)))
    return TempoMap(tempos, meters)


@pytest.mark.parametrize("seed", range(20))
def test_the_grid_agrees_with_exact_positions(seed: int) -> None:
    rng = random.Random(seed)
    tempo = some_map(rng)
    start = Fraction(rng.randint(0, 960 * 30), 960)
    times = np.arange(400) * 512 / 44100
    grid = frame_grid(tempo, start, times)
    for index in range(0, 400, 7):
        position = tempo.quarter(tempo.seconds(start) + Fraction(index * 512, 44100))
        in_bar = position - tempo.bar_start(position)
        length = tempo.bar_length(position)
        assert grid.quarter[index] == pytest.approx(float(position), abs=2e-9)
        assert grid.tempo[index] == pytest.approx(float(tempo.tempo_at(position)))
        assert METERS[grid.meter[index]] == tempo.meter_at(position)
        assert grid.bar_phase[index] == pytest.approx(float(in_bar / length), abs=1e-8)
        assert grid.quarter_phase[index] == pytest.approx(float(in_bar % 1), abs=1e-8)


def test_a_frame_on_a_bar_line_has_phase_zero() -> None:
    tempo = TempoMap(((Fraction(0), exact(127.3)),), ((Fraction(0), 7, 8),))
    lines = [tempo.bars(Fraction(0), bar) for bar in range(400)]
    times = [float(tempo.seconds(line)) for line in lines]
    grid = frame_grid(tempo, Fraction(0), times)
    assert np.all(grid.bar_phase == 0)
    assert np.all(grid.quarter_phase == 0)


def test_a_late_start_costs_no_precision() -> None:
    tempo = TempoMap(((Fraction(0), exact(133.7)),))
    early = quarters_at(tempo, Fraction(0), [1.0])[0]
    late = quarters_at(tempo, Fraction(2**16), [1.0])[0] - 2**16
    assert late == pytest.approx(early, abs=1e-10)


@pytest.mark.parametrize(
    ("meter", "nearest"),
    [
        *zip(METERS, METERS, strict=True),
        *[
            ((2, 2), (4, 4)),
            ((2, 4), (4, 4)),
            ((1, 4), (4, 4)),
            ((3, 8), (6, 8)),
            ((12, 8), (6, 8)),
        ],
        *[((12, 16), (6, 8)), ((5, 8), (5, 4)), ((10, 8), (5, 4)), ((14, 16), (7, 8))],
    ],
)
def test_other_meters_are_conditioned_as_the_nearest(
    meter: tuple[int, int], nearest: tuple[int, int]
) -> None:
    assert METERS[nearest_meter(*meter)] == nearest


def test_two_bars_of_two_four_run_as_one_of_four_four() -> None:
    tempo = TempoMap(meters=((Fraction(0), 2, 4),))
    grid = frame_grid(tempo, Fraction(0), np.arange(8) * 0.5)
    assert grid.bar_phase.tolist() == [0, 0.25, 0.5, 0.75] * 2


NOTES = (
    Note(0, 1, 60),
    Note(0, 1, 64),
    Note(1, 1, 67),
    Note(2, 0.5, 62, channel=1),
    Note(0, 4, 36, channel=9),
)


def test_chords_hold_every_sounding_pitch_class_and_no_drums() -> None:
    chroma = chords_chroma(NOTES, [0.0, 0.999, 1.0, 2.25, 2.5, 3.0])
    sounding = [set(np.flatnonzero(row)) for row in chroma]
    assert sounding == [{0, 4}, {0, 4}, {7}, {2}, set(), set()]
    assert chroma.dtype == np.float32
    assert np.array_equal(chords_chroma(NOTES, [2.25, 0.0]), chroma[[3, 0]])


def test_melody_classes_follow_the_line_and_leave_gaps_open() -> None:
    positions = [-0.1, 0.0, 0.99, 1.0, 1.99, 2.0, 2.5, 9.0]
    assert melody_classes(NOTES, positions).tolist() == [-1, 4, 4, 7, 7, 2, -1, -1]
    assert melody_classes(NOTES, positions, "channel:2").tolist() == [-1] * 5 + [2, -1, -1]
    assert melody_classes(NOTES, positions, "none").tolist() == [-1] * 8


def test_grid_seconds_restart_at_every_bar_line() -> None:
    tempo = TempoMap(meters=((Fraction(0), 7, 8),))
    seconds = grid_seconds(tempo, Fraction(0), Fraction(7))
    assert seconds == pytest.approx(np.arange(28) * 0.125)
    triplets = grid_seconds(tempo, Fraction(0), Fraction(7), per_quarter=3)
    assert triplets[11] == pytest.approx(1.75)
    offset = grid_seconds(tempo, Fraction(1, 8), Fraction(1))
    assert offset == pytest.approx([0.0625, 0.1875, 0.3125])
