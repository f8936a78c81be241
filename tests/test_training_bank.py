"""The note bank: in tune, level, and built only where something is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from ditto_daw.training import bank
from ditto_daw.training.bank import BASS_PITCHES, DRUMS, LEVEL, RATE, SLOT, TUNED_PITCHES, Bank


def strongest(wave: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(wave.astype(np.float64) * np.hanning(len(wave))))
    return float(np.fft.rfftfreq(len(wave), 1 / RATE)[power.argmax()])


@pytest.fixture
def sines(tmp_path: Path) -> Bank:
    """A bank folder with one tuned program of sines and one kit of noise."""
    t = np.arange(int(SLOT * RATE)) / RATE
    rows = [np.sin(2 * np.pi * 440 * 2 ** ((p - 69) / 12) * t) for p in TUNED_PITCHES]
    rows[0] *= 0
    np.save(tmp_path / "fluid-0.npy", np.asarray(rows, np.float16))
    hits = np.random.default_rng(0).normal(size=(len(DRUMS), RATE)) * np.exp(-t[:RATE] / 0.02)
    np.save(tmp_path / "fluid-kit0.npy", hits.astype(np.float16))
    return Bank(tmp_path)


@pytest.mark.parametrize("pitch", [38, 43, 60, 61, 62, 64, 69, 98, 103])
def test_notes_between_recordings_are_in_tune(sines: Bank, pitch: int) -> None:
    cents = 1200 * np.log2(strongest(sines.note("fluid", 0, pitch)) / 440) - 100 * (pitch - 69)
    assert abs(cents) < 8


def test_drums_have_one_peak_and_end_when_they_are_silent(sines: Bank) -> None:
    hit = sines.drum("fluid", 0, 36)
    assert np.abs(hit).max() == pytest.approx(0.5, abs=1e-3)
    assert len(hit) < RATE // 2
    with pytest.raises(ValueError):
        sines.drum("fluid", 0, 99)


def test_ratios_are_within_three_cents_of_semitones() -> None:
    for semitones, (up, down) in bank._RATIOS.items():
        assert abs(1200 * np.log2(up / down) - 100 * semitones) < 3


def test_cleaning_removes_offsets_and_levels_what_speaks() -> None:
    t = np.arange(int(SLOT * RATE)) / RATE
    loud, quiet = np.sin(2 * np.pi * 220 * t) + 0.5, 0.01 * np.sin(2 * np.pi * 330 * t)
    notes = np.stack([loud, quiet, 0 * t]).astype(np.float32)
    cleaned = bank._clean(notes).astype(np.float64)
    assert np.abs(cleaned[:, RATE:].mean(axis=1)).max() < 1e-4
    rms = np.sqrt(np.mean(cleaned[:, RATE : 2 * RATE] ** 2, axis=1))
    np.testing.assert_allclose(rms, [LEVEL, LEVEL, 0], rtol=0.05)


def test_a_complete_bank_needs_no_synthesiser(sines: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank.shutil, "which", lambda name: None)
    bank.build(sines.folder, ["fluid"], programs=[0], kits=[0])
    with pytest.raises(FileNotFoundError, match="FluidSynth"):
        bank.build(sines.folder, ["fluid"], programs=[33], kits=[])


@pytest.mark.skipif(
    shutil.which("fluidsynth") is None or not bank.FONTS["fluid"].exists(),
    reason="FluidSynth or its soundfont is not installed: nothing to record from",
)
def test_recorded_notes_are_in_tune_and_level(tmp_path: Path) -> None:
    bank.build(tmp_path, ["fluid"], programs=[33, 73], kits=[0])
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "fluid-33.npy",
        "fluid-73.npy",
        "fluid-kit0.npy",
    ]
    made = Bank(tmp_path)
    flute = made.note("fluid", 73, 74)
    assert abs(1200 * np.log2(strongest(flute) / 440) - 500) < 20
    assert np.load(tmp_path / "fluid-33.npy").shape[0] == len(BASS_PITCHES)
    assert np.abs(made.drum("fluid", 0, 38)).max() == pytest.approx(0.5, abs=1e-3)


def test_a_slow_attack_is_cut_to_where_it_is_heard_and_a_quick_one_is_kept() -> None:
    t = np.arange(2 * RATE) / RATE
    slow = (np.sin(2 * np.pi * 440 * t) * np.minimum(1, t / 0.2)).astype(np.float16)
    cut = bank.spoken(slow)
    assert (len(slow) - len(cut)) / RATE == pytest.approx(0.1, abs=0.005)
    assert abs(cut[0]) == 0
    np.testing.assert_array_equal(cut[RATE // 10 :], slow[len(slow) - len(cut) + RATE // 10 :])
    quick = np.sin(2 * np.pi * 440 * t) * np.exp(-t)
    assert bank.spoken(quick) is quick
    assert len(bank.spoken(np.zeros(100))) == 100
