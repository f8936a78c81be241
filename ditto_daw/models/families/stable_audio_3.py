"""Stable Audio 3 (arXiv 2605.17991): a flow between audio and noise in few steps, distilled for
ping-pong sampling, or the base model for many."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from torch import Tensor, cat, tensor

from ditto_daw.diffusion.presets import Preset
from ditto_daw.models.base import Told
from ditto_daw.models.family import Family, register, scheduler_of
from ditto_daw.models.predictions import flow_times, of_flow
from ditto_daw.models.prompted import Words

LONGEST_TEXT = 256
STEPS = 8
"""Of the distilled model."""
LEAST, MOST = -6.2, 2.0
"""Logarithms of the ratio of signal to noise between which its steps are even."""


@register
class StableAudio3(Family):
    pipeline = "StableAudio3Pipeline"
    halo = 16
    components = {  # noqa: RUF012
        "transformer": "diffusers.StableAudio3DiTModel",
        "vae": "diffusers.AutoencoderSAME",
        "duration_embedder": "diffusers.StableAudio3DurationEmbedder",
        "text_encoder": "transformers.T5GemmaEncoderModel",
        "tokenizer": "transformers.AutoTokenizer",
    }
    vae: Any
    duration_embedder: Any
    text_encoder: Any
    tokenizer: Any

    def configure(self) -> None:
        self.rate, self.channels = (
            int(self.vae.config.sampling_rate),
            self.vae.config.audio_channels,
        )
        self.samples = int(self.vae.downsampling_ratio)
        self.latent_channels = int(self.vae.config.latent_dim)
        self.longest = float(self.duration_embedder.config.max_val)
        self.position_multiple = int(self.net.config.patch_size)
        self.distilled = bool(scheduler_of(self.folder).get("stochastic_sampling", False))
        self.guidance = 1.0 if self.distilled else 7.0

    def suited(self, preset: Preset) -> Preset:
        """The distilled model through its own steps, its noises frozen."""
        preset = replace(super().suited(preset), times=even_in_ratio)
        if not self.distilled:
            return preset
        return replace(preset, steps=STEPS, plain_steps=STEPS, sampler="pingpong", way="reverse")

    def words(self, text: str, told: Told) -> Words:
        given = self.tokenizer(
            text,
            padding="max_length",
            max_length=min(LONGEST_TEXT, self.tokenizer.model_max_length),
            truncation=True,
            return_tensors="pt",
        ).to(self.device)
        said = self.text_encoder(given.input_ids, attention_mask=given.attention_mask)[0]
        lasts = self.duration_embedder(tensor([told.seconds], device=self.device))
        mask = given.attention_mask
        return {
            "encoder_hidden_states": cat([said, lasts[:, None].to(said)], dim=1),
            "encoder_attention_mask": cat([mask, mask.new_ones(1, 1)], dim=1),
            "global_hidden_states": lasts,
        }

    def clean(self, x: Tensor, t: float, words: Words) -> Tensor:
        def velocity(x: Tensor, tau: float) -> Tensor:
            return self.asked(x, x.new_full((len(x),), tau), **words)

        return of_flow(velocity, x, t)

    def sound(self, latent: Tensor) -> Tensor:
        made: Tensor = self.vae.decode(latent).sample
        return made

    def heard(self, audio: Tensor) -> Tensor:
        found: Tensor = self.vae.encode(audio).latents
        return found


def even_in_ratio(steps: int) -> tuple[float, ...]:
    """Times at which the logarithm of signal over noise is even; from pure noise to none."""
    ratios = (MOST - (1.0 - k / steps) * (MOST - LEAST) for k in range(1, steps))
    return flow_times([1.0, *(1.0 / (1.0 + math.exp(ratio)) for ratio in ratios), 0.0])
