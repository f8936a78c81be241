"""Music with a beginning and an end: vocoded without a wrap, its free ends free of clicks, or
closed into a loop where it repeats its own beginning."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw import signal
from ditto_daw.models.transfer import fetched
from ditto_daw.rendering.finishing.crossing import MARGIN_SECONDS, cross
from ditto_daw.rendering.finishing.period import mel_at
from ditto_daw.rendering.finishing.stitch import CROSSING_SECONDS, Joint

SETTLE_FRAMES = 32
"""Frames beyond both ends, which hold the outermost frame, so that the vocoder has settled."""
IN_SECONDS, OUT_SECONDS = 0.002, 0.01
"""Fades at free ends: an attack on the first beat stays one."""

Audio = NDArray[np.floating]
Vocode = Callable[[Tensor], Tensor]


def open_ended(mel: Tensor, vocode: Vocode, length: int) -> NDArray[np.float64]:
    """Audio (length,) at `signal.RATE` from a mel (BANDS, N) that covers it once.

    vocode: mel (1, BANDS, F) -> audio (1, F * HOP).
    """
    hops = torch.arange(
        -SETTLE_FRAMES, -(-length // signal.HOP) + SETTLE_FRAMES, dtype=torch.float64
    )
    positions = hops * (signal.HOP * mel.shape[-1] / length)
    audio = fetched(vocode(mel_at(mel, positions, wrap=False)[None])[0])
    zero = SETTLE_FRAMES * signal.HOP
    return np.asarray(audio[zero : zero + length])


def faded(audio: Audio, rate: int, start: bool, end: bool) -> Audio:
    """Audio (channels, n) that rises from silence at the start, or falls to it at the end."""
    audio = audio.copy()
    for wanted, seconds, side in ((start, IN_SECONDS, audio), (end, OUT_SECONDS, audio[:, ::-1])):
        size = min(round(seconds * rate), audio.shape[1])
        if wanted and size:
            side[:, :size] *= 0.5 - 0.5 * np.cos(np.pi * (np.arange(size) + 0.5) / size)
    return audio


def looped(audio: Audio, length: int, rate: int, solve: bool = True) -> tuple[Audio, Joint]:
    """The loop (channels, length) of audio whose samples from `length` on repeat its beginning, and
    the crossing from that repetition into the beginning.

    The crossing lies at the loop's start, so that its end runs on into what it was rendered with.
    """
    size = min(round(CROSSING_SECONDS * rate), length // 2)
    margin = round(MARGIN_SECONDS * rate)
    first = audio[:, length - margin : length + size + margin].astype(np.float64)
    second = np.zeros_like(first)
    second[:, margin:] = audio[:, : first.shape[1] - margin]
    crossing = cross(first, second, margin, size, rate, solve)
    loop = np.array(audio[:, :length], dtype=np.float64)
    loop[:, :size] = crossing.result
    return loop, Joint(0, size, False, crossing)
