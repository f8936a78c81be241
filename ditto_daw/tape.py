"""A result that grows on the disk: written and read anywhere, whatever its length in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import numpy as np
import soxr
from numpy.typing import NDArray

from ditto_daw.paths import TEMPORARY_PREFIX

BLOCK = 1 << 18
"""Samples that are copied at a time."""

Audio = NDArray[np.floating]


class Tape:
    """Audio (channels, length) in a nameless file, silent where nothing was written.

    A context manager: the file is gone afterwards.
    """

    def __init__(self, channels: int, length: int, dtype: np.dtype, folder: Path) -> None:
        self.channels, self.length, self.dtype = channels, length, np.dtype(dtype)
        self._bytes = channels * self.dtype.itemsize
        self._file = tempfile.TemporaryFile(prefix=TEMPORARY_PREFIX, dir=folder)  # noqa: SIM115
        self._file.truncate(length * self._bytes)

    def __enter__(self) -> Tape:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, at: int, audio: Audio) -> None:
        """Puts audio (channels or 1, n) at a sample; what lies beyond the ends is dropped."""
        first, last = max(0, -at), min(audio.shape[1], self.length - at)
        if last > first:
            part = np.broadcast_to(audio[:, first:last], (self.channels, last - first))
            self._file.seek((at + first) * self._bytes)
            self._file.write(np.ascontiguousarray(part.T, dtype=self.dtype).tobytes())

    def read(self, at: int, length: int) -> Audio:
        """(channels, length) from a sample on, silence beyond the ends."""
        audio = np.zeros((self.channels, length), dtype=self.dtype)
        first, last = max(0, -at), min(length, self.length - at)
        if last > first:
            self._file.seek((at + first) * self._bytes)
            data = self._file.read((last - first) * self._bytes)
            audio[:, first:last] = np.frombuffer(data, self.dtype).reshape(-1, self.channels).T
        return audio

    def blocks(
        self, length: int, rate: int, output_rate: int, output_length: int
    ) -> Iterator[Audio]:
        """Its first `length` samples, at a rate, block by block: output_length samples at
        output_rate. At the same rate they are as they were written."""
        if output_rate == rate:
            for at in range(0, length, BLOCK):
                yield self.read(at, min(BLOCK, length - at))
            return
        kind = self.dtype.name
        stream = soxr.ResampleStream(rate, output_rate, self.channels, dtype=kind, quality="VHQ")
        left = output_length
        for at in range(0, length, BLOCK):
            size = min(BLOCK, length - at)
            moved = stream.resample_chunk(self.read(at, size).T, last=at + size == length).T
            yield moved[:, :left]
            left -= min(left, moved.shape[1])
        if left:
            yield np.zeros((self.channels, left), dtype=self.dtype)
