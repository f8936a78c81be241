"""The paper's own network (DITTO, appendix K): a two-dimensional UNet that predicts eps on mels.

Mono log-mels of 22.05 kHz audio, window 2048, hop 256, 160 bands, 160 dB of range scaled to
[-1, 1]; 512 frames (6 s) or 2048 (24 s). ResNet levels of 64, 64, 128, 128 and 256 channels with a
stride of 2 between them; genre, mood and tempo as class embeddings of size 256 that the inner two
levels read by cross-attention. Built of diffusers' blocks: ``pip install "ditto-daw[paper]"``.

An image (B, 160, F) stands where the bundled model has its latent (B, C, P), so that samplers,
gradients and the optimiser take it as it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torchaudio
from torch import Tensor, nn

from ditto_daw import signal, vocabulary
from ditto_daw.diffusion import schedule
from ditto_daw.samplers.base import Denoiser

RATE, N_FFT, HOP, BANDS = 22_050, 2048, 256, 160
"""The frame rate is that of `signal`: frame k of both is centred on the same moment."""
RANGE_DB = 160.0
TEMPI = 24
"""Tempo classes of a twelfth of an octave, from 60 quarters per minute."""
TAG_COUNTS = (len(vocabulary.GENRES), len(vocabulary.MOODS), TEMPI)
LAST = 0.9995
"""The latest time that the network learns, of 1000 in the middles of even steps."""


@dataclass(frozen=True)
class PaperConfig:
    """Sizes of the network.

    The paper tells channels and parameters (41 M), not the ResNet blocks of each level: two, and
    four on the innermost, come nearest.
    """

    widths: tuple[int, ...] = (64, 64, 128, 128, 256)
    blocks: tuple[int, ...] = (2, 2, 2, 2, 4)
    crossed: int = 2
    """Innermost levels that read the tags."""
    embedding: int = 256
    heads: int = 8
    groups: int = 32


class PaperUNet(nn.Module):
    """eps (B, BANDS, F) for an image x_t (B, BANDS, F), t (B,) and tags (B, 3).

    F must be a multiple of 2 ** (levels - 1). A tag equal to its count means "free".
    ImportError where diffusers is not installed.
    """

    clip = 1.0
    """Where dynamic thresholding begins: an image lies in [-1, 1]."""

    def __init__(self, config: PaperConfig) -> None:
        super().__init__()
        try:
            from diffusers import UNet2DConditionModel
        except ImportError as error:
            raise ImportError(
                'The paper\'s network needs diffusers: pip install "ditto-daw[paper]".'
            ) from error
        self.config = config
        self.tags = nn.ModuleList(nn.Embedding(n + 1, config.embedding) for n in TAG_COUNTS)
        levels = len(config.widths)
        crossed = [level >= levels - config.crossed for level in range(levels)]
        self.unet = UNet2DConditionModel(
            in_channels=1,
            out_channels=1,
            block_out_channels=config.widths,
            layers_per_block=config.blocks,
            down_block_types=[("CrossAttn" if c else "") + "DownBlock2D" for c in crossed],
            up_block_types=[("CrossAttn" if c else "") + "UpBlock2D" for c in reversed(crossed)],
            cross_attention_dim=config.embedding,
            attention_head_dim=config.heads,  # by which this class means their number
            norm_num_groups=config.groups,
        )

    def forward(self, x: Tensor, t: Tensor, tags: Tensor) -> Tensor:
        tokens = [table(tag) for table, tag in zip(self.tags, tags.unbind(1), strict=True)]
        context = torch.stack(tokens, dim=1)
        made: Tensor = self.unet(x[:, None], 1000.0 * t, encoder_hidden_states=context).sample
        return made[:, 0]

    def denoiser(self, tags: Tensor, guidance: float) -> Denoiser:
        """x_0 from x_t and t under classifier-free guidance, in one batch; weight 1 skips it.

        `tags` (B, 3) has one row per image of the batch. At t = 1 nothing of x_0 can be told from
        eps, so that the network is asked at LAST.
        """
        free = torch.tensor(TAG_COUNTS, device=tags.device).expand_as(tags)
        told = tags if guidance == 1.0 else torch.cat([tags, free])

        def denoise(x: Tensor, t: float) -> Tensor:
            t = min(t, LAST)
            times = torch.full((len(told),), t, device=x.device, dtype=x.dtype)
            eps = self(x.repeat(len(told) // len(x), 1, 1), times, told).to(x.dtype)
            if guidance != 1.0:
                asked, unasked = eps.chunk(2)
                eps = unasked + guidance * (asked - unasked)
            return (x - schedule.sigma(t) * eps) / schedule.alpha(t)

        return denoise


class PaperMel(nn.Module):
    """Image (B, BANDS, F) in [-1, 1] of audio (B, F * signal.HOP) at `signal.RATE`.

    0 dB, which becomes 1, is a sine of full scale whose whole lobe lies in one band.
    """

    def __init__(self) -> None:
        super().__init__()
        self.halve = torchaudio.transforms.Resample(signal.RATE, RATE)
        self.mel = torchaudio.transforms.MelSpectrogram(
            RATE, N_FFT, hop_length=HOP, n_mels=BANDS, power=1.0, mel_scale="slaney"
        )

    def forward(self, audio: Tensor) -> Tensor:
        frames = audio.shape[-1] // signal.HOP
        mel = self.mel(self.halve(audio))[..., :frames] / (N_FFT / 2)
        decibels = 20.0 * torch.log10(mel.clamp_min(10.0 ** (-RANGE_DB / 20.0)))
        return (1.0 + decibels / (0.5 * RANGE_DB)).clamp(-1.0, 1.0)


def tempo_class(tempo: float) -> int:
    """The class of a tempo in quarters per minute; the nearest end outside 60 to 226."""
    return min(max(round(12 * math.log2(tempo / 60.0)), 0), TEMPI - 1)
