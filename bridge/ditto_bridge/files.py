"""Files to and from a daemon on another machine, over TCP, named by their SHA-256."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ditto_daw.errors import BrokenFile, DaemonMissing, error_from_dict
from ditto_daw.files.asset_store import PREFIX, name_of
from ditto_daw.wire import osc
from ditto_daw.wire.messages import CHUNK, FAIL, decode, encode


def put(host: str, port: int, path: Path, patience: float) -> str:
    """Send a file; its "asset:<sha256>". Goes on where an earlier attempt ended."""
    name = name_of(path)
    size = path.stat().st_size
    with _Stream(host, port, patience) as stream, path.open("rb") as file:

        def send(offset: int, data: bytes) -> int:
            said = stream.ask(
                "/ditto/asset/put", sha256=name[len(PREFIX) :], size=size, offset=offset, data=data
            )
            return int(said["received"])

        received = send(0, b"")
        while received < size:
            file.seek(received)
            data = file.read(CHUNK)
            if not data:
                raise BrokenFile(str(path), f"{path.name} became shorter while it was sent.")
            received = send(received, data)
    return name


def get(host: str, port: int, name: str, to: Path, patience: float) -> Path:
    """Fetch an asset into a file, which appears only when it is complete and verified."""
    sha256 = name.removeprefix(PREFIX)
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    digest = hashlib.sha256()
    try:
        with _Stream(host, port, patience) as stream, part.open("wb") as file:
            offset, size = 0, 1
            while offset < size:
                said = stream.ask("/ditto/asset/get", sha256=sha256, offset=offset, most=CHUNK)
                size = said["size"]
                if not said["data"]:
                    break
                digest.update(said["data"])
                offset += file.write(said["data"])
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != sha256:
            raise BrokenFile(name, "The file changed while it was fetched: fetch it again.")
        return part.replace(to)
    finally:
        part.unlink(missing_ok=True)


class _Stream:
    """A TCP connection on which every message is answered before the next."""

    def __init__(self, host: str, port: int, patience: float) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout=patience)
        except OSError as error:
            raise DaemonMissing(
                f"{host}:{port}",
                f"No ditto-daw takes TCP connections on {host} port {port} ({error}).",
            ) from error
        self._packets = self._incoming()

    def __enter__(self) -> _Stream:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.close()

    def ask(self, address: str, **named: Any) -> dict[str, Any]:
        """The reply's values. Raises what a fail reply tells; DaemonMissing when cut off."""
        try:
            self._socket.sendall(osc.frame(encode(address, osc.FRAME, **named)))
            packet = next(self._packets)
        except (OSError, StopIteration) as error:
            raise DaemonMissing("", "The daemon ended the transfer: try again.") from error
        ((where, said),) = decode(packet, osc.FRAME)
        if where == FAIL:
            raise error_from_dict({**said, "message": said["sentence"]})
        return said

    def _incoming(self) -> Iterator[bytes]:
        deframer = osc.Deframer()
        while data := self._socket.recv(1 << 16):
            yield from deframer.feed(data)
