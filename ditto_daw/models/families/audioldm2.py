"""AudioLDM 2 (Liu et al. 2023, arXiv 2308.05734): MusicLDM's latent, told the words twice: as T5
hears them, and as a language model goes on from them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ditto_daw.models.base import Told
from ditto_daw.models.families.musicldm import MelLatent, clap
from ditto_daw.models.family import register
from ditto_daw.models.prompted import Words

GENERATED = 8
"""Embeddings that the language model adds."""


@register
class AudioLDM2(MelLatent):
    pipeline = "AudioLDM2Pipeline"
    guidance = 3.5
    recomputes = False  # where it does, diffusers 0.42 takes the words' mask for the music's
    components = {  # noqa: RUF012
        "unet": "diffusers.AudioLDM2UNet2DConditionModel",
        "vae": "diffusers.AutoencoderKL",
        "projection_model": "diffusers.AudioLDM2ProjectionModel",
        "text_encoder": "transformers.ClapModel",
        "text_encoder_2": "transformers.T5EncoderModel",
        "language_model": "transformers.GPT2Model",
        "tokenizer": "transformers.AutoTokenizer",
        "tokenizer_2": "transformers.AutoTokenizer",
        "vocoder": "transformers.SpeechT5HifiGan",
    }
    tokenizer: Any
    tokenizer_2: Any
    text_encoder: Any
    text_encoder_2: Any
    projection_model: Any
    language_model: Any

    LONGEST_TEXT = 64
    """Tokens; with and without words there are as many, so that both fit one batch."""

    def words(self, text: str, told: Told) -> Words:
        one = clap(self.tokenizer, self.text_encoder, text)[:, None]
        given = self.tokenizer_2(
            text,
            padding="max_length",
            max_length=min(self.LONGEST_TEXT, self.tokenizer_2.model_max_length),
            truncation=True,
            return_tensors="pt",
        ).to(self.device)
        two = self.text_encoder_2(given.input_ids, attention_mask=given.attention_mask)[0]
        joint = self.projection_model(
            hidden_states=one,
            hidden_states_1=two,
            attention_mask=given.attention_mask.new_ones(1, 1),
            attention_mask_1=given.attention_mask,
        )
        return {
            "encoder_hidden_states": self._continued(joint.hidden_states, joint.attention_mask),
            "encoder_hidden_states_1": two,
            "encoder_attention_mask_1": given.attention_mask,
        }

    def _continued(self, embeddings: Tensor, mask: Tensor) -> Tensor:
        """What the language model goes on with (1, GENERATED, E)."""
        for _ in range(GENERATED):
            said = self.language_model(inputs_embeds=embeddings, attention_mask=mask)
            embeddings = torch.cat([embeddings, said.last_hidden_state[:, -1:]], dim=1)
            mask = torch.cat([mask, mask.new_ones(1, 1)], dim=1)
        return embeddings[:, -GENERATED:]
