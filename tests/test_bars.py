"""Bars of a plan: where the lines are, and what the kept part would be if it came round."""

import numpy as np
import pytest
from tiny import planned, tones, write_clip

from ditto_daw.rendering.bars import bar_lines, frames_of, gap, made_beats, own_period, recalled

RATE = 44_100
BEAT = RATE // 2


@pytest.fixture
def clip(tmp_path):
    """Seconds of tones as a source; at 120, two beats a second."""

    def written(seconds):
        return {"path": str(write_clip(tmp_path / "clip.wav", tones(seconds, RATE, 1), RATE))}

    return written


def test_bar_lines_lie_inside_the_loop_at_any_rate(tmp_path):
    plan = planned(tmp_path, bars=3, tempo={"meters": [[0, 3, 4]]}, output={"rate": 48_000})
    assert bar_lines(plan, 48_000).tolist() == [72_000, 144_000]
    assert bar_lines(plan, 96_000).tolist() == [144_000, 288_000]
    assert bar_lines(planned(tmp_path, bars=1), RATE).tolist() == []


@pytest.mark.parametrize(
    ("seconds", "beats", "kept"),
    [
        (8.0, 4, 12),  # three whole bars
        (8.0, 6, 8),  # two and a half: two of them
        (2.0, 1, 3),  # less than a bar: whole beats
        (7.995, 4, 12),  # cut a little short by hand
        (1.0, "7/4", 0),  # less than a beat
    ],
)
def test_the_period_is_whole_bars_of_the_kept_part(tmp_path, clip, seconds, beats, kept):
    plan = planned(tmp_path, use="repair", source=clip(seconds), repair_beats=beats)
    assert own_period(plan) == pytest.approx(kept * BEAT, abs=0.02 * BEAT)
    assert own_period(plan) <= plan.keep.sum()


def test_what_is_new_falls_on_the_same_beat_of_a_kept_bar(tmp_path, clip):
    plan = planned(tmp_path, use="extend", source=clip(4.0), bars=5)
    made = np.flatnonzero(~plan.keep)
    assert own_period(plan) == 8 * BEAT
    assert plan.keep[recalled(plan, made)].all()
    assert ((made - recalled(plan, made)) % (4 * BEAT) == 0).all()
    assert own_period(planned(tmp_path, bars=1)) == 0


def test_a_bar_re_made_in_the_middle_recalls_the_bars_after_it(tmp_path, clip):
    plan = planned(tmp_path, use="redo", source=clip(8.0), redo={"start": 1, "end": 2})
    bar = 4 * BEAT
    assert gap(plan) == (bar, bar)
    assert own_period(plan) == 3 * bar
    assert recalled(plan, np.array([bar, 2 * bar - 1])).tolist() == [2 * bar, 3 * bar - 1]
    middle = np.array([7.5, 6.5, 5.5, 4.5])
    assert plan.quarters @ made_beats(plan).numpy() == pytest.approx(middle, abs=0.1)


def test_every_made_frame_belongs_to_one_beat(tmp_path, clip):
    plan = planned(tmp_path, use="repair", source=clip(8.0))
    beats = made_beats(plan).numpy()
    assert beats.shape == (plan.frames, 4)
    assert beats.sum(axis=0) == pytest.approx(1.0, abs=1e-5)
    assert ((beats > 0).sum(axis=1) == ~plan.known_frames()).all()
    middle = np.array([15.5, 14.5, 13.5, 12.5])
    assert plan.quarters @ beats == pytest.approx(middle, abs=0.1)


def test_frames_of_samples_go_round(tmp_path):
    plan = planned(tmp_path, bars=1)
    assert frames_of(plan, np.array([0, plan.length // 2, plan.length])).tolist() == [
        0,
        plan.frames // 2,
        0,
    ]
