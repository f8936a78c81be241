"""Known music of outpainting, inpainting and looping: where it is kept, and how it joins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw import signal
from ditto_daw.evaluate.lab import Lab
from ditto_daw.methods import Known
from ditto_daw.models.codec import PATCH

KEEPING = ("outpaint", "inpaint", "loop")
"""Tasks that keep known music."""
LOOP_SECONDS = 1.0
"""Known music on either side of a loop's new part; the paper does not tell."""
EDGE = 2
"""Frames on each side of a join among which the largest jump is looked for."""


@dataclass(frozen=True, eq=False)
class Kept:
    """Known music: mel (BANDS, F) where mask (F,) is true, and the frame that the clip begins at
    on the grid of that music."""

    mel: Tensor
    mask: Tensor
    first: int


def kept_of(lab: Lab, number: int, name: str) -> Kept | None:
    """The known music of a part that keeps some; other parts keep none."""
    kind, _, seconds = name.partition("-")
    if kind not in KEEPING:
        return None
    frames = lab.settings.frames
    music = lab.known(number, frames)
    room = frames // 3 if kind == "loop" else frames * 2 // 3
    count = _patches(float(seconds or LOOP_SECONDS), room)
    place = torch.arange(frames)
    if kind == "outpaint":  # the end of what is known is the beginning of what is made
        return Kept(music.roll(count, dims=-1), place < count, frames - count)
    if kind == "inpaint":
        begin = (frames - count) // 2 // PATCH * PATCH
        return Kept(music, (place < begin) | (place >= begin + count), 0)
    # The new part leads from the known music's end back to its beginning.
    edges = torch.cat([music[:, -count:], music[:, count:-count], music[:, :count]], dim=1)
    return Kept(edges, (place < count) | (place >= frames - count), frames - count)


def _patches(seconds: float, room: int) -> int:
    """Seconds in frames, whole patches, at most so many."""
    wanted = round(seconds * signal.FRAMES_PER_SECOND / PATCH) * PATCH
    return max(PATCH, min(wanted, room // PATCH * PATCH))


def known_to_methods(lab: Lab, kept: Kept) -> Known:
    """The same as methods take it."""
    latent = lab.model.codec.encode(kept.mel[None])
    return Known(latent, kept.mask.reshape(-1, PATCH).all(dim=1).to(latent.device))


def seam(mel: NDArray[np.float32], edges: list[int]) -> float:
    """The largest jump of a mel (BANDS, F) within EDGE frames of the joins over the p95 of all
    others: figure 4's seams. A jump is the mean absolute difference of neighbouring frames."""
    jumps = np.abs(np.diff(mel, axis=1)).mean(axis=0)
    near = np.zeros(len(jumps), dtype=bool)
    for edge in edges:
        near[max(edge - 1 - EDGE, 0) : edge + EDGE] = True
    return float(jumps[near].max() / np.percentile(jumps[~near], 95))
