"""The recording that a job follows: its mel at the job's frames, and what is heard in it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls.structure import timbre
from ditto_daw.errors import BadRequest
from ditto_daw.files.audiofile import Region, audio_info, read_region
from ditto_daw.files.resampling import resample
from ditto_daw.measures.grid import onset_strength, onset_times
from ditto_daw.music.harmony import triads
from ditto_daw.rendering.finishing.period import mel_at
from ditto_daw.rendering.plan import Plan
from ditto_daw.rendering.targets.lasting import audible, lasting

PITCHED = 7
"""Frames over which a melody's bands are taken: its notes are shorter than what lasts."""
CLEAR = 0.25
"""Share of the energy that the strongest pitch class has where there is a melody; 1/12 is none."""
_MARGIN = Fraction(1, 2)
"""Seconds that are read beyond what is covered, for the analysis windows."""


@dataclass(frozen=True, eq=False)
class Recording:
    """mel (BANDS, F) of a recording at a plan's frames, and the frames bool (F,) that it covers.

    features: what is followed of it. audio (channels, n) at `rate`, of which sample 0 sounds
    `begins` seconds after the result's beginning, at `speed` times its own.
    """

    mel: Tensor
    covered: Tensor
    features: tuple[str, ...]
    audio: NDArray[np.floating]
    rate: int
    begins: float
    speed: float

    def gives(self, feature: str) -> bool:
        """Whether this feature is followed."""
        return feature in self.features

    def chroma(self) -> Tensor:
        """Weights of the pitch classes (12, F) that last; zeros where hardly anything sounds.

        What half of the twelve share is noise, and none of it.
        """
        held = lasting(self.mel)
        weights = signal.chroma(held)
        weights = torch.relu(weights - weights.median(dim=0).values)
        weights = weights / weights.sum(dim=0).clamp_min(1e-6)
        return weights * (self.covered & audible(held))

    def chords(self, plan: Plan) -> NDArray[np.float32] | None:
        """Triads (F, 12) for the model to know; None where no harmony is followed or heard."""
        if not self.gives("harmony"):
            return None
        found = triads(self.chroma().T.numpy(), np.floor(plan.grid.quarter).astype(np.int64))
        return found if found.any() else None

    def melody(self) -> Tensor:
        """Strongest pitch class (F,) where one stands out, -1 elsewhere."""
        short = lasting(self.mel, PITCHED)
        energy = signal.chroma(short).square()
        share, strongest = (energy / energy.sum(dim=0)).max(dim=0)
        clear = (share > CLEAR) & self.covered & audible(short)
        return torch.where(clear, strongest, -1)

    def timbre(self) -> Tensor:
        """Unit vectors of its timbre (C, F), z-scored over the frames that it covers."""
        vectors = torch.zeros(timbre(self.mel[:, :1]).shape[0], self.mel.shape[1])
        vectors[:, self.covered] = timbre(self.mel[:, self.covered])
        return vectors

    def onsets(self) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Seconds (N,) after the result's beginning at which something begins, and how strongly,
        of 1."""
        strength, hop = onset_strength(self.audio, self.rate)
        times = onset_times(strength, hop)
        strong = strength[np.round(times / hop).astype(int)]
        return self.begins + times / self.speed, strong / max(strong.max(initial=0.0), 1e-9)


def heard(plan: Plan) -> Recording | None:
    """The recording that the plan's request follows; None where it follows none, and for a window
    of a longer result beside which it does not sound.

    Frame k of the result and the recording sound together on the host's timeline. Raises a
    DittoError naming the field of "follow", BadRequest where none of it lies beside the result.
    """
    follow, request = plan.request.follow, plan.request
    if follow is None:
        return None
    began = plan.origin if follow.position is None else follow.position
    offset = request.tempo.seconds(request.position) - request.tempo.seconds(began)
    played = request.source.rate if request.source else Fraction(1)
    speed = follow.rate / played
    first = offset * follow.rate + follow.start
    last = first + Fraction(plan.length, plan.rate) * speed
    end = Fraction(follow.end or audio_info(follow.path, "follow.path").seconds)
    start, stop = max(first - _MARGIN, follow.start), min(last + _MARGIN, end)
    beside = max(first, follow.start) < min(last, end)
    if not beside and plan.part is not None and plan.part.count > 1:
        return None
    if not beside:
        raise BadRequest(
            "follow.position",
            "The recording to follow does not sound beside the result: it lies"
            f" {float(end - follow.start):.2f} s long at quarter {float(began):g}.",
        )
    region = read_region(follow.path, start, stop, "follow")
    seconds = np.arange(plan.frames) * (plan.seconds / plan.frames) * float(speed)
    places = torch.from_numpy((seconds + float(first - start)) * signal.FRAMES_PER_SECOND)
    own = _mel_of(region)
    inside = (seconds >= float(follow.start - first)) & (seconds < float(end - first))
    return Recording(
        mel_at(own, places, wrap=False),
        torch.from_numpy(inside),
        follow.features,
        region.audio,
        region.rate,
        float((start - first) / speed),
        float(speed),
    )


def _mel_of(region: Region) -> Tensor:
    """Mel (BANDS, frames) of a region in its own time, its channels added by power."""
    length = round(region.audio.shape[1] * signal.RATE / region.rate)
    audio = resample(region.audio, region.rate, signal.RATE, length)
    mels = signal.mel(torch.from_numpy(audio.astype(np.float32)))
    return 0.5 * torch.log10((10.0 ** (2.0 * mels)).mean(dim=0))
