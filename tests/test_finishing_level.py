"""Level, balance and stereo image of new audio against the clip's, on noise of known power."""

import numpy as np
import pytest

from ditto_daw.rendering.finishing.bands import CENTRES, band_powers, filtered
from ditto_daw.rendering.finishing.level import CEILING, KNEE, guard_peak, match_level, round_peaks
from ditto_daw.rendering.finishing.stereo import decorrelated, spread

RATE, N = 44_100, 4 * 44_100
KEEP = np.arange(N) < 3 * RATE
OLD, NEW = np.flatnonzero(KEEP), np.flatnonzero(~KEEP)


def noise(seed: int, power: float = 0.1) -> np.ndarray:
    return power * np.random.default_rng(seed).standard_normal(N)


def decibels(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return 10 * np.log10(a / b)


def test_powers_of_all_octaves_add_up_to_the_clips() -> None:
    audio = noise(1)
    assert band_powers(audio, audio, RATE).sum() == pytest.approx(np.mean(audio**2), rel=0.02)


@pytest.mark.parametrize("mine", [NEW, OLD])
def test_a_darker_quieter_render_is_brought_to_the_clip(mine: np.ndarray) -> None:
    kept = noise(1)[None]
    dull = filtered(noise(2)[None], np.linspace(0.9, 0.55, len(CENTRES)), RATE)
    matched = match_level(dull, kept, RATE, mine, OLD)
    part = matched[0, mine]
    apart = decibels(band_powers(part, part, RATE), band_powers(kept[0], kept[0], RATE))
    assert np.abs(apart[2:]).max() < 1.0


def test_only_the_places_that_are_recalled_are_the_yardstick() -> None:
    kept = (noise(1) * np.where(np.arange(N) < RATE, 0.5, 1.0))[None]
    matched = match_level(noise(2)[None], kept, RATE, NEW, NEW % RATE)
    assert decibels(np.mean(matched**2), 0.1**2) == pytest.approx(-6.0, abs=0.2)


def test_a_correction_has_its_limit() -> None:
    kept, whisper = noise(1)[None], noise(2, 0.001)[None]
    matched = match_level(whisper, kept, RATE, NEW, OLD)
    assert decibels(np.mean(matched**2), np.mean(whisper**2)) == pytest.approx(6.0, abs=0.1)


def test_a_silent_clip_asks_for_nothing() -> None:
    fresh = noise(2)[None]
    assert match_level(fresh, np.zeros((1, N)), RATE, NEW, OLD) == pytest.approx(fresh)


@pytest.mark.parametrize(("pan", "width"), [(1.0, 0.0), (0.5, 0.3), (1.0, 0.9), (0.2, 0.5)])
def test_the_image_of_the_clip_is_given_to_mono(pan: float, width: float) -> None:
    middle, side = noise(1), noise(3)
    kept = np.stack([middle + width * side, pan * (middle - width * side)])
    made = spread(noise(2)[None], kept, KEEP, RATE)
    for a, b in ((0, 0), (1, 1)):
        wanted = band_powers(kept[a], kept[b], RATE) / np.mean(kept**2)
        got = band_powers(made[a], made[b], RATE) / np.mean(made**2)
        assert np.abs(decibels(got, wanted)[3:]).max() < 1.0
    alike = np.corrcoef(kept)[0, 1]
    assert np.corrcoef(made)[0, 1] == pytest.approx(alike, abs=0.06)


def test_mono_stays_mono() -> None:
    fresh = noise(2)[None]
    assert spread(fresh, noise(1)[None], KEEP, RATE) is fresh


def test_the_decorrelator_keeps_the_spectrum_and_changes_the_phases() -> None:
    audio = noise(1)
    other = decorrelated(audio, RATE)
    assert np.abs(np.fft.rfft(other)) == pytest.approx(np.abs(np.fft.rfft(audio)), rel=1e-3)
    assert abs(np.corrcoef(audio, other)[0, 1]) < 0.1


def test_peaks_stay_below_the_ceiling() -> None:
    hot = noise(1, 0.5)[None]
    guarded, rounded = guard_peak(hot), round_peaks(hot)
    assert np.abs(guarded).max() == pytest.approx(CEILING)
    assert np.ptp(guarded / hot) < 1e-12  # one gain throughout
    assert np.abs(rounded).max() <= CEILING
    quiet = np.abs(hot) <= KNEE
    assert (rounded[quiet] == hot[quiet]).all()
    calm = 0.1 * hot
    assert guard_peak(calm) is calm
