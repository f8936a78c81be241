"""What tells a vocoder's sound from real sound, and teaches the vocoder by it.

Discriminators by period (HiFi-GAN, arXiv 2010.05646, section 2.3) and by spectra of several
resolutions (UnivNet, 2106.07889, section 2.2), with hinge losses and feature matching, weighed as
in Vocos (2306.00814, section 3.3).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import weight_norm

from ditto_daw.measures.spectra import RESOLUTIONS, spectra
from ditto_daw.training.config import Range
from ditto_daw.training.loop import half

PERIODS = (2, 3, 5, 7, 11)
SPECTRAL = 0.1
"""Weight of the discriminators by spectrum, those by period having 1."""
BETAS = (0.8, 0.9)
SLOPE = 0.1

Verdict = list[Tensor]
"""What every layer of a discriminator found; the last one is its score."""


@dataclass(frozen=True)
class AdversaryConfig:
    """An adversarial finish.

    `after` minutes of the run it begins, `width` is that of the discriminators' first layer, `rate`
    that of their learning, and `weight` what their losses have in the vocoder's.
    """

    after: Annotated[float, Range(0.0, 1e6)]
    width: Annotated[int, Range(1, 256)]
    rate: Annotated[float, Range(1e-7, 1.0)]
    weight: Annotated[float, Range(0.0, 100.0)]


class Discriminator(nn.Module):
    """Convolutions over an image, each followed by a leaky rectifier but the last."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.ModuleList(weight_norm(layer) for layer in layers)

    def forward(self, image: Tensor) -> Verdict:
        """Of an image (B, 1, height, width)."""
        found = []
        for layer in self.layers[:-1]:
            image = functional.leaky_relu(layer(image), SLOPE)
            found.append(image)
        return [*found, self.layers[-1](image)]


def by_period(width: int) -> Discriminator:
    """Of audio folded into rows of one period: it compares samples a period apart."""
    sizes = (1, width, 2 * width, 4 * width, 8 * width, 8 * width)
    strides = (3, 3, 3, 3, 1)
    layers = (
        nn.Conv2d(a, b, (5, 1), (stride, 1), (2, 0))
        for a, b, stride in zip(sizes[:-1], sizes[1:], strides, strict=True)
    )
    return Discriminator(*layers, nn.Conv2d(sizes[-1], 1, (3, 1), padding=(1, 0)))


def by_spectrum(width: int) -> Discriminator:
    """Of a log-magnitude spectrum (bins, frames)."""
    sizes = (1, width, width, width, width)
    layers = (nn.Conv2d(a, width, (9, 3), (2, 1), (4, 1)) for a in sizes[:-1])
    return Discriminator(*layers, nn.Conv2d(width, 1, 3, padding=1))


class Jury(nn.Module):
    """All discriminators of audio (B, n), with the weight that each one's verdict has."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.periods = nn.ModuleList(by_period(width) for _ in PERIODS)
        self.resolutions = nn.ModuleList(by_spectrum(width) for _ in RESOLUTIONS)
        self.weights = (1.0 / len(PERIODS),) * len(PERIODS)
        self.weights += (SPECTRAL / len(RESOLUTIONS),) * len(RESOLUTIONS)

    def forward(self, audio: Tensor) -> list[Verdict]:
        found = []
        for period, each in zip(PERIODS, self.periods, strict=True):
            rows = functional.pad(audio[:, None], (0, -audio.shape[-1] % period), "reflect")
            found.append(each(rows.unflatten(-1, (-1, period))))
        for spectrum, each in zip(spectra(audio), self.resolutions, strict=True):
            found.append(each((spectrum + 1e-3).log()[:, None]))
        return found

    def mean(self, terms: list[Tensor]) -> Tensor:
        """One term of each discriminator, weighed."""
        return torch.stack([w * t for w, t in zip(self.weights, terms, strict=True)]).sum()


class Adversary:
    """A jury that learns beside the vocoder, on the same made and real audio (B, n)."""

    def __init__(self, config: AdversaryConfig, device: torch.device) -> None:
        self.config, self.device = config, device
        self.jury = Jury(config.width).to(device)
        self.adam = torch.optim.AdamW(self.jury.parameters(), config.rate, betas=BETAS)

    def learn(self, made: Tensor, real: Tensor) -> Tensor:
        """One step of the jury towards telling them apart; its hinge loss, 2 while it cannot."""
        with half(self.device):
            pairs = zip(self.jury(made.detach()), self.jury(real), strict=True)
            losses = [
                functional.relu(1 + fake[-1].float()).mean()
                + functional.relu(1 - true[-1].float()).mean()
                for fake, true in pairs
            ]
        self.adam.zero_grad()
        self.jury.mean(losses).backward()
        self.adam.step()
        return torch.stack(losses).mean().detach()

    def against(self, made: Tensor, real: Tensor) -> Tensor:
        """What the vocoder descends, weighed: to be taken for real, and to be like it inside."""
        with half(self.device), _frozen(self.jury):
            fakes = self.jury(made)
            with torch.no_grad():
                trues = self.jury(real)
            fooled = [functional.relu(1 - fake[-1].float()).mean() for fake in fakes]
            like = [_matching(f, t) for f, t in zip(fakes, trues, strict=True)]
        return self.config.weight * (self.jury.mean(fooled) + self.jury.mean(like))


def _matching(fake: Verdict, true: Verdict) -> Tensor:
    apart = [
        (f.float() - t.float()).abs().mean() for f, t in zip(fake[:-1], true[:-1], strict=True)
    ]
    return torch.stack(apart).mean()


@contextmanager
def _frozen(module: nn.Module) -> Iterator[None]:
    """The gradient passes through the module to what it was given, and not into it."""
    module.requires_grad_(False)
    try:
        yield
    finally:
        module.requires_grad_(True)
