"""Vocode a loop of any length in samples so that its end runs into its beginning.

The period is seldom a whole number of hops. The mel is therefore read at every hop of the true
period, a little past both ends, and vocoded once. What sounds just before the beginning is then
the vocoder's own lead into it: the end of the period crosses over into that lead, where the two
versions agree best, and the wrap itself is inside one continuous piece of audio.
"""

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

LEAD_SECONDS = 0.4
"""Audio before the beginning in which the crossing may lie."""
CROSSING_SECONDS = 0.04
SETTLE_FRAMES = 32
"""Frames at both ends that only inform the vocoder."""
STEP = 64
"""Samples between the places that are tried."""

Vocode = Callable[[Tensor], Tensor]


def close_loop(mel: Tensor, vocode: Vocode, length: int) -> NDArray[np.float64]:
    """One period (length,) of audio at `signal.RATE` from a mel (BANDS, N) that covers it once.

    vocode: mel (1, BANDS, F) -> audio (1, F * HOP).
    """
    lead = min(round(LEAD_SECONDS * signal.RATE), length // 2)
    margin = round(MARGIN_SECONDS * signal.RATE)
    before = -(-(lead + margin) // signal.HOP) + SETTLE_FRAMES
    after = -(-(length + margin) // signal.HOP) + SETTLE_FRAMES
    hops = torch.arange(-before, after + 1, dtype=torch.float64)
    positions = hops * (signal.HOP * mel.shape[-1] / length)
    audio = fetched(vocode(mel_at(mel, positions, wrap=True)[None])[0])
    zero = before * signal.HOP
    size = min(round(CROSSING_SECONDS * signal.RATE), lead)
    start = (
        zero
        + length
        - lead
        + _best_place(audio[zero + length - lead : zero + length], audio[zero - lead : zero], size)
    )
    leading = np.concatenate([np.zeros(length), audio])[: len(audio)]
    crossing = cross(audio[None], leading[None], start, size, signal.RATE)
    period = audio[zero : zero + length].copy()
    inside = start - zero
    period[inside : inside + size] = crossing.result[0]
    period[inside + size :] = audio[inside + size + zero - length : zero]
    return period


def _best_place(ending: NDArray[np.float64], lead: NDArray[np.float64], size: int) -> int:
    """Offset (0 .. len - size) at which both versions of the same music are most alike."""
    best, found = -2.0, 0
    for offset in range(0, len(ending) - size + 1, STEP):
        a, b = ending[offset : offset + size], lead[offset : offset + size]
        alike = float(a @ b) / (float(np.sqrt((a @ a) * (b @ b))) + 1e-12)
        if alike > best:
            best, found = alike, offset
    return found
