"""What a render needs of a model, and all that it knows of one: the contract of every backend.

`models.bundled.Bundled` meets it, and `models.family.Family`, which every family of pretrained
models derives from. A model's latents are (B, C, P) here, whatever shape its own have, and its
clean latent is a function of (x_t, t) under the one schedule of `ditto_daw.diffusion.schedule`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls import Control
from ditto_daw.diffusion.presets import Preset
from ditto_daw.music.grid import FrameGrid, frame_grid
from ditto_daw.samplers import Denoiser
from ditto_daw.units import TempoMap


@dataclass(frozen=True)
class GenreLoudness:
    """What the music of a genre does, in dB: mean, and the 5th and 95th percentile."""

    mean: float
    quiet: float
    loud: float


@dataclass(frozen=True, eq=False)
class Told:
    """What a model is told of F frames that it shall render.

    Attributes:
        words: the wish as a sentence, for models that read text.
        genre, mood, key: of the vocabulary; "" is free.
        roles: what plays; () for whatever the model likes.
        seconds: how long the frames last.
        grid: tempo, beat and bar at each of them.
        chords: (F, 12) pitch classes in 0..1; None where nothing is told of them.
        wrap: the music runs round.
        mel: (BANDS, F) of the clip, None without one.
        audio: the clip (channels, n) at `rate`; None without one.
        known: bool (F,), frames that are the clip's and stay so.
    """

    words: str
    genre: str
    mood: str
    key: str
    roles: tuple[str, ...]
    seconds: float
    grid: FrameGrid
    chords: Tensor | None
    wrap: bool
    mel: Tensor | None
    audio: Tensor | None
    rate: int
    known: Tensor

    @property
    def frames(self) -> int:
        """F."""
        return len(self.grid.tempo)

    def span(self, first: int, last: int) -> Told:
        """Of frames [first, last) alone."""
        own, samples = slice(first, last), self.rate * self.seconds / self.frames
        grid = {each.name: getattr(self.grid, each.name)[own] for each in fields(self.grid)}
        heard = slice(round(first * samples), round(last * samples))
        return replace(
            self,
            seconds=self.seconds * (last - first) / self.frames,
            grid=replace(self.grid, **grid),
            chords=None if self.chords is None else self.chords[own],
            mel=None if self.mel is None else self.mel[..., own],
            audio=None if self.audio is None else self.audio[..., heard],
            known=self.known[own],
        )

    def blind(self) -> Told:
        """Without the clip: as to a model that was never taught to look at what is kept."""
        return replace(self, mel=None, audio=None, known=torch.zeros_like(self.known))


def anything(frames: int) -> Told:
    """Of so many frames nothing but a steady beat, and no clip."""
    seconds = frames / signal.FRAMES_PER_SECOND
    grid = frame_grid(TempoMap(), Fraction(0), np.arange(frames) / signal.FRAMES_PER_SECOND)
    known = torch.zeros(frames, dtype=torch.bool)
    return Told(
        "music, 120 BPM", "", "", "", (), seconds, grid, None, False, None, None, signal.RATE, known
    )


class Network(Protocol):
    """A model that was told something, one row per latent."""

    def denoiser(self, preset: Preset, steps: int) -> Denoiser:
        """What a sampler of so many steps calls: guidance and thresholding inside, the student
        where the preset asks for it."""

    def pair(self, x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        """x_0 (B, C, P) as it is asked for, and without words; in one call, never the student."""

    def guided(self, pair: tuple[Tensor, Tensor], guidance: float) -> Tensor:
        """x_0 of a pair under classifier-free guidance of this weight (eq. 13), thresholded."""

    def adapted(self, controls: Sequence[Control], guidance: float) -> Denoiser:
        """The denoiser with the trained adapter on, which hears the targets of these controls.

        Raises BadRequest where the model has no adapter.
        """


class Whole(Network, Protocol):
    """A network that sees all of the latent."""

    def wordless(self) -> Whole:
        """The same for one latent, told everything but words: what inverts a clip."""


Vocode = Callable[[Tensor], Tensor]
"""Mel (B, BANDS, F) to audio (B, F * HOP) at `signal.RATE`."""


class Model(Protocol):
    """A model on its device, frozen.

    Attributes:
        name, licence: as a person reads them; the licence is a sentence.
        rate, channels: of the audio that it makes.
        longest: seconds that it renders at once.
        wraps: whether what it renders can run round; else a loop repeats its own beginning, and is
            closed where it does.
        divides: whether a part of a latent is one of its own, with frames of its own.
        clip: where dynamic thresholding begins.
        latent_channels: C.
        hop: frames per latent position.
        loudness: by genre.
        batch: variations that it renders at once.
        student_steps: numbers of steps that a student was trained for; () without one.
    """

    name: str
    licence: str
    longest: float
    wraps: bool
    divides: bool
    clip: float
    loudness: dict[str, GenreLoudness]
    student_steps: tuple[int, ...]
    batch: int

    @property
    def about(self) -> dict[str, Any]:
        """How it is run, as takes tell it: "name", "precision" of its network, and what else was
        chosen."""

    @property
    def rate(self) -> int: ...

    @property
    def channels(self) -> int: ...

    @property
    def hop(self) -> float: ...

    @property
    def latent_channels(self) -> int: ...

    @property
    def device(self) -> torch.device: ...

    @property
    def source(self) -> str:
        """What it can be loaded by again."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what gives a latent its meaning."""

    @property
    def frame_multiple(self) -> int:
        """A render's length in frames must be a multiple of this."""

    def positions(self, frames: int) -> int:
        """P, of a render of so many frames."""

    def suited(self, preset: Preset) -> Preset:
        """The preset as this model can run it. Raises BadRequest where it cannot."""

    def network(self, told: Told, count: int) -> Whole:
        """The model, told this, for so many latents at once."""

    def encode(self, told: Told) -> Tensor:
        """The latent (1, C, P) of the clip; differs from it by what the codec cannot express."""

    def decode(self, latent: Tensor, frames: int) -> Tensor:
        """Mel (B, BANDS, F) of clean latents (B, C, P), differentiable; what controls look at."""

    def vocoder_for(self, wrap: bool) -> Vocode | None:
        """What makes audio of a mel, differentiably; None where the mel is that of the model's own
        audio already."""

    @property
    def refined(self) -> Vocode | None:
        """The same for what is heard, with two ends."""

    def audio(self, latent: Tensor, frames: int) -> Tensor:
        """Audio (B, channels, n) at `rate` of clean latents (B, C, P), differentiable: all of these
        frames, or more. Sample 0 is where frame 0 lies."""


def known_positions(known: Tensor, hop: float, positions: int) -> Tensor:
    """Latent positions bool (P,), `hop` frames each, of which every frame of known (F,) is known;
    the last frame goes on for ever."""
    frames = len(known)
    unknown = torch.cat([torch.zeros(1, dtype=torch.long), (~known.cpu()).long().cumsum(0)])
    first = [min(math.floor(p * hop), frames - 1) for p in range(positions)]
    last = [min(math.ceil((p + 1) * hop), frames) for p in range(positions)]
    return (unknown[last] == unknown[first]).to(known.device)
