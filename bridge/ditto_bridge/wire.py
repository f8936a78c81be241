"""UDP to the daemon and back. What is not answered is sent again."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from typing import Any

from ditto_daw.errors import BadMessage, BadRequest, DaemonMissing, error_from_dict
from ditto_daw.messages import FAIL, decode, encode

Reply = tuple[str, dict[str, Any]]
FIRST_WAIT = 0.1
MOST_WAIT = 0.5
BUFFER = 4 << 20


class Wire:
    """One UDP socket that talks to one daemon. For one thread.

    Args:
        host, port: of the daemon.
        patience: seconds after which a daemon that does not answer is missing.
        listener: gets every reply, also those that answer nothing.
    """

    def __init__(
        self, host: str, port: int, patience: float, listener: Callable[[Reply], None]
    ) -> None:
        self.host, self.port, self.patience = host, port, patience
        self._listener = listener
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with contextlib.suppress(OSError):  # macOS refuses what Linux cuts to its limit
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        # Connected: only the daemon's own packets arrive, and its absence is told at once.
        self._socket.connect((host, port))

    def close(self) -> None:
        self._socket.close()

    def send(self, address: str, **named: Any) -> None:
        """Send once. Raises BadRequest or BadMessage naming the argument that is wrong."""
        packet = encode(address, **named)
        with contextlib.suppress(ConnectionError):
            self._socket.send(packet)

    def receive(self, timeout: float) -> list[Reply]:
        """Replies that come within `timeout` seconds: the first wait, then all that are there."""
        replies: list[Reply] = []
        end = time.monotonic() + timeout
        while True:
            left = 0.0 if replies else end - time.monotonic()
            if left < 0:
                return replies
            self._socket.settimeout(max(left, 1e-6))
            try:
                packet = self._socket.recv(65536)
                found = decode(packet)
            except (TimeoutError, BlockingIOError):
                return replies
            except ConnectionError:
                # The system says that nobody listens (yet): wait a little, the daemon may start.
                time.sleep(min(0.05, max(0.0, end - time.monotonic())))
                continue
            except (BadMessage, BadRequest):
                continue  # of a newer daemon; what it means cannot be known here
            for reply in found:
                self._listener(reply)
            replies += found

    def ask(
        self, address: str, answers: Callable[[Reply], bool], resend: bool = True, **named: Any
    ) -> Reply:
        """Send, again and again, until a reply answers.

        Raises the error that a fail reply to this message tells, DaemonMissing after `patience`.
        """
        now = time.monotonic()
        end, wait = now + self.patience, FIRST_WAIT
        self.send(address, **named)
        due = now + wait
        while now < end:
            for reply in self.receive(max(0.0, min(due, end) - now)):
                if answers(reply):
                    return reply
                _raise_refusal(reply, address, str(named.get("id", "")))
            now = time.monotonic()
            if now >= due and resend:
                self.send(address, **named)
                wait = min(2 * wait, MOST_WAIT)
                due = now + wait
        raise DaemonMissing(
            f"{self.host}:{self.port}",
            f"No ditto-daw answers {address} on {self.host} port {self.port}: start it with "
            "`ditto-daw serve`.",
        )


def _raise_refusal(reply: Reply, address: str, identity: str) -> None:
    where, said = reply
    if where == FAIL and said["command"] == address and said["id"] in ("", identity):
        raise error_from_dict({**said, "message": said["sentence"]})
