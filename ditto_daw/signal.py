"""The log-mel spectrogram and what is read from it: loudness, pitch classes, linear spectrum.

The one module that touches torchaudio. Everything is differentiable and works on any device.

A mel here is the log10 of the root-mean-square magnitude per band, so that energy is conserved:
the triangles sum to one at every bin, and a frame's mean square is
``sum_b width_b * 10**(2 m_b)`` exactly (Parseval). Frame ``k`` is centred on sample ``k * HOP``;
with ``wrap`` every window, filter and pad continues at the other end of the clip, as a loop does.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
import torchaudio
from torch import Tensor
from torch.nn import functional

RATE = 44_100
N_FFT = 2048
HOP = 512
BANDS = 160
FRAMES_PER_SECOND = RATE / HOP
BINS = N_FFT // 2 + 1
FLOOR = 1e-5
"""Smallest magnitude a band can have (-100 dB)."""
INTENSITY_WINDOW = 87
"""Frames of the Savitzky-Golay filter: one second (Music ControlNet, section III-D)."""
MELODY_CUTOFF_HZ = 261.63
"""Melody is read above C4 (DITTO, appendix B)."""


def frames_for(samples: int) -> int:
    """Number of mel frames that `samples` audio samples have."""
    return -(-samples // HOP)


@lru_cache(maxsize=8)
def _window(device: torch.device, dtype: torch.dtype) -> Tensor:
    return torch.hann_window(N_FFT, device=device, dtype=dtype)


@lru_cache(maxsize=8)
def filterbank(device: torch.device, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Triangles (BINS, BANDS) on the Slaney scale, which sum to one at every bin, and their widths.

    The first and last triangle keep their outer half, so that no energy is lost at the edges.
    """
    bank = torchaudio.functional.melscale_fbanks(
        BINS, 0.0, RATE / 2, BANDS, RATE, norm=None, mel_scale="slaney"
    ).to(torch.float64)
    peak = bank.argmax(dim=0)
    bank[: int(peak[0]) + 1, 0] = 1.0
    bank[int(peak[-1]) :, -1] = 1.0
    bank = bank / bank.sum(dim=1, keepdim=True).clamp_min(1e-12)
    bank = bank.to(device=device, dtype=dtype)
    return bank, bank.sum(dim=0)


def spectrum(audio: Tensor, wrap: bool = False) -> Tensor:
    """Complex short-time spectrum (..., BINS, frames) of audio (..., samples).

    Without `wrap` the ends are mirrored. With it, samples must be a multiple of HOP.
    """
    samples = audio.shape[-1]
    frames = frames_for(samples)
    half = N_FFT // 2
    flat = audio.reshape(-1, samples)
    tail = (frames - 1) * HOP + half - samples
    if wrap:
        if samples % HOP:
            raise ValueError(f"a wrapped clip needs a multiple of {HOP} samples, got {samples}")
        index = torch.arange(-half, samples + tail, device=audio.device) % samples
        padded = flat[:, index]
    elif samples > half:
        padded = functional.pad(flat[:, None], (half, max(tail, 0)), mode="reflect")[:, 0]
    else:
        padded = functional.pad(flat, (half, max(tail, 0)))
    window = _window(audio.device, audio.dtype)
    result = torch.stft(padded, N_FFT, HOP, window=window, center=False, return_complex=True)
    return result[..., :frames].reshape(*audio.shape[:-1], BINS, frames)


def _power(audio: Tensor, wrap: bool) -> Tensor:
    """|X|^2 of `spectrum`, in half the time that its root squared takes."""
    found = spectrum(audio, wrap)
    return found.real.square() + found.imag.square()


def _power_scale(dtype: torch.dtype) -> float:
    """Scales |X|^2 so that its sum over the bins is the mean square of the windowed frame."""
    window = torch.hann_window(N_FFT, dtype=torch.float64)
    return 2.0 / (N_FFT * float((window**2).sum()))


def mel(audio: Tensor, wrap: bool = False) -> Tensor:
    """Log10 band magnitude (..., BANDS, frames) of audio (..., samples) at RATE."""
    return mel_of(banded(_power(audio, wrap)))


def banded(power: Tensor) -> Tensor:
    """Sums (..., BANDS, frames) over the triangles of what bins hold (..., BINS, frames)."""
    return torch.einsum("...ft,fb->...bt", power, filterbank(power.device, power.dtype)[0])


def mel_of(bands: Tensor) -> Tensor:
    """Log10 band magnitude (..., BANDS, frames) of the `banded` |X|^2 of a `spectrum`."""
    width = filterbank(bands.device, bands.dtype)[1][:, None]
    return 0.5 * torch.log10((bands * (_power_scale(bands.dtype) / width)).clamp_min(FLOOR**2))


def resampled(audio: Tensor, rate_in: int, rate_out: int) -> Tensor:
    """Audio (..., n) at another rate, differentiable; for what is heard see `resampling`."""
    return torchaudio.functional.resample(audio, rate_in, rate_out)


