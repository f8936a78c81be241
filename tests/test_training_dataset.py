"""The training set's files: shapes, truth, resuming, and the mixture of briefs."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from training_sines import Sines

from ditto_daw.training import dataset, speed
from ditto_daw.vocabulary import GENRES, KEYS, METERS, ROLES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("set")
    dataset.write(out, 3, seed=2, audio=2, bank=Sines())
    return out


def load(folder: Path, name: str) -> np.ndarray:
    return np.load(folder / f"{name}.npy", mmap_mode="r")


def test_every_array_has_its_shape_and_type(folder: Path) -> None:
    for name, (shape, kind) in dataset.arrays(3, 2).items():
        array = load(folder, name)
        assert array.shape == shape
        assert array.dtype == kind
    assert (folder / "done.txt").read_text() == "3"


def test_values_lie_in_their_ranges(folder: Path) -> None:
    mel = load(folder, "mel").astype(np.float32)
    assert np.isfinite(mel).all()
    assert -5.001 <= mel.min() < mel.max() < 1
    assert set(np.unique(load(folder, "chords"))) <= {0, 1}
    for name in ("quarter_phase", "bar_phase"):
        phase = load(folder, name)
        assert phase.min() >= 0
        assert phase.max() <= 1
    pitch, melody = load(folder, "melody_pitch"), load(folder, "melody")
    np.testing.assert_array_equal(melody, np.where(pitch < 0, -1, pitch % 12))
    for labels, roles in zip(load(folder, "labels"), load(folder, "roles"), strict=True):
        assert labels[0] < len(GENRES)
        assert labels[2] < len(KEYS)
        assert np.bitwise_or.reduce(roles) & ~labels[3] == 0


def test_an_interrupted_set_is_finished_with_the_same_pieces(folder: Path) -> None:
    before = load(folder, "mel").copy()
    mel = np.load(folder / "mel.npy", mmap_mode="r+")
    mel[2] = 0
    mel.flush()
    (folder / "done.txt").write_text("2")
    dataset.write(folder, 3, seed=2, audio=2, bank=Sines())
    np.testing.assert_array_equal(load(folder, "mel"), before)


def test_audio_is_what_the_mel_shows(folder: Path) -> None:
    loud = np.abs(load(folder, "audio")[0].astype(np.float32)).reshape(dataset.FRAMES, -1).max(1)
    brightest = load(folder, "mel")[0].astype(np.float32).max(axis=1)
    assert brightest[loud > 3000].min() > brightest[loud < 3].max(initial=-5.0)


@pytest.mark.parametrize(
    ("number", "truth", "levels"),
    [
        (
            3,
            "aaccec7eedde",
            [0.058435, 0.098026, 0.10733, 0.1165, 0.11439, 0.090839, 0.081721, 0.093683],
        ),
        (
            21,
            "f109e30e4360",
            [0.16974, 0.14339, 0.16208, 0.14925, 0.11237, 0.12691, 0.12728, 0.1194],
        ),
    ],
)
def test_a_piece_stays_what_it_was_when_the_sets_were_composed(
    number: int, truth: str, levels: list[float]
) -> None:
    """A set goes on with the same music, and its held-out pieces stay unheard, whatever is made
    faster since. `levels` are RMS of eighths of the piece."""
    score, mono = dataset.make(number, 7, Sines())
    known = dataset.describe(score)
    parts = [known[name].astype(np.int8).tobytes() for name in ("chords", "melody_pitch", "roles")]
    assert hashlib.sha256(b"".join(parts)).hexdigest()[:12] == truth
    found = np.sqrt(np.mean(mono.astype(float).reshape(8, -1) ** 2, axis=1))
    assert found.tolist() == pytest.approx(levels, rel=1e-4)


def test_the_mixture_of_briefs() -> None:
    briefs = [dataset.brief(number, 9) for number in range(1500)]
    assert Counter(b.genre for b in briefs) == Counter(dict.fromkeys(GENRES, 150))
    assert np.mean([b.meter == (4, 4) for b in briefs]) == pytest.approx(0.6, abs=0.05)
    assert {b.meter for b in briefs} == set(METERS)
    assert {b.key for b in briefs} == set(KEYS)
    alone = Counter(b.roles[0] for b in briefs if len(b.roles) == 1)
    assert set(alone) == set(ROLES)
    assert 0.2 < sum(alone.values()) / len(briefs) < 0.35
    for genre in GENRES:
        singles = {b.roles for b in briefs if b.genre == genre and len(b.roles) == 1}
        assert len(singles) == len(ROLES)
    assert len({b.roles for b in briefs}) == 2 ** len(ROLES) - 1
    tempi = [b.tempo for b in briefs if b.tempo is not None]
    assert len(tempi) / len(briefs) == pytest.approx(dataset.ANY_TEMPO, abs=0.04)
    assert min(tempi) < 75
    assert max(tempi) > 169
    assert all(b.roles for b in briefs)
    assert len({b.seed for b in briefs}) == 1500


def test_the_speed_is_that_of_whole_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter((10.0, 10.5))
    monkeypatch.setattr(speed.time, "process_time", lambda: next(ticks))
    found = speed.clips_per_second(1, 2, Sines())
    assert found == pytest.approx(dataset.SECONDS / 6 / 0.5)
