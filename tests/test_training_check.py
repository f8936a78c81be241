"""The composed music passes the rhythm figures that the model is judged by."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from training_sines import Sines

from ditto_daw.training.check import check, grid_of, rows
from ditto_daw.training.composer import compose
from ditto_daw.training.mixer import render
from ditto_daw.vocabulary import METERS

SECONDS = 9.0


def played(genre, meter, seed, roles=("drums", "bass", "chords"), sound="synth909:1"):
    score = compose(genre, "energetic", "A minor", meter, seconds=SECONDS, roles=roles, seed=seed)
    sounds = score.sounds | {"drums": sound, "bass": "saw_bass:1", "chords": "stab:2"}
    score = dataclasses.replace(score, sounds=sounds, levels=())
    return score, render(score, Sines(), channels=1)[0]


@pytest.mark.parametrize("meter", METERS)
@pytest.mark.parametrize("genre", ["house", "jazz"])
def test_music_is_on_its_grid_and_its_bars_are_heard(genre, meter) -> None:
    one = check(*played(genre, meter, 4))
    assert one.figures.onsets > 10
    assert one.figures.share >= 0.95
    assert one.figures.downbeat
    assert one.beside.share < 0.3


def test_bars_are_lost_when_the_truth_is_shifted_by_a_beat() -> None:
    score, audio = played("house", (4, 4), 4)
    bent = dataclasses.replace(
        score, timeline=dataclasses.replace(score.timeline, quarters=score.timeline.quarters + 1)
    )
    assert not check(bent, audio).figures.downbeat


def test_the_grid_follows_the_timeline() -> None:
    score = compose("jazz", "calm", "C major", tempo=120, seconds=SECONDS, plain=True)
    lines, beats = grid_of(score)
    np.testing.assert_allclose(np.diff(lines), 0.5 / 3, atol=1e-9)
    np.testing.assert_allclose(beats, np.arange(len(beats)) * 0.5, atol=1e-9)
    later, _ = grid_of(score, 0.5)
    np.testing.assert_allclose(later - lines, 0.25 / 3, atol=1e-9)


def test_the_table_has_a_row_for_each_kind_of_piece() -> None:
    text = "\n".join(rows([check(*played("house", (3, 4), 4))]))
    assert "house" in text
    assert "3/4" in text
    assert "techno" not in text
