"""Mel to audio: ConvNeXt blocks and an inverse-STFT head (after Vocos, arXiv 2306.00814).

The head corrects the magnitude that the mel already implies (`signal.magnitude`), so the network
has mostly the phase to learn, and the loudness asked for is the loudness heard.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ditto_daw import signal

PROJECTIONS = 3
"""Of `Vocoder.refined`; each is a small step, for a spectrum that leaps is no sound's spectrum."""
MOST_GAIN = 2.0


@dataclass(frozen=True)
class VocoderConfig:
    """Sizes of the network; saved beside the weights."""

    width: int = 320
    blocks: int = 7
    expansion: int = 3


class Block(nn.Module):
    """Depthwise convolution and a pointwise pair, residual (B, W, F) -> (B, W, F)."""

    def __init__(self, config: VocoderConfig, dilation: int = 1) -> None:
        super().__init__()
        width = config.width
        self.depthwise = nn.Conv1d(
            width, width, 7, padding=3 * dilation, dilation=dilation, groups=width
        )
        self.norm = nn.LayerNorm(width)
        self.expand = nn.Linear(width, config.expansion * width)
        self.reduce = nn.Linear(config.expansion * width, width)
        self.gain = nn.Parameter(torch.full((width,), 1.0 / config.blocks))

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.norm(self.depthwise(x).transpose(1, 2))
        hidden = self.reduce(functional.gelu(self.expand(hidden))) * self.gain
        return x + hidden.transpose(1, 2)


class Vocoder(nn.Module):
    """Audio (B, F * HOP) at `signal.RATE` for a mel (B, BANDS, F); frame k sits on sample k HOP."""

    margin = 32
    """Frames on each side after which the surroundings no longer change the sound."""

    def __init__(self, config: VocoderConfig) -> None:
        super().__init__()
        self.config = config
        self.enter = nn.Conv1d(signal.BANDS, config.width, 7, padding=3)
        self.norm_in = nn.LayerNorm(config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.blocks))
        self.norm_out = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, 3 * signal.BINS)

    def spectrum(self, mel: Tensor) -> Tensor:
        """Complex spectrum (B, BINS, F) on the scale of `signal.spectrum`."""
        x = self.enter((mel + 3.0) / 1.5)
        x = self.norm_in(x.transpose(1, 2)).transpose(1, 2)
        for block in self.blocks:
            x = block(x)
        head = self.head(self.norm_out(x.transpose(1, 2))).transpose(1, 2).float()
        correction, real, imaginary = head.chunk(3, dim=1)
        magnitude = signal.magnitude(mel) * torch.exp(3.0 * torch.tanh(correction / 3.0))
        length = torch.sqrt(real.square() + imaginary.square() + 1e-8)
        return torch.complex(magnitude * real / length, magnitude * imaginary / length)

    def forward(self, mel: Tensor) -> Tensor:
        return inverse(self.spectrum(mel))

    def refined(self, mel: Tensor) -> Tensor:
        """`forward`, projected a few times onto its own mel: phases stay, magnitudes go where the
        mel wants them. For what is heard, not for what is optimised.
        """
        audio, wanted = self(mel), signal.magnitude(mel)
        for _ in range(PROJECTIONS):
            gain = wanted / signal.magnitude(signal.mel(audio))
            gain = gain.clamp(1.0 / MOST_GAIN, MOST_GAIN)
            audio = inverse(signal.spectrum(audio) * gain)
        return audio


def inverse(spectrum: Tensor) -> Tensor:
    """Audio (B, F * HOP) of a spectrum (B, BINS, F): the inverse of `signal.spectrum`."""
    window = torch.hann_window(signal.N_FFT, device=spectrum.device)
    frames = spectrum.shape[-1]
    return torch.istft(
        spectrum, signal.N_FFT, signal.HOP, window=window, center=True, length=frames * signal.HOP
    )
