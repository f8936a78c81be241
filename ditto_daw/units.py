"""Musical time in exact fractions: quarters, bars, seconds and samples through one tempo map.

Every position is a `Fraction`, so a length in samples is never a float accident: it is
round(end) - round(start), with both ends rounded once from the exact value.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import ceil, floor, isfinite

from ditto_daw.errors import BadRequest

Number = int | float | str | Fraction
DEFAULT_TEMPO = Fraction(120)
DEFAULT_METER = (4, 4)
# Above this denominator a value that fits a 32-bit float is one that was rounded to it on the wire.
_COARSEST_TICKS = 4096
# Finer than any DAW's tick or any sample rate up to 192 kHz, coarser than a 64-bit float.
_FINEST_TICKS = 200_000
# Bounded digits: the fraction of "1e999999999" would hold a billion of them.
_TEXT = re.compile(r"[-+]?\d{1,40}(\.\d{1,18}|/0*[1-9]\d{0,39})?", re.ASCII)


def exact(number: Number) -> Fraction:
    """The fraction that a number on the wire stands for.

    120.1 is 1201/10 even after it travelled as a 32-bit float, and 0.3333333333333333 is 1/3:
    the simplest fraction that rounds to the same float is the one that was meant.
    Raises ValueError for text that is no number and for values that are not finite.
    """
    if isinstance(number, str) and not _TEXT.fullmatch(number):
        raise ValueError(f'"{number[:40]}" is not a number or a fraction')
    if isinstance(number, str | int | Fraction):
        return Fraction(number)
    number = float(number)
    if not isfinite(number):
        raise ValueError(f"{number} is not a finite number")
    whole = Fraction(number)
    near = whole.limit_denominator(_COARSEST_TICKS)
    if float(near) == number:
        return near
    if _single(number) == number:
        near = whole.limit_denominator(100)
        if _single(float(near)) == number:
            return near
        shortest = (f"{number:.{digits}g}" for digits in range(1, 10))
        return next(Fraction(text) for text in shortest if _single(float(text)) == number)
    near = whole.limit_denominator(_FINEST_TICKS)
    return near if float(near) == number else Fraction(repr(number))


def plain(fraction: Fraction) -> int | float | str:
    """A fraction as JSON holds it: an int, a float that `exact` takes back, or the text "a/b"."""
    if fraction.denominator == 1:
        return int(fraction)
    number = float(fraction)
    return number if exact(number) == fraction else str(fraction)


def round_half_up(value: Fraction) -> int:
    """The nearest integer; halves go up, so that equal steps never round in turn up and down."""
    return floor(value + Fraction(1, 2))


def _single(number: float) -> float:
    """The number after a trip through a 32-bit float (infinite where it does not fit)."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", number))[0])
    except OverflowError:
        return float("inf")


