"""ACE-Step 1.5: a flow between stereo audio at 48 kHz and noise, told a caption, tempo, key and
meter; the turbo model in eight steps without guidance."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from ditto_daw.diffusion.presets import Preset
from ditto_daw.models.base import Told
from ditto_daw.models.family import Family, register
from ditto_daw.models.predictions import flow_times, of_flow
from ditto_daw.models.prompted import Words
from ditto_daw.vocabulary import METERS

STEPS, SHIFT = 8, 3.0
"""Of the turbo model."""
INSTRUCTION = "Fill the audio semantic mask based on the given conditions:"
TEMPLATE = "# Instruction\n{}\n\n# Caption\n{}\n\n# Metas\n{}<|endoftext|>\n"
METAS = "- bpm: {:.0f}\n- timesignature: {}\n- keyscale: {}\n- duration: {:.0f} seconds\n"
LYRICS = "# Languages\nen\n\n# Lyric\n[Instrumental]<|endoftext|>"
LONGEST_TEXT = 256
TIMBRE_SECONDS = 30.0
"""Of silence, which stands for no example of a timbre."""


@register
class AceStep(Family):
    pipeline = "AceStepPipeline"
    halo = 12
    components = {  # noqa: RUF012
        "transformer": "diffusers.AceStepTransformer1DModel",
        "vae": "diffusers.AutoencoderOobleck",
        "condition_encoder": "diffusers.AceStepConditionEncoder",
        "text_encoder": "transformers.AutoModel",
        "tokenizer": "transformers.AutoTokenizer",
    }
    longest = 240.0
    vae: Any
    condition_encoder: Any
    text_encoder: Any
    tokenizer: Any

    def configure(self) -> None:
        config = self.net.config
        self.rate, self.channels = (
            int(self.vae.config.sampling_rate),
            self.vae.config.audio_channels,
        )
        self.samples = math.prod(self.vae.config.downsampling_ratios)
        self.latent_channels = int(config.audio_acoustic_hidden_dim)
        self.position_multiple = int(config.patch_size)
        turbo = (
            getattr(config, "is_turbo", False) or getattr(config, "model_version", "") == "turbo"
        )
        self.turbo = bool(turbo)
        self.guidance = 1.0 if turbo else 7.0

    def suited(self, preset: Preset) -> Preset:
        """The turbo model through its own steps."""
        preset = replace(super().suited(preset), times=shifted)
        if not self.turbo:
            return preset
        return replace(preset, steps=STEPS, plain_steps=STEPS, sampler="ddim", way="reverse")

    def words(self, text: str, told: Told) -> Words:
        beats, unit = METERS[int(told.grid.meter[0])]
        metas = METAS.format(
            told.grid.tempo[0],
            beats if unit == 4 else f"{beats}/{unit}",
            told.key or "N/A",
            told.seconds,
        )
        given, sung = (
            self.tokenizer(one, truncation=True, max_length=LONGEST_TEXT, return_tensors="pt").to(
                self.device
            )
            for one in (TEMPLATE.format(INSTRUCTION, text, metas), LYRICS)
        )
        silence = self.condition_encoder.silence_latent
        frames = math.ceil(TIMBRE_SECONDS * self.rate / self.samples)
        said, _ = self.condition_encoder(
            text_hidden_states=self.text_encoder(input_ids=given.input_ids).last_hidden_state,
            text_attention_mask=given.attention_mask.bool(),
            lyric_hidden_states=self.text_encoder.get_input_embeddings()(sung.input_ids),
            lyric_attention_mask=sung.attention_mask.bool(),
            refer_audio_acoustic_hidden_states_packed=silence[:, :frames],
            refer_audio_order_mask=torch.zeros(1, device=self.device, dtype=torch.long),
        )
        return {"encoder_hidden_states": said}

    def without(self, asked: Words, told: Told) -> Words:
        """What it has learnt for no words."""
        said = asked["encoder_hidden_states"]
        return {
            **asked,
            "encoder_hidden_states": self.condition_encoder.null_condition_emb.expand_as(said),
        }

    def _context(self, x: Tensor) -> Tensor:
        """(B, P, 2 C): silence, and that music is to be made everywhere."""
        rows, _, positions = x.shape
        silence = self.condition_encoder.silence_latent[0]
        around = torch.arange(positions, device=silence.device) % len(silence)
        context = torch.cat([silence[around], torch.ones_like(silence[around])], dim=-1)
        return context.expand(rows, -1, -1)

    def clean(self, x: Tensor, t: float, words: Words) -> Tensor:
        def velocity(x: Tensor, tau: float) -> Tensor:
            times = x.new_full((len(x),), tau).to(self.precision)
            return self.asked(
                x.transpose(1, 2),
                timestep=times,
                timestep_r=times,
                context_latents=self._context(x),
                **words,
            ).transpose(1, 2)

        return of_flow(velocity, x, t)

    def sound(self, latent: Tensor) -> Tensor:
        made: Tensor = self.vae.decode(latent).sample
        return made

    def heard(self, audio: Tensor) -> Tensor:
        found: Tensor = self.vae.encode(audio).latent_dist.mode()
        return found


def shifted(steps: int) -> tuple[float, ...]:
    """The flow's even times, moved towards noise."""
    even = (1.0 - k / steps for k in range(steps + 1))
    return flow_times([SHIFT * tau / (1.0 + (SHIFT - 1.0) * tau) for tau in even])
