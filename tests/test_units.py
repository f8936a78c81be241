"""Exact time: what a float meant, tempo maps against an independent sum, lengths to the sample."""

import random
import struct
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ditto_daw.errors import BadRequest
from ditto_daw.units import TempoMap, exact, plain, round_half_up
from ditto_daw.vocabulary import METERS

RATES = (44100, 48000, 96000)


def single(number: float) -> float:
    return struct.unpack("<f", struct.pack("<f", number))[0]


@pytest.mark.parametrize(
    ("number", "meant"),
    [
        (120.1, Fraction(1201, 10)),
        (single(120.1), Fraction(1201, 10)),
        (single(300.1), Fraction(3001, 10)),
        (single(97.375), Fraction(779, 8)),
        (single(1 / 3), Fraction(1, 3)),
        (7 / 3, Fraction(7, 3)),
        (12345 / 44100, Fraction(12345, 44100)),
        (123456789 / 96000, Fraction(123456789, 96000)),
        (120.123456789, Fraction(120123456789, 10**9)),
        ("4801/40", Fraction(4801, 40)),
        ("0.1", Fraction(1, 10)),
        (-3, Fraction(-3)),
    ],
)
def test_exact_reads_what_was_meant(number: float | str, meant: Fraction) -> None:
    assert exact(number) == meant


@pytest.mark.parametrize("number", [float("nan"), float("inf"), "1/0", "1e999999999", "ten", ""])
def test_exact_refuses_what_is_no_number(number: float | str) -> None:
    with pytest.raises(ValueError, match=r"number"):
        exact(number)


@given(st.fractions(-(10**12), 10**12))
def test_plain_form_goes_round(value: Fraction) -> None:
    assert exact(plain(value)) == value


@pytest.mark.parametrize(("value", "rounded"), [("1/2", 1), ("-1/2", 0), ("5/2", 3), ("49/100", 0)])
def test_halves_round_up(value: str, rounded: int) -> None:
    assert round_half_up(Fraction(value)) == rounded


def random_map(rng: random.Random) -> TempoMap:
    """1 to 6 tempos and meters of every kind, at tick positions of a 960 PPQ host."""
    positions = [0, *sorted(rng.sample(range(1, 960 * 64), rng.randint(0, 5)))]
    tempos = tuple((Fraction(at, 960), exact(round(rng.uniform(20, 400), 3))) for at in positions)
    bars = [0, *sorted(rng.sample(range(1, 32), rng.randint(0, 5)))]
    meters = tuple((Fraction(4 * bar), *rng.choice(METERS)) for bar in bars)
    return TempoMap(tempos, meters)


def ticks_between(tempo: TempoMap, start: Fraction, end: Fraction, rate: int) -> int:
    """The same length from integers alone: the time of every tick, summed one after the other."""
    ticks = 960
    steps = {int(at * ticks): bpm for at, bpm in tempo.tempos}
    elapsed, position, bpm, marks = Fraction(0), 0, tempo.tempos[0][1], {}
    for edge in sorted({*steps, int(start * ticks), int(end * ticks)}):
        elapsed += Fraction((edge - position) * 60 * rate, ticks) / bpm
        position, bpm = edge, steps.get(edge, bpm)
        marks[edge] = (2 * elapsed.numerator + elapsed.denominator) // (2 * elapsed.denominator)
    return marks[int(end * ticks)] - marks[int(start * ticks)]


