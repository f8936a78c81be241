"""A bare OSC peer for tests: sends exactly what it is told, repeats nothing."""

from __future__ import annotations

import os
import socket
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from ditto_bridge import Client, launch_daemon

from ditto_daw.wire import osc
from ditto_daw.wire.messages import decode, encode

HERE = Path(__file__).parent


class Probe:
    """A UDP socket on loopback that talks to one daemon."""

    def __init__(self, port: int, token: str = "", bind: int = 0) -> None:
        self.to = ("127.0.0.1", port)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind(("127.0.0.1", bind))
        self.port = self.socket.getsockname()[1]
        if token:
            self.say("/ditto/hello", token=token)
            for _ in range(self.hear("/ditto/hello.reply")["capabilities"]):
                self.hear("/ditto/capability")

    def send(self, packet: bytes) -> None:
        self.socket.sendto(packet, self.to)

    def say(self, address: str, **named: object) -> None:
        self.send(encode(address, **named))

    def raw(self, address: str, *values: object) -> None:
        """Values as Python has them; floats as 32-bit, as Pd sends them."""
        tags = {bool: "i", int: "i", float: "f", str: "s", bytes: "b"}
        self.send(osc.build(address, [(tags[type(value)], value) for value in values]))

    def all(self, seconds: float = 0.0) -> list[tuple[str, dict]]:
        """Every reply that comes within so many seconds."""
        replies = []
        end = time.monotonic() + seconds
        while True:
            self.socket.settimeout(max(end - time.monotonic(), 1e-4))
            try:
                replies += decode(self.socket.recv(65536))
            except (TimeoutError, BlockingIOError):
                return replies

    def hear(self, *addresses: str, seconds: float = 10.0, **wanted: object) -> dict:
        """The next reply at one of these addresses with these values; others are dropped."""
        end = time.monotonic() + seconds
        dropped = []
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                found = decode(self.socket.recv(65536))
            except (TimeoutError, BlockingIOError):
                break
            for address, named in found:
                if address in addresses and wanted.items() <= named.items():
                    return {"address": address, **named}
                dropped.append((address, named))
        raise AssertionError(f"no {addresses} {wanted}; heard {dropped[-5:]}")

    def submit(self, job: str, **fields: object) -> None:
        """Build and submit a job in small messages."""
        self.say("/ditto/job/new", id=job)
        for name, value in {"bars": 1, **fields}.items():
            rows = [] if value is None else [(value,)]
            self.say("/ditto/job/set", id=job, field=name, rows=rows)
        self.say("/ditto/job/submit", id=job)

    def close(self) -> None:
        self.socket.close()


@contextmanager
def serving(
    results: Path, engine: str = "load", ready: bool = True, port: int = 0, device: str = "auto"
):
    """A daemon with the fake engine, of which `engine` is a function, or with MODULE:FUNCTION."""
    with pytest.MonkeyPatch.context() as patch:
        # The worker process imports the fake engine from this folder.
        patch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]))
        name = engine if ":" in engine else f"fake_engine:{engine}"
        launched = launch_daemon(port, results, device=device, engine=name)
    with launched:
        if ready:
            with Client(port=launched.port) as client:
                client.wait_ready()
        yield launched


def renders(results: Path) -> list[str]:
    """Ids in the order in which the fake engine began them."""
    log = results / "renders.log"
    return log.read_text(encoding="utf-8").split() if log.exists() else []
