"""Composed music in stereo, as `training.stereo` learns it: `audio.npy` (N, 2, n) int16 at 44.1 kHz
in a folder, filled in order, and `done.txt` with the number of finished pieces.

The mixer pans each role and gives every channel a room of its own, so that the difference of the
two channels holds what a mix has: a centre of drums and bass, instruments beside it, a wide room.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.training.bank import Bank, build
from ditto_daw.training.composer import compose
from ditto_daw.training.dataset import brief
from ditto_daw.training.mixer import render

HELD_OUT = 0.25
"""Share of a set, its first pieces, that is never trained on."""
OF_SET = 77_000
"""Added to the seed, so that no piece is one that another network was trained on."""


def write(folder: Path, pieces: int, frames: int, seed: int, bank: Path) -> None:
    """Writes a set of so many pieces of so many frames, or what is lacking of it; bank: a folder
    of notes, which is built where it is empty."""
    folder.mkdir(parents=True, exist_ok=True)
    counter, path = folder / "done.txt", folder / "audio.npy"
    done = int(counter.read_text()) if counter.exists() else 0
    if done >= pieces:
        return
    build(bank)
    shape = (pieces, 2, frames * signal.HOP)
    audio = (
        np.load(path, mmap_mode="r+")
        if done
        else np.lib.format.open_memmap(path, "w+", np.int16, shape)
    )
    for number in range(done, pieces):
        b = brief(number, OF_SET + seed)
        score = compose(
            b.genre, b.mood, b.key, b.meter, b.tempo, shape[2] / signal.RATE, b.roles, b.seed
        )
        mix, _ = render(score, Bank(bank))
        audio[number] = np.round(np.clip(mix, -1.0, 1.0) * 32767)
        audio.flush()
        counter.write_text(str(number + 1))


class Mixes:
    """The pieces of a set, as middle (L + R) / 2 and side (L - R) / 2."""

    def __init__(self, folder: Path) -> None:
        self.audio = np.load(folder / "audio.npy", mmap_mode="r")
        self.held_out = round(HELD_OUT * len(self.audio))

    def piece(self, number: int) -> tuple[Tensor, Tensor]:
        """Middle and side (n,) of one piece."""
        left, right = torch.from_numpy(self.audio[number].astype(np.float32) / 32768.0)
        return 0.5 * (left + right), 0.5 * (left - right)

    def powers(self, held_out: bool = False) -> Tensor:
        """`powers` (N, 3, BANDS, F) of the pieces to learn from, or of those that are held out."""
        which = range(self.held_out) if held_out else range(self.held_out, len(self.audio))
        return torch.stack([powers(*self.piece(number)) for number in which])


def powers(middle: Tensor, side: Tensor) -> Tensor:
    """Per band (..., 3, BANDS, F) the power of middle and side (..., n), and of what they have in
    common."""
    m, s = signal.spectrum(middle), signal.spectrum(side)
    each = (m.abs().square(), s.abs().square(), (s * m.conj()).real)
    return torch.stack([signal.banded(power) for power in each], dim=-3)
