"""The measure of a stereo image, on sounds whose image is known."""

import numpy as np
import pytest

from ditto_daw.measures.image import LEAST_DB, alike, image_error, image_powers, side_db

RATE = 44_100
MIDDLE, SIDE = np.random.default_rng(0).standard_normal((2, 4 * RATE))


def stereo(width: float, middle: float = 0.0) -> np.ndarray:
    """(2, n) whose side is noise of this width, and the middle with this gain."""
    side = width * SIDE + middle * MIDDLE
    return np.stack([MIDDLE + side, MIDDLE - side])


def whole(audio: np.ndarray) -> np.ndarray:
    return image_powers(audio, RATE).sum(axis=2)


def test_noise_of_half_the_amplitude_beside_noise():
    powers = whole(stereo(0.5))
    assert side_db(powers)[4:] == pytest.approx(-6.0, abs=0.3)
    assert alike(powers)[4:] == pytest.approx(0.6, abs=0.03)


def test_mono_has_no_side_and_a_panned_sound_is_alike_in_both_channels():
    assert side_db(whole(stereo(0.0))) == pytest.approx(LEAST_DB)
    powers = whole(stereo(0.0, 0.5))
    assert side_db(powers) == pytest.approx(-6.0, abs=0.1)
    assert alike(powers) == pytest.approx(1.0, abs=1e-6)


def test_an_image_has_no_error_against_itself_and_its_own_against_another():
    narrow, wide = (image_powers(stereo(width), RATE) for width in (0.25, 0.5))
    assert image_error(wide, wide).side_db == image_error(wide, wide).alike == 0.0
    found = image_error(narrow, wide)
    assert found.side_db == pytest.approx(6.0, abs=0.3)
    assert found.moving_db == pytest.approx(6.0, abs=0.5)
    assert found.alike == pytest.approx(15 / 17 - 0.6, abs=0.03)
