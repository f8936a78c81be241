"""How near a sound comes to another: spectra at several resolutions, and the mel."""

from __future__ import annotations

import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.models.vocoder import inverse

RESOLUTIONS = ((512, 128), (1024, 256), (2048, 512), (4096, 1024))
"""Window and hop of each spectrum that is compared."""
QUIET = -4.0
"""Log10 magnitude (-80 dB) under which a band's error in dB counts no further."""


def spectra(audio: Tensor) -> list[Tensor]:
    """Magnitude spectra (B, bins, frames) of audio (B, n) at every resolution."""
    return [
        torch.stft(
            audio,
            size,
            hop,
            window=torch.hann_window(size, device=audio.device),
            return_complex=True,
        ).abs()
        for size, hop in RESOLUTIONS
    ]


def distance(made: Tensor, real: Tensor) -> Tensor:
    """Multi-resolution STFT distance of audio (B, n): spectral convergence plus log-magnitude L1.

    Mean over the resolutions and the batch; Yamamoto et al. 2020 (Parallel WaveGAN), section 2.2.
    """
    total = torch.zeros((), device=made.device)
    for a, b in zip(spectra(made), spectra(real), strict=True):
        convergence = (a - b).square().sum((1, 2)).sqrt() / (b.square().sum((1, 2)).sqrt() + 1e-2)
        total = total + convergence.mean()
        total = total + ((a + 1e-3).log() - (b + 1e-3).log()).abs().mean()
    return total / len(RESOLUTIONS)


def mel_error_db(made: Tensor, wanted: Tensor) -> tuple[float, float]:
    """Mean absolute and root-mean-square difference in dB of two mels (..., BANDS, F)."""
    apart = 20.0 * (made.clamp_min(QUIET) - wanted.clamp_min(QUIET))
    return float(apart.abs().mean()), float(apart.square().mean().sqrt())


def griffin_lim(mel: Tensor, iterations: int = 64) -> Tensor:
    """Audio (B, F * HOP) of a mel (B, BANDS, F) by alternating projections: the yardstick.

    The magnitude is the one that the mel implies (`signal.magnitude`), the first phase random.
    """
    magnitude = signal.magnitude(mel)
    generator = torch.Generator().manual_seed(0)
    angle = 2.0 * torch.pi * torch.rand(magnitude.shape, generator=generator)
    spectrum = torch.polar(magnitude, angle)
    for _ in range(iterations):
        spectrum = torch.polar(magnitude, signal.spectrum(inverse(spectrum)).angle())
    return inverse(spectrum)
