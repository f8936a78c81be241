"""Figures of a take on audio whose answer is known."""

import json

import numpy as np
import pytest
import torch
from tiny import planned, tones, write_clip

from ditto_daw.controls.intensity import Intensity
from ditto_daw.controls.melody import Melody
from ditto_daw.rendering.figures import POINTS, Figures
from ditto_daw.rendering.targets.notes import melody_target

NOTES = {"notes": [[0, 1, 72], [1, 1, 76], [2, 2, 79]]}


def even(n, decibels):
    """A tone of constant loudness (2, n)."""
    tone = np.sqrt(2.0) * np.sin(2 * np.pi * 1_996 * np.arange(n) / n)
    return np.tile(tone * 10 ** (decibels / 20), (2, 1))


def tune(pitches, n):
    """Pure tones of equal length (1, n)."""
    t = np.arange(n) / 44_100
    hertz = 440.0 * 2.0 ** ((np.array(pitches) - 69) / 12)
    return 0.3 * np.sin(2 * np.pi * hertz[np.arange(n) * len(pitches) // n] * t)[None]


def test_intensity_is_told_with_both_curves_beside_the_uncontrolled(tmp_path):
    plan = planned(tmp_path, output={"rate": 48_000})
    figures = Figures(plan, (Intensity(torch.full((plan.frames,), -20.0), wrap=True),))
    figures.uncontrolled(0, even(plan.output_length, -26.0))
    told = figures.of(0, even(plan.output_length, -18.0))["intensity"]
    assert told["achieved"] == pytest.approx(4.0, abs=0.1)
    assert told["uncontrolled"] == pytest.approx(36.0, abs=0.1)
    assert told["target_db"] == [-20.0] * POINTS
    assert told["achieved_db"] == pytest.approx([-18.0] * POINTS, abs=0.05)


def test_every_variation_has_its_own_uncontrolled_seed(tmp_path):
    plan = planned(tmp_path, variations=2)
    figures = Figures(plan, (Intensity(torch.full((plan.frames,), -20.0), wrap=True),))
    figures.uncontrolled(0, even(plan.output_length, -23.0))
    figures.uncontrolled(1, even(plan.output_length, -30.0))
    take = even(plan.output_length, -20.0)
    told = [figures.of(number, take)["intensity"]["uncontrolled"] for number in range(2)]
    assert told == pytest.approx([9.0, 100.0], rel=0.05)


def test_a_melody_that_is_played_scores_one_and_half_of_it_half(tmp_path):
    plan = planned(tmp_path, midi=NOTES)
    figures = Figures(plan, (Melody(melody_target(plan), wrap=True),))
    right = figures.of(0, tune([72, 76, 79, 79], plan.output_length))["melody"]
    assert right == {"achieved": 1.0, "unit": "accuracy"}
    half = figures.of(0, tune([72, 76, 70, 70], plan.output_length))["melody"]
    assert half["achieved"] == pytest.approx(0.5, abs=0.03)


def test_of_a_repair_only_the_new_notes_count(tmp_path):
    path = write_clip(tmp_path / "clip.wav", tones(2.0, 44_100, 1), 44_100)
    source = {"path": str(path)}
    plan = planned(tmp_path, use="repair", source=source, repair_beats=2, midi=NOTES)
    figures = Figures(plan, (Melody(melody_target(plan), wrap=True),))
    told = figures.of(0, tune([60, 60, 79, 79], plan.output_length))["melody"]
    assert told["achieved"] == 1.0


def test_a_melody_without_a_frame_to_judge_has_no_figure(tmp_path):
    plan = planned(tmp_path, midi={"notes": [[1, 0.05, 72]]})
    figures = Figures(plan, (Melody(melody_target(plan), wrap=True),))
    assert figures.of(0, tune([72], plan.output_length))["melody"]["achieved"] is None


def test_seam_peak_length_and_unknown_words_are_told_as_json(tmp_path):
    plan = planned(tmp_path, bars=2, prompt="house with a kazoo")
    told = Figures(plan, ()).of(0, 0.5 * tune([69], plan.output_length))
    assert told["peak"] == pytest.approx(0.15, abs=1e-3)
    assert told["wanted_samples"] == plan.output_length
    assert told["words_not_understood"] == ["kazoo"]
    assert told["seam"]["step"] <= 1.0
    assert told["seam"]["before_db"] == pytest.approx(0.0, abs=0.1)
    assert json.loads(json.dumps(told)) == told


def test_a_single_bar_has_no_other_bar_line_to_compare_with(tmp_path):
    plan = planned(tmp_path, bars=1)
    seam = Figures(plan, ()).of(0, tune([69], plan.output_length))["seam"]
    assert seam["flux"] is None
    assert seam["before_db"] is None
