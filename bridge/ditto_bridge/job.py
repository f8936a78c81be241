"""A job as its client sees it: events while it runs, then its takes."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ditto_bridge.wire import Reply
from ditto_daw.errors import Cancelled, DaemonMissing, DittoError, NoHello, error_from_dict
from ditto_daw.events import Done, Event, Preview, Progress, Ready, Take
from ditto_daw.messages import ENDS, FAIL, OK

if TYPE_CHECKING:
    from ditto_bridge.client import Client

SILENCE = 1.0
"""Seconds without news after which the client asks how things stand."""


class Job:
    """A submitted job; made by `Client.submit`.

    Attributes:
        id: its name on the wire.
        outcome: how it ended: its result, or the error that a failure or a cancel raises.
    """

    def __init__(self, client: Client, identity: str) -> None:
        self.id = identity
        self.outcome: Done | DittoError | None = None
        self._client = client
        self._news: deque[Reply] = deque()
        self._ready: set[int] = set()
        self._heard = time.monotonic()

    def take_news(self, reply: Reply) -> None:
        """The client's listener passes replies on that name this job."""
        self._heard = time.monotonic()
        self._news.append(reply)

    def events(self) -> Iterator[Event]:
        """Progress, previews and every take that is ready, as they come, then Done.

        The figures of a take that has just come are numbers only; those of Done are complete.
        Raises Cancelled, or the error that made the job fail, or DaemonMissing when the daemon
        does not answer any more.
        """
        while self.outcome is None:
            while self._news and self.outcome is None:
                event = self._read(*self._news.popleft())
                if event:
                    yield event
            if self.outcome is None:
                self._client.wire.receive(SILENCE / 4)
                self._mind_silence()
        if isinstance(self.outcome, DittoError):
            raise self.outcome

    def wait(self, on_event: Callable[[Event], None] | None = None) -> Done:
        """The result; `on_event` is called with everything that comes before and with it."""
        for event in self.events():
            if on_event:
                on_event(event)
        if not isinstance(self.outcome, Done):
            raise DaemonMissing(self.id, f"The job {self.id} ended without a result.")
        return self.outcome

    def keep(self) -> None:
        """Stop and keep: Done comes soon, with the best so far, or with the drafts that are ready.
        BadRequest while the job waits in the queue: there is nothing to keep."""
        self._client.ask_about(self.id, "/ditto/job/keep", (OK, *ENDS))

    def cancel(self) -> None:
        """Ask the daemon to stop it; `events` then raises Cancelled (or Done was faster)."""
        self._client.ask_about(self.id, "/ditto/job/cancel", (OK, *ENDS))

    def state(self) -> str:
        """building, queued, running, cancelling, done, failed or cancelled."""
        _, said = self._client.ask_about(self.id, "/ditto/job/state", ("/ditto/job/state.reply",))
        return str(said["state"])

    def result(self) -> dict[str, Any]:
        """Everything the daemon remembers of it, once ended: request, takes, every figure."""
        pieces: list[str] = []
        of = 1
        while len(pieces) < of:
            _, said = self._client.ask_about(
                self.id, "/ditto/job/result", ("/ditto/job/result.reply",), piece=len(pieces)
            )
            if said["piece"] == len(pieces):
                pieces.append(said["text"])
                of = said["of"]
        result: dict[str, Any] = json.loads("".join(pieces))
        return result

    def _read(self, address: str, said: dict[str, Any]) -> Event | None:
        if address == "/ditto/job/progress":
            left = said["seconds"] if said["seconds"] >= 0 else None
            losses = dict(said["rows"])
            return Progress(said["stage"], said["step"], said["of"], losses, left)
        if address == "/ditto/job/preview":
            return Preview(said["path"], dict(said["rows"]), said["asset"] or None)
        if address == "/ditto/job/take":
            return self._take(said)
        if address in ENDS:
            return self._end(address, said)
        if address == FAIL and said["command"] == "/ditto/job/state":
            error = error_from_dict({**said, "message": said["sentence"]})
            if isinstance(error, NoHello):
                self._client.hello()  # the daemon was started anew, or has forgotten this address
            else:
                self.outcome = error
        return None

    def _take(self, said: dict[str, Any]) -> Ready | None:
        """A take, the first time that it is told."""
        number, known = said["index"], len(self._ready)
        self._ready.add(number)
        if len(self._ready) == known:
            return None
        figures = dict(said["rows"])
        where = said["path"], said["samples"], said["rate"], said["seed"]
        return Ready(number, Take(*where, figures, asset=said["asset"]))

    def _end(self, address: str, said: dict[str, Any]) -> Done | None:
        done = None
        if address == "/ditto/job/done":
            self.outcome = done = Done.from_dict(self.result())
        elif address == "/ditto/job/cancelled":
            self.outcome = Cancelled(self.id, "The job was cancelled.")
        else:
            self.outcome = error_from_dict({**said, "message": said["sentence"]})
        self._client.acknowledge(self.id)
        return done

    def _mind_silence(self) -> None:
        silent = time.monotonic() - self._heard
        if silent > self._client.wire.patience:
            raise DaemonMissing(
                self.id, "The daemon does not answer any more: it has ended, or the network has."
            )
        if silent > SILENCE and not self._news:
            self._client.wire.send("/ditto/job/state", id=self.id)
