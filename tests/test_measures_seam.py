"""The seam of a loop: what is smooth passes; planted clicks, splashes and holes do not."""

import numpy as np
import pytest

from ditto_daw.measures.seam import flux_at, measure_seam

BAR, BARS = 44_100, 4
BEAT = BAR // 4
LINES = BAR * np.arange(1, BARS)


def loop(seed=0):
    """Four bars of a drum-like pattern over a chord of whole periods (2, n)."""
    rng = np.random.default_rng(seed)
    t = np.arange(BAR * BARS) / BAR
    chord = sum(0.1 * np.sin(2 * np.pi * f * t) for f in (110, 220, 331))
    hit = rng.standard_normal(BEAT) * np.exp(-np.arange(BEAT) / 2_000) * 0.3
    drums = np.tile(np.concatenate([hit, 0.4 * hit, 0.7 * hit, 0.4 * hit]), BARS)
    noise = 0.005 * rng.standard_normal((2, BAR * BARS))
    return np.stack([chord + drums, chord - 0.5 * drums]) + noise


def test_a_true_loop_is_good():
    figures = measure_seam(loop(), LINES, BEAT)
    assert figures.good
    assert figures.flux == pytest.approx(1.0, abs=0.2)
    assert abs(figures.before_db) < 0.5
    assert abs(figures.after_db) < 0.5


def test_a_click_at_the_wrap_is_found():
    audio = loop()
    audio[:, -1] += 0.9
    figures = measure_seam(audio, LINES, BEAT)
    assert figures.step > 1.0
    assert not figures.good


def test_a_loop_that_fades_out_is_found():
    audio = loop()
    audio[:, -2 * BEAT :] *= np.linspace(1.0, 0.0, 2 * BEAT)
    figures = measure_seam(audio, LINES, BEAT)
    assert figures.before_db < -3.0
    assert not figures.good


def test_a_loop_that_begins_in_silence_is_found():
    audio = loop()
    audio[:, :BEAT] *= 0.2
    figures = measure_seam(audio, LINES, BEAT)
    assert figures.after_db == pytest.approx(20 * np.log10(0.2), abs=0.5)
    assert not figures.good


def test_a_splash_at_the_wrap_is_found():
    audio = loop()
    burst = np.random.default_rng(1).standard_normal(1_024) * np.hanning(1_024)
    audio[:, :1_024] += 3.0 * burst
    assert not measure_seam(audio, LINES, BEAT).good


def test_of_one_bar_only_the_step_is_judged():
    figures = measure_seam(loop()[:, :BAR], np.array([], dtype=np.int64), BEAT)
    assert np.isnan([figures.flux, figures.before_db, figures.after_db]).all()
    assert figures.good


def test_the_flux_wraps_and_only_rises_count():
    audio = loop()
    turned = np.roll(audio, 5_000, axis=1)
    assert flux_at(audio, 0) == pytest.approx(flux_at(turned, 5_000))
    step = np.concatenate([np.zeros((1, 8_192)), loop()[:1, :8_192]], axis=1)
    assert flux_at(step, 8_192) > 30.0
    assert flux_at(step[:, ::-1], 8_192) == 0.0


def test_what_nobody_hears_is_no_splash():
    """Below -100 dB the bar lines are smooth and the wrap is not."""
    audio = np.tile(0.1 * np.sin(2 * np.pi * 441 * np.arange(BAR) / BAR), (1, BARS))
    audio[:, :2_048] += 1e-5 * np.random.default_rng(2).standard_normal(2_048)
    figures = measure_seam(audio, LINES, BEAT)
    assert figures.plain_flux > 1.5
    assert figures.flux <= 1.0


def test_a_clip_that_begins_in_silence_may_be_led_into():
    audio = loop()
    audio[:, :BEAT] *= 0.001
    figures = measure_seam(audio, LINES, BEAT)
    assert figures.after_db < -50.0
    assert figures.into_silence
    assert figures.level_good
