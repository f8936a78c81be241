"""Find a daemon, or start one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from ditto_bridge.client import Client
from ditto_daw.errors import DaemonMissing, DittoError, PortTaken
from ditto_daw.wire.messages import PORT

LISTENS = re.compile(r"ditto-daw listens on \S+ port (\d+)\s")


def find_daemon(host: str = "127.0.0.1", port: int = PORT, seconds: float = 0.5) -> bool:
    """Whether a daemon answers there."""
    with Client(host, port, patience=seconds) as client:
        try:
            client.ping()
        except DaemonMissing:
            return False
    return True


class Launched:
    """A daemon that this process started. A context manager that ends it.

    Attributes:
        host, port: where it listens.
        process: the server process.
        log: the file of its log; deleted by `close` when all went well.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.host = "127.0.0.1"
        self.port = port
        self.process = process
        self.log = log

    def __enter__(self) -> Launched:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self, seconds: float = 10.0) -> int:
        """End it, by message, then by force; its exit status."""
        if self.process.poll() is None:
            try:
                with Client(self.host, self.port, patience=2.0) as client:
                    client.quit(force=True)
            except DittoError:
                self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
        status = self.process.wait()
        if status == 0:
            self.log.unlink(missing_ok=True)
        return status


def launch_daemon(
    port: int = PORT,
    results: Path | None = None,
    roots: Sequence[Path] = (),
    device: str = "auto",
    engine: str = "",
    seconds: float = 15.0,
    models: Sequence[str] = (),
) -> Launched:
    """Start `ditto-daw serve` on this machine and wait until it says hello.

    Args:
        port: 0 takes a free one.
        results: folder of takes whose request names none; the daemon's default when None.
        roots: further folders that requests may name.
        engine: another engine factory, "module:function".
        seconds: how long to wait for hello. The model may still be loading then.
        models: what it loads, by name or path; its default without any.

    Raises PortTaken when the port is in use, DaemonMissing when it does not come up.
    """
    command = [sys.executable, "-m", "ditto_daw.cli", "serve", "--port", str(port)]
    command += ["--device", device]
    command += ["--results", str(results)] if results else []
    command += [word for root in roots for word in ("--root", str(root))]
    command += ["--engine", engine] if engine else []
    command += [word for model in models for word in ("--model", model)]
    handle, name = tempfile.mkstemp(prefix="ditto-daw-", suffix=".log")
    log = Path(name)
    with os.fdopen(handle, "wb") as sink:
        # Its own session: Ctrl-C here ends this program, which then ends the daemon in order.
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
        )
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end and process.poll() is None:
            if said := LISTENS.search(log.read_text(encoding="utf-8", errors="replace")):
                launched = Launched(process, int(said[1]), log)
                with Client(launched.host, launched.port, patience=seconds) as client:
                    client.hello()
                return launched
            time.sleep(0.01)
        raise _reason(process, log)
    except BaseException:
        process.kill()
        process.wait()
        raise


def _reason(process: subprocess.Popen[bytes], log: Path) -> DittoError:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last = lines[-1] if lines else "it said nothing"
    if process.poll() == PortTaken.exit_status:
        return PortTaken("port", last)
    return DaemonMissing("", f"The daemon did not come up: {last}")
