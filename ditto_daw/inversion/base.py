"""What every inversion is made of: what is sought, what was found, and the registry.

An inversion finds the latent x_T that the model makes a given clip of (appendix D). All have one
signature::

    found = exhaust(INVERSIONS["ditto"](sought))     # or step it: it yields before every call
    again = exhaust(found.clean())                   # near to sought.clean
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from ditto_daw.diffusion.gradient import Losses, Objective
from ditto_daw.diffusion.latent import gaussian
from ditto_daw.diffusion.presets import Preset
from ditto_daw.samplers import SAMPLERS, Denoiser

DECADES = 4.0
"""Of magnitude, 80 dB, count as 1: the scale of the paper's spectrograms and of its table 7."""


class Invertible(Protocol):
    """The model under a clip's conditions, one row per latent."""

    @property
    def embedding(self) -> int:
        """Numbers in the embedding of the words."""

    def denoiser(self, preset: Preset, steps: int) -> Denoiser:
        """What a sampler of so many steps calls, guidance inside."""

    def pair(self, x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        """x_0 (B, C, P) as it is asked for, and without words."""

    def unasked(self, x: Tensor, t: float, shift: Tensor) -> Tensor:
        """x_0 (B, C, P) without words, where their embedding is moved by a shift (B, E)."""

    def guided(self, pair: tuple[Tensor, Tensor], guidance: float) -> Tensor:
        """x_0 of a pair under classifier-free guidance of this weight."""


@dataclass(frozen=True, eq=False)
class Sought:
    """The clips whose latents are sought.

    Attributes:
        clean: what the codec makes of them, latents (B, C, P) at t = 0.
        network: the model under their conditions.
        preset: guidance weight, student or teacher, and sampler steps.
        objective: how far an x_0 (B, C, P) is from them; see `likeness`.
        seeds: of the noise, one per row.
    """

    clean: Tensor
    network: Invertible
    preset: Preset
    objective: Objective
    seeds: tuple[int, ...] = ()

    @property
    def times(self) -> tuple[float, ...]:
        """The sampler's times, from 1 down to 0."""
        return self.preset.times(self.preset.steps)

    def denoiser(self) -> Denoiser:
        """The preset's network."""
        return self.network.denoiser(self.preset, self.preset.steps)

    def noise(self) -> Tensor:
        """Gaussian noise (B, C, P) of the seeds."""
        seeds = self.seeds or tuple(range(len(self.clean)))
        return gaussian(seeds, *self.clean.shape[1:]).to(self.clean)


@dataclass(frozen=True, eq=False)
class Inverted:
    """What was found: the latent x_T (B, C, P), and the denoiser and sampler that make the clips
    of it again."""

    latent: Tensor
    denoise: Denoiser
    times: tuple[float, ...]
    sampler: str = "ddim"

    def clean(self) -> Generator[None, None, Tensor]:
        """x_0 (B, C, P) of the latent; yields before each call of the network."""
        return SAMPLERS[self.sampler](self.denoise, self.latent, self.times)


class Inversion(Protocol):
    """A way to invert; yields before every call of the network."""

    def __call__(self, sought: Sought) -> Generator[None, None, Inverted]: ...


INVERSIONS: dict[str, Inversion] = {}


def register(inversion: Inversion) -> Inversion:
    """Decorator: files an inversion under its function name."""
    INVERSIONS[inversion.__name__] = inversion  # type: ignore[attr-defined]
    return inversion


def likeness(clean: Tensor, decode: Callable[[Tensor], Tensor]) -> Objective:
    """f(x_0) = x_0, y = x_ref of appendix D on the mel: mean squared difference, 80 dB = 1.

    clean (B, C, P): each row is compared with its own. decode: clean latents to mels.
    """
    target = decode(clean) / DECADES

    def evaluate(x0: Tensor) -> Losses:
        loss = (decode(x0) / DECADES - target).square().mean(dim=(1, 2))
        return Losses(loss, {"inversion": loss})

    return evaluate
