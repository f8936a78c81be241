"""Figures of several windows as those of one result."""

import pytest

from ditto_daw.rendering.figures import POINTS
from ditto_daw.rendering.gathered import gathered


def window(achieved, norm=1.0, **more):
    return {
        "intensity": {
            "achieved": achieved,
            "uncontrolled": 4.0,
            "unit": "dB^2",
            "target_db": [achieved] * POINTS,
        },
        "latent": {"norm": norm, "correlation": 0.01 * norm},
        "crossings": [{"hole_db": achieved, "good": True}],
        "peak": 0.1 * (achieved or 0.0),
        **more,
    }


def test_a_mean_counts_every_window_by_its_length():
    told = gathered([(100, window(1.0)), (300, window(2.0)), (400, window(None))])
    assert told["intensity"]["achieved"] == pytest.approx(7 / 4)
    assert told["intensity"]["uncontrolled"] == 4.0
    assert told["intensity"]["unit"] == "dB^2"


def test_curves_follow_one_another_and_are_thinned():
    told = gathered([(1, window(1.0)), (1, window(2.0)), (1, window(3.0))])
    curve = told["intensity"]["target_db"]
    assert len(curve) == POINTS
    assert curve == sorted(curve)
    assert {curve.count(value) for value in (1.0, 2.0, 3.0)} == {POINTS // 3}


def test_the_worst_of_latents_and_peaks_is_told_and_every_join():
    told = gathered([(1, window(1.0, 0.9)), (1, window(2.0, 1.05, stopped_at=3, steps=9))])
    assert told["latent"] == {"norm": 0.9, "correlation": pytest.approx(0.0105)}
    assert told["peak"] == pytest.approx(0.2)
    assert [(join["window"], join["hole_db"]) for join in told["crossings"]] == [(0, 1.0), (1, 2.0)]
    assert (told["stopped_at"], told["steps"]) == (3, 9)


def test_an_objective_that_only_some_windows_had_is_their_mean():
    other = window(1.0)
    del other["intensity"]
    told = gathered([(5, other), (1, window(2.0))])
    assert told["intensity"]["achieved"] == 2.0
