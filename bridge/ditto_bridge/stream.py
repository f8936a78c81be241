"""A take as one WAV that grows with its blocks: whoever plays it hears the song as it renders."""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from ditto_daw.errors import BrokenFile, OutputRefused

STDOUT = "-"
UNKNOWN = 0xFFFFFFFF
"""The size in a WAV's header where nobody knows it yet; players then read to the end."""
PIECE = 1 << 18


class GrowingWav:
    """Takes up blocks one after the other, then the rest of the take. A context manager; a file
    that is left before it is finished goes.

    In a file the header says at every moment how much is there, on standard output it has no end.
    """

    def __init__(self, name: str) -> None:
        self._path = None if name == STDOUT else Path(name)
        self._frames, self._bytes, self._form = 0, 0, b""
        self._heard, self._done = True, False
        try:
            self._file: BinaryIO = self._path.open("wb") if self._path else sys.stdout.buffer
        except OSError as error:
            raise OutputRefused("stream", f"{name} cannot be written: {error.strerror}.") from None

    def __enter__(self) -> GrowingWav:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._path:
            self._file.close()
            if not self._done:
                self._path.unlink(missing_ok=True)

    def add(self, path: Path, begin: int) -> None:
        """Append a block that begins at a sample of the take. One that does not join on, because
        another was missed, waits for the whole."""
        if begin == self._frames:
            self._append(path, 0)

    def finish(self, take: Path) -> None:
        """The take is there: append what is missing of it."""
        self._append(take, self._frames)
        self._done = True

    def _append(self, path: Path, skip: int) -> None:
        wave = _read_header(path)
        if not self._form:
            self._form = wave.form
            self._write(self._header(UNKNOWN))
        left = wave.size - skip * wave.frame
        self._frames += left // wave.frame
        with path.open("rb") as file:
            file.seek(wave.start + skip * wave.frame)
            while left > 0 and (data := file.read(min(left, PIECE))):
                self._write(data)
                self._bytes += len(data)
                left -= len(data)
        if self._path:
            self._file.seek(0)
            self._file.write(self._header(self._bytes))
            self._file.seek(0, 2)
            self._file.flush()

    def _header(self, size: int) -> bytes:
        form = b"fmt " + struct.pack("<I", len(self._form)) + self._form
        whole = UNKNOWN if size == UNKNOWN else 12 + len(form) + size
        return (
            b"RIFF" + struct.pack("<I", whole) + b"WAVE" + form + b"data" + struct.pack("<I", size)
        )

    def _write(self, data: bytes) -> None:
        """Whoever listens to the pipe may have enough; the take is rendered all the same."""
        try:
            if self._heard:
                self._file.write(data)
                self._file.flush()
        except BrokenPipeError:
            self._heard = False


@dataclass(frozen=True)
class _Wave:
    """What a WAV's header says: its format chunk, bytes in a frame, where its audio lies."""

    form: bytes
    frame: int
    start: int
    size: int


def _read_header(path: Path) -> _Wave:
    form = b""
    with path.open("rb") as file:
        if file.read(12)[8:] == b"WAVE":
            while len(head := file.read(8)) == 8:
                name, size = head[:4], struct.unpack("<I", head[4:])[0]
                if name == b"data" and len(form) >= 16:
                    return _Wave(form, struct.unpack("<H", form[12:14])[0], file.tell(), size)
                content = file.read(size + size % 2)
                form = content[:size] if name == b"fmt " else form
    raise BrokenFile("stream", f"{path.name} is no WAV that can be put into a stream.")
