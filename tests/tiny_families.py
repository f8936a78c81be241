"""Every family of pretrained models at the size of a test: components of the real classes with
random weights, written as the real ones are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

Builder = Callable[[], dict[str, Any]]
BUILDERS: dict[str, Builder] = {}
WORDS = 64
"""Of the vocabulary."""


def builds(pipeline: str) -> Callable[[Builder], Builder]:
    def file(builder: Builder) -> Builder:
        BUILDERS[pipeline] = builder
        return builder

    return file


def written(pipeline: str, folder: Path) -> Path:
    """The folder of a tiny model of this family."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        parts = BUILDERS[pipeline]()
        for part in parts.values():
            for parameter in getattr(part, "parameters", tuple)():
                if not parameter.any():  # layers that begin as no layers at all
                    torch.nn.init.normal_(parameter, std=0.05)
        for name, parameter in parts["vae"].named_parameters():
            if name.endswith("bias"):  # so that what is loud in the latent is loud in the audio
                torch.nn.init.zeros_(parameter)
    settings = parts.pop("scheduler", None)
    for name, part in parts.items():
        part.save_pretrained(folder / name)
    if settings is not None:
        (folder / "scheduler").mkdir()
        (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(settings))
    (folder / "model_index.json").write_text(json.dumps({"_class_name": pipeline}))
    return folder


