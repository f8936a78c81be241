"""Between the mel and the latent: principal components of patches of four frames.

Linear, so its gradient is a matrix product. Each component is scaled so that its spread is the
square root of its share of the first one's: noise then hides fine detail first and the coarse
shape last, which is what the denoiser learns from quickest.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ditto_daw import signal

PATCH = 4
"""Frames per latent position (46 ms)."""
CHANNELS = 128


class PatchCodec(nn.Module):
    """Latent (B, CHANNELS, P) for a mel (B, BANDS, 4 P), by an orthonormal basis."""

    mean: Tensor
    basis: Tensor
    scale: Tensor

    def __init__(self) -> None:
        super().__init__()
        size = PATCH * signal.BANDS
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("basis", torch.eye(size)[:, :CHANNELS].clone())
        self.register_buffer("scale", torch.ones(CHANNELS))

    def encode(self, mel: Tensor) -> Tensor:
        """Mel (B, BANDS, F) to latent (B, CHANNELS, F / PATCH); F must be a multiple of PATCH."""
        batch, bands, frames = mel.shape
        if frames % PATCH:
            raise ValueError(f"the mel needs a multiple of {PATCH} frames, got {frames}")
        patches = mel.reshape(batch, bands, frames // PATCH, PATCH).permute(0, 2, 3, 1)
        flat = patches.reshape(batch, frames // PATCH, PATCH * bands) - self.mean
        return (flat @ self.basis / self.scale).transpose(1, 2)

    def decode(self, latent: Tensor) -> Tensor:
        """Latent (B, CHANNELS, P) to mel (B, BANDS, P * PATCH)."""
        batch, _, positions = latent.shape
        flat = (latent.transpose(1, 2) * self.scale) @ self.basis.T + self.mean
        patches = flat.reshape(batch, positions, PATCH, signal.BANDS).permute(0, 3, 1, 2)
        return patches.reshape(batch, signal.BANDS, positions * PATCH)

    @torch.no_grad()
    def fit(self, mel: Tensor) -> None:
        """Sets mean, basis and scale from example mels (N, BANDS, F)."""
        count, bands, frames = mel.shape
        patches = mel.double().reshape(count, bands, frames // PATCH, PATCH).permute(0, 2, 3, 1)
        flat = patches.reshape(-1, PATCH * bands)
        mean = flat.mean(dim=0)
        values, vectors = torch.linalg.eigh((flat - mean).T @ (flat - mean) / len(flat))
        deviation = values.flip(0)[:CHANNELS].clamp_min(1e-12).sqrt()
        share = (deviation / deviation[0]).sqrt()
        spread = share / share.square().mean().sqrt()
        self.mean.copy_(mean)
        self.basis.copy_(vectors.flip(1)[:, :CHANNELS])
        self.scale.copy_(deviation / spread)
