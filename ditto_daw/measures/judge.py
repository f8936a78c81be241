"""A small classifier of composed music: genre, key, and which roles sound when.

It judges what a model renders and is no part of a render. `ditto_daw.training.judge` trains it on
a composed set; its accuracy on held-out pieces travels with its weights, since no verdict can be
trusted further than that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from ditto_daw import signal
from ditto_daw.vocabulary import GENRES, ROLES

STRIDE = 8
"""Frames of the mel per position of the verdict on roles (93 ms)."""
WIDTH, PITCH_WIDTH = 160, 48
PITCH_FRAMES = 32
"""Frames of which the mean power is told apart into pitch classes."""
QUIETEST = -4.5
"""Log10 magnitude under which a band is silent to the judge."""


@dataclass(frozen=True, eq=False)
class Verdict:
    """Logits: genre (B, G), key (B, 24) as in `vocabulary.KEYS`, roles (B, R, P)."""

    genre: Tensor
    key: Tensor
    roles: Tensor

    def activity(self) -> Tensor:
        """Share (B, R) of the clip in which each role is heard."""
        return (self.roles > 0.0).float().mean(dim=-1)


class Judge(nn.Module):
    """One-dimensional CNN on the log-mel; keys are read from pitch classes, alike in every key."""

    def __init__(self) -> None:
        super().__init__()
        width = WIDTH
        self.trunk = nn.Sequential(
            *_stage(signal.BANDS, width, 7, stride=4),
            *_stage(width, width, 3, stride=2),
            *_stage(width, width, 3, dilation=2),
            *_stage(width, width, 3, dilation=4),
        )
        self.roles = nn.Conv1d(width, len(ROLES), 1)
        self.pooled = nn.Sequential(nn.Linear(3 * width, width), nn.GELU(), nn.Dropout(0.3))
        self.genre = nn.Linear(width, len(GENRES))
        # Convolutions that wrap around the twelve pitch classes: a transposed clip gives a
        # transposed verdict, major in the first row and minor in the second.
        self.key = nn.Sequential(
            nn.Conv1d(2, PITCH_WIDTH, 12, padding="same", padding_mode="circular"),
            nn.GELU(),
            nn.Conv1d(PITCH_WIDTH, 2, 12, padding="same", padding_mode="circular"),
        )

    def forward(self, mel: Tensor) -> Verdict:
        """Verdict on mels (B, BANDS, F) of any number of frames that is a multiple of STRIDE."""
        hidden = self.trunk((mel.clamp_min(QUIETEST) + 3.0) / 1.5)
        spread = hidden.std(dim=-1, correction=0)
        clip = self.pooled(torch.cat([hidden.mean(dim=-1), hidden.amax(dim=-1), spread], dim=1))
        power = functional.avg_pool1d(torch.pow(10.0, 2.0 * mel), PITCH_FRAMES, ceil_mode=True)
        chroma = signal.chroma(0.5 * torch.log10(power.clamp_min(signal.FLOOR**2)))
        classes = torch.stack([chroma.mean(dim=-1), chroma.std(dim=-1, correction=0)], dim=1)
        centred = 12.0 * (classes - classes.mean(dim=-1, keepdim=True))
        key = self.key(centred).flatten(1)
        return Verdict(self.genre(clip), key, self.roles(hidden))

    def save(self, path: Path, figures: dict[str, float]) -> None:
        """Writes the weights with the held-out figures as metadata."""
        tensors = {name: value.contiguous() for name, value in self.state_dict().items()}
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(tensors, path, metadata={"held_out": json.dumps(figures)})

    @classmethod
    def load(cls, path: Path) -> tuple[Judge, dict[str, float]]:
        """The judge in `path`, ready to judge, and its figures on held-out pieces."""
        with safe_open(path, framework="pt", device="cpu") as file:
            figures = json.loads(file.metadata()["held_out"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        judge = cls()
        judge.load_state_dict(tensors)
        return judge.eval().requires_grad_(False), figures


def _stage(
    inside: int, outside: int, size: int, stride: int = 1, dilation: int = 1
) -> tuple[nn.Module, ...]:
    """Convolution, normalisation over channels in groups, activation."""
    padding = dilation * (size - 1) // 2
    return (
        nn.Conv1d(inside, outside, size, stride, padding, dilation),
        nn.GroupNorm(8, outside),
        nn.GELU(),
    )
