"""Melody accuracy: the chroma is librosa's, and known melodies get the share they must."""

import librosa
import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from ditto_daw.measures.melody import CUTOFF_HZ, HOP, N_FFT, RATE, chroma, melody_accuracy

STARTS, ENDS = np.array([0.0, 0.5, 1.0, 1.5]), np.array([0.5, 1.0, 1.5, 2.0])
PITCHES = np.array([72, 76, 79, 70])


def tune(pitches, rate=44_100, seconds=0.5):
    """One pure tone after the other (1, n)."""
    t = np.arange(round(seconds * rate)) / rate
    hertz = [440.0 * 2.0 ** ((pitch - 69) / 12) for pitch in pitches]
    return np.concatenate([0.3 * np.sin(2 * np.pi * f * t) for f in hertz])[None]


def test_the_chroma_is_librosas_after_the_high_pass():
    audio = tune([60, 64, 71], RATE)
    audio = audio + 0.01 * np.random.default_rng(0).standard_normal(audio.shape)
    high = sosfilt(butter(2, CUTOFF_HZ, "highpass", fs=RATE, output="sos"), audio[0])
    theirs = librosa.feature.chroma_stft(
        y=high, sr=RATE, n_fft=N_FFT, hop_length=HOP, tuning=0, norm=None
    )
    ours = chroma(audio, RATE)
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-3 * theirs.max()


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