def linear_power(mel: Tensor) -> Tensor:
    """Power per bin (..., BINS, frames), interpolated between the bands; keeps the energy."""
    bank, _ = filterbank(mel.device, mel.dtype)
    return torch.einsum("...bt,fb->...ft", torch.pow(10.0, 2.0 * mel), bank)


def magnitude(mel: Tensor) -> Tensor:
    """STFT magnitude (..., BINS, frames), on the scale of `spectrum`, that has this mel."""
    return (linear_power(mel) / _power_scale(mel.dtype)).sqrt()


def smooth(curve: Tensor, wrap: bool = False, window: int = INTENSITY_WINDOW) -> Tensor:
    """Curve (..., frames) with a second of context, as every intensity curve is smoothed; or with
    so many frames, an odd number.

    Savitzky-Golay of order 1: the mean around each frame, and where the curve ends the line that
    fits its outermost frames best.
    """
    frames = curve.shape[-1]
    window = min(window, frames - 1 + frames % 2)
    half = window // 2
    if not half:
        return curve
    if wrap:
        return _means(torch.cat([curve[..., -half:], curve, curve[..., :half]], dim=-1), window)
    line = _line(window, curve.device, curve.dtype)
    first = curve[..., :window] @ line
    last = (curve[..., -window:].flip(-1) @ line).flip(-1)
    return torch.cat([first, _means(curve, window), last], dim=-1)


def _means(curve: Tensor, window: int) -> Tensor:
    """Means (..., frames - window + 1) over every whole window of a curve (..., frames)."""
    means = functional.avg_pool1d(curve.reshape(-1, 1, curve.shape[-1]), window, stride=1)
    return means.reshape(*curve.shape[:-1], -1)


@lru_cache(maxsize=8)
def _line(window: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    """Matrix (window, window // 2): the first half of the line that fits so many values."""
    x = torch.arange(window, dtype=torch.float64) - window // 2
    fit = 1.0 / window + x[:, None] * x[: window // 2] / x.square().sum()
    return fit.to(device=device, dtype=dtype)


def intensity(mel: Tensor, wrap: bool = False) -> Tensor:
    """Smoothed loudness (..., frames) in dB, from a mel (..., BANDS, frames)."""
    _, width = filterbank(mel.device, mel.dtype)
    energy = (torch.pow(10.0, 2.0 * mel) * width[:, None]).sum(dim=-2)
    return smooth(10.0 * torch.log10(energy.clamp_min(FLOOR**2)), wrap)


def intensity_audio(audio: Tensor, wrap: bool = False) -> Tensor:
    """Smoothed loudness (..., frames) in dB: RMS over two hops centred on each frame."""
    samples = audio.shape[-1]
    frames = frames_for(samples)
    index = torch.arange(frames, device=audio.device)[:, None] * HOP
    index = index + torch.arange(-HOP, HOP, device=audio.device)
    index = index % samples if wrap else index.clamp(0, samples - 1)
    energy = audio[..., index].square().mean(dim=-1)
    return smooth(10.0 * torch.log10(energy.clamp_min(FLOOR**2)), wrap)


@lru_cache(maxsize=8)
def _pitch_classes(device: torch.device, dtype: torch.dtype) -> Tensor:
    """Weights (12, BINS): Gaussian pitch classes of half a semitone, high-passed at C4.

    The high-pass is a second-order Butterworth, applied exactly as |H(f)|^2 on power.
    """
    hertz = torch.arange(BINS, dtype=torch.float64) * RATE / N_FFT
    ratio = (hertz / MELODY_CUTOFF_HZ) ** 4
    highpass = ratio / (1.0 + ratio)
    pitch = 69.0 + 12.0 * torch.log2(hertz.clamp_min(1.0) / 440.0)
    distance = (pitch[None, :] - torch.arange(12, dtype=torch.float64)[:, None] + 6.0) % 12.0 - 6.0
    weights = torch.exp(-0.5 * (distance / 0.5) ** 2) * highpass
    weights[:, hertz > 5000.0] = 0.0
    return weights.to(device=device, dtype=dtype)


def chroma_power(power: Tensor) -> Tensor:
    """Pitch-class distribution (..., 12, frames) of a linear power spectrum (..., BINS, frames)."""
    weights = _pitch_classes(power.device, power.dtype)
    energy = torch.einsum("cf,...ft->...ct", weights, power) + FLOOR**2
    strength = energy.sqrt()
    return strength / strength.sum(dim=-2, keepdim=True)


def chroma(mel: Tensor) -> Tensor:
    """Pitch-class distribution (..., 12, frames), summing to one, of a mel (..., BANDS, frames)."""
    return chroma_power(linear_power(mel))


def chroma_audio(audio: Tensor, wrap: bool = False) -> Tensor:
    """Pitch-class distribution (..., 12, frames) of audio (..., samples)."""
    return chroma_power(_power(audio, wrap) * _power_scale(audio.dtype))


def decibels(ratio: float) -> float:
    """Amplitude ratio in dB."""
    return 20.0 * math.log10(max(ratio, 1e-12))
