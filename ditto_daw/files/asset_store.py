"""Files that travel over the wire, named by what is in them: "asset:" and their SHA-256.

A bridge on another machine puts the clip and gets the takes. Put bytes are verified before they
become an asset, the store never grows past its limit, and leftovers are swept at the start.
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from ditto_daw.errors import AssetMissing, BadRequest, OutputRefused
from ditto_daw.files.paths import make_room

PREFIX = "asset:"
MOST_BYTES = 4 << 30
MOST_PARTS = 16
MOST_LINKS = 4096
_HEX = frozenset("0123456789abcdef")


class Hash(Protocol):
    """What hashlib's objects do."""

    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


@dataclass
class _Part:
    """A file that is arriving."""

    path: Path
    file: BinaryIO
    size: int
    hash: Hash
    received: int = 0


class Assets:
    """A folder of files by hash, and links to files elsewhere. For one thread.

    Args:
        folder: made when missing; belongs to the store alone.
        most_bytes: the oldest assets go when all together would be larger.
    """

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most = most_bytes
        self._parts: OrderedDict[str, _Part] = OrderedDict()
        self._links: OrderedDict[str, Path] = OrderedDict()
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob("*.part"):
            leftover.unlink(missing_ok=True)
        make_room(folder, 0, most_bytes)

    def put(self, sha256: str, size: int, offset: int, data: bytes) -> int:
        """Take bytes at an offset; the count received so far, which is where to go on.

        Bytes that are not the next ones change nothing, so every call may be repeated. Raises
        BadRequest for a name that is no hash and for bytes that do not match it, OutputRefused
        when the disk does not take them.
        """
        _check_name(sha256)
        if size > self._most:
            raise BadRequest("size", f"An asset of {size:,} bytes is over {self._most:,}.")
        if (self._folder / sha256).is_file():
            return size
        try:
            part = self._parts.get(sha256) or self._begin(sha256, size)
            if part.size != size:
                raise BadRequest("size", f"This asset was begun with {part.size:,} bytes.")
            if offset == part.received and data:
                self._append(sha256, part, data)
        except OSError as error:
            self._forget(sha256)
            raise OutputRefused(
                "data", f"The daemon cannot store the file ({error.strerror}): free some space."
            ) from error
        return part.received

    def get(self, sha256: str, offset: int, most: int) -> tuple[int, bytes]:
        """(size of the whole, up to `most` bytes from `offset`). AssetMissing when not there."""
        path = self.path(sha256)
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                file.seek(offset)
                return size, file.read(most)
        except OSError as error:
            raise _missing(sha256) from error

    def path(self, name: str) -> Path:
        """Where an asset lies; `name` with or without "asset:". AssetMissing when it does not."""
        sha256 = name.removeprefix(PREFIX)
        _check_name(sha256)
        own = self._folder / sha256
        if own.is_file():
            return own
        linked = self._links.get(sha256)
        if linked is None or not linked.is_file():
            raise _missing(sha256)
        return linked

    def link(self, name: str, path: Path) -> None:
        """Let a file elsewhere be got under its hash; the file stays its folder's own."""
        self._links[name.removeprefix(PREFIX)] = path
        while len(self._links) > MOST_LINKS:
            self._links.popitem(last=False)

    def close(self) -> None:
        """Drop what has only half arrived."""
        for sha256 in list(self._parts):
            self._forget(sha256)

    def _begin(self, sha256: str, size: int) -> _Part:
        while len(self._parts) >= MOST_PARTS:
            self._forget(next(iter(self._parts)))
        make_room(self._folder, size, self._most)
        path = self._folder / f"{sha256}.part"
        part = _Part(path, path.open("wb"), size, hashlib.sha256())
        self._parts[sha256] = part
        return part

    def _append(self, sha256: str, part: _Part, data: bytes) -> None:
        if part.received + len(data) > part.size:
            raise BadRequest("data", f"More bytes than the {part.size:,} announced.")
        part.file.write(data)
        part.hash.update(data)
        part.received += len(data)
        if part.received < part.size:
            return
        part.file.close()
        if part.hash.hexdigest() != sha256:
            self._forget(sha256)
            raise BadRequest("data", "The bytes do not have this SHA-256: put the file again.")
        part.path.replace(self._folder / sha256)
        del self._parts[sha256]

    def _forget(self, sha256: str) -> None:
        part = self._parts.pop(sha256, None)
        if part:
            part.file.close()
            part.path.unlink(missing_ok=True)


def name_of(path: Path) -> str:
    """The asset name of a file: "asset:" and its SHA-256."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return PREFIX + digest.hexdigest()


def _check_name(sha256: str) -> None:
    if len(sha256) != 64 or not _HEX.issuperset(sha256):
        raise BadRequest("sha256", "sha256 must be 64 hexadecimal digits in lower case.")


def _missing(sha256: str) -> AssetMissing:
    return AssetMissing(
        PREFIX + sha256, "This file is not here (any more): put it again, or render again."
    )
