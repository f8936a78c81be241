"""What is played, in quarters: notes for a melody, a controller for a lane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ditto_daw.live.clock import Clock
from ditto_daw.music.notes import Note

EARLY = 0.25
"""Quarters before the beginning within which a note was meant to be the first one."""
SHORTEST = 1 / 32
NOTE_OFF, NOTE_ON, CONTROL, REAL_TIME = 0x80, 0x90, 0xB0, 0xF8
Point = tuple[float, float]


@dataclass(frozen=True)
class Recording:
    """What came in. quarters: its length; lane: (quarter, 0..1), empty without a controller."""

    notes: tuple[Note, ...]
    lane: tuple[Point, ...]
    quarters: float
    tempo: float


class Recorder:
    """Takes MIDI messages with their times and keeps what lies within the recording.

    quarters: how long it lasts. controller: the number of the CC to record; None for notes.
    """

    def __init__(self, clock: Clock, quarters: float, controller: int | None = None) -> None:
        self.clock, self.quarters = clock, quarters
        self._controller = controller
        self._notes: list[Note] = []
        self._held: dict[tuple[int, int], tuple[float, int]] = {}
        self._lane: list[Point] = []

    def feed(self, seconds: float, message: Sequence[int]) -> None:
        """One whole MIDI message, status byte first."""
        status = message[0]
        if status >= REAL_TIME:
            self.clock.feed(seconds, status)
            return
        quarter = self.clock.quarter(seconds)
        if quarter is None or len(message) < 3:
            return
        kind, channel, first, second = status & 0xF0, status & 0x0F, message[1], message[2]
        if kind == CONTROL and first == self._controller:
            self._turn(quarter, second / 127)
        elif self._controller is None and kind == NOTE_ON and second > 0:
            self._press(quarter, channel, first, second)
        elif self._controller is None and kind in (NOTE_ON, NOTE_OFF):
            self._release(quarter, channel, first)

    def is_over(self, seconds: float) -> bool:
        """Whether the recording has its length."""
        quarter = self.clock.quarter(seconds)
        return quarter is not None and quarter >= self.quarters

    def result(self) -> Recording:
        """What has come; notes that are still held end with the recording."""
        for channel, pitch in list(self._held):
            self._release(self.quarters, channel, pitch)
        tempo = self.clock.tempo
        return Recording(tuple(sorted(self._notes)), tuple(self._lane), self.quarters, tempo)

    def _press(self, quarter: float, channel: int, pitch: int, velocity: int) -> None:
        self._release(quarter, channel, pitch)
        if -EARLY <= quarter < self.quarters:
            self._held[channel, pitch] = (max(0.0, quarter), velocity)

    def _release(self, quarter: float, channel: int, pitch: int) -> None:
        start, velocity = self._held.pop((channel, pitch), (0.0, 0))
        if velocity:
            length = max(SHORTEST, min(quarter, self.quarters) - start)
            self._notes.append(Note(start, length, pitch, velocity, channel))

    def _turn(self, quarter: float, value: float) -> None:
        """Where the controller stood before the beginning is where the lane begins."""
        if quarter > self.quarters:
            return
        if quarter <= 0:
            self._lane = [(0.0, value)]
            return
        if not self._lane:
            self._lane = [(0.0, value)]
        self._lane.append((quarter, value))


def quantised(recording: Recording, grid: float) -> Recording:
    """The notes on the nearest lines of a grid in quarters; one at the end goes to the beginning,
    which in a loop is the same moment. Of two that fall together the louder one stays."""
    kept: dict[tuple[float, int, int], Note] = {}
    for note in recording.notes:
        start = round(note.start / grid) * grid
        if start >= recording.quarters - 1e-9:
            start = 0.0
        length = max(grid, round(note.length / grid) * grid)
        length = min(length, recording.quarters - start)
        moved = Note(start, length, note.pitch, note.velocity, note.channel)
        place = (start, note.pitch, note.channel)
        if place not in kept or kept[place].velocity < note.velocity:
            kept[place] = moved
    notes = tuple(sorted(kept.values()))
    return Recording(notes, recording.lane, recording.quarters, recording.tempo)
