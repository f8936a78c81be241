"""The crossing's measure on signals whose figures are known."""

import numpy as np
import pytest

from ditto_daw.measures.crossing import band_rms, measure_crossing

RATE, N = 44_100, 22_050
SPAN = (9_000, 10_764)
TIME = np.arange(N) / RATE
SHARE = np.clip((np.arange(N) - SPAN[0]) / (SPAN[1] - SPAN[0]), 0, 1)
FALL, RISE = np.cos(0.5 * np.pi * SHARE), np.sin(0.5 * np.pi * SHARE)


def sine(hertz: float, phase: float = 0.0) -> np.ndarray:
    return 0.3 * np.sin(2 * np.pi * hertz * TIME + phase)[None]


def figures(kept, fresh, spoil=1.0, click=0.0):
    """Of an equal-power crossfade, multiplied by `spoil` and with a click in the middle."""
    out, into = kept * FALL, fresh * RISE
    result = (out + into) * spoil
    result[:, sum(SPAN) // 2] += click
    return measure_crossing(result, out, into, SPAN, RATE, np.concatenate([kept, fresh], axis=1))


def noise(seed):
    return 0.1 * np.random.default_rng(seed).standard_normal((1, N))


def test_tones_in_phase_and_tones_in_different_octaves_pass():
    assert figures(sine(440), sine(440)).good
    assert figures(sine(250), sine(2000)).good


def test_opposite_tones_make_a_hole_in_their_octave():
    found = figures(sine(500), sine(500, np.pi))
    assert found.hole_db > 10
    assert found.octave == 500
    assert not found.good


@pytest.mark.parametrize("db", [1.0, 2.0, 6.0])
def test_a_dip_is_measured_as_deep_as_it_is(db):
    shape = np.clip(1.2 * np.sin(np.pi * SHARE), 0, 1)  # a plateau with soft ends
    dip = 1 - (1 - 10 ** (-db / 20)) * shape
    found = figures(sine(250), sine(4000), spoil=dip)
    assert found.hole_db == pytest.approx(db, abs=0.6)
    assert found.good == (db < 1.5)


def test_a_click_fails_and_an_attack_of_the_new_sound_does_not():
    assert figures(noise(1), noise(2), click=1.0).step > 1.5
    attack = noise(2)
    attack[:, SPAN[1] - 100] = 1.0
    found = figures(noise(1), attack)
    assert found.step <= 1.0
    assert found.plain_step > 1.5


def test_what_cannot_be_heard_is_no_hole():
    faint = 1e-4 * sine(8000)
    loud = sine(250)
    out, into = (loud + faint) * FALL, (loud + faint) * RISE
    result = loud * (FALL + RISE)
    found = measure_crossing(result, out, into, SPAN, RATE, loud)
    assert found.octave != 8000
    assert found.hole_db < 1.5


def test_a_band_is_measured_as_its_level_even_within_one_period():
    for hertz in (31.5, 1000.0):
        middle = band_rms(sine(hertz), hertz, RATE)[0, N // 3 : N // 2]
        assert middle == pytest.approx(0.3 / 2**0.5, rel=0.03)
