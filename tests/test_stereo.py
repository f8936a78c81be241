"""Mono to stereo: what holds whatever the network says, and what the bundled one does."""

import numpy as np
import pytest
import torch

from ditto_daw import signal
from ditto_daw.models.stereo import FILE, Stereo, StereoConfig
from ditto_daw.rendering.finishing.level import CEILING
from ditto_daw.rendering.finishing.widen import side_of, widened

SECONDS = 2


@pytest.fixture(scope="module")
def stage() -> Stereo:
    """Untrained, and so neither narrow nor centred."""
    torch.manual_seed(0)
    stage = Stereo(StereoConfig(width=16, blocks=2)).requires_grad_(False).eval()
    stage.head.weight.mul_(4.0)
    return stage


def noise(samples: int, peak: float = 0.9) -> np.ndarray:
    """(1, samples) of even noise."""
    return np.random.default_rng(1).uniform(-peak, peak, (1, samples))


@pytest.mark.parametrize("wrap", [True, False])
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_the_mean_of_both_channels_is_the_music_and_no_peak_is_higher(stage, rate, wrap):
    music = noise(SECONDS * rate + 77, CEILING)
    wide = widened(music, rate, wrap, stage)
    assert wide.shape == (2, music.shape[1])
    assert np.abs(wide.mean(axis=0) - music[0]).max() < 1e-6
    assert np.abs(wide).max() <= CEILING + 1e-9
    assert np.abs(wide[0] - wide[1]).max() > 0.01


def test_a_loop_turned_round_has_its_side_turned_round(stage):
    middle, shift = noise(172 * signal.HOP)[0], 41 * signal.HOP
    turned = side_of(np.roll(middle, shift), stage, wrap=True)
    assert np.abs(turned - np.roll(side_of(middle, stage, wrap=True), shift)).max() < 1e-6


def test_a_tone_that_closes_has_a_side_that_closes(stage):
    """Of a length that is no whole number of frames: the wrap is no larger step than the others."""
    samples = 100_003
    tone = 0.5 * np.sin(2.0 * np.pi * 500 * np.arange(samples) / samples)
    side = side_of(tone, stage, wrap=True)
    steps = np.abs(np.diff(side, append=side[:1]))
    assert steps[-1] <= steps[:-1].max()


@pytest.mark.parametrize("wrap", [True, False])
def test_silence_has_no_side(stage, wrap):
    assert not side_of(np.zeros(50_000), stage, wrap).any()


def test_music_with_ends_does_not_hear_its_end_at_its_beginning(stage):
    """Nothing but silence sounds first: its side is silent, whatever comes at the end."""
    middle = np.zeros(3 * signal.RATE)
    middle[-signal.RATE :] = noise(signal.RATE)[0]
    assert np.abs(side_of(middle, stage, wrap=False)[: signal.RATE]).max() < 1e-5


def test_it_comes_back_from_its_file(stage, tmp_path):
    stage.save(tmp_path / FILE, {"steps": "0"})
    mel = torch.randn(1, signal.BANDS, 30)
    power, share = Stereo.load(tmp_path / FILE)(mel)
    wanted = stage(mel)
    assert torch.allclose(power, wanted[0], rtol=0.02, atol=1e-4)
    assert torch.allclose(share, wanted[1], atol=0.02)
