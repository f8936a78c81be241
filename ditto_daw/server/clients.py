"""Who speaks from which address, and where their replies go. Ownership follows the token."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from ditto_daw.errors import NoHello
from ditto_daw.server.sockets import Peer, UdpPeer

MOST_ADDRESSES = 1024


@dataclass(frozen=True)
class Client:
    """A token, and the peer that replies to one of its addresses go to."""

    token: str
    replies: Peer


class Clients:
    """Addresses that have said hello. The least recently greeted are forgotten when too many."""

    def __init__(self) -> None:
        self._speakers: OrderedDict[Peer, Client] = OrderedDict()
        self._latest: OrderedDict[str, tuple[Peer, Peer]] = OrderedDict()
        """Per token, who said its latest hello and where replies go since."""

    def hello(self, peer: Peer, token: str, port: int) -> None:
        """Take note that `peer` speaks for `token`; a UDP port of 0 is the sender's own."""
        replies = UdpPeer(peer.host, port) if isinstance(peer, UdpPeer) and port else peer
        self._speakers.pop(peer, None)
        self._latest.pop(token, None)
        self._speakers[peer] = Client(token, replies)
        self._latest[token] = peer, replies
        while len(self._speakers) > MOST_ADDRESSES:
            self._speakers.popitem(last=False)
        while len(self._latest) > MOST_ADDRESSES:
            self._latest.popitem(last=False)

    def token(self, peer: Peer) -> str:
        """Who speaks from this address; "" when nobody said."""
        client = self._speakers.get(peer)
        return client.token if client else ""

    def speaker(self, peer: Peer) -> str:
        """Who speaks from this address. NoHello when nobody said."""
        token = self.token(peer)
        if not token:
            raise NoHello("", "Say /ditto/hello with your token first, from this same address.")
        return token

    def heard_as(self, peer: Peer, token: str) -> Peer:
        """Whose message it is that names a token with its job: that of whoever said the token's
        latest hello, whatever address it came from; `peer` itself when it names none. NoHello when
        nobody has said that token's hello."""
        if not token:
            return peer
        speaker = self._latest.get(token, (peer, peer))[0]
        if self.token(speaker) != token:
            raise NoHello("", "Say /ditto/hello with this token first.")
        return speaker

    def replies_to(self, peer: Peer) -> Peer:
        """Where the answer to a message from this address goes."""
        client = self._speakers.get(peer)
        return client.replies if client else peer

    def address_of(self, token: str) -> Peer | None:
        """Where news for a client goes: its latest hello. None when it has left."""
        latest = self._latest.get(token)
        return latest[1] if latest else None

    def leave(self, peer: Peer) -> None:
        """A connection has closed."""
        client = self._speakers.pop(peer, None)
        if client and self.address_of(client.token) == peer:
            del self._latest[client.token]
