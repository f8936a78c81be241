"""What a client and the daemon say to each other, whatever carries the packets.

Every exchange is a generator, a `Talk`: it yields for how many seconds it listens, is sent the
replies that came meanwhile, and returns the answer. `Wire` carries one at a time on a blocking
socket, `AsyncWire` any number at once on an event loop.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ditto_bridge.story import Story
from ditto_daw.errors import BadRequest, DaemonMissing, NoHello, RenderFailed, error_from_dict
from ditto_daw.wire.form import spell, text_pieces
from ditto_daw.wire.messages import ENDS, FAIL, OK, SECRET, encode

Reply = tuple[str, dict[str, Any]]
T = TypeVar("T")
Talk = Generator[float, list[Reply], T]
FIRST_WAIT = 0.1
MOST_WAIT = 0.5


@dataclass(frozen=True)
class Hello:
    """How the daemon introduced itself. `capabilities`: lists of values by name."""

    version: str
    protocol: int
    model: str
    state: str
    device: str
    capabilities: dict[str, list[Any]] = field(default_factory=dict)


class Conversation:
    """One client's side. Whoever carries packets sets `transmit` and calls `heard`.

    Attributes:
        patience: seconds after which a daemon that does not answer is called missing.
        token: who owns the jobs.
        stories: of the jobs that are followed, by id.
    """

    def __init__(self, host: str, port: int, token: str, patience: float) -> None:
        self.host, self.port, self.patience = host, port, patience
        self.token = token or secrets.token_hex(8)
        self.transmit: Callable[[bytes], None] = lambda packet: None
        self.stories: dict[str, Story] = {}
        self._capabilities: dict[str, list[Any]] = {}
        self._introduced = False

    def send(self, address: str, **named: Any) -> None:
        """Send once. Raises BadRequest or BadMessage naming the argument that is wrong."""
        self.transmit(encode(address, **named))

    def heard(self, reply: Reply) -> None:
        """Take every reply in, also those that answer nothing."""
        address, said = reply
        if address == "/ditto/capability":
            self._capabilities[said["name"]] = [value for (value,) in said["rows"]]
        story = self.stories.get(str(said.get("id", "")))
        if story and story.outcome is None:
            story.take_news(reply)
        elif address in ENDS:
            self.send("/ditto/ack", id=said["id"])  # repeated: the first acknowledgement was lost

    def ask(self, address: str, answers: Callable[[Reply], bool], **named: Any) -> Talk[Reply]:
        """Send, again and again, until a reply answers.

        Raises the error that a fail reply to this message tells, DaemonMissing after `patience`.
        """
        now = time.monotonic()
        end, wait = now + self.patience, FIRST_WAIT
        self.send(address, **named)
        due = now + wait
        while now < end:
            for reply in (yield max(0.0, min(due, end) - now)):
                if answers(reply):
                    return reply
                _raise_refusal(reply, address, str(named.get("id", "")))
            now = time.monotonic()
            if now >= due:
                self.send(address, **named)
                wait = min(2 * wait, MOST_WAIT)
                due = now + wait
        raise DaemonMissing(
            f"{self.host}:{self.port}",
            f"No ditto-daw answers {address} on {self.host} port {self.port}: start it with "
            "`ditto-daw serve`.",
        )

    def ask_about(
        self, identity: str, address: str, wanted: tuple[str, ...], **named: Any
    ) -> Talk[Reply]:
        """Send a message about a job until one of the wanted replies comes."""

        def answers(reply: Reply) -> bool:
            where, said = reply
            if where not in wanted or said["id"] != identity:
                return False
            same_piece = said.get("piece", 0) == named.get("piece", 0)
            return where != OK or (said["command"] == address and same_piece)

        if not self._introduced:  # the port may have been another client's, and be known as its
            yield from self.hello()
        try:
            return (yield from self.ask(address, answers, id=identity, **named))
        except NoHello:
            yield from self.hello()
            return (yield from self.ask(address, answers, id=identity, **named))

    def hello(self) -> Talk[Hello]:
        """Introduce this client. Asks again until every capability has come."""
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            _, said = yield from self.ask(
                "/ditto/hello",
                _is("/ditto/hello.reply"),
                token=self.token,
                secret=os.environ.get(SECRET, ""),
            )
            soon = time.monotonic() + 0.5
            while len(self._capabilities) < said["capabilities"] and time.monotonic() < soon:
                yield 0.05
            if len(self._capabilities) >= said["capabilities"]:
                self._introduced = True
                return Hello(**{**said, "capabilities": dict(self._capabilities)})
        raise DaemonMissing(self.host, "The daemon's introduction does not come through.")

    def ping(self) -> Talk[float]:
        """Seconds there and back."""
        number = secrets.randbelow(2**31)
        start = time.monotonic()
        yield from self.ask(
            "/ditto/ping",
            lambda reply: reply[0] == "/ditto/pong" and reply[1]["number"] == number,
            number=number,
        )
        return time.monotonic() - start

    def status(self) -> Talk[dict[str, Any]]:
        """state, queued, running, ended, restarts, uptime, note."""
        _, said = yield from self.ask("/ditto/status", _is("/ditto/status.reply"))
        return said

    def wait_ready(self, seconds: float) -> Talk[None]:
        """Wait for the model to be loaded. RenderFailed when it cannot be."""
        end = time.monotonic() + seconds
        while (status := (yield from self.status()))["state"] != "ready":
            if status["state"] == "failed" or time.monotonic() > end:
                raise RenderFailed("", status["note"] or "The model takes too long to load.")
            yield from self.idle(0.05)

    def submit(self, request: Mapping[str, Any], small: bool) -> Talk[Story]:
        """Hand over a job, as JSON or in small messages."""
        identity = str(request.get("id") or secrets.token_hex(6))
        story = self.stories.setdefault(identity, Story(self, identity))
        try:
            yield from self._build(identity, request, small)
        except BadRequest as error:
            if error.argument != "id":  # otherwise it has been submitted already
                raise
        _, said = yield from self.ask_about(
            identity, "/ditto/job/submit", ("/ditto/job/accepted", *ENDS)
        )
        story.state = str(said.get("state", "ended"))
        return story

    def job(self, identity: str) -> Talk[Story]:
        """A job that this token submitted earlier."""
        story = self.stories.setdefault(identity, Story(self, identity))
        yield from story.ask_state()
        return story

    def quit(self, force: bool) -> Talk[None]:
        """End the daemon; refused while it works for others, unless forced."""
        yield from self.ask("/ditto/quit", _is("/ditto/bye"), force=force)

    def idle(self, seconds: float) -> Talk[None]:
        """Listen for so long, whatever comes."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            yield left

    def _build(self, identity: str, request: Mapping[str, Any], small: bool) -> Talk[None]:
        if small:
            yield from self.ask_about(identity, "/ditto/job/new", (OK,))
            for address, values in spell(request):
                yield from self.ask_about(identity, address, (OK,), **values)
            return
        pieces = text_pieces(json.dumps({**request, "id": identity}))
        for piece, text in enumerate(pieces):
            yield from self.ask_about(
                identity, "/ditto/job/json", (OK,), piece=piece, of=len(pieces), text=text
            )


def _is(address: str) -> Callable[[Reply], bool]:
    return lambda reply: reply[0] == address


def _raise_refusal(reply: Reply, address: str, identity: str) -> None:
    where, said = reply
    if where == FAIL and said["command"] == address and said["id"] in ("", identity):
        raise error_from_dict({**said, "message": said["sentence"]})