def end_by_ticks(tempo: TempoMap, start: Fraction, bars: int) -> Fraction:
    """`bars` bars on from a bar line by walking every tick and looking for bar lines."""
    ticks, found, position = 960, 0, int(start * 960)
    changes = {int(at * ticks): 4 * ticks * num // den for at, num, den in tempo.meters}
    line = max(at for at in changes if at <= position)
    length = changes[line]
    while found < bars:
        position += 120
        if position in changes:
            line, length = position, changes[position]
            found += 1
        elif (position - line) % length == 0:
            found += 1
    return Fraction(position, ticks)


def test_length_error_over_a_thousand_random_tempo_maps_is_zero() -> None:
    rng = random.Random(2)
    worst = 0
    for _ in range(1000):
        tempo = random_map(rng)
        start = tempo.bar_start(Fraction(rng.randint(0, 960 * 40), 960))
        bars = rng.randint(1, 16)
        end = tempo.bars(start, bars)
        assert end == end_by_ticks(tempo, start, bars)
        for rate in RATES:
            error = tempo.length(start, end, rate) - ticks_between(tempo, start, end, rate)
            worst = max(worst, abs(error))
    print(f"length error over 1,000 random tempo maps at {RATES}: {worst} samples")
    assert worst == 0


@settings(max_examples=200)
@given(st.integers(0, 10**6), st.fractions(-64, 64, max_denominator=960))
def test_seconds_and_quarters_are_inverse(seed: int, quarter: Fraction) -> None:
    tempo = random_map(random.Random(seed))
    assert tempo.quarter(tempo.seconds(quarter)) == quarter


def test_quarter_zero_is_second_zero_wherever_the_first_tempo_lies() -> None:
    for first in (-8, 0, 8):
        tempo = TempoMap(((Fraction(first), Fraction(100)),))
        assert tempo.seconds(Fraction(0)) == 0
        assert tempo.seconds(Fraction(-5)) == -3
    tempo = TempoMap(((Fraction(-4), Fraction(60)), (Fraction(2), Fraction(120))))
    assert [tempo.seconds(Fraction(q)) for q in (-4, 0, 2, 4)] == [-4, 0, 2, 3]


def test_lengths_of_neighbouring_bars_add_up() -> None:
    tempo = TempoMap(((Fraction(0), exact(127.3)),), ((Fraction(0), 7, 8),))
    lines = [tempo.bars(Fraction(0), count) for count in range(65)]
    parts = [tempo.length(a, b, 44100) for a, b in pairwise(lines)]
    assert sum(parts) == tempo.length(lines[0], lines[-1], 44100)


@pytest.mark.parametrize("meter", METERS)
def test_bar_lines_in_every_meter(meter: tuple[int, int]) -> None:
    tempo = TempoMap(meters=((Fraction(1, 2), *meter),))
    bar = Fraction(4 * meter[0], meter[1])
    assert tempo.bar_length(Fraction(9)) == bar
    assert tempo.bar_start(Fraction(1, 2) + 3 * bar - Fraction(1, 960)) == Fraction(1, 2) + 2 * bar
    assert tempo.bar_start(Fraction(0)) == Fraction(1, 2) - bar
    assert tempo.bars(Fraction(1, 2), "5/2") == Fraction(1, 2) + Fraction(5, 2) * bar


def test_a_bar_cut_short_by_a_new_meter_counts_as_one() -> None:
    tempo = TempoMap(meters=((Fraction(0), 4, 4), (Fraction(6), 3, 4)))
    assert tempo.bars(Fraction(0), 2) == 6
    assert tempo.bars(Fraction(0), 3) == 9
    assert tempo.meter_at(Fraction(6)) == (3, 4)
    assert tempo.bars(Fraction(4), "1/2") == 5


def test_a_clip_played_twice_as_fast_lies_at_half_the_tempo_in_its_file() -> None:
    tempo = TempoMap().slower(2)
    assert tempo.tempo_at(Fraction(0)) == 60
    assert tempo.length(Fraction(0), Fraction(4), 44100) == 4 * 44100


@pytest.mark.parametrize(
    ("tempos", "meters", "words"),
    [
        (((Fraction(4), Fraction(0)),), None, "above zero"),
        (((Fraction(0), Fraction(-120)),), None, "above zero"),
        (((Fraction(0), Fraction(1)), (Fraction(0), Fraction(2))), None, "two different values"),
        ((), None, "at least one tempo"),
        (None, ((Fraction(0), 4, 3),), "4/3"),
        (None, ((Fraction(0), 0, 4),), "0/4"),
        (None, ((Fraction(0), 4, 4), (Fraction(0), 3, 4)), "two different values"),
    ],
)
def test_a_wrong_map_is_refused_by_name(tempos, meters, words: str) -> None:
    default = TempoMap()
    with pytest.raises(BadRequest, match=words) as caught:
        TempoMap(
            default.tempos if tempos is None else tempos,
            default.meters if meters is None else meters,
        )
    assert caught.value.argument.startswith("tempo")


@settings(max_examples=100)
@given(
    st.fractions(-50, 50, max_denominator=96),
    st.fractions(0, 20, max_denominator=12),
    st.lists(
        st.tuples(st.integers(-20, 40), st.sampled_from([(4, 4), (3, 4), (7, 8), (5, 4)])),
        max_size=4,
        unique_by=lambda entry: entry[0],
    ),
)
def test_bars_before_is_where_bars_comes_from(quarter, count, changes) -> None:
    meters = tuple((Fraction(at), *meter) for at, meter in changes) or TempoMap().meters
    tempo = TempoMap(meters=meters)
    assert tempo.bars(tempo.bars_before(quarter, count), count) == quarter
