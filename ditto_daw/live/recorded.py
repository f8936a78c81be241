"""A recording as files, and as part of a request."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import mido

from ditto_daw.live.recorder import Recording

TICKS = 480


def write_midi(recording: Recording, path: Path, meter: tuple[int, int]) -> None:
    """A MIDI file of type 0 that appears whole."""
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(recording.tempo)))
    track.append(mido.MetaMessage("time_signature", numerator=meter[0], denominator=meter[1]))
    events = []
    for note in recording.notes:
        where = {"note": note.pitch, "channel": note.channel}
        start, end = round(note.start * TICKS), round(note.end * TICKS)
        events.append((start, 1, mido.Message("note_on", velocity=note.velocity, **where)))
        events.append((max(end, start + 1), 0, mido.Message("note_off", velocity=0, **where)))
    now = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    end = max(now, round(recording.quarters * TICKS))
    track.append(mido.MetaMessage("end_of_track", time=end - now))
    file = mido.MidiFile(type=0, ticks_per_beat=TICKS)
    file.tracks.append(track)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    file.save(part)
    part.replace(path)


def write_lane(recording: Recording, path: Path, decibels: tuple[float, float] | None) -> None:
    """CSV of quarter and value without a header; see `values`."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with part.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(values(recording, decibels))
    part.replace(path)


def values(recording: Recording, decibels: tuple[float, float] | None) -> list[tuple[float, float]]:
    """The lane's points: 0..1, or in dB where the controller's lowest and highest are named."""
    low, high = decibels or (0.0, 1.0)
    return [(round(at, 4), round(low + (high - low) * value, 4)) for at, value in recording.lane]


def target(recording: Recording, decibels: tuple[float, float] | None) -> dict[str, Any]:
    """The part of a request that asks for what was recorded."""
    if recording.lane:
        points = [list(point) for point in values(recording, decibels)]
        return {"curve": {"points": points, "unit": "db" if decibels else "unit"}}
    return {"midi": {"notes": [note.to_list() for note in recording.notes]}}
