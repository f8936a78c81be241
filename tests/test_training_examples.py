"""The demo's shipped input: what lies in the package is what the command describes."""

from __future__ import annotations

from pathlib import Path

import mido
import numpy as np
import soundfile
from training_sines import Sines

import ditto_daw
from ditto_daw.training import examples

MATERIAL = Path(ditto_daw.__file__).parent / "material"


def test_the_shipped_clip_is_four_bars_and_a_little_stereo_and_small() -> None:
    audio, rate = soundfile.read(MATERIAL / "clip.flac", always_2d=True)
    bars = len(audio) / rate / (4 * 60 / examples.TEMPO)
    assert rate == 44100
    assert audio.shape[1] == 2
    assert 4 < bars < 4.25
    assert 0.5 < np.abs(audio).max() < 0.95
    assert (MATERIAL / "clip.flac").stat().st_size <= 1_000_000


def test_the_shipped_melody_is_the_composed_one() -> None:
    shipped = mido.MidiFile(MATERIAL / "melody.mid").tracks
    for track, made in zip(shipped, examples.melody().tracks, strict=True):
        assert [m for m in track if m.type != "end_of_track"] == list(made)


def test_the_melody_fills_four_bars_over_chords_and_every_note_ends() -> None:
    for track in examples.melody().tracks:
        at, open_notes, notes = 0, set(), 0
        for message in track:
            at += message.time
            if message.type == "note_on":
                assert message.note not in open_notes
                open_notes.add(message.note)
                notes += 1
            elif message.type == "note_off":
                open_notes.remove(message.note)
        assert not open_notes
        assert notes >= 12
        assert 12 * examples.TICKS < at <= 16 * examples.TICKS


def test_the_clip_is_rendered_in_stereo_below_full_scale() -> None:
    audio = examples.clip(Sines())
    quarters = audio.shape[1] / 44100 * examples.TEMPO / 60
    assert audio.shape[0] == 2
    np.testing.assert_allclose(quarters, 16 + examples.SURPLUS, atol=1e-3)
    np.testing.assert_allclose(np.abs(audio).max(), 10 ** (-3 / 20), rtol=1e-4)
