"""MusicLDM (Chen et al. 2023, arXiv 2308.01546): a UNet on the latent of a mel at 16 kHz, told one
embedding of the words (CLAP)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import torchaudio
from torch import Tensor

from ditto_daw.models.base import Told
from ditto_daw.models.family import Family, register, scheduler_of
from ditto_daw.models.predictions import Steps, of_eps
from ditto_daw.models.prompted import Words

QUIETEST = 1e-5
"""Magnitude that a band of its mel has at least."""
N_FFT = 1024


class MelLatent(Family):
    """What MusicLDM and AudioLDM 2 share: latents of mels, a UNet of images and HiFi-GAN.

    Its own latent is (B, C, P, bands / factor); here its two inner dimensions are one.
    """

    network_name = "unet"
    halo = 32
    unused: tuple[None, ...] = ()
    """Inputs of the network that have no part in this family."""
    vae: Any
    vocoder: Any

    def configure(self) -> None:
        vocoder = self.vocoder.config
        self.rate, self.channels = int(vocoder.sampling_rate), 1
        self.hop_samples = math.prod(vocoder.upsample_rates)
        self.factor = 2 ** (len(self.vae.config.block_out_channels) - 1)
        self.samples = self.hop_samples * self.factor
        self.depth = int(self.vae.config.latent_channels)
        self.width = int(vocoder.model_in_dim) // self.factor
        self.latent_channels = self.depth * self.width
        self.position_multiple = 2 ** (len(self.net.config.block_out_channels) - 1)
        self.longest = int(self.net.config.sample_size) * self.samples / self.rate
        self.steps = Steps(_products(scheduler_of(self.folder)))

    def folded(self, image: Tensor) -> Tensor:
        """(B, C, P, W) as (B, C W, P)."""
        return image.transpose(2, 3).flatten(1, 2)

    def image(self, latent: Tensor) -> Tensor:
        """(B, C W, P) as (B, C, P, W)."""
        return latent.unflatten(1, (self.depth, self.width)).transpose(2, 3)

    def clean(self, x: Tensor, t: float, words: Words) -> Tensor:
        def eps(x: Tensor, number: float) -> Tensor:
            steps = x.new_full((len(x),), number)
            return self.folded(self.asked(self.image(x), steps, *self.unused, **words))

        return of_eps(eps, x, t, self.steps)

    def sound(self, latent: Tensor) -> Tensor:
        mel = self.vae.decode(self.image(latent) / self.vae.config.scaling_factor).sample
        made: Tensor = self.vocoder(mel[:, 0])
        return made.reshape(len(latent), 1, -1)

    def heard(self, audio: Tensor) -> Tensor:
        mel = self._mel(audio[:, 0])[:, None]
        return self.folded(self.vae.encode(mel).latent_dist.mode() * self.vae.config.scaling_factor)

    def _mel(self, audio: Tensor) -> Tensor:
        """Log mel (B, frames, bands) as HiFi-GAN's authors compute it."""
        bank = torchaudio.functional.melscale_fbanks(
            N_FFT // 2 + 1,
            0.0,
            self.rate / 2,
            self.vocoder.config.model_in_dim,
            self.rate,
            norm="slaney",
            mel_scale="slaney",
        ).to(audio)
        window = torch.hann_window(N_FFT, device=audio.device)
        spectrum = torch.stft(
            audio, N_FFT, self.hop_samples, window=window, center=True, return_complex=True
        ).abs()
        frames = audio.shape[-1] // self.hop_samples
        return (spectrum.transpose(1, 2)[:, :frames] @ bank).clamp_min(QUIETEST).log()


@register
class MusicLDM(MelLatent):
    pipeline = "MusicLDMPipeline"
    guidance = 2.0
    unused = (None,)
    components = {  # noqa: RUF012
        "unet": "diffusers.UNet2DConditionModel",
        "vae": "diffusers.AutoencoderKL",
        "text_encoder": "transformers.ClapModel",
        "tokenizer": "transformers.AutoTokenizer",
        "vocoder": "transformers.SpeechT5HifiGan",
    }
    tokenizer: Any
    text_encoder: Any

    def words(self, text: str, told: Told) -> Words:
        return {"class_labels": clap(self.tokenizer, self.text_encoder, text)}


def clap(tokenizer: Any, encoder: Any, text: str) -> Tensor:
    """CLAP's embedding (1, E) of a sentence."""
    given = tokenizer(
        text,
        padding="max_length",
        max_length=tokenizer.model_max_length,
        truncation=True,
        return_tensors="pt",
    ).to(encoder.device)
    found = encoder.get_text_features(given.input_ids, attention_mask=given.attention_mask)
    return getattr(found, "pooler_output", found)


def _products(settings: dict[str, Any]) -> list[float]:
    """The product of alphas up to each step of a scheduler's settings."""
    count = int(settings.get("num_train_timesteps", 1000))
    first, last = float(settings["beta_start"]), float(settings["beta_end"])
    if settings.get("beta_schedule") == "scaled_linear":
        betas = np.linspace(first**0.5, last**0.5, count) ** 2
    else:
        betas = np.linspace(first, last, count)
    return [float(a) for a in np.cumprod(1.0 - betas)]
