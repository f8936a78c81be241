"""Reading: exact samples of every format, and every doubtful file refused with its reason."""

import os
import struct
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ditto_daw.errors import (
    BadRequest,
    BrokenFile,
    DittoError,
    FileGrowing,
    FileMissing,
    RegionOutside,
)
from ditto_daw.files import audiofile
from ditto_daw.files.audiofile import audio_info, read_region

RATE = 44_100


def noise(frames: int, channels: int = 2, seed: int = 1) -> np.ndarray:
    """(frames, channels) in -0.5..0.5, every value a step of 16-bit audio."""
    steps = np.random.default_rng(seed).integers(-(2**14), 2**14, (frames, channels))
    return steps / 2.0**15


@pytest.fixture(autouse=True)
def _no_settling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audiofile, "_SETTLE_SECONDS", 0.0)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize(
    ("form", "subtype"),
    [
        ("WAV", "PCM_16"),
        ("WAV", "PCM_24"),
        ("WAV", "PCM_32"),
        ("WAV", "FLOAT"),
        ("WAV", "DOUBLE"),
        ("RF64", "PCM_24"),
        ("AIFF", "PCM_16"),
        ("CAF", "PCM_24"),
        ("FLAC", "PCM_16"),
        ("FLAC", "PCM_24"),
    ],
)
def test_lossless_files_are_read_to_the_sample(
    tmp_path: Path, form: str, subtype: str, rate: int, channels: int
) -> None:
    path = tmp_path / "with spaces ü 音.audio"
    audio = noise(1000, channels)
    steps = (audio * 2**31).astype(np.int32)
    soundfile.write(
        path, audio if subtype in ("FLOAT", "DOUBLE") else steps, rate, subtype, format=form
    )
    region = read_region(path, Fraction(100, rate), Fraction(900, rate))
    assert (region.rate, region.subtype, region.start) == (rate, subtype, 100)
    assert np.array_equal(region.audio, audio[100:900].T)
    assert region.audio.flags.c_contiguous
    assert audio_info(path).frames == 1000


