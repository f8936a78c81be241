"""UDP to the daemon and back on a blocking socket."""

from __future__ import annotations

import contextlib
import socket
import time

from ditto_bridge.conversation import Conversation, Reply, T, Talk
from ditto_daw.errors import BadMessage, BadRequest
from ditto_daw.wire.messages import decode

BUFFER = 4 << 20


class Wire:
    """One UDP socket that carries a conversation, one exchange at a time. For one thread."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with contextlib.suppress(OSError):  # macOS refuses what Linux cuts to its limit
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        # Connected: only the daemon's own packets arrive, and its absence is told at once.
        self._socket.connect((conversation.host, conversation.port))
        conversation.transmit = self._send

    def close(self) -> None:
        self._socket.close()

    def run(self, talk: Talk[T]) -> T:
        """Carry an exchange out; its answer, or what it raises."""
        try:
            wait = next(talk)
            while True:
                wait = talk.send(self._receive(wait))
        except StopIteration as end:
            answer: T = end.value
            return answer

    def _send(self, packet: bytes) -> None:
        with contextlib.suppress(ConnectionError):
            self._socket.send(packet)

    def _receive(self, timeout: float) -> list[Reply]:
        """Replies that come within `timeout` seconds: the first wait, then all that are there."""
        replies: list[Reply] = []
        end = time.monotonic() + timeout
        while True:
            left = 0.0 if replies else end - time.monotonic()
            if left < 0:
                return replies
            self._socket.settimeout(max(left, 1e-6))
            try:
                replies += hear(self._conversation, self._socket.recv(65536))
            except (TimeoutError, BlockingIOError):
                return replies
            except ConnectionError:
                # The system says that nobody listens (yet): wait a little, the daemon may start.
                time.sleep(min(0.05, max(0.0, end - time.monotonic())))


def hear(conversation: Conversation, packet: bytes) -> list[Reply]:
    """The replies of a packet, which the conversation has taken in."""
    try:
        replies = decode(packet)
    except (BadMessage, BadRequest):
        return []  # of a newer daemon; what it means cannot be known here
    for reply in replies:
        conversation.heard(reply)
    return replies
