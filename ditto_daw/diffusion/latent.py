"""The latent x_T and its health: a Gaussian vector lies on a shell and has no correlations.

An optimiser that leaves the shell, or correlates the noise, hits its target by feeding the denoiser
what it never saw: control goes up, music goes down.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

HEALTHY_RATIO = 0.1
"""Largest deviation of |x_T| / sqrt(d) from 1."""
HEALTHY_CORRELATION = 0.05
"""Largest off-centre autocorrelation."""


def gaussian(seeds: Sequence[int], channels: int, positions: int, device: str = "cpu") -> Tensor:
    """x_T (B, C, P), one row per seed; the same on every device."""
    rows = [
        torch.randn(channels, positions, generator=torch.Generator().manual_seed(seed))
        for seed in seeds
    ]
    return torch.stack(rows).to(device)


def norm_ratio(x: Tensor) -> Tensor:
    """|x| / sqrt(d) (B,), 1 for a Gaussian vector."""
    return x.flatten(1).norm(dim=1) / x[0].numel() ** 0.5


def to_shell(x: Tensor, width: float) -> Tensor:
    """x (B, C, P) scaled so that its norm ratio lies within 1 +- `width`."""
    ratio = norm_ratio(x)
    return x * (ratio.clamp(1.0 - width, 1.0 + width) / ratio)[:, None, None]


def autocorrelations(x: Tensor) -> Tensor:
    """Circular autocorrelations (B, lags) of x (B, C, P) along both axes, without lag 0."""
    energy = x.square().sum(dim=(1, 2))
    found = []
    for axis, other in ((1, 2), (2, 1)):
        power = torch.fft.rfft(x, dim=axis).abs().square().sum(dim=other)
        lags = torch.fft.irfft(power, n=x.shape[axis], dim=1)
        found.append(lags[:, 1 : x.shape[axis] // 2 + 1] / energy[:, None])
    return torch.cat(found, dim=1)


def correlation(x: Tensor) -> Tensor:
    """The largest off-centre autocorrelation (B,) over both axes, in magnitude."""
    return autocorrelations(x).abs().amax(dim=1)


def norm_penalty(x: Tensor) -> Tensor:
    """|x|^2 / 2 - (d - 1) log |x| (B,), least at |x| = sqrt(d - 1).

    The negative log density of the norm of a Gaussian vector (ReNO, arXiv 2406.04312).
    """
    norm = x.flatten(1).norm(dim=1)
    return 0.5 * norm**2 - (x[0].numel() - 1) * norm.log()


def correlation_penalty(x: Tensor) -> Tensor:
    """Sum of the squared autocorrelations (B,); after DNO, Karunratanakul et al. 2024."""
    return autocorrelations(x).square().sum(dim=1)


def penalty_gradient(x: Tensor, norm_weight: float, correlation_weight: float) -> Tensor:
    """Gradient (B, C, P) of the two penalties, weighted."""
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        penalty = norm_weight * norm_penalty(leaf) + correlation_weight * correlation_penalty(leaf)
        return torch.autograd.grad(penalty.sum(), leaf)[0]
