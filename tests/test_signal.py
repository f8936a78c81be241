"""Closed-form signals through the mel: energy, time, pitch and wrapping."""

import math

import numpy as np
import pytest
import torch
from scipy.signal import savgol_filter

from ditto_daw import signal


def sine(hertz: float, samples: int, amplitude: float = 0.5) -> torch.Tensor:
    time = torch.arange(samples, dtype=torch.float64) / signal.RATE
    return amplitude * torch.sin(2 * math.pi * hertz * time)


def test_the_filterbank_sums_to_one_at_every_bin() -> None:
    bank, width = signal.filterbank(torch.device("cpu"), torch.float64)
    assert bank.shape == (signal.BINS, signal.BANDS)
    assert torch.allclose(bank.sum(dim=1), torch.ones(signal.BINS, dtype=torch.float64))
    assert (width > 0.5).all()


@pytest.mark.parametrize("hertz", [110.0, 440.0, 5000.0])
def test_a_sines_intensity_is_its_rms(hertz: float) -> None:
    audio = sine(hertz, 100 * signal.HOP)
    expected = 20 * math.log10(0.5 / math.sqrt(2))
    middle = slice(45, 55)  # a second away from the ends
    assert signal.intensity(signal.mel(audio))[middle] == pytest.approx(expected, abs=0.05)
    assert signal.intensity_audio(audio)[middle] == pytest.approx(expected, abs=0.05)


def test_frame_k_is_centred_on_its_sample() -> None:
    audio = torch.zeros(64 * signal.HOP, dtype=torch.float64)
    audio[20 * signal.HOP] = 1.0
    energy = signal.mel(audio).mean(dim=0)
    assert int(energy.argmax()) == 20
    assert energy[19] == pytest.approx(float(energy[21]), abs=1e-9)


@pytest.mark.parametrize("samples", [1, 511, 512, 513, 700, 44_100])
def test_frames_cover_any_length(samples: int) -> None:
    frames = signal.mel(torch.randn(2, samples)).shape
    assert frames == (2, signal.BANDS, math.ceil(samples / signal.HOP))


def test_a_rolled_loop_has_a_rolled_mel_and_intensity() -> None:
    generator = torch.Generator().manual_seed(1)
    audio = torch.randn(96 * signal.HOP, generator=generator, dtype=torch.float64)
    rolled = audio.roll(10 * signal.HOP)
    mel, other = signal.mel(audio, wrap=True), signal.mel(rolled, wrap=True)
    assert torch.allclose(mel.roll(10, dims=-1), other)
    loudness = signal.intensity(mel, wrap=True)
    assert torch.allclose(loudness.roll(10), signal.intensity(other, wrap=True))


def test_a_wrapped_clip_of_odd_length_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 512"):
        signal.mel(torch.zeros(1000), wrap=True)


@pytest.mark.parametrize("pitch", [60, 64, 69, 76, 83])
def test_chroma_names_the_pitch_class(pitch: int) -> None:
    hertz = 440.0 * 2 ** ((pitch - 69) / 12)
    audio = sum(sine(hertz * k, 40 * signal.HOP, 0.3 / k) for k in (1, 2, 3, 4))
    for chroma in (signal.chroma(signal.mel(audio)), signal.chroma_audio(audio)):
        assert torch.allclose(chroma.sum(dim=0), torch.ones(40, dtype=torch.float64))
        assert (chroma[:, 5:35].argmax(dim=0) == pitch % 12).all()


def test_gradients_reach_the_audio() -> None:
    audio = torch.randn(8 * signal.HOP, dtype=torch.float64, requires_grad=True)
    value = signal.intensity(signal.mel(audio, wrap=True), wrap=True).sum()
    value = value + signal.chroma(signal.mel(audio)).square().sum()
    (gradient,) = torch.autograd.grad(value, audio)
    assert gradient.isfinite().all()
    assert (gradient != 0).all()


@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize("frames", [1, 2, 3, 40, 87, 88, 300])
def test_smoothing_is_savitzky_golay_s(frames, wrap):
    curve = torch.randn(2, 3, frames, dtype=torch.float64)
    window = min(87, frames - 1 + frames % 2)
    mode = "wrap" if wrap else "interp"
    wanted = curve if window < 3 else savgol_filter(curve, window, 1, mode=mode)
    assert np.allclose(signal.smooth(curve, wrap), wanted)