@pytest.mark.parametrize("form", ["OGG", "MP3"])
def test_lossy_files_keep_pitch_and_length(tmp_path: Path, form: str) -> None:
    path = tmp_path / "tone"
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(2 * RATE) / RATE)
    soundfile.write(path, tone, RATE, format=form)
    region = read_region(path, Fraction(1, 2), Fraction(3, 2))
    assert region.audio.shape == (1, RATE)
    spectrum = np.abs(np.fft.rfft(region.audio[0] * np.hanning(RATE)))
    assert np.argmax(spectrum) == 1000
    assert np.sqrt(np.mean(region.audio**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_region_ends_are_rounded_once_from_the_exact_value(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, noise(RATE), RATE, "PCM_16")
    region = read_region(path, Fraction(1, 3), Fraction(2, 3))
    assert (region.start, region.audio.shape[1]) == (14_700, 14_700)
    half = read_region(path, Fraction(1, 2 * RATE), Fraction(3, 2 * RATE))
    assert (half.start, half.audio.shape[1]) == (1, 1)


def test_the_files_own_length_as_a_single_float_is_no_overshoot(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, noise(7 * RATE - 1, 1), RATE, "PCM_16")
    length = struct.unpack("<f", struct.pack("<f", (7 * RATE - 1) / RATE))[0] + 4 / RATE
    assert read_region(path, end=Fraction(length)).audio.shape[1] == 7 * RATE - 1
    refuse(RegionOutside, "only", path, end=str(Fraction(length) + Fraction(1, RATE)))


def refuse(
    kind: type[DittoError], words: str, path: Path, start: str = "0", end: str | None = None
) -> DittoError:
    """The error of reading a region; the file must not have been touched by it."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(kind, match=words) as caught:
        read_region(path, Fraction(start), None if end is None else Fraction(end))
    assert caught.value.message.endswith(".")
    assert before is None or path.read_bytes() == before
    return caught.value


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [("0", "3", "end"), ("2", None, "start"), ("5", "6", "start"), ("1/2", "1/2", "end")],
)
def test_a_region_beyond_the_file_is_refused_with_both_lengths(
    tmp_path: Path, start: str, end: str | None, field: str
) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, noise(2 * RATE), RATE)
    words = "s long; choose" if start == "1/2" else "only .*2.000 s long"
    assert refuse(RegionOutside, words, path, start, end).argument == f"source.{field}"


def wav_with_claim(path: Path, claim: int) -> None:
    soundfile.write(path, noise(5000), RATE, "PCM_16")
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = struct.pack("<I", claim)
    path.write_bytes(data)


@pytest.mark.parametrize("claim", [0, 20_004, 2**31, 2**32 - 1])
def test_a_wav_whose_header_is_not_true_yet_is_refused(tmp_path: Path, claim: int) -> None:
    path = tmp_path / "recording.wav"
    wav_with_claim(path, claim)
    assert refuse(FileGrowing, "still being written", path).argument == "source.path"


@pytest.mark.parametrize("form", ["WAV", "RF64", "AIFF", "FLAC", "OGG"])
@pytest.mark.parametrize("part", [0.99, 0.5])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, form: str, part: float) -> None:
    path = tmp_path / "cut"
    soundfile.write(path, noise(50_000), RATE, format=form)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    refuse((FileGrowing, BrokenFile), "cut off|cannot be read", path)  # type: ignore[arg-type]


def test_a_file_that_grows_while_it_is_looked_at_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiofile, "_SETTLE_SECONDS", 0.3)
    path = tmp_path / "recording.wav"
    soundfile.write(path, noise(5000), RATE, "PCM_16")

    def grow() -> None:
        time.sleep(0.1)
        with path.open("ab") as stream:
            stream.write(bytes(4000))

    writer = threading.Thread(target=grow)
    writer.start()
    with pytest.raises(FileGrowing, match="changed while it was read"):
        read_region(path)
    writer.join()


def test_an_old_file_is_read_without_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiofile, "_SETTLE_SECONDS", 60.0)
    path = tmp_path / "old.wav"
    soundfile.write(path, noise(100), RATE)
    os.utime(path, (1e9, 1e9))
    started = time.monotonic()
    read_region(path)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_value_that_is_no_number_is_named_by_its_sample(tmp_path: Path, wrong: float) -> None:
    path = tmp_path / "a.wav"
    audio = noise(RATE)
    audio[12_345, 1] = wrong
    soundfile.write(path, audio, RATE, "FLOAT")
    refuse(BrokenFile, r"sample 12345 \(0\.280 s\)", path, "1/4")
    read_region(path, Fraction(1, 2))


def write_surround(path: Path) -> None:
    soundfile.write(path, noise(100, 6), RATE, format="WAV")


def write_slow(path: Path) -> None:
    soundfile.write(path, noise(100), 4000, format="WAV")


def write_fast(path: Path) -> None:
    soundfile.write(path, noise(100), 384_000, format="WAV")


def write_empty(path: Path) -> None:
    soundfile.write(path, noise(0), RATE, format="WAV")


def write_matlab(path: Path) -> None:
    soundfile.write(path, noise(100), RATE, format="MAT5")


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (write_surround, BadRequest, "6 channels"),
        (write_slow, BadRequest, "4000 Hz"),
        (write_fast, BadRequest, "384000 Hz"),
        (write_empty, BrokenFile, "no audio"),
        (write_matlab, BrokenFile, "MAT5"),
        (lambda path: path.write_bytes(b""), BrokenFile, "cannot be read"),
        (lambda path: path.write_bytes(b"RIFF"), BrokenFile, "cannot be read"),
        (lambda path: path.write_bytes(b"RIFF\0\0\0\0WAVEdata"), FileGrowing, "announces"),
        (lambda path: path.write_bytes(bytes(range(256)) * 40), BrokenFile, "cannot be read"),
        (lambda path: path.mkdir(), FileMissing, "cannot be opened"),
        (lambda path: None, FileMissing, "no file"),
    ],
)
def test_what_is_no_usable_audio_is_refused(
    tmp_path: Path, make: Callable[[Path], None], kind: type[DittoError], words: str
) -> None:
    for name in ("clip.wav", "clip.raw"):
        make(tmp_path / name)
        assert refuse(kind, words, tmp_path / name).argument == "source.path"


def test_random_damage_never_escapes_as_another_error(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    for form in ("WAV", "AIFF", "FLAC", "OGG"):
        good = tmp_path / form
        soundfile.write(good, noise(400), RATE, format=form)
        whole = np.frombuffer(good.read_bytes(), np.uint8)
        outcomes = []
        for _ in range(60):
            damaged = whole.copy()
            damaged[rng.integers(0, min(200, whole.size), 4)] = rng.integers(0, 256, 4)
            bad = tmp_path / "bad"
            bad.write_bytes(damaged[: rng.integers(1, whole.size + 1)].tobytes())
            try:
                outcomes.append(read_region(bad).audio.shape[1] > 0)
            except DittoError as error:
                outcomes.append(error.argument.startswith("source"))
        assert all(outcomes)


def test_all_real_clips_are_read_whole(shared_dir: Path) -> None:
    clips = sorted(
        path
        for path in (shared_dir / "data" / "real").iterdir()
        if path.suffix in (".flac", ".ogg")
    )
    assert len(clips) >= 20
    for clip in clips:
        region = read_region(clip)
        assert region.audio.shape == (soundfile.info(clip).channels, soundfile.info(clip).frames)