@dataclass(frozen=True)
class TempoMap:
    """Tempo and meter along a timeline of quarter notes; quarter 0 lies at second 0.

    tempos: (quarter, quarters per minute), a step at each quarter; the first also holds before it.
    meters: (quarter, numerator, denominator); each begins a bar, the first also counts backwards.
    Raises BadRequest naming the entry that is wrong.
    """

    tempos: tuple[tuple[Fraction, Fraction], ...] = ((Fraction(0), DEFAULT_TEMPO),)
    meters: tuple[tuple[Fraction, int, int], ...] = ((Fraction(0), *DEFAULT_METER),)

    def __post_init__(self) -> None:
        if not self.tempos or not self.meters:
            raise BadRequest("tempo", "A tempo map needs at least one tempo and one meter.")
        tempos = sorted({(exact(quarter), exact(bpm)) for quarter, bpm in self.tempos})
        meters = sorted({(exact(quarter), num, den) for quarter, num, den in self.meters})
        _refuse_two_at_once("tempo.tempos", [quarter for quarter, _ in tempos])
        _refuse_two_at_once("tempo.meters", [quarter for quarter, _, _ in meters])
        for quarter, bpm in tempos:
            if bpm <= 0:
                raise BadRequest(
                    "tempo.tempos",
                    f"The tempo at quarter {float(quarter):g} is {float(bpm):g};"
                    " a tempo must be above zero quarters per minute.",
                )
        for quarter, num, den in meters:
            if not 1 <= num <= 64 or den not in (1, 2, 4, 8, 16, 32, 64):
                raise BadRequest(
                    "tempo.meters",
                    f"The meter at quarter {float(quarter):g} is {num}/{den}; use 1 to 64 beats"
                    " of a whole, half, quarter, 8th, 16th, 32nd or 64th note.",
                )
        object.__setattr__(self, "tempos", tuple(tempos))
        object.__setattr__(self, "meters", tuple(meters))

    @cached_property
    def _quarters(self) -> list[Fraction]:
        return [quarter for quarter, _ in self.tempos]

    @cached_property
    def starts(self) -> list[Fraction]:
        """The second at which each entry of `tempos` begins."""
        seconds = [Fraction(0)]
        for (quarter, bpm), (following, _) in pairwise(self.tempos):
            seconds.append(seconds[-1] + (following - quarter) * 60 / bpm)
        here = max(0, bisect_right(self._quarters, 0) - 1)
        quarter, bpm = self.tempos[here]
        at_zero = seconds[here] - quarter * 60 / bpm
        return [second - at_zero for second in seconds]

    def tempo_at(self, quarter: Fraction) -> Fraction:
        """Quarters per minute at a position."""
        return self.tempos[max(0, bisect_right(self._quarters, quarter) - 1)][1]

    def meter_at(self, quarter: Fraction) -> tuple[int, int]:
        """(numerator, denominator) at a position."""
        return self._meter_entry(quarter)[1:]

    def seconds(self, quarter: Fraction) -> Fraction:
        """Seconds from quarter 0 to a position."""
        index = max(0, bisect_right(self._quarters, quarter) - 1)
        start, bpm = self.tempos[index]
        return self.starts[index] + (quarter - start) * 60 / bpm

    def quarter(self, seconds: Fraction) -> Fraction:
        """The position that lies so many seconds after quarter 0."""
        index = max(0, bisect_right(self.starts, seconds) - 1)
        start, bpm = self.tempos[index]
        return start + (seconds - self.starts[index]) * bpm / 60

    def sample(self, quarter: Fraction, rate: int) -> int:
        """The sample nearest to a position."""
        return round_half_up(self.seconds(quarter) * rate)

    def length(self, start: Fraction, end: Fraction, rate: int) -> int:
        """Samples between two positions: round(end) - round(start)."""
        return self.sample(end, rate) - self.sample(start, rate)

    def bar_start(self, quarter: Fraction) -> Fraction:
        """The bar line at or before a position."""
        anchor = self._meter_entry(quarter)[0]
        length = self.bar_length(quarter)
        return anchor + floor((quarter - anchor) / length) * length

    def bar_length(self, quarter: Fraction) -> Fraction:
        """Quarters in a full bar of the meter at a position."""
        numerator, denominator = self.meter_at(quarter)
        return Fraction(4 * numerator, denominator)

    def bars(self, quarter: Fraction, count: Number) -> Fraction:
        """The position `count` bars after another; count may be a fraction, and not negative.

        A bar that a change of meter cuts short counts as one bar, as hosts number them.
        """
        left = exact(count)
        while left > 0:
            start = self.bar_start(quarter)
            end = min(
                [start + self.bar_length(quarter)]
                + [change for change, _, _ in self.meters if start < change]
            )
            step = min(left, (end - quarter) / (end - start))
            quarter += step * (end - start)
            left -= step
        return quarter

    def bars_before(self, quarter: Fraction, count: Number) -> Fraction:
        """The position from which `bars` comes to this one after `count` bars."""
        left = exact(count)
        while left > 0:
            earlier = [entry for entry in self.meters if entry[0] < quarter]
            anchor, numerator, denominator = earlier[-1] if earlier else self.meters[0]
            length = Fraction(4 * numerator, denominator)
            start = anchor + (ceil((quarter - anchor) / length) - 1) * length
            end = min([start + length] + [change for change, _, _ in self.meters if start < change])
            step = min(left, (quarter - start) / (end - start))
            quarter -= step * (end - start)
            left -= step
        return quarter

    def slower(self, factor: Number) -> TempoMap:
        """The map of the same music in a file that the host plays `factor` times as fast."""
        return TempoMap(tuple((at, bpm / exact(factor)) for at, bpm in self.tempos), self.meters)

    def _meter_entry(self, quarter: Fraction) -> tuple[Fraction, int, int]:
        before = [entry for entry in self.meters if entry[0] <= quarter]
        return before[-1] if before else self.meters[0]


def _refuse_two_at_once(argument: str, quarters: Iterable[Fraction]) -> None:
    seen: set[Fraction] = set()
    for quarter in quarters:
        if quarter in seen:
            raise BadRequest(
                argument,
                f"Quarter {float(quarter):g} has two different values; keep one of them.",
            )
        seen.add(quarter)
