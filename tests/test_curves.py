"""Curves: any order gives the same one, steps keep their direction, non-finite points are named."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ditto_daw.errors import BadRequest
from ditto_daw.music.curves import Curve, clean_points

POINTS = st.lists(
    st.tuples(st.integers(-8, 8).map(float), st.integers(-12, 12).map(float)),
    min_size=1,
    max_size=12,
)


def curve(points, unit: str = "db") -> Curve:
    return Curve.from_dict({"points": [list(point) for point in points], "unit": unit})


@given(POINTS, st.integers(0, 10**6))
def test_any_order_gives_the_same_curve(points, seed: int) -> None:
    shuffled = [*points, points[0]]
    random.Random(seed).shuffle(shuffled)
    assert curve(shuffled) == curve(points)


@given(POINTS)
def test_the_json_form_goes_round(points) -> None:
    drawn = curve(points)
    assert Curve.from_dict(drawn.to_dict()) == drawn


@given(POINTS, st.sampled_from([math.nan, math.inf, -math.inf]), st.data())
def test_a_non_finite_point_is_named_by_its_index(points, wrong: float, data) -> None:
    index = data.draw(st.integers(0, len(points)))
    column = data.draw(st.integers(0, 1))
    point = (wrong, 0.0) if column == 0 else (0.0, wrong)
    with pytest.raises(BadRequest, match="finite number") as caught:
        curve([*points[:index], point, *points[index:]])
    assert caught.value.argument == f"curve.points[{index}]"


def test_values_between_before_and_after_the_points() -> None:
    ramp = curve([(4, 6), (0, -6)])
    assert ramp.at(np.array([-1.0, 0.0, 1.0, 2.0, 4.0, 9.0])) == pytest.approx(
        [-6, -6, -3, 0, 6, 6]
    )


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_a_step_keeps_its_direction_in_any_order(order: tuple[int, ...]) -> None:
    for low, high in ((-3.0, 5.0), (5.0, -3.0)):
        corners = [(0.0, low), (4.0, low), (4.0, high), (8.0, high)]
        step = curve([corners[index] for index in order])
        assert step.points == tuple(corners)
        assert step.at(np.array([3.999, 4.0, 7.0])) == pytest.approx([low, high, high])


@pytest.mark.parametrize(
    ("points", "unit", "argument", "words"),
    [
        ([], "db", "curve.points", "at least one point"),
        (None, "db", "curve.points", "must be a list"),
        ([[0, 1, 2]], "db", "curve.points[0]", "3 entries"),
        ([[0, 0], [1]], "db", "curve.points[1]", r"\[quarter, value\]"),
        ([[0, 0], [1, "loud"]], "db", "curve.points[1]", "must be a number"),
        ([[0, 0], [1, 61]], "db", "curve.points[1]", "-60 to 60"),
        ([[0, 1.5]], "unit", "curve.points[0]", "0 to 1"),
        ([[0, True]], "unit", "curve.points[0]", "must be a number"),
        ([[0, 0]], "fader", "curve.unit", "db, unit"),
        ([[0, 0]] * 20_001, "db", "curve.points", "20,000 is the most"),
    ],
)
def test_wrong_curves_are_refused_by_name(points, unit: str, argument: str, words: str) -> None:
    with pytest.raises(BadRequest, match=words) as caught:
        Curve.from_dict({"points": points, "unit": unit})
    assert caught.value.argument == argument


def test_clean_points_drops_negative_zero_which_sorts_beside_zero() -> None:
    assert clean_points([[-0.0, -0.0]], "curve.points", -1, 1) == ((0.0, 0.0),)


def test_a_point_without_a_value_frees_the_curve_up_to_the_next() -> None:
    lane = curve([(0, -6), (2, 0), (4, None), (6, 3), (8, 3)])
    assert lane.at(np.array([0.0, 1.0, 3.9, 4.0, 5.9, 6.0, 9.0])) == pytest.approx(
        [-6, -3, 0, math.nan, math.nan, 3, 3], nan_ok=True
    )
    ends = curve([(0, None), (2, 1), (4, 5), (4, "free")])
    assert ends.points == ((0.0, None), (2.0, 1.0), (4.0, 5.0), (4.0, None))
    assert ends.at(np.array([-1.0, 1.0, 2.0, 3.0, 4.0, 9.0])) == pytest.approx(
        [math.nan, math.nan, 1, 3, math.nan, math.nan], nan_ok=True
    )
    assert Curve.from_dict(ends.to_dict()) == ends
    with pytest.raises(BadRequest, match="at least one point"):
        curve([(0, None), (4, None)])


@given(POINTS, st.sets(st.integers(-8, 8), min_size=1, max_size=4), st.integers(0, 10**6))
def test_free_points_come_in_any_order_and_leave_the_rest_alone(points, free, seed: int) -> None:
    mixed = [*points, *((float(at), None) for at in free)]
    ordered = curve(mixed)
    random.Random(seed).shuffle(mixed)
    assert curve(mixed) == ordered
    values = ordered.at(np.linspace(-9, 9, 37))
    least, greatest = (end(value for _, value in points) for end in (min, max))
    assert np.all(np.isnan(values) | ((values >= least) & (values <= greatest)))
