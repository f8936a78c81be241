"""The intensity that a lane asks for, in dB at every frame."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.audiofile import Region
from ditto_daw.conditioning import clip_mel
from ditto_daw.models.bundled import Bundled, GenreLoudness
from ditto_daw.plan import Plan


def loudness_range(plan: Plan, model: Bundled) -> GenreLoudness:
    """Loudness of the request's genre, or of all genres where it is free."""
    if plan.request.genre in model.loudness:
        return model.loudness[plan.request.genre]
    known = model.loudness.values()
    mean, quiet, loud = np.mean([(one.mean, one.quiet, one.loud) for one in known], axis=0)
    return GenreLoudness(float(mean), float(quiet), float(loud))


def intensity_target(plan: Plan, model: Bundled, mel: Tensor | None) -> Tensor | None:
    """Absolute dB (F,) that the lane asks for, through the filter that every intensity passes.

    dB count from the clip's own mean where there is a clip, else from the genre's; 0..1 runs from
    the genre's 5th to its 95th percentile.
    """
    curve = plan.request.curve
    if curve is None:
        return None
    values = torch.from_numpy(np.asarray(curve.at(plan.quarters), dtype=np.float32))
    loudness = loudness_range(plan, model)
    if curve.unit == "unit":
        return signal.smooth(loudness.quiet + values * (loudness.loud - loudness.quiet), wrap=True)
    mean = loudness.mean if plan.clip is None else _mean_of(plan, plan.clip, mel)
    return signal.smooth(mean + values, wrap=True)


def _mean_of(plan: Plan, clip: Region, mel: Tensor | None) -> float:
    """Mean intensity in dB of the clip's kept frames, or of all of them where none is kept."""
    counted = plan.known_frames()
    if not counted.any():
        counted = np.arange(plan.frames) * plan.length < clip.audio.shape[1] * plan.frames
    curve = signal.intensity(clip_mel(plan) if mel is None else mel)
    return float(curve[torch.from_numpy(counted)].mean())
