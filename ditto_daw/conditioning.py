"""What the model is told of a plan: labels, roles, grid, chords, and the clip around the gap."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw import signal, vocabulary
from ditto_daw.finishing.period import mel_at
from ditto_daw.harmony import held_chords, key_of, key_of_weights
from ditto_daw.models.bundled import Bundled
from ditto_daw.models.codec import PATCH
from ditto_daw.models.condition import (
    GRID_CHANNELS,
    LABEL_COUNTS,
    Condition,
    context_features,
    local_features,
    role_features,
)
from ditto_daw.plan import Plan
from ditto_daw.resampling import resample
from ditto_daw.steering import roles_of


def clip_mel(plan: Plan) -> Tensor:
    """Mel (BANDS, F) of the clip at the plan's frames; beyond the clip its end is repeated."""
    if plan.clip is None:
        raise ValueError("a plan without a clip has no clip mel")
    return mel_of(plan, plan.clip.audio)


def mel_of(plan: Plan, audio: NDArray[np.floating]) -> Tensor:
    """Mel (BANDS, F), at the plan's frames, of audio (channels, n) at its rate.

    The two channels are added by power, so that nothing cancels.
    """
    rate = plan.rate
    length = round(audio.shape[1] * signal.RATE / rate)
    mono = torch.from_numpy(resample(audio, rate, signal.RATE, length).astype(np.float32))
    own = 0.5 * torch.log10((10.0 ** (2.0 * signal.mel(mono))).mean(dim=0))
    step = plan.model_length / signal.HOP / plan.frames
    return mel_at(own, torch.arange(plan.frames) * step, wrap=False)


def known_patches(plan: Plan) -> Tensor:
    """Latent positions (P,) of which every frame is known."""
    frames = torch.from_numpy(plan.known_frames())
    return frames.reshape(-1, PATCH).all(dim=1)


def condition_of(
    plan: Plan, model: Bundled, mel: Tensor | None, chords: NDArray[np.float32] | None = None
) -> Condition:
    """One row of conditions; `mel` (BANDS, F) is the clip's, None without a kept part.

    chords (F, 12): of a recording that is accompanied; else those of the notes are told.
    """
    request, middle = plan.request, slice(PATCH // 2, None, PATCH)
    heard = None if chords is None else key_of_weights(chords.sum(axis=0))
    if chords is None and request.harmony:
        chords = held_chords(plan.notes, plan.quarters)
    flat = np.zeros((plan.frames, 12), dtype=np.float32) if chords is None else chords
    tempo, quarter, bar = (
        torch.from_numpy(np.asarray(value, dtype=np.float32)[None, middle])
        for value in (plan.grid.tempo, plan.grid.quarter_phase, plan.grid.bar_phase)
    )
    meter = torch.from_numpy(plan.grid.meter[None, middle])
    local = local_features(tempo, quarter, bar, meter, torch.from_numpy(flat[None, middle]))
    if chords is None:
        local[:, GRID_CHANNELS:] = 0.0
    playing = roles_of(request)
    mask = torch.tensor([[float(role in playing) for role in vocabulary.ROLES]])
    roles = role_features(mask) if playing else torch.zeros(1, len(vocabulary.ROLES) + 1)
    if mel is None:
        positions = plan.frames // PATCH
        context = torch.zeros(1, model.unet.config.latent + 1, positions)
    else:
        latent = model.codec.encode(mel[None].to(model.device)).cpu()
        context = context_features(latent, known_patches(plan)[None].float())
    return Condition(_labels(plan, heard), roles, local, context).to(model.device)


def _labels(plan: Plan, heard: str | None) -> Tensor:
    """Genre, mood and key (1, 3); what was not asked for is free, but the key of the notes, or the
    one that was heard."""
    request = plan.request
    key = request.key or heard or (key_of(plan.notes) if request.harmony else "")
    words = (
        (request.genre, vocabulary.GENRES),
        (request.mood, vocabulary.MOODS),
        (key, vocabulary.KEYS),
    )
    indices = [
        known.index(word) if word else free
        for (word, known), free in zip(words, LABEL_COUNTS, strict=True)
    ]
    return torch.tensor([indices])
