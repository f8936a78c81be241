"""Figure 10 (appendix J): how much of the music the initial latent has already decided."""

from __future__ import annotations

import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls.structure import similarity, smoothed, timbre
from ditto_daw.evaluate.base import Outcome, Trial, experiment
from ditto_daw.evaluate.lab import Lab
from ditto_daw.evaluate.prompt import drawn

BATCH = 10
"""Samples whose variance is taken, as in the paper."""
FIXED, RANDOM = "fixed", "random"
FEATURES = ("intensity", "melody", "structure")


def _calls(lab: Lab, trial: Trial) -> float:
    return float(BATCH * lab.preset(trial).plain_steps)


@experiment(_calls)
def variance(lab: Lab, trial: Trial) -> Outcome:
    """Variance of each feature within a batch of random prompts, of one latent or of many.

    method: FIXED, one latent for all, or RANDOM. Both have the same prompts. A feature's variance
    is the mean over its values: dB² per frame, pitch-class share, and cosine.
    """
    preset, frames = lab.preset(trial), lab.settings.frames
    if missing := lab.missing(preset):
        return Outcome(absent=missing)
    prompts = drawn(BATCH, lab.settings.seed + trial.number)
    fresh = trial.method == RANDOM
    mels = []
    for place, prompt in enumerate(prompts):
        x = lab.latent(trial.number, shift=(1 << 22) * (1 + place) if fresh else 0)
        clean = lab.sampled(lab.condition(prompt, frames), preset, preset.plain_steps, x)
        mels.append(lab.model.codec.decode(clean)[0])
    found = zip(FEATURES, _spreads(torch.stack(mels)), strict=True)
    return Outcome({f"variance {name}": value for name, value in found})


def _spreads(mels: Tensor) -> tuple[float, ...]:
    """Variance over the batch of intensity, chroma and self-similarity of mels (B, BANDS, F)."""
    shapes = similarity(smoothed(timbre(mels), wrap=False))
    features = (signal.intensity(mels), signal.chroma(mels), shapes)
    return tuple(float(one.var(dim=0, unbiased=True).mean()) for one in features)
