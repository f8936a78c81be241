"""MIDI files, most of them written byte by byte: notes in quarters, or one sentence."""

import struct
from pathlib import Path

import numpy as np
import pytest

from ditto_daw.errors import BrokenFile, DittoError, EmptyMidi, FileMissing
from ditto_daw.files import midifile
from ditto_daw.files.midifile import notes_from_file
from ditto_daw.music.notes import Note

END = b"\x00\xff\x2f\x00"  # delta 0, end of track


def midi(*tracks: bytes, division: int = 480, kind: int = 1) -> bytes:
    """A file: header chunk (type, tracks, ticks per quarter), then the track chunks."""
    head = b"MThd" + struct.pack(">IHHH", 6, kind, len(tracks), division)
    return head + b"".join(b"MTrk" + struct.pack(">I", len(track)) + track for track in tracks)


C_THEN_E = (
    b"\x00\x90\x3c\x64"  # delta 0, note on, channel 1, C4, velocity 100
    b"\x83\x60\x80\x3c\x40"  # delta 480, note off C4
    b"\x00\x40\x00"  # running status: delta 0, note off E4, which never began
    b"\x00\x91\x40\x50"  # delta 0, note on, channel 2, E4, velocity 80
    b"\x81\x70\x40\x00"  # running status: delta 240, E4 with velocity 0 = off
)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return tmp_path / "clip ü.mid"


def test_notes_come_in_quarters(clip: Path) -> None:
    clip.write_bytes(midi(C_THEN_E + END))
    assert notes_from_file(clip) == (Note(0, 1, 60, 100, 0), Note(1, 0.5, 64, 80, 1))


def test_the_files_tempo_and_resolution_change_nothing(clip: Path) -> None:
    tempo = b"\x00\xff\x51\x03\x0f\x42\x40"  # 60 per minute
    clip.write_bytes(midi(tempo + END, C_THEN_E + END, division=960))
    assert [(note.start, note.length) for note in notes_from_file(clip)] == [(0, 0.5), (0.5, 0.25)]


def test_a_note_struck_again_is_cut_there_and_an_endless_one_ends_with_its_track(
    clip: Path,
) -> None:
    track = b"\x00\x90\x3c\x64" + b"\x83\x60\x90\x3c\x50" + b"\x83\x60\xb0\x07\x7f" + END
    clip.write_bytes(midi(track))
    assert notes_from_file(clip) == (Note(0, 1, 60, 100), Note(1, 1, 60, 80))


@pytest.mark.parametrize(
    "data",
    [
        midi(END),
        midi(),
        midi(b"\x00\x80\x3c\x40" + END),  # a note off alone
        midi(b"\x00\x90\x3c\x64\x00\x80\x3c\x40" + END),  # a note of no length
        midi(b"\x00\xff\x03\x04name" + END),
    ],
)
def test_a_clip_without_notes_has_its_own_answer(clip: Path, data: bytes) -> None:
    clip.write_bytes(data)
    with pytest.raises(EmptyMidi, match="has no notes") as caught:
        notes_from_file(clip)
    assert caught.value.argument == "midi.path"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "cannot be used"),
        (b"MThd", "cannot be used"),
        (b"RIFF" + bytes(40), "cannot be used"),
        (midi(C_THEN_E)[:-4], "cannot be used"),  # the track ends early
        (midi(b"\x00\xff\x59\x02\x7f\x7f" + END), "cannot be used"),  # 127 sharps
        (midi(b"\x00\x90\xff\xff" + END), "cannot be used"),  # data bytes above 127
        (midi(C_THEN_E + END, kind=2), "separate songs"),
        (midi(C_THEN_E + END, division=0xE728), "film frames"),  # 25 frames a second
        (midi(C_THEN_E + END, division=0), "film frames"),
        (midi(b"\xff\xff\xff\x7f\x90\x3c\x64\x83\x60\x80\x3c\x40" + END, division=1), "10,000"),
    ],
)
def test_broken_files_are_refused_in_a_sentence(clip: Path, data: bytes, words: str) -> None:
    clip.write_bytes(data)
    with pytest.raises(BrokenFile, match=words) as caught:
        notes_from_file(clip)
    assert caught.value.message.endswith(".")
    assert clip.read_bytes() == data


def test_too_many_notes_are_refused(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(midifile, "MOST_NOTES", 1000)
    clip.write_bytes(midi(b"\x00\x90\x3c\x64\x01\x3c\x00" + b"\x00\x3c\x64\x01\x3c\x00" * 1000))
    with pytest.raises(BrokenFile, match="more than 1,000 notes"):
        notes_from_file(clip)


def test_too_large_and_missing_files_are_refused(clip: Path) -> None:
    with pytest.raises(FileMissing, match="no file"):
        notes_from_file(clip)
    clip.write_bytes(bytes(2 * 2**20 + 1))
    with pytest.raises(BrokenFile, match="is the most"):
        notes_from_file(clip)


def test_random_damage_never_escapes_as_another_error(clip: Path) -> None:
    rng = np.random.default_rng(4)
    extras = b"\x00\xff\x59\x02\x02\x00\x00\xff\x58\x04\x04\x02\x18\x08\x00\xf0\x03\x01\x02\xf7"
    whole = np.frombuffer(midi(extras + C_THEN_E * 3 + END, C_THEN_E + END), np.uint8)
    outcomes = set()
    for _ in range(500):
        damaged = whole.copy()
        damaged[rng.integers(0, whole.size, 3)] = rng.integers(0, 256, 3)
        clip.write_bytes(damaged[: rng.integers(1, whole.size + 200)].tobytes())
        try:
            outcomes.add(len(notes_from_file(clip)) > 0)
        except DittoError as error:
            outcomes.add(error.code)
    assert outcomes <= {True, "broken_file", "empty_midi"}
    assert {True, "broken_file"} <= outcomes


def test_real_files_are_read(shared_dir: Path) -> None:
    files = sorted((shared_dir / "data" / "symbolic" / "freedoom").glob("*.mid"))
    assert len(files) >= 20
    for file in files[::12]:
        notes = notes_from_file(file)
        assert all(note.length > 0 and note.end <= 10_000 for note in notes)
