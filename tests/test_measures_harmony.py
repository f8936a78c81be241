"""Harmony fit on chords that are known, and in keys that are wrong."""

import numpy as np
import pytest

from ditto_daw.measures.harmony import right_key, transposed_fits

RATE, FRAME = 44_100, 512 / 44_100
FRAMES = 260


def chord(classes, seconds=3.0):
    t = np.arange(round(seconds * RATE)) / RATE
    tones = [440.0 * 2 ** ((72 + c - 69) / 12) for c in classes]
    return 0.1 * sum(np.sin(2 * np.pi * hertz * t + k) for k, hertz in enumerate(tones))[None]


def target(classes):
    rows = np.zeros((FRAMES, 12))
    rows[:, list(classes)] = 1.0
    return rows


@pytest.mark.parametrize("up", [0, 4, 11])
def test_the_fit_is_best_where_the_chord_is(up):
    audio = chord([(c + up) % 12 for c in (0, 4, 7)])
    fits = transposed_fits(audio, RATE, target((0, 4, 7)), FRAME)
    assert fits.argmin() == up
    assert fits[up] < 0.3 < 0.7 < fits.mean()
    assert right_key(fits) == (up == 0)


def test_frames_without_a_target_or_without_sound_do_not_count():
    audio = np.concatenate([chord((0, 4, 7), 1.5), 0.0 * chord((0,), 1.5)], axis=1)
    wanted = target((0, 4, 7))
    whole = transposed_fits(audio, RATE, wanted, FRAME)
    wanted[FRAMES // 2 :] = 0.0
    assert transposed_fits(audio, RATE, wanted, FRAME)[0] == pytest.approx(whole[0], abs=0.05)
    assert np.isnan(transposed_fits(audio, RATE, 0.0 * wanted, FRAME)).all()


def test_noise_fits_no_key():
    noise = 0.1 * np.random.default_rng(0).standard_normal((1, 3 * RATE))
    fits = transposed_fits(noise, RATE, target((0, 4, 7)), FRAME)
    assert np.ptp(fits) < 0.15
    assert fits.min() > 0.5