def tokenizer(length: int = 12) -> Any:
    """Words to numbers, unknown ones to one of a few by their letters."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = [*"abcdefghijklmnopqrstuvwxyz0123456789.,:-#/|<>"]
    known = {token: number for number, token in enumerate(["<pad>", "<unk>", *letters])}
    whole = Tokenizer(models.WordLevel(known, unk_token="<unk>"))
    whole.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    return PreTrainedTokenizerFast(
        tokenizer_object=whole, pad_token="<pad>", unk_token="<unk>", model_max_length=length
    )


def clap() -> Any:
    from transformers import ClapConfig, ClapModel

    words = {
        "hidden_size": 8,
        "intermediate_size": 8,
        "num_attention_heads": 1,
        "num_hidden_layers": 1,
        "pad_token_id": 0,
        "vocab_size": WORDS,
        "projection_dim": 8,
    }
    sounds = {
        "spec_size": 8,
        "window_size": 4,
        "num_mel_bins": 8,
        "intermediate_size": 8,
        "depths": [1, 1],
        "num_attention_heads": [1, 1],
        "num_hidden_layers": 1,
        "hidden_size": 16,
        "patch_embeds_hidden_size": 8,
        "projection_dim": 8,
        "patch_size": 2,
        "patch_stride": 2,
        "patch_embed_input_channels": 4,
    }
    return ClapModel(ClapConfig(text_config=words, audio_config=sounds, projection_dim=8))


def mel_latent() -> dict[str, Any]:
    """What MusicLDM and AudioLDM 2 share."""
    from diffusers import AutoencoderKL
    from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig

    return {
        "vae": AutoencoderKL(
            block_out_channels=[8, 8],
            in_channels=1,
            out_channels=1,
            norm_num_groups=4,
            down_block_types=["DownEncoderBlock2D"] * 2,
            up_block_types=["UpDecoderBlock2D"] * 2,
            latent_channels=4,
        ),
        "vocoder": SpeechT5HifiGan(
            SpeechT5HifiGanConfig(
                model_in_dim=8,
                sampling_rate=16_000,
                upsample_initial_channel=8,
                upsample_rates=[16, 20],
                upsample_kernel_sizes=[32, 40],
                resblock_kernel_sizes=[3],
                resblock_dilation_sizes=[[1, 3]],
                normalize_before=False,
                initializer_range=0.2,
            )
        ),
        "text_encoder": clap(),
        "tokenizer": tokenizer(),
        "scheduler": {
            "_class_name": "DDIMScheduler",
            "beta_start": 0.0015,
            "beta_end": 0.0195,
            "beta_schedule": "scaled_linear",
            "num_train_timesteps": 1000,
        },
    }


@builds("MusicLDMPipeline")
def musicldm() -> dict[str, Any]:
    from diffusers import UNet2DConditionModel

    unet = UNet2DConditionModel(
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=4,
        sample_size=128,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=(8, 16),
        attention_head_dim=2,
        class_embed_type="simple_projection",
        projection_class_embeddings_input_dim=8,
        class_embeddings_concat=True,
    )
    return {"unet": unet, **mel_latent()}


@builds("AudioLDM2Pipeline")
def audioldm2() -> dict[str, Any]:
    from diffusers import AudioLDM2ProjectionModel, AudioLDM2UNet2DConditionModel
    from transformers import GPT2Config, GPT2Model

    unet = AudioLDM2UNet2DConditionModel(
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=4,
        sample_size=128,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=2,
        cross_attention_dim=([None, 8, 16], [None, 8, 16]),
    )
    return {
        "unet": unet,
        **mel_latent(),
        "text_encoder_2": t5(16),
        "tokenizer_2": tokenizer(),
        "language_model": GPT2Model(
            GPT2Config(n_embd=8, n_head=1, n_layer=1, vocab_size=WORDS, n_positions=99)
        ),
        "projection_model": AudioLDM2ProjectionModel(
            text_encoder_dim=8, text_encoder_1_dim=16, langauge_model_dim=8
        ),
    }


def t5(width: int) -> Any:
    from transformers import T5Config, T5EncoderModel

    config = T5Config(vocab_size=WORDS, d_model=width, d_ff=8, d_kv=4, num_heads=1, num_layers=1)
    return T5EncoderModel(config)


def oobleck(rate: int, latent: int, strides: list[int]) -> Any:
    from diffusers import AutoencoderOobleck

    return AutoencoderOobleck(
        encoder_hidden_size=2 * latent,
        downsampling_ratios=strides,
        decoder_channels=4,
        decoder_input_channels=latent,
        audio_channels=2,
        channel_multiples=[1, 1, 2],
        sampling_rate=rate,
    )


@builds("StableAudioPipeline")
def stable_audio() -> dict[str, Any]:
    from diffusers import StableAudioDiTModel, StableAudioProjectionModel

    return {
        "transformer": StableAudioDiTModel(
            sample_size=96,
            in_channels=6,
            num_layers=1,
            attention_head_dim=4,
            num_attention_heads=4,
            num_key_value_attention_heads=2,
            out_channels=6,
            cross_attention_dim=8,
            time_proj_dim=8,
            global_states_input_dim=16,
            cross_attention_input_dim=8,
        ),
        "vae": oobleck(44_100, 6, [4, 16, 32]),
        "text_encoder": t5(8),
        "tokenizer": tokenizer(),
        "projection_model": StableAudioProjectionModel(
            text_encoder_dim=8, conditioning_dim=8, min_value=0, max_value=512
        ),
    }


@builds("StableAudio3Pipeline")
def stable_audio_3() -> dict[str, Any]:
    from diffusers import AutoencoderSAME, StableAudio3DiTModel, StableAudio3DurationEmbedder
    from transformers import T5GemmaConfig, T5GemmaEncoderModel
    from transformers.models.t5gemma.configuration_t5gemma import T5GemmaModuleConfig

    module = T5GemmaModuleConfig(
        vocab_size=WORDS,
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        num_key_value_heads=1,
        head_dim=8,
        max_position_embeddings=64,
        sliding_window=64,
        layer_types=["full_attention"],
    ).to_dict()
    return {
        "transformer": StableAudio3DiTModel(
            io_channels=8,
            patch_size=1,
            embed_dim=16,
            depth=1,
            num_heads=2,
            cond_token_dim=8,
            global_cond_dim=8,
            local_add_cond_dim=9,
            timestep_features_dim=8,
            ff_mult=2,
            num_memory_tokens=2,
            use_differential_attention=False,
        ),
        "vae": AutoencoderSAME(
            audio_channels=2,
            patch_size=256,
            encoder_channels=8,
            encoder_c_mults=(2,),
            encoder_strides=(16,),
            encoder_transformer_depths=(1,),
            latent_dim=8,
            use_differential_attention=False,
            dim_heads=8,
            ff_mult=2,
            sampling_rate=44_100,
        ),
        "duration_embedder": StableAudio3DurationEmbedder(output_dim=8, fourier_dim=8),
        "text_encoder": T5GemmaEncoderModel(
            T5GemmaConfig(encoder=module, decoder=module, is_encoder_decoder=False)
        ),
        "tokenizer": tokenizer(),
        "scheduler": {
            "_class_name": "FlowMatchEulerDiscreteScheduler",
            "num_train_timesteps": 1,
            "stochastic_sampling": True,
        },
    }


@builds("AceStepPipeline")
def ace_step() -> dict[str, Any]:
    from diffusers import AceStepConditionEncoder, AceStepTransformer1DModel
    from transformers import Qwen3Config, Qwen3Model

    heads = {
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 8,
        "rope_theta": 10_000.0,
    }
    return {
        "transformer": AceStepTransformer1DModel(
            hidden_size=16,
            intermediate_size=16,
            num_hidden_layers=2,
            in_channels=24,
            audio_acoustic_hidden_dim=8,
            patch_size=2,
            sliding_window=16,
            is_turbo=True,
            **heads,
        ),
        "condition_encoder": AceStepConditionEncoder(
            hidden_size=16,
            intermediate_size=16,
            text_hidden_dim=16,
            timbre_hidden_dim=8,
            num_lyric_encoder_hidden_layers=1,
            num_timbre_encoder_hidden_layers=1,
            sliding_window=16,
            **heads,
        ),
        "vae": oobleck(48_000, 8, [4, 15, 32]),
        "text_encoder": Qwen3Model(
            Qwen3Config(
                hidden_size=16,
                intermediate_size=16,
                num_hidden_layers=1,
                vocab_size=WORDS,
                max_position_embeddings=512,
                **heads,
            )
        ),
        "tokenizer": tokenizer(256),
    }
