"""The client: hello, submit, follow, cancel, and files for a daemon on another machine."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from ditto_bridge import files
from ditto_bridge.job import Job
from ditto_bridge.wire import Reply, Wire
from ditto_daw.errors import BadRequest, DaemonMissing, NoHello, RenderFailed
from ditto_daw.events import Done, Event
from ditto_daw.form import spell, text_pieces
from ditto_daw.messages import ENDS, OK, PORT

PATIENCE = 10.0


@dataclass(frozen=True)
class Hello:
    """How the daemon introduced itself. `capabilities`: lists of values by name."""

    version: str
    protocol: int
    model: str
    state: str
    device: str
    capabilities: dict[str, list[Any]] = field(default_factory=dict)


class Client:
    """Speaks to one daemon. A context manager; for one thread.

    Args:
        host, port: where the daemon listens.
        token: who owns the jobs; keep it to own them again after a restart. Made up when "".
        patience: seconds after which a daemon that does not answer is called missing.

    Every call raises DaemonMissing when nobody answers, and the DittoError that the daemon tells.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = PORT,
        token: str = "",
        patience: float = PATIENCE,
    ) -> None:
        self.token = token or secrets.token_hex(8)
        self.wire = Wire(host, port, patience, self._listen)
        self._jobs: dict[str, Job] = {}
        self._capabilities: dict[str, list[Any]] = {}

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave. Jobs go on; the same token finds them again."""
        self.wire.close()

    def hello(self) -> Hello:
        """Introduce this client. Asks again until every capability has come."""
        end = time.monotonic() + self.wire.patience
        while time.monotonic() < end:
            _, said = self.wire.ask("/ditto/hello", _is("/ditto/hello.reply"), token=self.token)
            soon = time.monotonic() + 0.5
            while len(self._capabilities) < said["capabilities"] and time.monotonic() < soon:
                self.wire.receive(0.05)
            if len(self._capabilities) >= said["capabilities"]:
                return Hello(**{**said, "capabilities": dict(self._capabilities)})
        raise DaemonMissing(self.wire.host, "The daemon's introduction does not come through.")

    def ping(self) -> float:
        """Seconds there and back."""
        number = secrets.randbelow(2**31)
        start = time.monotonic()
        self.wire.ask(
            "/ditto/ping",
            lambda reply: reply[0] == "/ditto/pong" and reply[1]["number"] == number,
            number=number,
        )
        return time.monotonic() - start

    def status(self) -> dict[str, Any]:
        """state, queued, running, ended, restarts, uptime, note."""
        return self.wire.ask("/ditto/status", _is("/ditto/status.reply"))[1]

    def wait_ready(self, seconds: float = 60.0) -> None:
        """Wait for the model to be loaded. RenderFailed when it cannot be."""
        end = time.monotonic() + seconds
        while (status := self.status())["state"] != "ready":
            if status["state"] == "failed" or time.monotonic() > end:
                raise RenderFailed("", status["note"] or "The model takes too long to load.")
            time.sleep(0.05)

    def submit(self, request: Mapping[str, Any], small: bool = False) -> Job:
        """Hand over a job, as JSON or in small messages as a Max or Pd patch would.

        Its "id" is made up when it has none. The same id twice renders once: the second call
        follows the job that is there.
        """
        identity = str(request.get("id") or secrets.token_hex(6))
        job = self._jobs.setdefault(identity, Job(self, identity))
        try:
            self._build(identity, request, small)
        except BadRequest as error:
            if error.argument != "id":  # otherwise it has been submitted already
                raise
        self.ask_about(identity, "/ditto/job/submit", ("/ditto/job/accepted", *ENDS))
        return job

    def job(self, identity: str) -> Job:
        """A job that this token submitted earlier, perhaps before a restart."""
        job = self._jobs.setdefault(identity, Job(self, identity))
        job.state()
        return job

    def render(
        self, request: Mapping[str, Any], on_event: Callable[[Event], None] | None = None
    ) -> Done:
        """Submit and wait."""
        return self.submit(request).wait(on_event)

    def put_asset(self, path: Path) -> str:
        """Send a file to the daemon; "asset:<sha256>", which a request may name as a path."""
        return files.put(self.wire.host, self.wire.port, path, self.wire.patience)

    def get_asset(self, name: str, to: Path) -> Path:
        """Fetch an asset, such as a take's, into the file `to`."""
        return files.get(self.wire.host, self.wire.port, name, to, self.wire.patience)

    def quit(self, force: bool = False) -> None:
        """End the daemon; refused while it works for others, unless forced."""
        self.wire.ask("/ditto/quit", _is("/ditto/bye"), force=force)

    def ask_about(
        self, identity: str, address: str, wanted: tuple[str, ...], **named: Any
    ) -> Reply:
        """Send a message about a job until one of the wanted replies comes."""

        def answers(reply: Reply) -> bool:
            where, said = reply
            if where not in wanted or said["id"] != identity:
                return False
            same_piece = said.get("piece", 0) == named.get("piece", 0)
            return where != OK or (said["command"] == address and same_piece)

        try:
            return self.wire.ask(address, answers, id=identity, **named)
        except NoHello:
            self.hello()
            return self.wire.ask(address, answers, id=identity, **named)

    def _build(self, identity: str, request: Mapping[str, Any], small: bool) -> None:
        if small:
            self.ask_about(identity, "/ditto/job/new", (OK,))
            for address, values in spell(request):
                self.ask_about(identity, address, (OK,), **values)
            return
        pieces = text_pieces(json.dumps({**request, "id": identity}))
        for piece, text in enumerate(pieces):
            self.ask_about(
                identity, "/ditto/job/json", (OK,), piece=piece, of=len(pieces), text=text
            )

    def acknowledge(self, identity: str) -> None:
        """Tell that a job's last reply has arrived."""
        self.wire.send("/ditto/ack", id=identity)

    def _listen(self, reply: Reply) -> None:
        address, said = reply
        if address == "/ditto/capability":
            self._capabilities[said["name"]] = [value for (value,) in said["rows"]]
        job = self._jobs.get(str(said.get("id", "")))
        if job and job.outcome is None:
            job.take_news(reply)
        elif address in ENDS:
            self.acknowledge(said["id"])  # repeated: the first acknowledgement was lost


def _is(address: str) -> Callable[[Reply], bool]:
    return lambda reply: reply[0] == address
