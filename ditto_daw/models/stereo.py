"""Mono to stereo, in the role of MusicHiFi's third stage (Zhu et al. 2024, arXiv 2403.10493).

As there, the middle stays the mono sound and only the side, half the difference of left and right,
is made: the sum of both channels is the mono sound, whatever the network says. The side is not
generated from nothing but made of the middle, per band and frame: a share of it put to one side,
and a share of a decorrelated copy, which opposite signs spread over both (`finishing/widen.py`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from ditto_daw import signal
from ditto_daw.models.vocoder import Block, VocoderConfig

FILE = "stereo.safetensors"
WEIGHTS = Path(__file__).resolve().parents[1] / "weights" / FILE
LONGEST_DILATION = 16
QUIETEST, WIDEST = -7.0, 1.0
"""Natural logarithms of the side's power over the middle's, -30 to 4 dB."""


@dataclass(frozen=True)
class StereoConfig(VocoderConfig):
    """Sizes of the network; saved beside the weights."""

    width: int = 64
    blocks: int = 5
    expansion: int = 3


class Stereo(nn.Module):
    """What the side is made of, from the mel of the middle."""

    margin = 96
    """Frames on each side after which the surroundings no longer change anything."""

    def __init__(self, config: StereoConfig) -> None:
        super().__init__()
        self.config = config
        self.enter = nn.Conv1d(signal.BANDS, config.width, 7, padding=3)
        self.blocks = nn.ModuleList(
            Block(config, min(2**k, LONGEST_DILATION)) for k in range(config.blocks)
        )
        self.norm = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, 2 * signal.BANDS)

    def forward(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        """Of a mel (B, BANDS, F): the side's power over the middle's, and which share of its
        amplitude is the middle itself, from -1 (right) to 1 (left); both (B, BANDS, F)."""
        x = self.enter((mel + 3.0) / 1.5)
        for block in self.blocks:
            x = block(x)
        power, share = self.head(self.norm(x.transpose(1, 2))).transpose(1, 2).float().chunk(2, 1)
        reach = torch.sigmoid(power - 0.5)
        return torch.exp(QUIETEST + (WIDEST - QUIETEST) * reach), torch.tanh(share)

    @torch.no_grad()
    def gains(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        """Amplitudes (BINS, F) of the middle and of its decorrelated copy in the side, for the mel
        (BANDS, F) of the middle, whose frames are a circle."""
        frames = mel.shape[-1]
        power, share = self(mel[None, :, torch.arange(-self.margin, frames + self.margin) % frames])
        bank, _ = signal.filterbank(mel.device, mel.dtype)
        inside = slice(self.margin, self.margin + frames)
        amplitude, share = (bank @ x[0, :, inside] for x in (power.sqrt(), share))
        return amplitude * share, amplitude * (1.0 - share.square()).clamp_min(0.0).sqrt()

    def save(self, path: Path, about: dict[str, str]) -> None:
        """Half-precision weights with the sizes; about: more metadata."""
        tensors = {k: v.to(torch.float16).contiguous() for k, v in self.state_dict().items()}
        save_file(tensors, path, metadata=about | {"stereo": json.dumps(asdict(self.config))})

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Stereo:
        """The network in `path`, frozen, in single precision on the CPU."""
        with safe_open(path, framework="pt", device="cpu") as file:
            sizes = json.loads(file.metadata()["stereo"])
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        model = cls(StereoConfig(**sizes))
        model.load_state_dict(tensors)
        return model.requires_grad_(False).eval()
