"""Writing a result: checked beforehand, under a temporary name, flushed, counted, then renamed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from ditto_daw.errors import OutputRefused, RenderFailed
from ditto_daw.files.paths import check_writable, temporary_name

SUBTYPES = {16: "PCM_16", 24: "PCM_24", 32: "FLOAT"}
BYTES = {"PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}
# Left free beside the result, so that a render is not what fills a system disk.
_SPARE_BYTES = 64 * 2**20
_HEADER_BYTES = 4096
# Lossless subtypes that fit into a PCM depth without loss; other decoders give 32-bit floats.
_DEPTH_OF = {
    "PCM_S8": "PCM_16",
    "PCM_U8": "PCM_16",
    "PCM_16": "PCM_16",
    "PCM_24": "PCM_24",
    "PCM_32": "PCM_32",
    "DOUBLE": "DOUBLE",
    "ALAC_16": "PCM_16",
    "ALAC_20": "PCM_24",
    "ALAC_24": "PCM_24",
    "ALAC_32": "PCM_32",
    "ULAW": "PCM_16",
    "ALAW": "PCM_16",
}


LISTENERS: list[Callable[[Path], None]] = []
"""Called just before a result appears under its name. A worker tells its server, which then knows
what to take away when the worker dies before it can say more."""


def output_subtype(source: str | None, depth: int | None) -> str:
    """The subtype to write: the depth asked for, or the least that keeps the source's samples.

    source: libsndfile's subtype of the clip, None where there is none; depth: 16, 24, 32 (float).
    """
    if depth is not None:
        return SUBTYPES[depth]
    return "PCM_24" if source is None else _DEPTH_OF.get(source, "FLOAT")


def check_output(folder: str | Path, samples: int, channels: int, subtype: str) -> None:
    """Refuse a folder that is missing, cannot be written or is too full, before any rendering.

    Raises OutputRefused.
    """
    check_writable(Path(folder))
    needed = samples * channels * BYTES[subtype] + _HEADER_BYTES + _SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise OutputRefused(
            "output.folder",
            f"The disk of {folder} has {free / 2**20:.0f} MB left and the result needs"
            f" {needed / 2**20:.0f} MB; make room or choose another folder.",
        )


def free_path(folder: str | Path, stem: str) -> Path:
    """`stem`.wav in the folder, with -2, -3, ... where that name is taken: nothing is overwritten,
    least of all a clip that an earlier job wrote and this one reads."""
    path, count = Path(folder) / f"{stem}.wav", 1
    while path.exists():
        count += 1
        path = path.with_name(f"{stem}-{count}.wav")
    return path


def write_atomic(path: str | Path, audio: NDArray[np.floating], rate: int, subtype: str) -> int:
    """Write a WAV so that it appears whole or not at all; returns its samples per channel.

    audio: (channels, samples), full scale 1; integer subtypes round to the nearest step, so that
    kept samples of the same or a smaller depth come out equal, and limit at full scale.
    Raises RenderFailed for a non-finite value and OutputRefused where the disk does not take it.
    """
    return write_blocks(path, [audio], audio.shape[0], rate, subtype)


def write_blocks(
    path: str | Path,
    blocks: Iterable[NDArray[np.floating]],
    channels: int,
    rate: int,
    subtype: str,
) -> int:
    """`write_atomic` of audio that comes in blocks (channels, n), one after the other."""
    path, samples = Path(path), 0
    temporary, new = temporary_name(path.parent), not path.exists()
    try:
        with soundfile.SoundFile(temporary, "w", rate, channels, subtype, format="WAV") as file:
            for block in blocks:
                if not np.isfinite(block).all():
                    raise RenderFailed(
                        "output", "The render gave values that are no numbers; nothing written."
                    )
                file.write(quantised(block, subtype).T)
                samples += block.shape[1]
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        written = soundfile.info(str(temporary))
        if (written.frames, written.samplerate) != (samples, rate):
            raise OSError(f"{written.frames} of {samples} samples arrived on the disk")
        _appear(temporary, path, new)
    except (OSError, soundfile.SoundFileError, RuntimeError) as error:
        raise _refused(path, error) from None
    finally:
        temporary.unlink(missing_ok=True)
    return samples


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write a file that is finished, so that it appears whole or not at all. OutputRefused."""
    path = Path(path)
    temporary, new = temporary_name(path.parent), not path.exists()
    try:
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _appear(temporary, path, new)
    except OSError as error:
        raise _refused(path, error) from None
    finally:
        temporary.unlink(missing_ok=True)


def _appear(temporary: Path, path: Path, new: bool) -> None:
    """Give a file its name; new: it had been free. RenderFailed where it is not any more."""
    for announce in LISTENERS:
        announce(path)
    try:
        if new:
            os.link(temporary, path)  # which, unlike replacing, overwrites nothing
        else:
            temporary.replace(path)
    except FileExistsError:
        raise RenderFailed(
            "output", f"Another job has just written {path.name}: render again."
        ) from None
    except OSError:
        temporary.replace(path)  # a file system without links
    _flush_folder(path.parent)


def _refused(path: Path, error: Exception) -> OutputRefused:
    reason = getattr(error, "strerror", None) or str(error).rstrip(".")
    return OutputRefused(
        "output.folder", f"{path} could not be written: {reason}. Is the disk full?"
    )


def quantised(audio: NDArray[np.floating], subtype: str) -> NDArray[np.generic]:
    """The values that libsndfile stores unchanged for a subtype, same shape.

    Integers are made here: libsndfile scales floats by 2^15 - 1, which is not what reading undoes.
    """
    if subtype in ("FLOAT", "DOUBLE"):
        return audio.astype(np.float32 if subtype == "FLOAT" else np.float64)
    bits = 8 * BYTES[subtype]
    top = 2.0 ** (bits - 1)
    steps = np.clip(np.rint(audio.astype(np.float64) * top), -top, top - 1)
    if subtype == "PCM_16":
        return steps.astype(np.int16)
    return (steps.astype(np.int64) << (32 - bits)).astype(np.int32)


def _flush_folder(folder: Path) -> None:
    """Make the new name itself durable; Windows does so on its own and cannot open a folder."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
