"""The denoiser's network: a one-dimensional UNet over latent positions.

Every convolution can wrap, so that a loop has no ends. Nothing in it knows an absolute position:
where the music is comes from the bar and beat phase in the local condition alone, which is why any
length works and why a loop may begin anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class UNetConfig:
    """Sizes of the network; saved beside the weights."""

    latent: int = 128
    local: int = 36
    labels: tuple[int, ...] = (10, 6, 24)
    roles: int = 5
    widths: tuple[int, ...] = (256, 320, 384)
    blocks: int = 2
    attention: tuple[bool, ...] = (False, True, True)
    heads: int = 8
    embedding: int = 384

    @classmethod
    def from_json(cls, sizes: dict[str, Any]) -> UNetConfig:
        """From the JSON beside the weights, which knows lists but no tuples."""
        known: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in sizes.items()
        }
        return cls(**known)

    @property
    def factor(self) -> int:
        """A latent's length must be a multiple of this."""
        return 2 ** (len(self.widths) - 1)


def waves(value: Tensor) -> Tensor:
    """Sines and cosines (B, 256) of values (B,) of about 0 to 1, from slow to fast."""
    rates = torch.exp(torch.linspace(0, -math.log(1e4), 128, device=value.device))
    angles = 1000.0 * value[:, None] * rates
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Conv(nn.Conv1d):
    """Convolution of odd width that keeps the length, with zeros or the other end as its border."""

    def __init__(self, inputs: int, outputs: int, width: int = 3) -> None:
        super().__init__(inputs, outputs, width)

    def forward(self, x: Tensor, wrap: bool = False) -> Tensor:  # type: ignore[override]
        half = self.kernel_size[0] // 2
        if half and wrap:
            x = functional.pad(x, (half, half), mode="circular")
            half = 0
        return functional.conv1d(x, self.weight, self.bias, padding=half)


class Block(nn.Module):
    """Residual block (B, C, P) -> (B, C', P), shifted and scaled by the embedding (B, E)."""

    def __init__(self, inputs: int, outputs: int, embedding: int) -> None:
        super().__init__()
        self.norm_in = nn.GroupNorm(8, inputs)
        self.conv_in = Conv(inputs, outputs)
        self.film = nn.Linear(embedding, 2 * outputs)
        self.norm_out = nn.GroupNorm(8, outputs)
        self.conv_out = Conv(outputs, outputs)
        self.skip = Conv(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        nn.init.zeros_(self.conv_out.weight)

    def forward(self, x: Tensor, embedding: Tensor, wrap: bool) -> Tensor:
        hidden = self.conv_in(functional.silu(self.norm_in(x)), wrap)
        scale, shift = self.film(embedding)[:, :, None].chunk(2, dim=1)
        hidden = self.norm_out(hidden) * (1 + scale) + shift
        return self.skip(x) + self.conv_out(functional.silu(hidden), wrap)


class Attention(nn.Module):
    """Self-attention over positions (B, C, P); position comes from the condition alone."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(8, width)
        self.qkv = Conv(width, 3 * width, 1)
        self.out = Conv(width, width, 1)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor) -> Tensor:
        batch, width, positions = x.shape
        qkv = self.qkv(self.norm(x)).reshape(batch, 3, self.heads, width // self.heads, positions)
        query, key, value = qkv.transpose(-1, -2).unbind(1)
        mixed = functional.scaled_dot_product_attention(query, key, value)
        return x + self.out(mixed.transpose(-1, -2).reshape(batch, width, positions))


class Level(nn.Module):
    """Blocks at one resolution, with attention after the last where asked."""

    def __init__(
        self, inputs: list[int], outputs: int, config: UNetConfig, attention: bool
    ) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(Block(n, outputs, config.embedding) for n in inputs)
        self.attention = Attention(outputs, config.heads) if attention else nn.Identity()

    def forward(self, x: Tensor, embedding: Tensor, wrap: bool) -> Tensor:
        for block in self.blocks:
            x = block(x, embedding, wrap)
        return self.attention(x)


class UNet(nn.Module):
    """Predicts v (B, C, P) from x_t, t and the conditions; P a multiple of `config.factor`."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self.config = config
        widths, size = config.widths, config.embedding
        self.labels = nn.ModuleList(nn.Embedding(count + 1, size) for count in config.labels)
        self.roles = nn.Linear(config.roles + 1, size)
        self.time = nn.Sequential(nn.Linear(256, size), nn.SiLU(), nn.Linear(size, size))
        self.mix = nn.Sequential(nn.SiLU(), nn.Linear(size, size), nn.SiLU())
        self.enter = Conv(2 * config.latent + 1 + config.local, widths[0])
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        self.shrink, self.grow = nn.ModuleList(), nn.ModuleList()
        for i, (width, attend) in enumerate(zip(widths, config.attention, strict=True)):
            self.down.append(Level([width] * config.blocks, width, config, attend))
            if i + 1 < len(widths):
                self.shrink.append(Conv(2 * width, widths[i + 1]))
                self.grow.append(Conv(widths[i + 1], width))
                inputs = [2 * width] + [width] * (config.blocks - 1)
                self.up.append(Level(inputs, width, config, attend))
        self.norm = nn.GroupNorm(8, widths[0])
        self.leave = Conv(widths[0], config.latent)
        nn.init.zeros_(self.leave.weight)
        jump_out = nn.Linear(size, size)
        self.jump = nn.Sequential(nn.Linear(512, size), nn.SiLU(), jump_out)
        nn.init.zeros_(jump_out.weight)
        nn.init.zeros_(jump_out.bias)

    def embed(self, t: Tensor, labels: Tensor, roles: Tensor, jump: Tensor | None) -> Tensor:
        """Embedding (B, E) of time (B,), labels (B, 3), role mask with its flag (B, 6), jump."""
        embedding = self.time(waves(t)) + self.roles(roles)
        for table, label in zip(self.labels, labels.unbind(1), strict=True):
            embedding = embedding + table(label)
        if jump is not None:
            span, guidance = jump.unbind(1)
            embedding = embedding + self.jump(torch.cat([waves(span), waves(guidance / 10)], dim=1))
        return self.mix(embedding)

    def forward(
        self,
        x: Tensor,
        t: Tensor,
        labels: Tensor,
        roles: Tensor,
        local: Tensor,
        context: Tensor,
        wrap: bool = False,
        jump: Tensor | None = None,
        hints: Sequence[Tensor] | None = None,
    ) -> Tensor:
        """v for x (B, C, P), t (B,) and the tensors of a `Condition`.

        With `jump` (B, 2), a span of time and a guidance weight, the network is the student: the
        one v that carries x from t to t - span along the guided teacher's path. hints: added at
        the top of every level (B, width, P / 2^level), by an adapter.
        """
        embedding = self.embed(t, labels, roles, jump)
        x = self.enter(torch.cat([x, context, local], dim=1), wrap)
        skips = []
        for i, level in enumerate(self.down):
            x = x if hints is None else x + hints[i]
            x = level(x, embedding, wrap)
            if i < len(self.shrink):
                skips.append(x)
                pairs = x.reshape(x.shape[0], x.shape[1], -1, 2).transpose(2, 3).flatten(1, 2)
                x = self.shrink[i](pairs, wrap)
        for i in reversed(range(len(self.up))):
            x = self.grow[i](x.repeat_interleave(2, dim=2), wrap)
            x = self.up[i](torch.cat([x, skips[i]], dim=1), embedding, wrap)
        return self.leave(functional.silu(self.norm(x)), wrap)
