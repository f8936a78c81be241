"""Where in the music a moment is: at a fixed tempo, or by the MIDI clock of another machine."""

from __future__ import annotations

from bisect import bisect_right
from typing import Protocol

TICK, START, CONTINUE, STOP = 0xF8, 0xFA, 0xFB, 0xFC
TICKS = 24
"""Clock messages to a quarter (MIDI 1.0, System Real Time Messages)."""
STEADY = 2 * TICKS
"""Over so many ticks the tempo is taken: single ones come a few milliseconds early or late."""


class Clock(Protocol):
    """Counts quarters from where a recording begins; negative ones are the count-in."""

    @property
    def tempo(self) -> float: ...

    def feed(self, seconds: float, status: int) -> None: ...

    def quarter(self, seconds: float) -> float | None: ...


class Steady:
    """A fixed tempo, in quarters per minute. start: the second at which quarter 0 lies."""

    def __init__(self, tempo: float, start: float) -> None:
        self.tempo, self.start = tempo, start

    def feed(self, seconds: float, status: int) -> None:
        """Another machine's clock is left alone."""

    def quarter(self, seconds: float) -> float | None:
        return (seconds - self.start) * self.tempo / 60


class Follower:
    """Follows MIDI clock: quarter 0 is the first tick after Start; Stop holds, Continue goes on.

    before: quarters of count-in; the recording's quarter 0 comes so many later.
    """

    def __init__(self, before: float = 0.0) -> None:
        self._before = before
        self._ticks: list[float] = []
        self._runs = False

    def feed(self, seconds: float, status: int) -> None:
        """One of the real-time messages; others say nothing here."""
        if status == START:
            self._ticks, self._runs = [], True
        elif status == CONTINUE:
            self._runs = True
        elif status == STOP:
            self._runs = False
        elif status == TICK and self._runs:
            self._ticks.append(seconds)

    @property
    def tempo(self) -> float:
        """Quarters per minute since Start; 0 before two ticks have come."""
        return _tempo(self._ticks)

    def quarter(self, seconds: float) -> float | None:
        """None before the first tick. Between ticks, on at the latest tempo; past the last one, as
        far as the next would be."""
        if not self._ticks:
            return None
        last = max(0, bisect_right(self._ticks, seconds) - 1)
        step = _tempo(self._ticks[max(0, last - STEADY) : last + 1]) or self.tempo
        ahead = (seconds - self._ticks[last]) * step / 60 * TICKS
        return (last + min(max(ahead, 0.0), 1.0)) / TICKS - self._before


def _tempo(ticks: list[float]) -> float:
    if len(ticks) < 2 or ticks[-1] <= ticks[0]:
        return 0.0
    return 60 * (len(ticks) - 1) / TICKS / (ticks[-1] - ticks[0])
