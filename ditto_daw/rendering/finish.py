"""From the mel of a render to the finished audio of its plan: length, level, image, seam."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw import signal
from ditto_daw.files.resampling import resample
from ditto_daw.measures.crossing import CrossingFigures, measure_crossing
from ditto_daw.models.base import Vocode
from ditto_daw.models.transfer import fetched
from ditto_daw.rendering.bars import own_period, recalled
from ditto_daw.rendering.finishing.ends import faded, looped, open_ended
from ditto_daw.rendering.finishing.level import MOST_DB, guard_peak, match_level, round_peaks
from ditto_daw.rendering.finishing.stereo import spread
from ditto_daw.rendering.finishing.stitch import joined
from ditto_daw.rendering.finishing.widen import widened
from ditto_daw.rendering.finishing.wrap import close_loop
from ditto_daw.rendering.plan import Plan

TAIL_SECONDS = 0.25
"""After a loop, with which it is closed."""

Audio = NDArray[np.floating]


class Finished(NamedTuple):
    """audio (channels, output_length), and the figures of every crossing from and to kept audio."""

    audio: Audio
    crossings: tuple[CrossingFigures, ...] = ()


def finish(mel: Tensor, plan: Plan, vocode: Vocode, preview: bool = False) -> Finished:
    """The finished audio of a mel (BANDS, F) that covers the plan's length once; see `finished`."""
    vocoded = close_loop if plan.wrap else open_ended
    with torch.no_grad():
        sound = vocoded(mel, vocode, plan.model_length)
        music = _at_level(sound, mel, plan.wrap)
    fresh = resample(music[None], signal.RATE, plan.rate, plan.length, plan.wrap)
    return finished(fresh, plan, preview)


def at_length(audio: Tensor, rate: int, plan: Plan) -> Audio:
    """Audio (channels, n), of which the plan is the beginning, as (channels, length) at the plan's
    rate. Where that is to run round, it is closed with what comes after it."""
    tail = round(TAIL_SECONDS * plan.rate) if plan.wrap else 0
    whole = fetched(audio)
    moved = resample(whole, rate, plan.rate, plan.length + tail)
    return looped(moved, plan.length, plan.rate)[0] if plan.wrap else moved


def finished(fresh: Audio, plan: Plan, preview: bool = False) -> Finished:
    """The finished audio of what was made for the plan (channels, length).

    The model is mono; `widened` makes stereo of it, and leaves the mean of both channels as it is.
    With a clip, the new part takes on the clip's level, balance and stereo image and joins it; the
    clip's own samples are untouched at its own rate. A variation takes its clip's place: it has
    level, balance and image, and none of its samples.
    preview: the joins are made in a moment, and not measured.
    """
    if plan.clip is not None:
        fresh = fresh.mean(axis=0, keepdims=True)  # its image is to be the clip's
    if plan.clip is not None and plan.request.use == "vary":
        done = Finished(_in_place_of(plan.clip.audio, fresh, plan))
    elif plan.clip is None or plan.keep is None:
        # Under a lane the level is what was asked for, and one loud hit must not turn it down.
        fresh = round_peaks(fresh) if plan.request.curve else guard_peak(fresh)
        done = Finished(_with_image(fresh, plan))
    else:
        kept = np.zeros((plan.clip.audio.shape[0], plan.length), dtype=plan.clip.audio.dtype)
        own = min(plan.length, plan.clip.audio.shape[1])
        kept[:, :own] = plan.clip.audio[:, :own]
        own, made = np.flatnonzero(plan.keep), np.flatnonzero(~plan.keep)
        again = plan.part.again if plan.part else None
        if plan.request.curve or (plan.part and again is None):
            level = match_level(fresh, plan.as_made(kept), plan.rate, own, own)
        elif again is not None:
            level = match_level(fresh, plan.as_made(again), plan.rate, made, made)
        else:
            wanted = recalled(plan, made) if own_period(plan) else own
            level = match_level(fresh, plan.as_made(kept), plan.rate, made, wanted)
        if plan.request.source is None:  # beside the window before, which is as wide by itself
            fresh = _with_image(round_peaks(level), plan)
        else:
            alike, there = (kept, plan.keep) if again is None else (again, slice(None))
            fresh = round_peaks(spread(level, alike, there, plan.rate))
        done = _stitched(kept, fresh, plan, preview)
    if not plan.wrap and plan.part is None:
        done = done._replace(audio=faded(done.audio, plan.rate, True, True))
    if plan.output_rate == plan.rate:
        return done
    moved = resample(done.audio, plan.rate, plan.output_rate, plan.output_length, plan.wrap)
    return done._replace(audio=moved)


def _with_image(music: Audio, plan: Plan) -> Audio:
    """Music (channels, n) in the plan's channels."""
    if len(music) == plan.channels:
        return music
    if plan.channels == 1:
        return music.mean(axis=0, keepdims=True)
    return widened(music, plan.rate, plan.wrap)


def _in_place_of(clip: Audio, fresh: Audio, plan: Plan) -> Audio:
    """fresh (1, n) with level, balance and stereo image of the clip (channels, n) that it varies;
    under a lane the level is what was asked for."""
    whole = np.arange(min(fresh.shape[1], clip.shape[1]))
    if not plan.request.curve:
        fresh = match_level(fresh, clip, plan.rate, whole, whole)
    return round_peaks(spread(fresh, clip, slice(None), plan.rate))


def _stitched(kept: Audio, fresh: Audio, plan: Plan, preview: bool) -> Finished:
    """Kept and new audio joined at the clip's own rate, and every crossing measured."""
    if plan.keep is None:
        raise ValueError("a plan without a kept part has nothing to join")
    audio, joints = joined(kept, fresh, plan.keep, plan.rate, plan.wrap, not preview)
    if preview:
        return Finished(audio)
    figures = (measure_crossing(*j.sides(audio, plan.rate), plan.rate, audio) for j in joints)
    return Finished(audio, tuple(figures))


def _at_level(music: Audio, mel: Tensor, wrap: bool) -> Audio:
    """Music (n,) with one gain that makes it as loud, on the mean, as its mel says."""
    wanted = signal.intensity(mel, wrap).mean()
    have = signal.intensity_audio(torch.from_numpy(music), wrap).mean()
    decibels = min(max(float(wanted - have), -MOST_DB), MOST_DB)
    return np.asarray(music * 10.0 ** (decibels / 20.0))
