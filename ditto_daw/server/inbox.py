"""Packets that wait to be handled, each sender in turn: a flood delays only its own sender."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable
from typing import Generic, TypeVar

MOST_BYTES = 16 << 20
OVERHEAD = 128
"""Bytes counted for every packet besides its own: small ones take memory too."""

Sender = TypeVar("Sender", bound=Hashable)


class Inbox(Generic[Sender]):
    """Holds up to `most` bytes. The packets of one sender keep their order."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._held = 0
        self._senders: OrderedDict[Sender, deque[bytes]] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._senders)

    @property
    def full(self) -> bool:
        """Whether what comes next must wait in the system's own buffer."""
        return self._held >= self._most

    def put(self, sender: Sender, packet: bytes) -> None:
        """Take a packet in."""
        self._senders.setdefault(sender, deque()).append(packet)
        self._held += len(packet) + OVERHEAD

    def take(self) -> tuple[Sender, bytes]:
        """The next packet, of the sender who has waited longest. KeyError when empty."""
        sender, packets = self._senders.popitem(last=False)
        packet = packets.popleft()
        if packets:
            self._senders[sender] = packets
        self._held -= len(packet) + OVERHEAD
        return sender, packet
