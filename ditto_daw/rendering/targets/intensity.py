"""The intensity that a lane or a recording asks for, in dB at every frame."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls.intensity import Intensity
from ditto_daw.files.audiofile import Region
from ditto_daw.models.base import GenreLoudness, Model
from ditto_daw.rendering.conditioning import clip_mel
from ditto_daw.rendering.plan import Plan
from ditto_daw.rendering.targets.follow import Recording

FAINTEST_DB = 40.0
"""Under its mean; a recording's silence asks for no less."""
CORRELATED = 0.05
"""Tolerance of 1 - rho: rho 0.95, above the paper's 0.904 (table 6)."""


def loudness_range(plan: Plan, model: Model) -> GenreLoudness:
    """Loudness of the request's genre, or of all genres where it is free."""
    if plan.request.genre in model.loudness:
        return model.loudness[plan.request.genre]
    known = model.loudness.values()
    mean, quiet, loud = np.mean([(one.mean, one.quiet, one.loud) for one in known], axis=0)
    return GenreLoudness(float(mean), float(quiet), float(loud))


def intensity(
    plan: Plan, model: Model, mel: Tensor | None, recording: Recording | None
) -> Intensity | None:
    """The control over the frames that are made anew and that the target covers."""
    counts = torch.from_numpy(~plan.known_frames())
    if recording is not None and recording.gives("intensity"):
        target = recorded_intensity(plan, model, recording)
        counts = counts & recording.covered
    else:
        found = intensity_target(plan, model, mel)
        if found is None:
            return None
        target, counts = found, counts & lane_counts(plan)
    if not bool(counts.any()):
        return None
    if plan.request.intensity_loss == "correlation":
        return Intensity(target, counts, tolerance=CORRELATED, wrap=plan.wrap, correlation=True)
    return Intensity(target, counts, wrap=plan.wrap)


def intensity_target(plan: Plan, model: Model, mel: Tensor | None) -> Tensor | None:
    """Absolute dB (F,) that the lane asks for, through the filter that every intensity passes.

    dB count from the clip's own mean where there is a clip, else from the genre's; 0..1 runs from
    the genre's 5th to its 95th percentile. Where the lane is free, it runs straight across.
    """
    curve = plan.request.curve
    if curve is None:
        return None
    values = torch.from_numpy(_across(np.asarray(curve.at(plan.quarters))).astype(np.float32))
    loudness = loudness_range(plan, model)
    if curve.unit == "unit":
        return signal.smooth(loudness.quiet + values * (loudness.loud - loudness.quiet), plan.wrap)
    if plan.part is not None:
        # A window's kept audio is a moment of the clip, or music that was made for the lane.
        mean = loudness.mean if plan.part.level is None else plan.part.level
    else:
        mean = loudness.mean if plan.clip is None else _mean_of(plan, plan.clip, mel)
    return signal.smooth(mean + values, plan.wrap)


def lane_counts(plan: Plan) -> Tensor:
    """Frames bool (F,) at which the lane asks for something; only with a lane."""
    assert plan.request.curve is not None
    return torch.from_numpy(~np.isnan(plan.request.curve.at(plan.quarters)))


def recorded_intensity(plan: Plan, model: Model, recording: Recording) -> Tensor:
    """Absolute dB (F,) of a recording whose mean is moved to the genre's."""
    own = signal.intensity(recording.mel, wrap=False)
    apart = own - own[recording.covered].mean()
    return loudness_range(plan, model).mean + apart.clamp_min(-FAINTEST_DB)


def _across(values: np.ndarray) -> np.ndarray:
    """Values (F,) with straight lines in place of those that are missing."""
    drawn = np.flatnonzero(~np.isnan(values))
    if not len(drawn):
        return np.zeros_like(values)
    return np.interp(np.arange(len(values)), drawn, values[drawn])


def _mean_of(plan: Plan, clip: Region, mel: Tensor | None) -> float:
    """Mean intensity in dB of the clip's kept frames, or of all of them where none is kept."""
    counted = plan.known_frames()
    if not counted.any():
        counted = np.arange(plan.frames) * plan.length < clip.audio.shape[1] * plan.frames
    curve = signal.intensity(clip_mel(plan) if mel is None else mel)
    return float(curve[torch.from_numpy(counted)].mean())
