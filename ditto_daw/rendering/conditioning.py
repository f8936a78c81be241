"""What the model is told of a plan: labels, roles, grid, chords, and the clip around the gap."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw import signal
from ditto_daw.files.resampling import resample
from ditto_daw.models import conditioned
from ditto_daw.models.base import Model, Told, known_positions
from ditto_daw.models.bundled import Bundled
from ditto_daw.models.condition import Condition
from ditto_daw.music.harmony import held_chords, key_of, key_of_weights
from ditto_daw.rendering.finishing.period import mel_at
from ditto_daw.rendering.plan import Plan
from ditto_daw.requests.request import Request
from ditto_daw.requests.steering import roles_of


def clip_mel(plan: Plan) -> Tensor:
    """Mel (BANDS, F) of the clip at the plan's frames; beyond the clip its end is repeated."""
    if plan.clip is None:
        raise ValueError("a plan without a clip has no clip mel")
    return mel_of(plan, plan.as_made(plan.clip.audio))


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


def told_of(
    plan: Plan, mel: Tensor | None = None, chords: NDArray[np.float32] | None = None
) -> Told:
    """What a model is told of a plan; `mel` (BANDS, F) is the clip's, None without a kept part.

    chords (F, 12): of a recording that is accompanied; else those of the notes are told.
    """
    request = plan.request
    heard = None if chords is None else key_of_weights(chords.sum(axis=0))
    if chords is None and request.harmony:
        chords = held_chords(plan.notes, plan.quarters)
    key = request.key or heard or (key_of(plan.notes) if request.harmony else "")
    roles = roles_of(request)
    return Told(
        words=sentence(request, key, float(plan.grid.tempo[0])),
        genre=request.genre,
        mood=request.mood,
        key=key,
        roles=roles,
        seconds=plan.seconds,
        grid=plan.grid,
        chords=None if chords is None else torch.from_numpy(chords),
        wrap=plan.wrap,
        mel=mel,
        audio=None if mel is None or plan.clip is None else torch.from_numpy(plan.clip.audio),
        rate=plan.rate,
        known=torch.from_numpy(plan.known_frames()),
    )


def sentence(request: Request, key: str, tempo: float) -> str:
    """The wish in words, as those who caption music write them."""
    said = request.prompt or " ".join(filter(None, (request.mood, request.genre, "music")))
    parts = [said, *([f"in {key}"] if key else []), f"{tempo:.0f} BPM"]
    if request.roles:
        parts.insert(1, "with " + ", ".join(request.roles))
    return ", ".join(parts)


def known_patches(plan: Plan, model: Model) -> Tensor:
    """Latent positions (P,) of which every frame is known."""
    known = torch.from_numpy(plan.known_frames())
    return known_positions(known, model.hop, model.positions(plan.frames))


def condition_of(
    plan: Plan, model: Bundled, mel: Tensor | None, chords: NDArray[np.float32] | None = None
) -> Condition:
    """One row of the bundled model's conditions; arguments as of `told_of`."""
    return conditioned.condition_of(model, told_of(plan, mel, chords))
