"""A job as its client sees it: events while it runs, then its takes."""

from __future__ import annotations

import json
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from ditto_daw.errors import Cancelled, DaemonMissing, DittoError, NoHello, error_from_dict
from ditto_daw.events import Block, Done, Event, Preview, Progress, Ready, Take
from ditto_daw.wire.messages import ENDS, FAIL, OK

if TYPE_CHECKING:
    from ditto_bridge.conversation import Conversation, Reply, Talk

SILENCE = 1.0
"""Seconds without news after which the client asks how things stand."""


class Story:
    """What has been heard of a submitted job.

    Attributes:
        id: its name on the wire.
        state: as its submission was answered.
        outcome: how it ended: its result, or the error that a failure or a cancel raises.
    """

    def __init__(self, conversation: Conversation, identity: str) -> None:
        self.id = identity
        self.state = "building"
        self.outcome: Done | DittoError | None = None
        self._conversation = conversation
        self._news: deque[Reply] = deque()
        self._ready: set[int] = set()
        self._heard = time.monotonic()

    def take_news(self, reply: Reply) -> None:
        """The conversation passes on what names this job."""
        self._heard = time.monotonic()
        self._news.append(reply)

    def next_event(self) -> Talk[Event | None]:
        """What comes next, Done last; None when it has ended, which `outcome` then explains.

        Raises DaemonMissing when the daemon does not answer any more.
        """
        while self.outcome is None:
            while self._news and self.outcome is None:
                event = yield from self._read(*self._news.popleft())
                if event:
                    return event
            if self.outcome is None:
                yield SILENCE / 4
                self._mind_silence()
        return None

    def result_or_error(self) -> Done:
        """How it ended; raises what it ended with."""
        if isinstance(self.outcome, DittoError):
            raise self.outcome
        if self.outcome is None:
            raise DaemonMissing(self.id, f"The job {self.id} has not ended.")
        return self.outcome

    def wish(self, what: str) -> Talk[None]:
        """Ask for a "keep" or a "cancel"."""
        yield from self._conversation.ask_about(self.id, f"/ditto/job/{what}", (OK, *ENDS))

    def ask_state(self) -> Talk[str]:
        """building, queued, running, cancelling, done, failed or cancelled."""
        _, said = yield from self._conversation.ask_about(
            self.id, "/ditto/job/state", ("/ditto/job/state.reply",)
        )
        return str(said["state"])

    def ask_result(self) -> Talk[dict[str, Any]]:
        """Everything the daemon remembers of it, once ended: request, takes, every figure."""
        pieces: list[str] = []
        of = 1
        while len(pieces) < of:
            _, said = yield from self._conversation.ask_about(
                self.id, "/ditto/job/result", ("/ditto/job/result.reply",), piece=len(pieces)
            )
            if said["piece"] == len(pieces):
                pieces.append(said["text"])
                of = said["of"]
        result: dict[str, Any] = json.loads("".join(pieces))
        return result

    def _read(self, address: str, said: dict[str, Any]) -> Talk[Event | None]:
        if address == "/ditto/job/progress":
            left = said["seconds"] if said["seconds"] >= 0 else None
            losses = dict(said["rows"])
            return Progress(said["stage"], said["step"], said["of"], losses, left)
        if address == "/ditto/job/preview":
            return Preview(said["path"], dict(said["rows"]), said["asset"] or None)
        if address == "/ditto/job/block":
            names = ("take", "number", "of", "path", "begin", "end", "rate")
            return Block(**{name: said[name] for name in names}, asset=said["asset"] or None)
        if address == "/ditto/job/take":
            return self._take(said)
        if address in ENDS:
            return (yield from self._end(address, said))
        if address == FAIL and said["command"] == "/ditto/job/state":
            error = error_from_dict({**said, "message": said["sentence"]})
            if isinstance(error, NoHello):
                # The daemon was started anew, or has forgotten this address.
                yield from self._conversation.hello()
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

    def _end(self, address: str, said: dict[str, Any]) -> Talk[Done | None]:
        done = None
        if address == "/ditto/job/done":
            self.outcome = done = Done.from_dict((yield from self.ask_result()))
        elif address == "/ditto/job/cancelled":
            self.outcome = Cancelled(self.id, "The job was cancelled.")
        else:
            self.outcome = error_from_dict({**said, "message": said["sentence"]})
        self._conversation.send("/ditto/ack", id=self.id)
        return done

    def _mind_silence(self) -> None:
        silent = time.monotonic() - self._heard
        if silent > self._conversation.patience:
            raise DaemonMissing(
                self.id, "The daemon does not answer any more: it has ended, or the network has."
            )
        if silent > SILENCE and not self._news:
            self._conversation.send("/ditto/job/state", id=self.id)
