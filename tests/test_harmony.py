"""Key and held chords of notes whose harmony is known."""

import numpy as np
import pytest

from ditto_daw.music.harmony import FEWEST_NOTES, held_chords, key_of, key_of_weights, triads
from ditto_daw.music.notes import DRUM_CHANNEL, Note
from ditto_daw.vocabulary import KEYS

MAJOR_SCALE, MINOR_SCALE = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 11)


def scale(tonic, steps):
    """Up the scale, resting on tonic and fifth."""
    return [
        Note(n, 3.0 if step in (0, 7) else 1.0, 60 + tonic + step) for n, step in enumerate(steps)
    ]


def chord(start, length, *pitches):
    return [Note(start, length, pitch) for pitch in pitches]


@pytest.mark.parametrize("tonic", range(12))
def test_a_scale_is_in_its_key(tonic):
    assert key_of(scale(tonic, MAJOR_SCALE)) == KEYS[tonic]
    assert key_of(scale(tonic, MINOR_SCALE)) == KEYS[12 + tonic]


@pytest.mark.filterwarnings("error")
def test_few_notes_drums_and_all_twelve_have_no_key():
    assert key_of(scale(0, MAJOR_SCALE)[: FEWEST_NOTES - 1]) == ""
    assert key_of([Note(n, 1.0, 36 + n, 100, DRUM_CHANNEL) for n in range(20)]) == ""
    assert key_of([Note(n, 1.0, 60 + n) for n in range(12)]) == ""


def test_a_chord_is_held_until_the_next_one():
    notes = chord(1.0, 0.5, 60, 64, 67) + chord(2.0, 1.0, 62, 65, 69, 72)
    chroma = held_chords(notes, np.arange(0.0, 4.0, 0.25))
    assert chroma.shape == (16, 12)
    names = [set(np.flatnonzero(row)) for row in chroma]
    assert names[:8] == [{0, 4, 7}] * 8  # before the first chord too
    assert names[8:] == [{0, 2, 5, 9}] * 8


def test_a_passing_note_over_a_chord_belongs_to_the_frames_where_it_sounds():
    notes = [*chord(0.0, 4.0, 60, 64, 67), Note(1.0, 1.0, 74)]
    chroma = held_chords(notes, np.arange(0.0, 4.0, 0.5))
    assert chroma[:, 2].tolist() == [0, 0, 1, 1, 0, 0, 0, 0]


def test_a_melody_and_an_interval_are_no_chords():
    line = [Note(n, 1.0, 60 + n) for n in range(8)]
    quarters = np.arange(0.0, 8.0, 0.25)
    assert held_chords(line, quarters) is None
    assert held_chords(line + chord(0.0, 8.0, 48), quarters) is None
    assert held_chords([], quarters) is None
    assert held_chords([*line, *chord(0.0, 1.0, 60, 64, 67)], quarters) is None


def test_sound_is_read_as_the_nearest_triad_of_each_beat():
    beats = np.repeat(np.arange(4), 5)
    c_major, a_minor = np.eye(12)[[0, 4, 7]].sum(axis=0), np.eye(12)[[9, 0, 4]].sum(axis=0)
    chroma = np.zeros((20, 12))
    chroma[5:10] = c_major + 0.3 * np.eye(12)[11]
    chroma[10:15] = a_minor * 0.2
    found = triads(chroma, beats)
    assert (found[:10] == c_major).all(), "the beat before the first chord has it too"
    assert (found[10:] == a_minor).all(), "and the silent one after the last has that"
    assert not triads(np.zeros((20, 12)), beats).any()
    assert key_of_weights(found.sum(axis=0)) == "C major"
    assert key_of_weights(np.ones(12)) == ""
