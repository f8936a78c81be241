"""What the rows stand on: a daemon in a folder of its own, and looks at it from outside."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import soundfile
from ditto_bridge import Client, launch_daemon
from ditto_bridge.launch import Launched

from ditto_daw.errors import DaemonMissing
from ditto_daw.files.paths import TEMPORARY_PREFIX
from ditto_daw.soak.light import RENDERS
from ditto_daw.wire.messages import decode, encode

LIGHT = "ditto_daw.soak.light:load"
BUFFER = 4 << 20
PATIENCE = 300.0
"""Seconds for everything that must come: what is late on a busy machine is measured, not lost."""


@dataclass
class Ground:
    """Where a soak happens.

    Attributes:
        folder: every row gets one of its own below it.
        scale: share of the full n; 1 is the table's.
        minutes: of the storm.
        engine: of the storm's daemon; the other rows use the light one.
        told: says how far a row is.
    """

    folder: Path
    scale: float = 1.0
    minutes: float = 1.0
    engine: str = LIGHT
    told: Any = field(default=lambda text: None)

    def count(self, full: int) -> int:
        """The n of a row, of the table's `full`."""
        return max(3, round(full * self.scale))

    def place(self, name: str) -> Path:
        """A fresh folder."""
        place = self.folder / name
        place.mkdir(parents=True)
        return place

    @contextmanager
    def serving(
        self, place: Path, engine: str = LIGHT, roots: Sequence[Path] = ()
    ) -> Iterator[Launched]:
        """A daemon whose results go to the place; `roots` are further folders that it may use."""
        with started(place, engine, roots=roots) as launched:
            yield launched


def started(
    place: Path, engine: str = LIGHT, port: int = 0, roots: Sequence[Path] = ()
) -> Launched:
    """A daemon that is ready to render."""
    launched = launch_daemon(port, place, [place, *roots], engine=engine, seconds=PATIENCE)
    wait_ready(launched.port)
    return launched


def calling(port: int, token: str = "") -> Client:
    """A client with patience."""
    return Client(port=port, token=token, patience=PATIENCE)


def wait_ready(port: int) -> None:
    """Until the daemon has loaded its model."""
    with calling(port) as client:
        client.wait_ready(PATIENCE)


def idle(client: Client) -> None:
    """Until nothing waits or is rendered."""
    while (status := client.status())["queued"] or status["running"]:
        time.sleep(0.05)


def killed(daemon: Launched, place: Path, engine: str, server: bool) -> Launched:
    """kill -9 of a daemon's server or of its worker; the daemon that is ready afterwards."""
    if server:
        daemon.process.kill()
        daemon.process.wait()
        daemon.log.unlink(missing_ok=True)
        return started(place, engine, daemon.port)
    if worker := worker_of(daemon.process.pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(worker).kill()
    wait_ready(daemon.port)
    return daemon


class Talker:
    """A UDP socket that says exactly what it is told, once, and hears everything that comes."""

    def __init__(self, port: int, token: str = "") -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.socket.connect(("127.0.0.1", port))
        if token:
            self.say("/ditto/hello", token=token)
            self.hear("/ditto/hello.reply")

    def __enter__(self) -> Talker:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, packet: bytes) -> None:
        """Bytes as they are; nobody listening is no error here."""
        with contextlib.suppress(ConnectionError):
            self.socket.send(packet)

    def say(self, address: str, **named: Any) -> None:
        """A message of the protocol."""
        self.send(encode(address, **named))

    def hear(self, *addresses: str, seconds: float = PATIENCE, **wanted: Any) -> dict[str, Any]:
        """The next reply at one of the addresses with these values. Raises DaemonMissing."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for address, said in self.replies(left):
                if address in addresses and wanted.items() <= said.items():
                    return {"address": address, **said}
        raise DaemonMissing("", f"The daemon did not answer with {' or '.join(addresses)}.")

    def replies(self, seconds: float = 0.0) -> list[tuple[str, dict[str, Any]]]:
        """What comes: waits for the first up to `seconds`, and takes what is there after it."""
        replies: list[tuple[str, dict[str, Any]]] = []
        self.socket.settimeout(max(seconds, 1e-4))
        while True:
            try:
                replies += decode(self.socket.recv(65536))
            except (TimeoutError, BlockingIOError, ConnectionError):
                return replies
            self.socket.settimeout(1e-4)


@contextmanager
def quiet() -> Iterator[None]:
    """Hides what logs and libraries in C say to stderr about ills that are meant."""
    kept = os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def resident(pid: int) -> float:
    """Resident memory of a process in MB; NaN when it has gone."""
    try:
        return float(psutil.Process(pid).memory_info().rss) / 2**20
    except psutil.NoSuchProcess:
        return float("nan")


def worker_of(server: int) -> int | None:
    """Process id of a daemon's worker: its largest child, None while there is none."""
    with contextlib.suppress(psutil.NoSuchProcess):
        spawned = psutil.Process(server).children()
        sizes = {child.pid: resident(child.pid) for child in spawned if _works(child)}
        if sizes:
            return max(sizes, key=lambda pid: sizes[pid])
    return None


def _works(child: psutil.Process) -> bool:
    """Multiprocessing also keeps a small tracker of resources, which is no worker."""
    try:
        return "spawn_main" in " ".join(child.cmdline())
    except psutil.Error:
        return False


def half_files(place: Path) -> int:
    """WAVs that cannot be read to the length that they claim, and leftovers under other names."""
    bad = sum(1 for path in place.rglob(f"{TEMPORARY_PREFIX}*") if path.is_file())
    for path in place.rglob("*.wav"):
        try:
            info = soundfile.info(str(path))
            audio, _ = soundfile.read(str(path))
            bad += len(audio) != info.frames or not info.frames
        except (soundfile.SoundFileError, RuntimeError):
            bad += 1
    return bad


def renders(place: Path) -> Counter[str]:
    """How often the light engine began each job."""
    log = place / RENDERS
    return Counter(log.read_text(encoding="utf-8").split() if log.is_file() else [])
