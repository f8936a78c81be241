"""Audio files: a region read with every doubt checked, a result written so that no half is seen."""

from __future__ import annotations

import io
import os
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from ditto_daw.errors import BadRequest, BrokenFile, FileGrowing, FileMissing, RegionOutside
from ditto_daw.files.audioframes import claimed_end
from ditto_daw.units import round_half_up

FORMATS = ("WAV", "WAVEX", "RF64", "W64", "AIFF", "CAF", "FLAC", "OGG", "MP3")
LOWEST_RATE, HIGHEST_RATE = 8_000, 192_000
MOST_SECONDS = 600
# A file touched this recently may be a recording that still runs; it is looked at twice.
_FRESH_SECONDS = 1.0
_SETTLE_SECONDS = 0.3
# A file's own length in seconds, sent as a 32-bit float, may come back this much too long.
_OVERSHOOT_SECONDS = 1e-4


@dataclass(frozen=True)
class AudioInfo:
    """What the header says: samples per channel, Hz, channels, libsndfile's subtype name."""

    frames: int
    rate: int
    channels: int
    subtype: str

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


@dataclass(frozen=True)
class Region:
    """Part of a file. audio: (channels, samples) at `rate` Hz, full scale 1; start: in samples.

    float32 holds every PCM sample of up to 24 bits and every lossy decoder's output exactly;
    32-bit integers and 64-bit floats come as float64.
    """

    audio: NDArray[np.floating]
    rate: int
    subtype: str
    start: int

    def in_channels(self, channels: int) -> Region:
        """The region in so many channels: mono goes to both, and stereo to its mean."""
        if channels == self.audio.shape[0]:
            return self
        one = self.audio.mean(axis=0, keepdims=True) if channels == 1 else self.audio
        return replace(self, audio=np.repeat(one, channels, axis=0))


def audio_info(path: str | Path, argument: str = "source.path") -> AudioInfo:
    """The header of an audio file. Raises the same errors as `read_region`, without reading on."""
    with _open(path, argument) as stream, _decode(stream, path, argument) as sound:
        return _info(sound, path, argument)


def read_region(
    path: str | Path,
    start: Fraction = Fraction(0),
    end: Fraction | None = None,
    argument: str = "source",
) -> Region:
    """The samples round(start·rate) .. round(end·rate) of a file; end None is the file's end.

    argument: the request's field, for the errors. Raises FileMissing, BrokenFile, FileGrowing
    (the file changes, or is shorter than its header says), RegionOutside, and BadRequest for more
    than two channels or an unusual rate.
    """
    name = f"{argument}.path"
    with _open(path, name) as stream:
        before = os.fstat(stream.fileno())
        if abs(time.time() - before.st_mtime) < _FRESH_SECONDS:
            time.sleep(_SETTLE_SECONDS)
        _refuse_cut_off(stream, path, name)
        with _decode(stream, path, name) as sound:
            info = _info(sound, path, name)
            first, last = _bounds(info, start, end, path, argument)
            wide = info.subtype in ("PCM_32", "DOUBLE", "ALAC_32")
            try:
                sound.seek(first)
                audio = sound.read(last - first, "float64" if wide else "float32", always_2d=True).T
            except (soundfile.SoundFileError, RuntimeError) as error:
                raise _broken(path, name, error) from None
        after = os.fstat(stream.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise _growing(path, name, "it changed while it was read")
        # An MP3's header only estimates its length.
        if audio.shape[1] < last - first and not (end is None and info.subtype.startswith("MPEG")):
            raise _growing(
                path, name, f"its header says {info.frames} samples and fewer can be read"
            )
    _refuse_non_finite(audio, first, info.rate, path, name)
    return Region(np.ascontiguousarray(audio), info.rate, info.subtype, first)


def _open(path: str | Path, argument: str) -> BinaryIO:
    try:
        raw = io.FileIO(path)
        # soundfile would take a file named .raw for one without a header: the content shall decide.
        raw.name = "audio"
        return io.BufferedReader(raw)
    except FileNotFoundError:
        raise FileMissing(argument, f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileMissing(argument, f"The file {path} cannot be opened: {reason}.") from None


def _decode(stream: BinaryIO, path: str | Path, argument: str) -> soundfile.SoundFile:
    stream.seek(0)
    try:
        return soundfile.SoundFile(stream)
    except (soundfile.SoundFileError, RuntimeError, TypeError) as error:
        raise _broken(path, argument, error) from None


def _info(sound: soundfile.SoundFile, path: str | Path, argument: str) -> AudioInfo:
    if sound.format not in FORMATS:
        raise BrokenFile(
            argument,
            f"{path} is a {sound.format} file; use WAV, AIFF, FLAC, OGG or MP3.",
        )
    if not 1 <= sound.channels <= 2:
        raise BadRequest(
            argument, f"{path} has {sound.channels} channels; bounce it to mono or stereo."
        )
    if not LOWEST_RATE <= sound.samplerate <= HIGHEST_RATE:
        raise BadRequest(
            argument,
            f"{path} has a sample rate of {sound.samplerate} Hz; use {LOWEST_RATE} to"
            f" {HIGHEST_RATE} Hz.",
        )
    if sound.frames < 1:
        raise BrokenFile(argument, f"{path} holds no audio.")
    return AudioInfo(sound.frames, sound.samplerate, sound.channels, sound.subtype)


def _bounds(
    info: AudioInfo, start: Fraction, end: Fraction | None, path: str | Path, argument: str
) -> tuple[int, int]:
    first = round_half_up(start * info.rate)
    last = info.frames if end is None else round_half_up(end * info.rate)
    if info.frames < last <= info.frames + _OVERSHOOT_SECONDS * info.rate:
        last = info.frames
    if last > info.frames or first >= info.frames or first < 0:
        field = "start" if first >= info.frames or first < 0 else "end"
        ends = "the file's end" if end is None else f"{float(end):.3f} s"
        raise RegionOutside(
            f"{argument}.{field}",
            f"The region runs from {float(start):.3f} s to {ends}, but {path} is only"
            f" {info.seconds:.3f} s long.",
        )
    if not 0 < last - first <= MOST_SECONDS * info.rate:
        raise RegionOutside(
            f"{argument}.end",
            f"The region is {(last - first) / info.rate:.3f} s long; choose more than no samples"
            f" and at most {MOST_SECONDS} s.",
        )
    return first, last


def _refuse_cut_off(stream: BinaryIO, path: str | Path, argument: str) -> None:
    end = claimed_end(stream)
    size = os.fstat(stream.fileno()).st_size
    if end is not None and end > size:
        raise _growing(path, argument, f"it holds {size:,} of the {end:,} bytes that it announces")


def _refuse_non_finite(
    audio: NDArray[np.floating], first: int, rate: int, path: str | Path, argument: str
) -> None:
    wrong = ~np.isfinite(audio)
    if wrong.any():
        sample = first + int(np.argmax(wrong.any(axis=0)))
        raise BrokenFile(
            argument,
            f"{path} holds a value that is no number at sample {sample} ({sample / rate:.3f} s);"
            " render it anew.",
        )


def _broken(path: str | Path, argument: str, error: Exception) -> BrokenFile:
    reason = str(error).rstrip(".").split(": ")[-1]
    return BrokenFile(argument, f"{path} cannot be read as audio: {reason}.")


def _growing(path: str | Path, argument: str, reason: str) -> FileGrowing:
    return FileGrowing(
        argument,
        f"{path} is still being written or was cut off: {reason}. Wait until it is complete,"
        " then ask again.",
    )
