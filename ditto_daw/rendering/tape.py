"""A result that grows on the disk: written and read anywhere, whatever its length in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import numpy as np
import soxr
from numpy.typing import NDArray

from ditto_daw.files.paths import TEMPORARY_PREFIX

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


class Reel:
    """Reads the first `length` samples of a tape once, in order, at a rate of its own: all of them
    are output_length samples. At the tape's own rate they are as they were written."""

    def __init__(
        self, tape: Tape, length: int, rate: int, output_rate: int, output_length: int
    ) -> None:
        self._tape, self._length, self._at, self._left = tape, length, 0, output_length
        self._stream: soxr.ResampleStream | None = None
        if output_rate != rate:
            self._stream = soxr.ResampleStream(
                rate, output_rate, tape.channels, dtype=tape.dtype.name, quality="VHQ"
            )

    def until(self, end: int) -> Iterator[Audio]:
        """What there is to hear (channels, n) up to a sample of the tape, block by block; how far
        one reads at a time changes nothing in it."""
        while self._at < end:
            size = min(BLOCK, end - self._at)
            audio = self._tape.read(self._at, size)
            self._at += size
            if self._stream:
                moved = self._stream.resample_chunk(audio.T, last=self._at == self._length)
                audio = moved.T[:, : self._left]
            self._left -= audio.shape[1]
            yield audio
        if self._at == self._length and self._left:
            yield np.zeros((self._tape.channels, self._left), dtype=self._tape.dtype)
            self._left = 0
