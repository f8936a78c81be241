"""A real `ditto-bridge watch` beside the tests' daemon, which may be killed and come back."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ditto_bridge.spool import Spool

HERE = Path(__file__).parent


@contextmanager
def watching(folder: Path, port: int, *more: str):
    """The watcher's process, once it has spoken."""
    path = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "ditto_bridge.cli", "--port", str(port), "watch"]
    process = subprocess.Popen(
        [*command, "--spool", str(folder), *more],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        assert process.stdout
        process.stdout.readline()
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(20)


def free_port() -> int:
    """A UDP port of this machine that nobody has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def until(ask: Callable[[], Any], seconds: float = 15.0) -> Any:
    """The first answer that is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.005)
    raise AssertionError("what was waited for did not come")


def reply_in(spool: Spool, identity: str, *states: str, seconds: float = 15.0) -> dict[str, Any]:
    """The job's reply, once it is in one of the states."""

    def ask() -> dict[str, Any] | None:
        reply = spool.read_reply(identity)
        return reply if reply and reply["state"] in states else None

    return until(ask, seconds)


def daemon_in(spool: Spool, *states: str, seconds: float = 15.0) -> dict[str, Any]:
    """What is said of the daemon, once it is in one of the states."""
    return until(lambda: (said := spool.read_daemon())["state"] in states and said, seconds)
