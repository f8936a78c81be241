"""MIDI files as notes in quarters; the file's own tempo plays no part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import mido

from ditto_daw.errors import BrokenFile, EmptyMidi, FileMissing
from ditto_daw.music.notes import MOST_NOTES, MOST_QUARTERS, Note

MOST_BYTES = 2 * 2**20
# What mido was seen to raise on broken files; MemoryError from lengths that the file makes up.
_BROKEN = (
    OSError,
    EOFError,
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
    mido.KeySignatureError,
)


def notes_from_file(path: str | Path, argument: str = "midi.path") -> tuple[Note, ...]:
    """All notes of a MIDI file of type 0 or 1, sorted; start and length in quarters.

    A note that begins again while it sounds is cut there; one that never ends lasts to the end of
    its track. Raises FileMissing, BrokenFile (unreadable, of SMPTE time, type 2, or beyond 100,000
    notes or 10,000 quarters) and EmptyMidi.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
    except OSError:
        raise FileMissing(argument, f"There is no file {path}.") from None
    if size > MOST_BYTES:
        raise _broken(path, argument, f"it has {size:,} bytes and {MOST_BYTES:,} is the most")
    try:
        file = mido.MidiFile(path)
    except _BROKEN as error:
        raise _broken(path, argument, str(error) or type(error).__name__) from None
    if file.type == 2:
        raise _broken(path, argument, "its tracks are separate songs (type 2); export one clip")
    if not 0 < file.ticks_per_beat < 0x8000:
        raise _broken(path, argument, "it counts film frames instead of beats")
    found: list[Note] = []
    for track in file.tracks:
        for note in _track_notes(track, file.ticks_per_beat):
            if len(found) == MOST_NOTES:
                raise _broken(path, argument, f"it has more than {MOST_NOTES:,} notes")
            if note.end > MOST_QUARTERS:
                raise _broken(path, argument, f"it is longer than {MOST_QUARTERS:,} quarter notes")
            found.append(note)
    if not found:
        raise EmptyMidi(argument, f"{path} has no notes; draw or record some and export it again.")
    return tuple(sorted(found))


def _track_notes(track: mido.MidiTrack, ticks_per_quarter: int) -> Iterator[Note]:
    sounding: dict[tuple[int, int], tuple[int, int]] = {}
    now = 0

    def ended(channel: int, pitch: int) -> Iterator[Note]:
        start, velocity = sounding.pop((channel, pitch), (now, 0))
        if now > start:
            length = (now - start) / ticks_per_quarter
            yield Note(start / ticks_per_quarter, length, pitch, velocity, channel)

    for message in track:
        now += message.time
        if message.type in ("note_on", "note_off"):
            yield from ended(message.channel, message.note)
            if message.type == "note_on" and message.velocity > 0:
                sounding[message.channel, message.note] = (now, message.velocity)
    for channel, pitch in list(sounding):
        yield from ended(channel, pitch)


def _broken(path: Path, argument: str, reason: str) -> BrokenFile:
    return BrokenFile(argument, f"{path} cannot be used as MIDI: {reason.rstrip('.')}.")
