"""The loop player: fills block after block, wraps without a gap, changes takes on the bar."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ditto_daw.errors import BadRequest

Audio = NDArray[np.float32]


@dataclass(frozen=True)
class Level:
    """What one block held, for each channel; full scale is 1."""

    peak: tuple[float, ...]
    rms: tuple[float, ...]


class LoopPlayer:
    """Plays one of several takes of a loop, round and round.

    takes: (frames, channels) each, of one length and number of channels; bars: how many bars they
    have. `fill` is for an audio callback: it allocates nothing that grows and takes no lock; the
    other attributes may be read and `choose` called from another thread.

    Attributes:
        position: frame of the loop that comes next.
        playing: number of the take that is heard.
        chosen: number of the take that is heard from the next bar line on.
        wraps: how often the end has been followed by the beginning.
        level: of the latest block.
    """

    def __init__(self, takes: Sequence[Audio], bars: int = 1) -> None:
        shapes = {take.shape for take in takes}
        if len(shapes) != 1 or not takes[0].size:
            raise BadRequest("takes", "Takes of one loop must have one length and some sound.")
        self._takes = [np.ascontiguousarray(take, np.float32) for take in takes]
        self.frames, self.channels = takes[0].shape
        if not 1 <= bars <= self.frames:
            raise BadRequest("bars", f"A loop of {self.frames} frames cannot have {bars} bars.")
        # Bars of a loop need not be whole frames; the lines are rounded one by one.
        self._lines = [round(bar * self.frames / bars) for bar in range(1, bars + 1)]
        self.bars = bars
        self.position = self.playing = self.chosen = self.wraps = 0
        self.level = Level((0.0,) * self.channels, (0.0,) * self.channels)

    def __len__(self) -> int:
        return len(self._takes)

    def choose(self, number: int) -> None:
        """Hear another take from the next bar line on; an unknown number changes nothing."""
        if 0 <= number < len(self._takes):
            self.chosen = number

    def fill(self, out: Audio) -> None:
        """The next (frames, channels) of sound; `out` may have more or fewer channels."""
        done = 0
        while done < len(out):
            line = self._lines[self._bar(self.position)]
            count = min(len(out) - done, line - self.position)
            piece = self._takes[self.playing][self.position : self.position + count]
            _mix(piece, out[done : done + count])
            done += count
            self.position += count
            if self.position == line:
                self.playing = self.chosen
            if self.position == self.frames:
                self.position = 0
                self.wraps += 1
        if len(out):
            self.level = Level(
                tuple(map(float, np.abs(out).max(axis=0))),
                tuple(map(float, np.sqrt(np.mean(np.square(out), axis=0)))),
            )

    @property
    def bar(self) -> int:
        """The bar that is heard, from 0."""
        return self._bar(self.position)

    def _bar(self, frame: int) -> int:
        return bisect_right(self._lines, frame)


def _mix(piece: Audio, out: Audio) -> None:
    """Mono to every channel; of more channels than there are, the mean."""
    if piece.shape[1] == out.shape[1]:
        out[:] = piece
    elif piece.shape[1] == 1:
        out[:] = np.broadcast_to(piece, out.shape)
    else:
        out[:] = piece.mean(axis=1, keepdims=True)
