"""Join kept audio and re-made audio on one timeline.

Kept samples stay as they are, bit for bit; each crossing lies wholly inside the re-made audio.
There the kept audio is carried on past its end and crossed into the new audio band by band.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ditto_daw.rendering.finishing.crossing import MARGIN_SECONDS, Crossing, cross
from ditto_daw.rendering.finishing.extrapolate import PAST_SECONDS, QUIET, continue_audio

CROSSING_SECONDS = 0.2  # all that a crossing may change; its gains take 10 to 40 ms of it
AROUND_SECONDS = 0.25  # longer than the band filters of a measure ring
ATTACK_SECONDS = 0.01  # before kept audio, within which its continuation falls to the new level
RISE_SECONDS = 0.03  # on both sides, whose levels are compared for that
SPARE = 64  # samples by which a crossing's segment may be rounded up


@dataclass(frozen=True)
class Joint:
    """One crossing of a stitched result: samples [start, start + length) of the timeline.

    backwards: the new audio comes first and runs into kept audio.
    """

    start: int
    length: int
    backwards: bool
    crossing: Crossing

    def sides(
        self, result: np.ndarray, rate: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[int, int]]:
        """What a crossing's measure needs: the result with 250 ms around this joint, the side that
        leaves and the side that arrives, and the span of the crossing in them."""
        around = round(AROUND_SECONDS * rate)
        places = np.arange(self.start - around, self.start + self.length + around)
        piece = result[:, places % result.shape[1]].astype(np.float64)
        span = (around, around + self.length)
        leaving, arriving = np.zeros_like(piece), np.zeros_like(piece)
        leaving[:, span[0] : span[1]] = self.crossing.leaving
        arriving[:, span[0] : span[1]] = self.crossing.arriving
        first, second = (arriving, leaving) if self.backwards else (leaving, arriving)
        first[:, : span[0]] = piece[:, : span[0]]
        second[:, span[1] :] = piece[:, span[1] :]
        return piece, leaving, arriving, span


def stitch(
    kept: np.ndarray, fresh: np.ndarray, keep: np.ndarray, rate: int, wrap: bool = False
) -> np.ndarray:
    """(channels, n): `kept` bit for bit where `keep` (n,) is true, `fresh` elsewhere.

    fresh (channels, n) covers the re-made part and at least the 120 ms of kept audio next to it
    (its own version of that context). wrap: the timeline is a circle. float64 unless kept and
    fresh share another type.
    """
    return joined(kept, fresh, keep, rate, wrap)[0]


def joined(
    kept: np.ndarray,
    fresh: np.ndarray,
    keep: np.ndarray,
    rate: int,
    wrap: bool = False,
    solve: bool = True,
) -> tuple[np.ndarray, tuple[Joint, ...]]:
    """What `stitch` returns, and its crossings for the figures of the report.

    solve: see `cross`.
    """
    result = np.where(keep[None, :], kept, fresh)
    n = result.shape[1]
    timeline = _Timeline(kept, fresh, keep, rate, wrap, solve)
    joints = tuple(joint for gap in gaps(keep, wrap) for joint in timeline.bridge(*gap))
    for joint in joints:
        places = np.arange(joint.start, joint.start + joint.length) % n
        result[:, places] = joint.crossing.result
    return result, joints


def gaps(keep: np.ndarray, wrap: bool) -> Iterator[tuple[int, int]]:
    """Runs (begin, end) of re-made samples; on a circle the last may end past the array."""
    n = len(keep)
    if keep.all() or not keep.any():
        return
    turn = int(np.argmax(keep)) if wrap else 0
    edges = np.diff(np.concatenate([[1], np.roll(keep, -turn).astype(int), [1]]))
    starts, ends = np.flatnonzero(edges < 0) + turn, np.flatnonzero(edges > 0) + turn
    for begin, end in zip(starts, ends, strict=True):
        yield int(begin) % n, int(begin) % n + int(end - begin)


@dataclass(frozen=True, eq=False)
class _Timeline:
    """The arguments of `joined`."""

    kept: np.ndarray
    fresh: np.ndarray
    keep: np.ndarray
    rate: int
    wrap: bool
    solve: bool

    def bridge(self, begin: int, end: int) -> Iterator[Joint]:
        """The crossings at the two ends of one gap."""
        n = len(self.keep)
        length = min(round(CROSSING_SECONDS * self.rate), (end - begin) // 2)
        if length and (self.wrap or begin > 0):
            yield Joint(begin, length, False, self.enter(begin, length))
        if length and (self.wrap or end < n):
            back = self.mirrored().enter((n - end) % n, length, attack=True)
            sides = (x[:, ::-1] for x in (back.result, back.leaving, back.arriving))
            yield Joint((end - length) % n, length, True, Crossing(*sides))

    def mirrored(self) -> _Timeline:
        """The same with time running backwards."""
        sides = (self.kept[:, ::-1], self.fresh[:, ::-1], self.keep[::-1])
        return _Timeline(*sides, self.rate, self.wrap, self.solve)

    def enter(self, begin: int, length: int, attack: bool = False) -> Crossing:
        """Cross from the kept audio that ends before `begin` into the new audio.

        attack: kept audio that is louder than the new one is not carried on for long. With time
        running backwards it would be heard before it begins.
        """
        n = len(self.keep)
        ahead = length + round(MARGIN_SECONDS * self.rate) + SPARE
        past = np.arange(begin - round(PAST_SECONDS * self.rate), begin)
        past = past % n if self.wrap else past[past >= 0]
        remade = np.flatnonzero(~self.keep[past])
        past = past[remade[-1] + 1 :] if len(remade) else past
        known = self.kept[:, past].astype(np.float64)
        fall = self.rise(known, begin) / ATTACK_SECONDS if attack else 0.0
        first = np.concatenate([known, continue_audio(known, ahead, self.rate, fall)], axis=1)
        places = np.arange(begin - len(past), begin + ahead)
        places = places % n if self.wrap else places
        covered = (places >= 0) & (places < n)
        second = np.zeros_like(first)
        second[:, covered] = self.fresh[:, places[covered]]
        return cross(first, second, len(past), length, self.rate, self.solve)

    def rise(self, known: np.ndarray, begin: int) -> float:
        """dB by which the end of the kept audio is louder than the new audio from `begin` on."""
        window = round(RISE_SECONDS * self.rate)
        fresh = self.fresh[:, np.arange(begin, begin + window) % self.fresh.shape[1]]
        kept, new = (np.mean(x**2) + QUIET**2 for x in (known[:, -window:], fresh))
        return max(0.0, 10.0 * float(np.log10(kept / new)))
