"""Melody accuracy: the chroma is librosa's, and known melodies get the share they must."""

import numpy as np
import pytest

from ditto_daw.measures.melody import RATE, chroma, melody_accuracy

STARTS, ENDS = np.array([0.0, 0.5, 1.0, 1.5]), np.array([0.5, 1.0, 1.5, 2.0])
PITCHES = np.array([72, 76, 79, 70])


def tune(pitches, rate=44_100, seconds=0.5):
    """One pure tone after the other (1, n)."""
    t = np.arange(round(seconds * rate)) / rate
    hertz = [440.0 * 2.0 ** ((pitch - 69) / 12) for pitch in pitches]
    return np.concatenate([0.3 * np.sin(2 * np.pi * f * t) for f in hertz])[None]


LIBROSA = {
    0: [17729, 5823.9, 648.21, 245.73, 143.18, 99.81, 80.97, 78.77, 97.68, 166.4, 502.8, 5424.4],
    43: [18158, 6877.9, 1878.5, 9632.8, 33407, 8539.4, 734, 312.04, 222.19, 224.5, 469.32, 5140.1],
}
"""Frames of librosa 0.11's `chroma_stft(y, sr=22050, n_fft=4096, hop_length=256, tuning=0,
norm=None)` of the tune below behind scipy's Butterworth high-pass. Written out, because importing
librosa for the first time takes half a minute to compile it."""


def test_the_chroma_is_librosas_after_the_high_pass():
    ours = chroma(tune([60, 64, 71], RATE), RATE)
    assert ours.shape == (12, 130)
    for frame, theirs in LIBROSA.items():
        assert ours[:, frame] == pytest.approx(theirs, rel=3e-4)


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_a_melody_that_is_played_is_found_at_any_rate(rate):
    assert melody_accuracy(tune(PITCHES, rate), rate, STARTS, ENDS, PITCHES % 12) == 1.0


def test_octaves_and_stereo_do_not_matter_but_the_bass_does_not_count():
    lead = tune(PITCHES + 12)
    bass = 2.0 * tune([37, 37, 37, 37])
    both = np.concatenate([lead + bass, 0.5 * lead + bass])
    assert melody_accuracy(both, 44_100, STARTS, ENDS, PITCHES % 12) == 1.0


def test_one_wrong_note_of_four_costs_its_quarter():
    played = PITCHES + np.array([0, 0, 1, 0])
    share = melody_accuracy(tune(played), 44_100, STARTS, ENDS, PITCHES % 12)
    assert share == pytest.approx(0.75, abs=0.01)


def test_frames_at_note_changes_and_outside_notes_do_not_count():
    late = np.concatenate([np.zeros((1, 1_000)), tune(PITCHES)], axis=1)
    assert melody_accuracy(late, 44_100, STARTS, ENDS, PITCHES % 12) > 0.95
    first = slice(0, 1)
    share = melody_accuracy(tune(PITCHES), 44_100, STARTS[first], ENDS[first], PITCHES[first] % 12)
    assert share == 1.0
    nothing = np.array([])
    assert np.isnan(melody_accuracy(tune(PITCHES), 44_100, nothing, nothing, PITCHES[:0]))
