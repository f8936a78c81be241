"""The report on control: its lanes and tunes, its measuring, and one run with a tiny model."""

import argparse
import json

import numpy as np
import pytest
from tiny import asked, tiny_model, tones

from ditto_daw.rendering.finishing import crossing
from ditto_daw.report import control
from ditto_daw.report.material import DEPTHS_DB, lanes, tunes
from ditto_daw.requests.request import Request

SHEET = {
    "title": "Scale",
    "time_sig": "4/4",
    "beats": 12.0,
    "pickup": 1.0,
    "notes": [[0.0, 55, 1.0]] + [[1.0 + n, 60 + n, 1.0] for n in range(8)],
    "chords": [[1.0, "C", 0, 0, [0, 4, 7]], [5.0, "F", 5, 5, [0, 5, 9]]],
}


def test_lanes_span_their_depth_and_come_in_pairs():
    found = {lane.name: np.array(lane.points) for lane in lanes(16)}
    assert len(found) == 18
    for depth in DEPTHS_DB:
        plain, flipped = found[f"tanh {depth:g} dB"], found[f"tanh flipped {depth:g} dB"]
        assert plain[[0, -1], 0].tolist() == [0.0, 16.0]
        assert plain[:, 1].min() == pytest.approx(-depth)
        assert plain[:, 1].max() == pytest.approx(depth)
        assert np.array_equal(plain[:, 1], -flipped[:, 1])


def test_a_tune_is_the_first_full_stretch_with_its_chords(tmp_path):
    path = tmp_path / "sheets.json"
    path.write_text(json.dumps({"pieces": [SHEET, {**SHEET, "time_sig": "3/4"}]}))
    (tune,) = tunes(8, path)
    melody = [row for row in tune.notes if row[4] == 0]
    assert [row[:3] for row in melody] == [[float(n), 1.0, 60 + n] for n in range(8)]
    chords = [row[:3] for row in tune.notes if row[4] == 1]
    assert chords[:3] == [[0.0, 4.0, 48], [0.0, 4.0, 52], [0.0, 4.0, 55]]
    assert chords[3:] == [[4.0, 4.0, 48], [4.0, 4.0, 53], [4.0, 4.0, 57]]
    assert tunes(16, path) == []


def test_without_lead_sheets_the_bundled_melody_is_moved(tmp_path):
    found = tunes(16, tmp_path / "none.json")
    assert len(found) == 12
    assert found[7].notes[0][2] - found[6].notes[0][2] == 1


def test_the_measures_are_those_of_the_request(tmp_path):
    lane = asked(tmp_path, curve={"points": [[0, 0]], "unit": "db"})
    t = np.arange(88_200) / 44_100
    tone = np.sin(2 * np.pi * 998 * t)[None] * np.sqrt(2.0) * 10 ** (-23 / 20)
    assert control.intensity_of(lane, tiny_model())(tone, 44_100) == pytest.approx(9.0, abs=0.1)
    high = asked(tmp_path, midi={"notes": [[0, 4, 71, 90, 0], [0, 4, 48, 90, 1]]}, melody="top")
    b_natural = np.sin(2 * np.pi * 493.88 * t)[None]
    assert control.melody_of(high)(b_natural, 44_100) == 1.0
    assert control.melody_of(high)(tones(2.0, 44_100), 44_100) < 0.5


def test_an_interval_is_around_its_value_and_leaves_out_what_is_no_number():
    values = [*np.random.default_rng(0).normal(5.0, 1.0, 100), float("nan")]
    found = control.interval(values, np.mean)
    assert found["n"] == 100
    assert found["low"] < found["value"] < found["high"]
    assert found["high"] - found["low"] == pytest.approx(2 * 1.96 / 10, rel=0.25)
    assert control.interval([], np.median)["n"] == 0


def test_a_run_measures_both_controls_and_sums_them_up(tmp_path, monkeypatch):
    monkeypatch.setattr(crossing, "STEPS", 2)
    real = Request.from_dict
    monkeypatch.setattr(Request, "from_dict", lambda data: real({**data, "iterations": 1}))
    given = argparse.Namespace(n=1, seconds=1.0, seed=3, sheets=tmp_path / "none.json")
    found = list(control.renders(tiny_model(), tmp_path, given))
    assert [one.control for one in found] == ["intensity", "melody"]
    assert {one.seed for one in found} == {3}
    assert found[0].uncontrolled > 0.0
    table = control.summary(found)
    gain = table["intensity gain, error with / without (median)"]
    assert gain["value"] == pytest.approx(found[0].controlled / found[0].uncontrolled)
    assert table["latent norm / sqrt(d) (median)"]["n"] == 2
