"""Notes from lists and the melody line that a control follows."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ditto_daw.errors import BadRequest
from ditto_daw.music.notes import Note, check_melody, melody_line, notes_from_lists, tonal

QUARTERS = st.integers(0, 64).map(lambda steps: steps / 4)
NOTES = st.lists(
    st.builds(
        Note,
        QUARTERS,
        st.integers(1, 16).map(lambda steps: steps / 4),
        st.integers(0, 127),
        st.integers(1, 127),
        st.integers(0, 15),
    ),
    max_size=20,
)


@given(NOTES)
def test_notes_go_round_as_lists_and_come_back_sorted(notes: list[Note]) -> None:
    assert notes_from_lists([note.to_list() for note in notes], "notes") == tuple(sorted(notes))


@given(NOTES, st.sampled_from(["top", "channel:1", "channel:10", "none"]))
def test_a_melody_is_one_note_at_a_time_and_never_a_drum(notes: list[Note], rule: str) -> None:
    line = melody_line(notes, rule)
    assert all(note.length > 0 and note.channel != 9 for note in line)
    assert all(a.end <= b.start for a, b in pairwise(line))
    pitches = {(note.start, note.pitch) for note in tonal(notes)}
    assert all((note.start, note.pitch) in pitches for note in line)


def test_the_top_line_of_chords_is_their_highest_notes() -> None:
    chords = [Note(at, 1, pitch) for at in (0, 1, 2) for pitch in (60 + at, 64 + at, 67 + at)]
    assert [note.pitch for note in melody_line(chords, "top")] == [67, 68, 69]


def test_accompaniment_under_a_held_note_is_no_melody() -> None:
    held = Note(0, 4, 72)
    notes = [held, *(Note(at, 0.5, 48) for at in (0.5, 1.0, 1.5))]
    assert melody_line(notes, "top") == (held,)


def test_legato_overlap_is_cut_where_the_next_note_begins() -> None:
    line = melody_line([Note(0, 1.1, 72), Note(1, 1.1, 69), Note(2, 1, 74)], "top")
    assert [(note.start, note.length, note.pitch) for note in line] == [
        (0, 1, 72),
        (1, 1, 69),
        (2, 1, 74),
    ]


def test_a_strummed_chord_keeps_its_top_note_only() -> None:
    strum = [Note(0, 1, 60), Note(0.02, 1, 64), Note(0.04, 1, 67)]
    assert [note.pitch for note in melody_line(strum, "top")] == [67]


@pytest.mark.parametrize(
    ("value", "canonical"),
    [("top", "top"), (" Top ", "top"), ("channel:1", "channel:1"), ("channel: 16", "channel:16")],
)
def test_melody_rules_in_their_canonical_form(value: str, canonical: str) -> None:
    assert check_melody(value) == canonical


@pytest.mark.parametrize("value", ["", "bottom", "channel:0", "channel:17", "channel:x", 3, None])
def test_an_unknown_melody_rule_is_refused(value) -> None:
    with pytest.raises(BadRequest, match="channel:N"):
        check_melody(value)


@pytest.mark.parametrize(
    ("row", "argument"),
    [
        ("C4", "midi.notes[1]"),
        ([0, 1], "midi.notes[1]"),
        ([0, 1, 60, 100, 0, 0], "midi.notes[1]"),
        ([float("nan"), 1, 60], "midi.notes[1].start"),
        ([20_000, 1, 60], "midi.notes[1].start"),
        ([0, 0, 60], "midi.notes[1].length"),
        ([0, -1, 60], "midi.notes[1].length"),
        ([0, 1, 128], "midi.notes[1].pitch"),
        ([0, 1, 60.5], "midi.notes[1].pitch"),
        ([0, 1, 60, 0], "midi.notes[1].velocity"),
        ([0, 1, 60, 64, 16], "midi.notes[1].channel"),
    ],
)
def test_a_wrong_note_is_named_by_its_index(row, argument: str) -> None:
    with pytest.raises(BadRequest) as caught:
        notes_from_lists([[0, 1, 60], row], "midi.notes")
    assert caught.value.argument == argument


def test_too_many_notes_are_refused() -> None:
    with pytest.raises(BadRequest, match="100,000 is the most"):
        notes_from_lists([[0, 1, 60]] * 100_001, "midi.notes")
