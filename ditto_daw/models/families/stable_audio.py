"""Stable Audio Open 1.0 (Evans et al. 2024, arXiv 2407.14358): a transformer on the latent of
stereo audio, told words and duration, that predicts v under the very schedule of this project."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ditto_daw.models.base import Told
from ditto_daw.models.family import Family, needed, register
from ditto_daw.models.predictions import of_v
from ditto_daw.models.prompted import Words


@register
class StableAudio(Family):
    """It has learnt windows of one length, in which shorter music ends early: it always renders
    that many positions, and what nobody asked for is not decoded."""

    pipeline = "StableAudioPipeline"
    guidance = 7.0
    halo = 12
    components = {  # noqa: RUF012
        "transformer": "diffusers.StableAudioDiTModel",
        "vae": "diffusers.AutoencoderOobleck",
        "projection_model": "diffusers.StableAudioProjectionModel",
        "text_encoder": "transformers.T5EncoderModel",
        "tokenizer": "transformers.AutoTokenizer",
    }
    vae: Any
    projection_model: Any
    text_encoder: Any
    tokenizer: Any

    def configure(self) -> None:
        self.rate, self.channels = (
            int(self.vae.config.sampling_rate),
            self.vae.config.audio_channels,
        )
        self.samples = int(self.vae.hop_length)
        self.latent_channels = int(self.net.config.in_channels)
        self.whole = int(self.net.config.sample_size)
        self.longest = self.whole * self.samples / self.rate

    def positions(self, frames: int) -> int:
        return self.whole

    def words(self, text: str, told: Told) -> Words:
        start, end = (
            torch.tensor([seconds], device=self.device) for seconds in (0.0, told.seconds)
        )
        lasts = self.projection_model(start_seconds=start, end_seconds=end)
        spans = [lasts.seconds_start_hidden_states, lasts.seconds_end_hidden_states]
        given = self.tokenizer(
            text,
            padding="max_length",
            max_length=self.tokenizer.model_max_length,
            truncation=True,
            return_tensors="pt",
        ).to(self.device)
        said = self.text_encoder(given.input_ids, attention_mask=given.attention_mask)[0]
        said = self.projection_model(text_hidden_states=said).text_hidden_states
        said = torch.cat([said * given.attention_mask[..., None].to(said), *spans], dim=1)
        return {
            "encoder_hidden_states": said,
            "global_hidden_states": torch.cat(spans, dim=2),
        }

    def without(self, asked: Words, told: Told) -> Words:
        """Zeros; how long it lasts is told all the same."""
        return {**asked, "encoder_hidden_states": torch.zeros_like(asked["encoder_hidden_states"])}

    def clean(self, x: Tensor, t: float, words: Words) -> Tensor:
        size = x.shape[-1] + words["global_hidden_states"].shape[1]
        rotary = needed("diffusers").models.embeddings.get_1d_rotary_pos_embed(
            self.net.config.attention_head_dim // 2,
            size,
            use_real=True,
            repeat_interleave_real=False,
        )

        def v(x: Tensor, t: float) -> Tensor:
            times = x.new_full((len(x),), t).to(self.precision)
            embedding = tuple(one.to(x.device) for one in rotary)
            return self.asked(x, times, rotary_embedding=embedding, **words)

        return of_v(v, x, t)

    def sound(self, latent: Tensor) -> Tensor:
        made: Tensor = self.vae.decode(latent).sample
        return made

    def heard(self, audio: Tensor) -> Tensor:
        found: Tensor = self.vae.encode(audio).latent_dist.mode()
        return found
