"""Stitching: kept samples stay, tones keep their phase, noise its level, circles close."""

import numpy as np
import pytest

from ditto_daw.measures.crossing import measure_crossing
from ditto_daw.rendering.finishing import crossing
from ditto_daw.rendering.finishing.stitch import CROSSING_SECONDS, gaps, joined, stitch

RATE, N = 44_100, 44_100
BEGIN, END = 20_000, 37_000
KEEP = (np.arange(N) < BEGIN) | (np.arange(N) >= END)


def sine(hertz: float, phase: float = 0.0, level: float = 0.3) -> np.ndarray:
    return level * np.sin(2 * np.pi * hertz * np.arange(N) / RATE + phase)[None]


def noise(seed: int, channels: int = 1) -> np.ndarray:
    return 0.1 * np.random.default_rng(seed).standard_normal((channels, N))


@pytest.fixture
def quick(monkeypatch):
    """Few steps of the solver, where not its result matters but what it may touch."""
    monkeypatch.setattr(crossing, "STEPS", 3)
    monkeypatch.setattr(crossing, "STRETCHES", 1)


def figures(kept, fresh, keep=KEEP, wrap=False):
    result, joints = joined(kept, fresh, keep, RATE, wrap)
    return [measure_crossing(*j.sides(result, RATE), RATE, result) for j in joints]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("wrap", [False, True])
def test_kept_samples_stay_bit_for_bit_and_fresh_ones_too_past_the_crossing(dtype, wrap):
    kept, fresh = noise(1, 2).astype(dtype), noise(2, 2).astype(dtype)
    result = stitch(kept, fresh, KEEP, RATE, wrap)
    assert result.dtype == dtype
    assert (result[:, KEEP] == kept[:, KEEP]).all()

    reach = round(CROSSING_SECONDS * RATE)
    keep = (np.arange(N) < 10_000) | (np.arange(N) >= 33_000)
    result = stitch(kept, fresh, keep, RATE, wrap)
    inner = slice(10_000 + reach, 33_000 - reach)
    assert (result[:, inner] == fresh[:, inner]).all()


def test_a_tone_that_goes_on_stays_that_tone():
    tone = sine(440.0)
    result = stitch(tone, tone, KEEP, RATE)
    assert np.abs(result - tone).max() < 0.04  # the same phase, and within about 1 dB


@pytest.mark.parametrize("hertz", [63.0, 250.0, 1000.0])
@pytest.mark.parametrize("phase", [np.pi / 2, np.pi])
def test_a_tone_that_meets_itself_in_another_phase_has_no_hole(hertz, phase):
    for found in figures(sine(hertz), sine(hertz, phase)):
        assert found.hole_db < 1.5
        assert found.plain_step < 1.3  # turning bends a tone for a moment, without a click


def test_a_plain_crossfade_of_opposite_tones_would_fail():
    """The measure is not passed by doing nothing clever."""
    kept, fresh = sine(55.0), sine(55.0, np.pi)
    share = np.clip((np.arange(N) - BEGIN) / 1764, 0, 1)
    out, into = kept * np.cos(share * np.pi / 2), fresh * np.sin(share * np.pi / 2)
    span = (BEGIN, BEGIN + 1764)
    assert measure_crossing(out + into, out, into, span, RATE, kept).hole_db > 6.0


def test_noise_keeps_its_level_through_the_crossing():
    kept, fresh = noise(3), noise(4)
    result, joints = joined(kept, fresh, KEEP, RATE)
    length = round(0.04 * RATE)
    for joint in joints:
        begin = joint.start if not joint.backwards else joint.start + joint.length - length
        level = np.sqrt(np.mean(result[:, begin : begin + length] ** 2))
        assert 20 * np.log10(level / 0.1) == pytest.approx(0.0, abs=1.5)
    assert all(found.good for found in figures(kept, fresh))


def test_unrelated_stereo_music_crosses_without_a_hole():
    chord = (
        np.concatenate([sine(110) + sine(277.2), sine(110, 1.0) + sine(329.6)]) + noise(5, 2) / 9
    )
    other = np.concatenate([sine(98) + sine(392), sine(98, 2.0) + sine(246.9)]) + noise(6, 2) / 9
    for found in figures(chord, other, wrap=True):
        assert found.hole_db < 1.5
        assert found.step < 1.2


@pytest.mark.usefixtures("quick")
def test_a_loop_is_closed_around_its_end():
    keep = np.arange(N) < 33_000
    result, joints = joined(noise(7), noise(8), keep, RATE, wrap=True)
    assert [(j.start, j.backwards) for j in joints] == [(33_000, False), (N - 5550, True)]
    assert np.abs(result[:, -1] - result[:, 0]) < np.percentile(np.abs(np.diff(result)), 99.9)


@pytest.mark.usefixtures("quick")
def test_nothing_after_the_end_when_time_is_a_line():
    keep = np.arange(N) < 33_000
    _, joints = joined(noise(7), noise(8), keep, RATE, wrap=False)
    assert [j.backwards for j in joints] == [False]


@pytest.mark.usefixtures("quick")
def test_silence_on_either_side():
    silent, loud = np.zeros((1, N)), noise(9)
    assert np.isfinite(stitch(silent, loud, KEEP, RATE)).all()
    assert (stitch(silent, silent, KEEP, RATE) == 0).all()
    faded = stitch(loud, silent, KEEP, RATE)
    assert (faded[:, KEEP] == loud[:, KEEP]).all()


@pytest.mark.parametrize(
    ("keep", "wrap", "found"),
    [
        ([1, 1, 0, 0, 1], False, [(2, 4)]),
        ([0, 1, 1, 0, 0], False, [(0, 1), (3, 5)]),
        ([0, 1, 1, 0, 0], True, [(3, 6)]),
        ([1, 0, 1, 0, 1], True, [(1, 2), (3, 4)]),
        ([1, 1], True, []),
        ([0, 0], True, []),
    ],
)
def test_gaps(keep, wrap, found):
    assert list(gaps(np.array(keep, dtype=bool), wrap)) == found


@pytest.mark.usefixtures("quick")
def test_a_remade_part_shorter_than_two_crossings_is_shared_by_them():
    keep = (np.arange(N) < BEGIN) | (np.arange(N) >= BEGIN + 900)
    result, joints = joined(sine(220.0), sine(220.0, 1.0), keep, RATE)
    assert [j.length for j in joints] == [450, 450]
    assert (result[:, keep] == sine(220.0)[:, keep]).all()


def test_a_falling_sound_goes_on_falling():
    """No swell of what decays, and no sound before an attack at the beginning of kept audio."""
    decay = noise(10) * np.exp(-np.arange(N) / 3000)
    result = stitch(np.roll(decay, END, axis=1), np.zeros((1, N)), KEEP, RATE)
    before = result[:, END - 2000 : END - 200]
    assert np.sqrt(np.mean(before**2)) < 0.5 * np.sqrt(np.mean(decay[:, :2000] ** 2))


@pytest.mark.usefixtures("quick")
def test_an_attack_is_not_heard_before_it_begins():
    attack = 3.0 * noise(11) * np.exp(-np.arange(N) / 6000)
    result = stitch(np.roll(attack, END, axis=1), 0.03 * noise(12), KEEP, RATE)
    before = [np.sqrt(np.mean(result[:, END - n : END - n // 2] ** 2)) for n in (2000, 1000)]
    assert max(before) < 0.1 * np.sqrt(np.mean(attack[:, :2000] ** 2))
