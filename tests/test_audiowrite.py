"""Writing: kept samples bit for bit, whole files or none, refusals before the render."""

import os
import shutil
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ditto_daw.errors import OutputRefused, RenderFailed
from ditto_daw.files import audiowrite
from ditto_daw.files.audiofile import read_region
from ditto_daw.files.audiowrite import (
    check_output,
    free_path,
    output_subtype,
    quantised,
    write_atomic,
    write_blocks,
    write_bytes,
)
from ditto_daw.files.paths import sweep_leftovers

RATE = 48_000
BITS = {"PCM_16": 16, "PCM_24": 24, "PCM_32": 32}


def every_step(bits: int) -> np.ndarray:
    """(frames, 2) of int32 with both extremes and many values between, as `bits`-bit audio."""
    top = 2 ** (bits - 1)
    rng = np.random.default_rng(bits)
    edge = np.array([-top, -top + 1, -1, 0, 1, top - 2, top - 1])
    steps = np.concatenate([edge, rng.integers(-top, top, 20_001)])
    return (np.stack([steps, steps[::-1]], axis=1) << (32 - bits)).astype(np.int32)


PAIRS = [
    ("PCM_16", "PCM_16"),
    ("PCM_16", "PCM_24"),
    ("PCM_16", "PCM_32"),
    ("PCM_16", "FLOAT"),
    ("PCM_24", "PCM_24"),
    ("PCM_24", "PCM_32"),
    ("PCM_24", "FLOAT"),
    ("PCM_32", "PCM_32"),
    ("PCM_32", "DOUBLE"),
]
FORMS = [(form, *pair) for form in ("WAV", "AIFF") for pair in PAIRS]
FORMS += [("FLAC", *pair) for pair in PAIRS if pair[0] != "PCM_32"]


@pytest.mark.parametrize(("form", "source", "target"), FORMS)
def test_kept_samples_are_equal_bit_for_bit(
    tmp_path: Path, form: str, source: str, target: str
) -> None:
    steps = every_step(BITS[source])
    soundfile.write(tmp_path / "in", steps, RATE, source, format=form)
    region = read_region(tmp_path / "in")
    write_atomic(tmp_path / "out.wav", region.audio, RATE, target)
    if target in ("FLOAT", "DOUBLE"):
        assert np.array_equal(soundfile.read(tmp_path / "out.wav")[0], steps / 2.0**31)
    else:
        assert np.array_equal(soundfile.read(tmp_path / "out.wav", dtype="int32")[0], steps)


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_float_clips_over_full_scale_are_kept_bit_for_bit(tmp_path: Path, subtype: str) -> None:
    kind = np.float32 if subtype == "FLOAT" else np.float64
    audio = (3 * np.random.default_rng(0).standard_normal((1000, 1))).astype(kind)
    soundfile.write(tmp_path / "in.wav", audio, RATE, subtype)
    write_atomic(tmp_path / "out.wav", read_region(tmp_path / "in.wav").audio, RATE, subtype)
    assert np.array_equal(soundfile.read(tmp_path / "out.wav", dtype=kind)[0], audio[:, 0])


@pytest.mark.parametrize(("subtype", "bits"), BITS.items())
def test_integers_round_to_the_nearest_step_and_limit_at_full_scale(
    subtype: str, bits: int
) -> None:
    top = 2.0 ** (bits - 1)
    audio = np.array([[0.4, 0.6, -0.6, -1.6, top, top * 4, -top * 4]]) / top
    shift = 0 if bits == 16 else 32 - bits
    steps = quantised(audio, subtype).astype(np.int64) >> shift
    assert steps.tolist() == [[0, 1, -1, -2, top - 1, top - 1, -top]]


@pytest.mark.parametrize(
    ("source", "depth", "subtype"),
    [
        (None, None, "PCM_24"),
        (None, 16, "PCM_16"),
        ("PCM_16", None, "PCM_16"),
        ("PCM_U8", None, "PCM_16"),
        ("PCM_24", None, "PCM_24"),
        ("PCM_32", None, "PCM_32"),
        ("DOUBLE", None, "DOUBLE"),
        ("VORBIS", None, "FLOAT"),
        ("MPEG_LAYER_III", None, "FLOAT"),
        ("PCM_24", 32, "FLOAT"),
        ("FLOAT", 24, "PCM_24"),
    ],
)
def test_the_depth_that_keeps_the_source(source: str | None, depth: int, subtype: str) -> None:
    assert output_subtype(source, depth) == subtype


