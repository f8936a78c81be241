"""What the denoiser is told: labels, roles, the musical grid, chords, and the known part."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ditto_daw import vocabulary
from ditto_daw.models.transfer import sent

LABEL_COUNTS = (len(vocabulary.GENRES), len(vocabulary.MOODS), len(vocabulary.KEYS))
HARMONICS = 4
GRID_CHANNELS = 2 + 4 * HARMONICS + len(vocabulary.METERS)
LOCAL_CHANNELS = GRID_CHANNELS + 1 + 12


def local_features(
    tempo: Tensor, quarter_phase: Tensor, bar_phase: Tensor, meter: Tensor, chords: Tensor
) -> Tensor:
    """Local condition (B, LOCAL_CHANNELS, P) of the grid (B, P) and the chord chroma (B, P, 12).

    Tempo is in quarters per minute, phases in 0..1, meter indexes `vocabulary.METERS`. Phases
    become harmonics, so that sixteenths and triplets are as easy to see as quarters. The first
    channel of the grid and of the chords says that they are known; both are zero where dropped.
    """
    turns = 2 * math.pi * torch.arange(1, HARMONICS + 1, device=tempo.device)
    angles = torch.cat([quarter_phase[..., None] * turns, bar_phase[..., None] * turns], dim=-1)
    meters = torch.nn.functional.one_hot(meter.long(), len(vocabulary.METERS)).to(tempo.dtype)
    known = torch.ones_like(tempo)[..., None]
    speed = torch.log2(tempo / 120.0)[..., None]
    parts = [known, speed, angles.sin(), angles.cos(), meters, known, chords.to(tempo.dtype)]
    return torch.cat(parts, dim=-1).transpose(1, 2)


def role_features(mask: Tensor) -> Tensor:
    """Roles (B, R + 1) of a mask (B, R) of 0 and 1; the last channel says that they are known."""
    return torch.cat([mask, torch.ones_like(mask[:, :1])], dim=1)


def context_features(latent: Tensor, known: Tensor) -> Tensor:
    """Context (B, C + 1, P) of a latent (B, C, P) where known (B, P) is 1."""
    known = known[:, None].to(latent.dtype)
    return torch.cat([latent * known, known], dim=1)


@dataclass(frozen=True)
class Condition:
    """Inputs of the network beside x_t: labels (B, 3), roles (B, R + 1), local (B, L, P),
    context (B, C + 1, P). A label equal to its count means "free"."""

    labels: Tensor
    roles: Tensor
    local: Tensor
    context: Tensor

    def unguided(self) -> Condition:
        """The same place in the same song without genre, mood, key, roles and chords.

        Grid and context stay: guidance then pushes towards what was asked for, and never away
        from the clip that is being continued.
        """
        free = torch.tensor(LABEL_COUNTS, device=self.labels.device).expand_as(self.labels)
        local = self.local.clone()
        local[:, GRID_CHANNELS:] = 0.0
        return replace(self, labels=free, roles=torch.zeros_like(self.roles), local=local)

    def blind(self) -> Condition:
        """Without the clip: as a model that was never taught to look at what is kept."""
        return replace(self, context=torch.zeros_like(self.context))

    def join(self, other: Condition) -> Condition:
        """Both conditions in one batch."""
        return Condition(
            labels=torch.cat([self.labels, other.labels]),
            roles=torch.cat([self.roles, other.roles]),
            local=torch.cat([self.local, other.local]),
            context=torch.cat([self.context, other.context]),
        )

    def rows(self, which: slice) -> Condition:
        """Some rows of the batch."""
        return Condition(*(t[which] for t in self.tensors()))

    def repeat(self, count: int) -> Condition:
        """The one row, for `count` latents."""
        rows = [t.expand(count, *t.shape[1:]) for t in self.tensors()]
        return Condition(*rows)

    def to(self, device: torch.device) -> Condition:
        """On another device."""
        return Condition(*(sent(t, device) for t in self.tensors()))

    def tensors(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """In the order in which the network takes them."""
        return self.labels, self.roles, self.local, self.context
