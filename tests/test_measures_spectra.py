"""Copy-synthesis: distances of sounds, and the yardstick that they are read against."""

import pytest
import torch

from ditto_daw import signal
from ditto_daw.measures import spectra

TIME = torch.arange(32 * signal.HOP) / signal.RATE
TONE = 0.2 * torch.sin(2 * torch.pi * 440 * TIME)[None]


def test_the_distance_of_a_sound_to_itself_is_zero_and_to_silence_large():
    assert float(spectra.distance(TONE, TONE)) == pytest.approx(0.0, abs=1e-6)
    assert float(spectra.distance(0.0 * TONE, TONE)) > 1.0


def test_the_mel_error_is_in_decibels_and_deaf_to_the_inaudible():
    mel = torch.full((2, 160, 8), -2.0)
    louder = mel.clone()
    louder[0] += 0.1
    assert spectra.mel_error_db(louder, mel) == pytest.approx((1.0, 2.0**0.5), abs=1e-3)
    assert spectra.mel_error_db(mel - 4.0, mel - 3.0) == (0.0, 0.0)


def test_griffin_lim_comes_nearer_with_every_iteration():
    clicks = torch.zeros_like(TONE)
    clicks[:, 300::2500] = 0.5
    mel = signal.mel(clicks)
    few, many = (spectra.griffin_lim(mel, iterations) for iterations in (1, 24))
    assert few.shape == clicks.shape
    assert float(spectra.distance(many, clicks)) < 0.9 * float(spectra.distance(few, clicks))
    errors = [spectra.mel_error_db(signal.mel(made), mel)[0] for made in (few, many)]
    assert errors[1] < 0.8 * errors[0]
