"""Figures of structure, harmony, groove and a recording's line on audio whose answer is known."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
import torch
from test_figures import tune
from tiny import planned, tiny_model, write_clip

from ditto_daw.controls import Control
from ditto_daw.controls.intensity import Intensity
from ditto_daw.controls.reference import Reference
from ditto_daw.rendering.achieved import achieved
from ditto_daw.rendering.figures import Figures
from ditto_daw.rendering.targets import controls_of
from ditto_daw.rendering.targets.follow import heard

RATE = 44_100


def figures_of(plan, recording=None):
    return Figures(plan, controls_of(plan, tiny_model(), None, recording))


def chord(pitches, n, level=0.1):
    t = np.arange(n) / RATE
    return level * sum(np.sin(2 * np.pi * 440 * 2 ** ((p - 69) / 12) * t) for p in pitches)[None]


def test_a_structure_is_told_beside_the_uncontrolled(tmp_path):
    plan = planned(tmp_path, bars=2, structure="ABAB")
    figures = figures_of(plan)
    part = plan.output_length // 4
    low, high = chord((48, 52, 55), part), chord((91, 96, 100), part)
    figures.uncontrolled(0, np.concatenate([low, low, high, high], axis=1))
    told = figures.of(0, np.concatenate([low, high, low, high], axis=1))["structure"]
    assert told["unit"] == "mean square"
    assert told["achieved"] < 0.05 < 0.5 < told["uncontrolled"]


def test_a_harmony_is_told_with_the_best_other_key(tmp_path):
    notes = {"notes": [[0, 4, 84], [0, 4, 88], [0, 4, 91]]}
    plan = planned(tmp_path, midi=notes, melody="none")
    told = figures_of(plan).of(0, chord((84, 88, 91), plan.output_length))["harmony"]
    assert told["achieved"] < 0.3 < told["best_other_key"]
    wrong = figures_of(plan).of(0, chord((85, 89, 92), plan.output_length))["harmony"]
    assert wrong["achieved"] > 2 > wrong["best_other_key"]
    silent = figures_of(plan).of(0, np.zeros((1, plan.output_length)))["harmony"]
    assert silent["achieved"] is None


def beats_at(seconds, n):
    audio = np.zeros((1, n))
    burst = 0.3 * np.random.default_rng(0).standard_normal(2000) * np.linspace(1, 0, 2000) ** 2
    for second in seconds:
        first = round(second * RATE)
        audio[0, first : first + 2000] += burst
    return audio


def test_a_groove_is_told_by_its_onsets(tmp_path):
    notes = {"notes": [[0.5, 1, 60], [1.75, 1, 60], [3, 1, 60]]}
    plan = planned(tmp_path, midi=notes, melody="none", harmony=False, groove="midi")
    times = [0.25, 0.875, 1.5]
    told = figures_of(plan).of(0, beats_at(times, plan.output_length))["groove"]
    assert (told["achieved"], told["met"], told["onsets"]) == (1.0, 1.0, 3)
    half = figures_of(plan).of(0, beats_at([0.25, 0.6], plan.output_length))["groove"]
    assert (half["share"], half["met"]) == (0.5, pytest.approx(1 / 3))
    assert half["achieved"] == pytest.approx(0.4)
    silent = figures_of(plan).of(0, np.zeros((1, plan.output_length)))["groove"]
    assert (silent["achieved"], silent["share"]) == (0.0, None)
    grid = planned(tmp_path, groove="grid")
    told = figures_of(grid).of(0, beats_at([0.25, 0.5, 0.81], grid.output_length))["groove"]
    assert told["achieved"] == pytest.approx(2 / 3)
    assert "met" not in told


def test_a_recordings_line_is_judged_like_notes(tmp_path):
    plan = planned(tmp_path)
    song = tune([72, 76, 79, 79], plan.output_length)
    path = write_clip(tmp_path / "song.wav", song, RATE)
    plan = planned(tmp_path, follow={"path": str(path), "features": ["melody"]})
    figures = figures_of(plan, heard(plan))
    assert figures.of(0, song)["melody"] == {"achieved": 1.0, "unit": "accuracy"}
    half = figures.of(0, tune([72, 76, 70, 70], plan.output_length))["melody"]["achieved"]
    assert half == pytest.approx(0.5, abs=0.05)


def test_a_shape_is_told_as_its_correlation(tmp_path):
    plan = planned(tmp_path)

    def wave(count, sign):
        return sign * np.cos(2 * np.pi * np.arange(count) / count)

    wanted = torch.from_numpy(-60.0 + 5.0 * wave(plan.frames, 1)).float()
    figures = Figures(plan, (Intensity(wanted, wrap=True, correlation=True),))
    n = plan.output_length
    for sign in (1, -1):
        audio = 10 ** ((-20.0 + 6.0 * wave(n, sign)) / 20) * np.sin(np.arange(n))
        told = figures.of(0, audio[None])["intensity"]
        assert told["achieved"] == pytest.approx(sign, abs=0.03)
        assert told["unit"] == "rho"
    assert figures.of(0, np.zeros((1, n)))["intensity"]["achieved"] is None


def test_a_new_control_is_told_by_its_loss_and_a_tidying_one_not_at_all(tmp_path):
    @dataclass(frozen=True, eq=False)
    class Level(Control):
        name: ClassVar[str] = "level"
        weight: float = 1.0
        tolerance: float | None = None

        def feature(self, mel: torch.Tensor) -> torch.Tensor:
            return mel.mean(dim=(1, 2))

        def compare(self, feature: torch.Tensor) -> torch.Tensor:
            return feature.square()

    plan = planned(tmp_path)
    assert achieved(plan, Level(), np.zeros((2, plan.output_length))) == {
        "achieved": pytest.approx(25.0),
        "unit": "loss",
    }
    known = Reference(torch.zeros(160, plan.frames), torch.ones(plan.frames) > 0)
    assert achieved(plan, known, np.zeros((2, plan.output_length))) is None
