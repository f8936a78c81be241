"""What the composer writes and the mixer plays: notes in seconds beside the truth about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ditto_daw.vocabulary import ROLES


@dataclass(frozen=True)
class Note:
    """A note of a role; for drums `pitch` is a General MIDI drum number. Times in seconds."""

    start: float
    length: float
    pitch: int
    velocity: float
    quarter: float = 0.0
    """Where the score has it, in quarters, before swing and human timing."""


@dataclass(frozen=True)
class Timeline:
    """Tempo as straight pieces between (quarter, second) points; second 0 begins the clip."""

    quarters: NDArray[np.float64]
    seconds: NDArray[np.float64]
    bar: float
    """Quarters in a bar; quarter 0 begins a bar."""

    def second(self, quarter: float) -> float:
        """The clip's second of a position in quarters."""
        return float(np.interp(quarter, self.quarters, self.seconds))

    def when(self, quarters: NDArray[np.float64]) -> NDArray[np.float64]:
        """The clip's seconds of positions in quarters."""
        return np.interp(quarters, self.quarters, self.seconds)

    def at(self, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Positions in quarters at the given seconds."""
        return np.interp(seconds, self.seconds, self.quarters)

    def tempo(self, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Quarters per minute at the given seconds."""
        slopes = 60 * np.diff(self.quarters) / np.diff(self.seconds)
        piece = np.searchsorted(self.seconds, seconds, side="right") - 1
        return slopes[np.clip(piece, 0, len(slopes) - 1)]


@dataclass(frozen=True)
class Span:
    """A chord that sounds from one quarter to another."""

    start: float
    end: float
    tones: tuple[int, ...]


@dataclass(frozen=True)
class Score:
    """A composed clip. `levels` and `sweep` are (second, dB) and (second, Hz) points."""

    genre: str
    mood: str
    key: str
    meter: tuple[int, int]
    seconds: float
    timeline: Timeline
    parts: dict[str, tuple[Note, ...]]
    sounds: dict[str, str]
    chords: tuple[Span, ...]
    levels: tuple[tuple[float, float], ...]
    sweep: tuple[tuple[float, float], ...]
    brightness: float
    loudness: float
    """RMS of the whole mix in dBFS where the level automation stands at 0 dB."""
    sidechain: float
    seed: int

    def sounding(self) -> tuple[str, ...]:
        """The roles of which at least one note lies within the clip."""
        return tuple(
            role
            for role in ROLES
            if any(n.start < self.seconds and n.start + n.length > 0 for n in self.parts[role])
        )


@dataclass(frozen=True)
class Truth:
    """Per frame (F,): what is true of the music at the frame's centre."""

    tempo: NDArray[np.float32]
    quarter_phase: NDArray[np.float32]
    bar_phase: NDArray[np.float32]
    chords: NDArray[np.uint8]
    """(F, 12), 1 for every pitch class of the chord while a pitched role plays."""
    melody: NDArray[np.int8]
    """MIDI pitch of the lead, -1 where it rests."""
    roles: NDArray[np.uint8]
    """Bit i is set while role i has a note."""


def truth(score: Score, frames: int, rate: int = 44100, hop: int = 512) -> Truth:
    """The truth of a score at frames centred on every `hop` samples."""
    seconds = np.arange(frames) * hop / rate
    quarters = score.timeline.at(seconds)
    in_bar = np.mod(quarters, score.timeline.bar)
    chords = np.zeros((frames, 12), np.uint8)
    for span in score.chords:
        first, last = np.searchsorted(quarters, (span.start, span.end))
        chords[first:last, list(span.tones)] = 1
    roles = np.zeros(frames, np.uint8)
    melody = np.full(frames, -1, np.int8)
    for bit, role in enumerate(ROLES):
        notes = score.parts[role]
        starts, lengths = (np.array([getattr(n, x) for n in notes]) for x in ("start", "length"))
        ends = (starts + np.maximum(lengths, 0.1), starts + lengths)
        firsts, lasts, rests = (np.searchsorted(seconds, at) for at in (starts, *ends))
        for note, first, last, rest in zip(notes, firsts, lasts, rests, strict=True):
            roles[first:last] |= 1 << bit
            if role == "lead":
                melody[first:rest] = note.pitch
    return Truth(
        score.timeline.tempo(seconds).astype(np.float32),
        np.mod(in_bar, 1).astype(np.float32),
        (in_bar / score.timeline.bar).astype(np.float32),
        chords,
        melody,
        roles,
    )
