"""The bundled model under one row of conditions per latent: what a method calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ditto_daw import vocabulary
from ditto_daw.controls import Control
from ditto_daw.controls.intensity import Intensity
from ditto_daw.controls.melody import Melody
from ditto_daw.diffusion.presets import Preset
from ditto_daw.diffusion.thresholding import threshold, thresholded
from ditto_daw.errors import BadRequest
from ditto_daw.models.adapter import Adapter, beside, load_adapter, signals
from ditto_daw.models.base import Told, known_positions
from ditto_daw.models.bundled import WEIGHTS, Bundled
from ditto_daw.models.codec import CHANNELS, PATCH
from ditto_daw.models.condition import (
    GRID_CHANNELS,
    LABEL_COUNTS,
    Condition,
    context_features,
    local_features,
    role_features,
)
from ditto_daw.models.fingerprint import fingerprint
from ditto_daw.samplers import Denoiser


@dataclass(frozen=True, eq=False)
class Conditioned:
    """rows: one per latent. wrap: what is rendered is a loop."""

    model: Bundled
    rows: Condition
    wrap: bool

    @classmethod
    def of(cls, model: Bundled, told: Told, count: int) -> Conditioned:
        """The same row for so many latents."""
        return cls(model, condition_of(model, told).repeat(count), told.wrap)

    def wordless(self) -> Conditioned:
        """The first latent's, told everything but words: one whose embedding of none can be moved,
        for null-text inversion."""
        from ditto_daw.models.wordless import Wordless  # which derives from this class

        return Wordless(self.model, self.rows.rows(slice(1)).unguided(), self.wrap)

    def denoiser(self, preset: Preset, steps: int) -> Denoiser:
        """The preset's network, thresholded, for a sampler of so many steps."""
        if preset.student:
            denoise = self.model.student(self.rows, preset.guidance, self.wrap, steps)
        else:
            denoise = self.model.denoiser(self.rows, preset.guidance, self.wrap)
        return thresholded(denoise, self.model.clip)

    @cached_property
    def _both(self) -> Denoiser:
        return self.model.denoiser(self.rows.join(self.rows.unguided()), 1.0, self.wrap)

    def pair(self, x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        """x_0 (B, C, P) as it is asked for, and without words."""
        asked, free = self._both(x.repeat(2, 1, 1), t).chunk(2)
        return asked, free

    def guided(self, pair: tuple[Tensor, Tensor], guidance: float) -> Tensor:
        """x_0 of a pair under classifier-free guidance of this weight (eq. 13), thresholded."""
        asked, free = pair
        return threshold(free + guidance * (asked - free), self.model.clip)

    def adapted(self, controls: Sequence[Control], guidance: float) -> Denoiser:
        """The denoiser with the trained adapter on, which hears the targets of these controls."""
        adapter = _adapter(self.model)
        frames = self.rows.local.shape[-1] * PATCH
        wanted = {one.name: one for one in controls}
        curve, line = wanted.get("intensity"), wanted.get("melody")
        heard = signals(
            curve.target if isinstance(curve, Intensity) else None,
            curve.mask if isinstance(curve, Intensity) else None,
            line.target if isinstance(line, Melody) else None,
            frames,
        ).to(self.model.device)

        def hear(x: Tensor, t: Tensor) -> Sequence[Tensor]:
            told = heard.expand(len(x), *heard.shape).to(x)
            return adapter(x, t, told, self.wrap)  # type: ignore[no-any-return]

        denoise = self.model.denoiser(self.rows, guidance, self.wrap, hear)
        return thresholded(denoise, self.model.clip)


def condition_of(model: Bundled, told: Told) -> Condition:
    """One row of conditions."""
    middle = slice(PATCH // 2, None, PATCH)
    flat = torch.zeros(told.frames, 12) if told.chords is None else told.chords
    tempo, quarter, bar = (
        torch.from_numpy(np.asarray(value, dtype=np.float32)[None, middle])
        for value in (told.grid.tempo, told.grid.quarter_phase, told.grid.bar_phase)
    )
    meter = torch.from_numpy(told.grid.meter[None, middle])
    local = local_features(tempo, quarter, bar, meter, flat[None, middle])
    if told.chords is None:
        local[:, GRID_CHANNELS:] = 0.0
    mask = torch.tensor([[float(role in told.roles) for role in vocabulary.ROLES]])
    roles = role_features(mask) if told.roles else torch.zeros(1, len(vocabulary.ROLES) + 1)
    positions = model.positions(told.frames)
    if told.mel is None:
        context = torch.zeros(1, CHANNELS + 1, positions)
    else:
        known = known_positions(told.known, model.hop, positions)
        context = context_features(model.encode(told).cpu(), known[None].float())
    return Condition(_labels(told), roles, local, context).to(model.device)


def _labels(told: Told) -> Tensor:
    """Genre, mood and key (1, 3); what is not told is free."""
    words = (
        (told.genre, vocabulary.GENRES),
        (told.mood, vocabulary.MOODS),
        (told.key, vocabulary.KEYS),
    )
    indices = [
        known.index(word) if word else free
        for (word, known), free in zip(words, LABEL_COUNTS, strict=True)
    ]
    return torch.tensor([indices])


@lru_cache(maxsize=1)
def _loaded(path: Path, changed: int, device: torch.device) -> tuple[Adapter, str]:
    return load_adapter(path, device)


def _adapter(model: Bundled) -> Adapter:
    """The adapter that lies beside the model's file. BadRequest where there is none for it."""
    path = beside(model.file or WEIGHTS)
    command = "python -m ditto_daw.training.controlnet --data SET --run RUN --install"
    remedy = f'train one with `{command}`, or choose method "ditto".'
    if not path.is_file():
        raise BadRequest("method", f"There is no {path.name} beside the model: {remedy}")
    adapter, trained_on = _loaded(path, path.stat().st_mtime_ns, model.device)
    if trained_on != fingerprint(model):
        raise BadRequest("method", f"{path.name} was trained on another model: {remedy}")
    return adapter
