"""An adapter beside the UNet that hears an intensity curve and a melody.

After Music ControlNet (Wu et al. 2023, arXiv 2311.07069, section III): the base network is frozen,
the adapter sees x_t, t and the controls over time and adds what it makes of them to every level of
the network's way down, through layers that begin at zero, so that training begins at the base
model. There it is a copy of the encoder; here it is a small one of its own.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from ditto_daw.models.bundled import WEIGHTS
from ditto_daw.models.codec import PATCH
from ditto_daw.models.unet import Block, Conv, UNetConfig, waves

SIGNALS = 2 + 13
"""Intensity and whether it counts; twelve pitch classes and whether one is asked for."""
MIDDLE_DB, SPREAD_DB = -25.0, 12.0
"""About the mean of music's intensity, and how far it strays."""
FILE = "controlnet.safetensors"
"""Beside the weights of the model."""


def signals(
    intensity: Tensor | None, heard: Tensor | None, melody: Tensor | None, frames: int
) -> Tensor:
    """What the adapter hears (..., SIGNALS, P) of targets over frames (..., F).

    intensity: dB. heard: frames whose intensity counts, bool; None: all of them. melody: pitch
    class 0..11, or -1 where there is none. A control that is None is not asked for.
    """
    given = intensity if intensity is not None else melody
    shape = (frames,) if given is None else given.shape
    rows = torch.zeros(*shape[:-1], SIGNALS, frames)
    if intensity is not None:
        counts = torch.ones(shape) if heard is None else heard.expand(shape).float()
        rows[..., 0, :] = counts * (intensity.cpu() - MIDDLE_DB) / SPREAD_DB
        rows[..., 1, :] = counts
    if melody is not None:
        voiced = melody.cpu() >= 0
        classes = nn.functional.one_hot(melody.cpu().clamp_min(0).long(), 12)
        rows[..., 2:14, :] = (classes * voiced[..., None]).transpose(-1, -2)
        rows[..., 14, :] = voiced
    return rows.unflatten(-1, (frames // PATCH, PATCH)).mean(dim=-1)


@dataclass(frozen=True)
class AdapterConfig:
    """Sizes of the adapter; `width` channels at every level."""

    width: int = 96
    blocks: int = 1


class Adapter(nn.Module):
    """x_t (B, C, P), t (B,) and signals (B, SIGNALS, P) to what is added at each level."""

    def __init__(self, unet: UNetConfig, config: AdapterConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.time = nn.Sequential(nn.Linear(256, width), nn.SiLU(), nn.Linear(width, width))
        # Apart, so that a few signals are not drowned by the many channels of noise.
        self.look, self.listen = Conv(unet.latent, width), Conv(SIGNALS, width)
        self.levels, self.shrink, self.leave = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for i, wide in enumerate(unet.widths):
            self.levels.append(
                nn.ModuleList(Block(width, width, width) for _ in range(config.blocks))
            )
            self.leave.append(Conv(width, wide, 1))
            if i + 1 < len(unet.widths):
                self.shrink.append(Conv(2 * width, width))
        for layer in self.leave:
            assert isinstance(layer, Conv)
            assert layer.bias is not None
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor, t: Tensor, heard: Tensor, wrap: bool = False) -> list[Tensor]:
        embedding = self.time(waves(t))
        x = self.look(x, wrap) + self.listen(heard, wrap)
        hints = []
        for i, level in enumerate(self.levels):
            for block in level:  # type: ignore[attr-defined]
                x = block(x, embedding, wrap)
            hints.append(self.leave[i](x))
            if i < len(self.shrink):
                pairs = x.reshape(x.shape[0], x.shape[1], -1, 2).transpose(2, 3).flatten(1, 2)
                x = self.shrink[i](pairs, wrap)
        return hints

    def save(self, path: Path, model: str, unet: UNetConfig, about: dict[str, str]) -> None:
        """Half-precision weights; model: fingerprint of the base model; about: more metadata."""
        tensors = {k: v.to(torch.float16).contiguous() for k, v in self.state_dict().items()}
        sizes = {"unet": json.dumps(asdict(unet)), "adapter": json.dumps(asdict(self.config))}
        save_file(tensors, path, metadata=about | sizes | {"model": model})


def load_adapter(path: Path, device: torch.device) -> tuple[Adapter, str]:
    """The adapter in `path`, frozen, and the fingerprint of the model that it was trained on."""
    with safe_open(path, framework="pt", device="cpu") as file:
        about = file.metadata()
        tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    unet = UNetConfig.from_json(json.loads(about["unet"]))
    adapter = Adapter(unet, AdapterConfig(**json.loads(about["adapter"])))
    adapter.load_state_dict(tensors)
    return adapter.requires_grad_(False).eval().to(device), about["model"]


def beside(weights: Path = WEIGHTS) -> Path:
    """Where the adapter of a model's file lies."""
    return weights.with_name(FILE)
