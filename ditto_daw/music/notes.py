"""Notes in quarters, and the one line among them that a melody control follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ditto_daw.errors import BadRequest
from ditto_daw.requests.fields import finite, rows, whole, within

MOST_NOTES = 100_000
MOST_QUARTERS = 10_000
DRUM_CHANNEL = 9
# Two notes that begin within a 64th of each other were meant as one chord.
_TOGETHER = 1 / 16


@dataclass(frozen=True, order=True)
class Note:
    """One note. start and length in quarters, pitch 0..127, velocity 1..127, channel 0..15."""

    start: float
    length: float
    pitch: int
    velocity: int = 100
    channel: int = 0

    @property
    def end(self) -> float:
        return self.start + self.length

    def to_list(self) -> list[Any]:
        """The JSON form: [start, length, pitch, velocity, channel]."""
        return [self.start, self.length, self.pitch, self.velocity, self.channel]


def notes_from_lists(value: Any, name: str) -> tuple[Note, ...]:
    """Notes sorted by time from [[start, length, pitch, velocity, channel], ...].

    velocity and channel may be left out. Raises BadRequest naming the note by its index.
    """
    return tuple(
        sorted(_note(row, f"{name}[{i}]") for i, row in enumerate(rows(value, name, MOST_NOTES)))
    )


def tonal(notes: Sequence[Note]) -> tuple[Note, ...]:
    """The notes that have a pitch: all but those of the drum channel (MIDI channel 10)."""
    return tuple(note for note in notes if note.channel != DRUM_CHANNEL)


def check_melody(value: Any, name: str = "melody") -> str:
    """ "top", "none" or "channel:N" with N in 1..16, as hosts number MIDI channels."""
    text = value.strip().casefold() if isinstance(value, str) else ""
    found = re.fullmatch(r"top|none|channel: ?([0-9]{1,2})", text)
    if not found or (found[1] and not 1 <= int(found[1]) <= 16):
        raise BadRequest(
            name,
            f'{name} must be "top" (the highest notes), "channel:N" with N from 1 to 16,'
            ' or "none".',
        )
    return f"channel:{int(found[1])}" if found[1] else found[0]


def melody_line(notes: Sequence[Note], rule: str) -> tuple[Note, ...]:
    """One note at a time, for a melody control to follow; drums never belong to it.

    rule: "top" takes the highest note of all, "channel:N" (1..16) the highest of that channel,
    "none" nothing. A note ends at the latest where the next of the line begins; a higher note
    that is still held hides the lower ones that begin under it.
    """
    rule = check_melody(rule)
    pool = tonal(notes)
    if rule == "none":
        return ()
    if rule != "top":
        channel = int(rule.split(":")[1]) - 1
        pool = tuple(note for note in pool if note.channel == channel)
    line: list[Note] = []
    for note in sorted(pool, key=lambda note: (note.start, -note.pitch)):
        if line and note.start < line[-1].end:
            held = line[-1]
            if note.pitch <= held.pitch and _covers(held, note):
                continue
            if note.start - held.start < _TOGETHER and note.pitch > held.pitch:
                line.pop()
            else:
                line[-1] = _cut(held, note.start)
        line.append(note)
    return tuple(line)


def _covers(held: Note, note: Note) -> bool:
    """Whether a held higher note hides this one: chord tones and accompaniment under it.

    A lower note that begins as the held one is about to end (legato overlap) is the next
    note of the line, not accompaniment.
    """
    overlap = held.end - note.start
    return overlap > 0.25 * min(note.length, held.length)


def _cut(note: Note, end: float) -> Note:
    return Note(note.start, end - note.start, note.pitch, note.velocity, note.channel)


def _note(row: Any, name: str) -> Note:
    values = rows(row, name, 5)
    if len(values) < 3:
        raise BadRequest(name, f"{name} must be [start, length, pitch, velocity, channel].")
    start, length, pitch = values[:3]
    velocity, channel = (values[3:] + [100, 0][len(values) - 3 :])[:2]
    within(finite(start, f"{name}.start"), f"{name}.start", -MOST_QUARTERS, MOST_QUARTERS)
    within(finite(length, f"{name}.length"), f"{name}.length", 0, MOST_QUARTERS)
    if length == 0:
        raise BadRequest(f"{name}.length", f"{name}.length is 0; a note needs some length.")
    return Note(
        float(start),
        float(length),
        whole(pitch, f"{name}.pitch", 0, 127),
        whole(velocity, f"{name}.velocity", 1, 127),
        whole(channel, f"{name}.channel", 0, 15),
    )