def test_the_result_appears_under_its_name_only_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "result ü.wav"
    seen: list[list[str]] = []
    flush = os.fsync

    def looking(handle: int) -> None:
        seen.append([entry.name for entry in tmp_path.iterdir()])
        flush(handle)

    monkeypatch.setattr(os, "fsync", looking)
    assert write_atomic(path, np.zeros((2, 777)), RATE, "PCM_24") == 777
    assert all(name.startswith(".ditto-") for name in seen[0])
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert soundfile.info(path).frames == 777


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_no_number_is_never_written(tmp_path: Path, wrong: float) -> None:
    audio = np.zeros((1, 100))
    audio[0, 50] = wrong
    with pytest.raises(RenderFailed, match="no numbers"):
        write_atomic(tmp_path / "a.wav", audio, RATE, "PCM_16")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = soundfile.SoundFile.write

    def half(file: soundfile.SoundFile, data: np.ndarray) -> None:
        whole(file, data[: len(data) // 2])

    monkeypatch.setattr(audiowrite.soundfile.SoundFile, "write", half)
    with pytest.raises(OutputRefused, match="50 of 100 samples"):
        write_atomic(tmp_path / "a.wav", np.zeros((1, 100)), RATE, "PCM_16")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_vanished_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputRefused, match="could not be written"):
        write_atomic(tmp_path / "gone" / "a.wav", np.zeros((1, 100)), RATE, "PCM_16")


def test_the_folder_is_tried_before_a_render(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_output(tmp_path, RATE, 2, "PCM_24")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OutputRefused, match="create it first"):
        check_output(tmp_path / "gone", RATE, 2, "PCM_24")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(2**40, 2**40, 2**20))
    with pytest.raises(OutputRefused, match="1 MB left"):
        check_output(tmp_path, RATE, 2, "PCM_24")


def test_a_taken_name_is_never_overwritten(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        path = free_path(tmp_path, "loop-new-7-1")
        write_atomic(path, np.zeros((1, 10)), RATE, "PCM_16")
        names.append(path.name)
    assert names == ["loop-new-7-1.wav", "loop-new-7-1-2.wav", "loop-new-7-1-3.wav"]


def test_leftovers_of_a_killed_process_are_swept(tmp_path: Path) -> None:
    (tmp_path / ".ditto-0123.part").write_bytes(b"half")
    (tmp_path / "mine.wav").write_bytes(b"whole")
    assert sweep_leftovers(tmp_path) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.wav"]


def test_a_name_that_another_worker_takes_meanwhile_stays_its_own(tmp_path):
    path = tmp_path / "take.wav"

    def blocks():
        path.write_bytes(b"theirs")
        yield np.zeros((1, 100))

    with pytest.raises(RenderFailed, match=r"take\.wav"):
        write_blocks(path, blocks(), 1, RATE, "PCM_16")
    assert path.read_bytes() == b"theirs"
    assert [each.name for each in tmp_path.iterdir()] == ["take.wav"]
    write_blocks(path, [np.zeros((1, 100))], 1, RATE, "PCM_16")
    assert path.read_bytes() != b"theirs", "what was there before may be written anew"


def test_a_file_system_without_links_is_written_to(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    write_bytes(tmp_path / "take.wav", b"RIFF")
    assert (tmp_path / "take.wav").read_bytes() == b"RIFF"


def test_finished_bytes_appear_whole_or_not_at_all(tmp_path):
    path = tmp_path / "take.wav"
    write_bytes(path, b"RIFF" * 1000)
    assert path.read_bytes() == b"RIFF" * 1000
    with pytest.raises(OutputRefused, match="could not be written"):
        write_bytes(tmp_path / "nowhere" / "take.wav", b"RIFF")
    assert [each.name for each in tmp_path.iterdir()] == ["take.wav"]
