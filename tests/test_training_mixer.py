"""The mixer: exact length and place, level, stems, automation, side-chain and long notes."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from training_sines import Sines

from ditto_daw.training import mixer
from ditto_daw.training.bank import LEVEL, RATE
from ditto_daw.training.composer import compose
from ditto_daw.training.score import Note, Score
from ditto_daw.vocabulary import GENRES

SECONDS = 6.0


def score(genre: str = "pop", seed: int = 1, **changes: Any) -> Score:
    made = compose(genre, "bright", "C major", seconds=SECONDS, seed=seed, plain=True)
    return dataclasses.replace(made, **changes)


def decibels(wave: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(wave**2)) + 1e-12))


@pytest.mark.parametrize("genre", GENRES)
def test_a_mix_has_its_length_and_level(genre: str) -> None:
    wanted = score(genre, loudness=-20.0)
    mix, stems = mixer.render(wanted, Sines())
    assert mix.shape == (2, round(SECONDS * RATE))
    assert mix.dtype == np.float32
    assert tuple(stems) == wanted.sounding()
    assert decibels(mix) == pytest.approx(-20, abs=0.5)
    assert np.abs(mix).max() <= 1.0


def test_stems_add_up_to_a_mix_that_is_not_limited() -> None:
    mix, stems = mixer.render(score(loudness=-40.0), Sines())
    np.testing.assert_allclose(sum(stems.values()), mix, atol=1e-5)


def test_rendering_repeats_itself() -> None:
    one, two = (mixer.render(score("techno", seed=4), Sines())[0] for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_level_automation_is_heard() -> None:
    plain, _ = mixer.render(score(loudness=-30.0), Sines())
    moved, _ = mixer.render(
        score(loudness=-30.0, levels=((0.0, 0.0), (3.0, 0.0), (3.01, -12.0))), Sines()
    )
    late = slice(round(3.2 * RATE), None)
    assert decibels(plain[:, late]) - decibels(moved[:, late]) == pytest.approx(12, abs=0.05)
    np.testing.assert_allclose(moved[:, : 3 * RATE - 64], plain[:, : 3 * RATE - 64], atol=1e-6)


def test_notes_begin_on_their_sample_and_end_after_their_release() -> None:
    notes = (Note(0.5, 0.25, 69, 1.0), Note(-0.1, 0.2, 57, 1.0), Note(1.95, 1.0, 69, 1.0))
    wave = mixer._play(notes[:1], "fluid:0", "chords", 2 * RATE, Sines())
    heard = np.flatnonzero(wave)
    assert abs(heard[0] - round((0.5 - mixer.EARLY) * RATE)) <= 1
    last = round((0.75 - mixer.EARLY + mixer.RELEASE["chords"]) * RATE)
    assert abs(heard[-1] - last) <= 10
    before = mixer._play(notes[1:2], "fluid:0", "chords", 2 * RATE, Sines())
    whole = Sines().note("fluid", 0, 57).astype(np.float32)
    skipped = round((0.1 + mixer.EARLY) * RATE)
    np.testing.assert_allclose(before[:3800], whole[skipped:][:3800], atol=1e-3)
    assert mixer._play(notes[2:], "fluid:0", "chords", 2 * RATE, Sines())[-1] != 0


def test_a_note_longer_than_its_recording_goes_on_smoothly() -> None:
    wave = mixer._play((Note(0.0, 9.5, 57, 1.0),), "fluid:0", "pad", 10 * RATE, Sines())
    blocks = np.sqrt(np.mean(wave[: 9 * RATE].reshape(-1, RATE // 10) ** 2, axis=1))
    assert blocks.min() > 0.3 * LEVEL
    assert blocks.max() < 1.5 * LEVEL
    step = 2 * np.pi * 220 / RATE * LEVEL * np.sqrt(2)
    assert np.abs(np.diff(wave[: 9 * RATE])).max() < 1.6 * step


def test_side_chain_ducks_everything_but_drums_at_each_kick() -> None:
    ducked = score("house", sidechain=0.8)
    curve = mixer._duck(ducked, round(SECONDS * RATE))
    for note in ducked.parts["drums"]:
        at = round((note.start - mixer.EARLY) * RATE)
        if note.pitch == 36 and 0 <= at < len(curve):
            assert curve[at] == pytest.approx(0.2, abs=0.01)
    assert curve.max() == 1.0


def test_a_room_heard_in_blocks_is_the_room_heard_at_once() -> None:
    rng = np.random.default_rng(0)
    length = 3000
    room = mixer._room_spectrum(length, 0.1, 0, 0)
    impulse = np.fft.irfft(room, 2 * (len(room) - 1))[:length]
    for samples in (200, 40_000):
        wave = rng.normal(size=samples).astype(np.float32)
        wet = mixer._convolved(wave, room, length)
        np.testing.assert_allclose(wet, np.convolve(wave, impulse)[:samples], atol=1e-5)


def test_a_closed_sweep_darkens_and_an_open_one_does_nothing() -> None:
    noise = np.random.default_rng(0).normal(size=RATE).astype(np.float32)
    np.testing.assert_allclose(mixer._sweep(noise, ((0, 16000.0), (1, 16000.0))), noise)
    closed = mixer._sweep(noise, ((0, 350.0), (1, 350.0)))
    spectrum = np.abs(np.fft.rfft(closed)) ** 2
    assert spectrum[2000:].sum() < 0.01 * spectrum.sum()


def test_one_channel_is_the_mean_of_two_without_the_room() -> None:
    wanted = score(loudness=-30.0)
    mono, _ = mixer.render(wanted, Sines(), channels=1)
    stereo, _ = mixer.render(wanted, Sines())
    assert mono.shape == (1, stereo.shape[1])
    error = mono[0] - stereo.mean(axis=0)
    assert decibels(error) < decibels(mono) - 6


def test_limiting_leaves_quiet_sound_alone_and_keeps_loud_sound_below_full_scale() -> None:
    ramp = np.linspace(-3, 3, 1001, dtype=np.float32)[None]
    bent = mixer._limit(ramp.copy())
    quiet = np.abs(ramp) < 0.7
    np.testing.assert_array_equal(bent[quiet], ramp[quiet])
    assert np.abs(bent).max() <= 1.0
    assert (np.diff(bent) >= 0).all()
