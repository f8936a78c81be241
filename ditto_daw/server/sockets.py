"""UDP and TCP on one port, read by one thread, and a way for other threads to wake it."""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from ditto_daw.errors import BadMessage, PortTaken
from ditto_daw.server.inbox import Inbox
from ditto_daw.wire import osc

LOOPBACK = "127.0.0.1"
MOST_CONNECTIONS = 64
MOST_UNREAD = 8 << 20
"""Bytes that a TCP client may leave unread before it is cut off."""
RECEIVE_BUFFER = 4 << 20
DATAGRAM = 65536
SLICE = 64
"""UDP packets handled before TCP and the worker are looked at again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class UdpPeer:
    """Where UDP packets come from and go to."""

    host: str
    port: int
    limit = osc.PACKET


@dataclass(eq=False)
class TcpPeer:
    """One TCP connection."""

    socket: socket.socket
    host: str = LOOPBACK
    deframer: osc.Deframer = field(default_factory=osc.Deframer)
    unsent: bytearray = field(default_factory=bytearray)
    limit = osc.FRAME


Peer = UdpPeer | TcpPeer


class Sockets:
    """The daemon's sockets.

    Args:
        host: address to listen on.
        port: for UDP and TCP; 0 takes a free one.

    Raises PortTaken when either is in use.
    """

    def __init__(self, host: str, port: int) -> None:
        self._udp, self._listener = _bind(host, port)
        self.port: int = self._udp.getsockname()[1]
        self._woken, self._waker = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._peers: set[TcpPeer] = set()
        # In our own memory: the system's buffer overflows in a burst of a few hundred packets.
        self._waiting: Inbox[UdpPeer] = Inbox()
        self.gone: list[Peer] = []
        """TCP peers that have left since the caller last emptied this list."""
        for each in (self._udp, self._listener, self._woken, self._waker):
            each.setblocking(False)
        for each in (self._udp, self._listener, self._woken):
            self._selector.register(each, selectors.EVENT_READ)

    @property
    def waker(self) -> socket.socket:
        """For signal.set_wakeup_fd."""
        return self._waker

    def wake(self) -> None:
        """Let `receive` return soon; callable from any thread."""
        with contextlib.suppress(OSError):  # full means that it wakes anyway
            self._waker.send(b"\0")

    def receive(self, timeout: float) -> Iterator[tuple[Peer, bytes]]:
        """Wait up to `timeout` seconds, then yield each packet that has come, with its peer.

        An empty packet stands for a TCP stream that is not OSC; it is cut off afterwards, so that
        the caller's refusal still reaches it.
        """
        for key, mask in self._selector.select(0 if self._waiting else timeout):
            if key.fileobj is self._udp:
                self._drain()
            elif key.fileobj is self._listener:
                self._accept()
            elif key.fileobj is self._woken:
                with contextlib.suppress(OSError):
                    self._woken.recv(4096)
            else:
                yield from self._serve(key.data, mask)
        for _ in range(SLICE):
            if self._waiting:
                yield self._waiting.take()
                self._drain()

    def send(self, peer: Peer, packet: bytes) -> None:
        """Send without waiting. UDP may lose it; a TCP peer that reads nothing is cut off."""
        if isinstance(peer, UdpPeer):
            try:
                self._udp.sendto(packet, (peer.host, peer.port))
            except OSError as error:
                log.debug("no reply to %s:%s (%s)", peer.host, peer.port, error)
        elif peer in self._peers:
            peer.unsent += osc.frame(packet)
            self._flush(peer)

    def close(self) -> None:
        """Send what is ready to be sent and close everything."""
        for peer in list(self._peers):
            self._flush(peer)
            self._cut(peer)
        self._selector.close()
        for each in (self._udp, self._listener, self._woken, self._waker):
            each.close()

    def _drain(self) -> None:
        while not self._waiting.full:
            try:
                packet, address = self._udp.recvfrom(DATAGRAM)
            except BlockingIOError:
                return
            except OSError as error:
                # Windows reports here that an earlier reply found nobody listening.
                log.debug("receive: %s", error)
                return
            self._waiting.put(UdpPeer(address[0], address[1]), packet)

    def _accept(self) -> None:
        try:
            connection, address = self._listener.accept()
        except OSError:
            return
        if len(self._peers) >= MOST_CONNECTIONS:
            connection.close()
            return
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer = TcpPeer(connection, address[0])
        self._peers.add(peer)
        self._selector.register(connection, selectors.EVENT_READ, peer)

    def _serve(self, peer: TcpPeer, mask: int) -> Iterator[tuple[Peer, bytes]]:
        if mask & selectors.EVENT_WRITE:
            self._flush(peer)
        if peer not in self._peers or not mask & selectors.EVENT_READ:
            return
        try:
            data = peer.socket.recv(osc.FRAME)
            for packet in peer.deframer.feed(data):
                yield peer, packet
        except BlockingIOError:
            return
        except OSError:
            data = b""
        except BadMessage as error:
            log.info("%s", error)
            yield peer, b""
            data = b""
        if not data:
            self._flush(peer)
            self._cut(peer)

    def _flush(self, peer: TcpPeer) -> None:
        try:
            while peer.unsent:
                del peer.unsent[: peer.socket.send(peer.unsent[: osc.FRAME])]
        except BlockingIOError:
            pass
        except OSError:
            self._cut(peer)
            return
        if len(peer.unsent) > MOST_UNREAD:
            log.info("a TCP client does not read its replies; closing it")
            self._cut(peer)
        elif peer in self._peers:
            write = selectors.EVENT_WRITE if peer.unsent else 0
            self._selector.modify(peer.socket, selectors.EVENT_READ | write, peer)

    def _cut(self, peer: TcpPeer) -> None:
        if peer in self._peers:
            self._peers.remove(peer)
            self._selector.unregister(peer.socket)
            peer.socket.close()
            self.gone.append(peer)


def _bind(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    """A UDP and a listening TCP socket on the same port."""
    for _ in range(16):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if sys.platform == "win32":
            # Otherwise a second daemon could bind the same port beside the first.
            for each in (udp, tcp):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # For TCP only: it permits the port of a daemon that has just ended, no second one.
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # macOS refuses what Linux cuts to its limit
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        try:
            udp.bind((host, port))
            tcp.bind((host, udp.getsockname()[1]))
            tcp.listen(16)
            return udp, tcp
        except OSError as error:
            udp.close()
            tcp.close()
            if port:
                raise PortTaken(
                    str(port),
                    f"Port {port} of {host} cannot be had ({error.strerror}). Another ditto-daw "
                    "may be running: use that one, end it, or choose another --port.",
                ) from error
    raise PortTaken("0", f"No port of {host} is free for UDP and TCP at once.")
