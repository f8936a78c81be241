"""Record a melody or a controller from a MIDI port, as a file and as the target of a job."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

from ditto_daw.errors import BadRequest, DittoError
from ditto_daw.live.clock import Clock, Follower, Steady
from ditto_daw.live.ports import Input
from ditto_daw.live.recorded import target, write_lane, write_midi
from ditto_daw.live.recorder import Recorder, Recording, quantised

LOOK = 0.005
SILENCE = 30.0
"""Seconds to wait for a Start that does not come."""


@dataclass(frozen=True)
class Options:
    """How to record.

    port: part of a port's name; "" for one of its own. tempo: quarters per minute, or None to
    follow MIDI clock. bars, count_in: in bars of the meter. grid: quarters to quantise to, or None.
    controller: the CC to record instead of notes. decibels: what its ends mean, or None for 0..1.
    """

    port: str
    tempo: float | None
    meter: tuple[int, int] = (4, 4)
    bars: float = 4.0
    count_in: float = 1.0
    grid: float | None = None
    controller: int | None = None
    decibels: tuple[float, float] | None = None

    @property
    def bar(self) -> float:
        """Quarters."""
        return 4 * self.meter[0] / self.meter[1]


def record(options: Options) -> Recording:
    """Listen until the bars are full, or Ctrl-C. Raises DittoError where nothing can be heard, or
    nothing was."""
    before = options.count_in * options.bar
    clock: Clock
    if options.tempo is None:
        clock = Follower(before)
    else:
        clock = Steady(options.tempo, time.monotonic() + before * 60 / options.tempo)
    recorder = Recorder(clock, options.bars * options.bar, options.controller)
    with Input(options.port, recorder.feed) as port:
        print(f"listening to {port.name}", flush=True)
        if options.tempo is None:
            print("waiting for the clock's Start", flush=True)
        _wait(recorder, options)
    recording = recorder.result()
    if not (recording.lane if options.controller is not None else recording.notes):
        raise DittoError("port", f"Nothing was played on {port.name}.")
    return quantised(recording, options.grid) if options.grid else recording


def _wait(recorder: Recorder, options: Options) -> None:
    """Until the recording has its length; tells every beat as it comes."""
    beat = 4 / options.meter[1]
    told, since = None, time.monotonic()
    try:
        while not recorder.is_over(now := time.monotonic()):
            quarter = recorder.clock.quarter(now)
            if quarter is None and now - since > SILENCE:
                raise DittoError(
                    "clock", "No MIDI clock came: press play in the DAW that sends it."
                )
            count = None if quarter is None else floor(quarter / beat + 1e-6)
            if count is not None and count != told:
                told = count
                print(_spoken(count, options.meter[0]), end=" ", flush=True)
            time.sleep(LOOK)
    except KeyboardInterrupt:
        pass
    print(flush=True)


def _spoken(beat: int, beats: int) -> str:
    """ "-4" to "-1" in the count-in, then "bar.beat"."""
    return str(beat) if beat < 0 else f"{beat // beats + 1}.{beat % beats + 1}"


def keep(recording: Recording, path: Path, options: Options) -> None:
    """Write the file: .mid of notes, .csv of a lane."""
    wanted = ".csv" if options.controller is not None else ".mid"
    if path.suffix.casefold() != wanted:
        what = "A controller's lane" if wanted == ".csv" else "A melody"
        raise BadRequest("out", f"{what} is written to a file that ends in {wanted}.")
    if wanted == ".csv":
        write_lane(recording, path, options.decibels)
    else:
        write_midi(recording, path, options.meter)


def request(recording: Recording, options: Options, prompt: str) -> dict[str, Any]:
    """A new loop of the recording's length, at its tempo, under what was played."""
    tempo = round(recording.tempo, 2)
    return {
        "kind": "loop",
        "use": "new",
        "prompt": prompt,
        "bars": str(Fraction(options.bars).limit_denominator(64)),
        "tempo": {"tempos": [[0, tempo]], "meters": [[0, *options.meter]]},
        **target(recording, options.decibels),
    }
