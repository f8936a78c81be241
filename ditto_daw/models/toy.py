"""Two small models whose answers are known or cheap: they test samplers, gradients and memory."""

import itertools
import math

import torch
from torch import Tensor, nn

from ditto_daw.diffusion.schedule import alpha, sigma
from ditto_daw.samplers import Denoiser


class GaussianToy:
    """The optimal denoiser of Gaussian data, x_0 ~ N(mean, basis diag(variance) basis^T).

    Every frame is drawn on its own; the covariance is over the channels. The denoiser is affine, so
    what a sampler must return is known: step by step for DDIM, and in the limit of many steps.

    mean (C,), basis (C, C) orthonormal columns, variance (C,).
    """

    def __init__(self, mean: Tensor, basis: Tensor, variance: Tensor) -> None:
        self.mean = mean[:, None]
        self.basis = basis
        self.variance = variance

    @classmethod
    def random(cls, channels: int, seed: int = 0) -> "GaussianToy":
        """A toy in double precision with standard deviations between 0.3 and 1.5."""
        generator = torch.Generator().manual_seed(seed)
        shape = (channels, channels)
        basis, _ = torch.linalg.qr(torch.randn(shape, generator=generator, dtype=torch.float64))
        mean = torch.randn(channels, generator=generator, dtype=torch.float64)
        spread = torch.linspace(0.3, 1.5, channels, dtype=torch.float64)
        return cls(mean, basis, spread**2)

    def _scale(self, x: Tensor, gain: Tensor) -> Tensor:
        """x (B, C, P) with each principal direction scaled by its `gain` (C,)."""
        return (self.basis * gain) @ (self.basis.T @ x)

    def denoise(self, x: Tensor, t: float) -> Tensor:
        """E[x_0 | x_t = x] (B, C, P)."""
        a, s = alpha(t), sigma(t)
        gain = a * self.variance / (a * a * self.variance + s * s)
        return self.mean + self._scale(x - a * self.mean, gain)

    def student(self, steps: int) -> Denoiser:
        """The perfect student: `steps` even DDIM steps with it end where `flow` does.

        The exact flow from t to s scales x - a_t mean by sqrt(v(s) / v(t)); the v of the rotation
        that goes there gives x_0.
        """

        def denoise(x: Tensor, t: float) -> Tensor:
            s = max(t - 1.0 / steps, 0.0)
            before, after = (alpha(u) ** 2 * self.variance + sigma(u) ** 2 for u in (t, s))
            moved = self._scale(x - alpha(t) * self.mean, (after / before).sqrt())
            angle = 0.5 * math.pi * (t - s)
            v = (math.cos(angle) * x - alpha(s) * self.mean - moved) / math.sin(angle)
            return alpha(t) * x - sigma(t) * v

        return denoise

    def ddim(self, x: Tensor, times: tuple[float, ...]) -> Tensor:
        """What DDIM returns: a product of one factor per step and direction.

        With v(t) = a^2 variance + s^2, one step scales x - a mean by (a_t a_s variance +
        s_t s_s) / v(t).
        """
        factor = torch.ones_like(self.variance)
        for t, s in itertools.pairwise(times):
            both = alpha(t) * alpha(s) * self.variance + sigma(t) * sigma(s)
            factor = factor * both / (alpha(t) ** 2 * self.variance + sigma(t) ** 2)
        return alpha(times[-1]) * self.mean + self._scale(x - alpha(times[0]) * self.mean, factor)

    def consistent(self, x: Tensor, t: float) -> Tensor:
        """Where the exact flow ends that passes x at t: the perfect consistency model."""
        a, s = alpha(t), sigma(t)
        gain = (self.variance / (a * a * self.variance + s * s)).sqrt()
        return self.mean + self._scale(x - a * self.mean, gain)

    def flow(self, x: Tensor) -> Tensor:
        """What a deterministic sampler returns from t = 1 in the limit of infinitely many steps."""
        return self.consistent(x, 1.0)


class ConvToy(nn.Module):
    """A random residual convolutional denoiser with frozen weights, nonlinear in x and t."""

    def __init__(self, channels: int, width: int = 32, layers: int = 4, seed: int = 0) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.enter = nn.Conv1d(channels + 1, width, 3, padding=1)
            self.blocks = nn.ModuleList(
                nn.Conv1d(width, width, 3, padding=1) for _ in range(layers)
            )
            self.leave = nn.Conv1d(width, channels, 3, padding=1)
        self.requires_grad_(False)

    def forward(self, x: Tensor, t: float) -> Tensor:
        """x_0 (B, C, P) from x (B, C, P) at time t, by way of v = alpha eps - sigma x_0."""
        hidden = self.enter(torch.cat([x, torch.full_like(x[:, :1], t)], dim=1))
        for block in self.blocks:
            hidden = hidden + torch.tanh(block(hidden))
        return alpha(t) * x - sigma(t) * self.leave(hidden)
