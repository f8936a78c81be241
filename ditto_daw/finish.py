"""From the mel of a render to the finished audio of its plan: length, level, image, seam."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw import signal
from ditto_daw.finishing.level import MOST_DB, guard_peak, match_level, round_peaks
from ditto_daw.finishing.stereo import spread
from ditto_daw.finishing.stitch import stitch
from ditto_daw.finishing.wrap import close_loop
from ditto_daw.models.bundled import Bundled
from ditto_daw.plan import Plan
from ditto_daw.resampling import resample

Audio = NDArray[np.floating]


def finish(mel: Tensor, plan: Plan, model: Bundled) -> Audio:
    """Audio (channels, output_length) of a mel (BANDS, F) that covers the loop once.

    Without a clip it is mono, as the model is. With one, the new part takes on the clip's level,
    balance and stereo image and joins it; the clip's own samples are untouched at its own rate.
    """
    with torch.no_grad():
        period = _at_level(close_loop(mel, model.vocoder, plan.model_length), mel)
    fresh = resample(np.asarray(period)[None], signal.RATE, plan.rate, plan.length, wrap=True)
    if plan.clip is None or plan.keep is None:
        audio = guard_peak(fresh)
    else:
        kept = np.zeros((plan.clip.audio.shape[0], plan.length), dtype=plan.clip.audio.dtype)
        own = min(plan.length, plan.clip.audio.shape[1])
        kept[:, :own] = plan.clip.audio[:, :own]
        where = "same" if plan.request.curve else "new"
        level = match_level(fresh, kept, plan.keep, plan.rate, where)
        fresh = round_peaks(spread(level, kept, plan.keep, plan.rate))
        audio = stitch(kept, fresh, plan.keep, plan.rate, wrap=True)
    if plan.output_rate != plan.rate:
        audio = resample(audio, plan.rate, plan.output_rate, plan.output_length, wrap=True)
    return audio


def _at_level(period: Audio, mel: Tensor) -> Audio:
    """The period (n,) with one gain that makes it as loud, on the mean, as its mel says."""
    wanted = signal.intensity(mel, wrap=True).mean()
    have = signal.intensity_audio(torch.from_numpy(period), wrap=True).mean()
    decibels = min(max(float(wanted - have), -MOST_DB), MOST_DB)
    return np.asarray(period * 10.0 ** (decibels / 20.0))
