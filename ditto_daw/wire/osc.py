"""OSC packets: a bounded check of their framing, then python-osc reads the values.

python-osc loops for ever on a bundle element of negative size, sleeps on a future time tag and
raises whatever a hostile string provokes. So nothing reaches it that was not measured here first:
every size, padding and type tag. Time tags are ignored: messages take effect as they arrive.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from ditto_daw.errors import BadMessage

PACKET = 8192
"""Most bytes of a UDP packet, either way: Max and JUCE drop longer ones."""
FRAME = 1 << 18
"""Most bytes of a TCP packet."""
DEPTH = 8
MESSAGES = 512
"""Most messages in one packet."""
ARGUMENTS = 4096
"""Most arguments of one message."""

_BUNDLE = b"#bundle\x00"
_SIZES = {"i": 4, "f": 4, "h": 8, "d": 8, "T": 0, "F": 0}
_RESERVED = frozenset(b" #*,?[]{}")


def parse(packet: bytes, limit: int = PACKET) -> list[tuple[str, list[Any]]]:
    """Every message of a packet, bundles flattened, as (address, values).

    Raises BadMessage with a sentence for anything that is not OSC 1.0 within the bounds above.
    """
    if len(packet) > limit:
        raise BadMessage(
            "packet",
            f"A packet of {len(packet):,} bytes is over the limit of {limit:,}: send pieces, "
            "or use TCP.",
        )
    parts = []
    for part in _elements(packet, 0):
        _check_message(part)
        parts.append(part)
        if len(parts) > MESSAGES:
            raise BadMessage("packet", f"A packet holds more than {MESSAGES} messages.")
    return [_read(part) for part in parts]


def build(address: str, wire: Sequence[tuple[str, Any]]) -> bytes:
    """One message from (type tag, value) pairs."""
    builder = OscMessageBuilder(address)
    for tag, value in wire:
        builder.add_arg(value, tag)
    return builder.build().dgram


def frame(packet: bytes) -> bytes:
    """A packet as TCP carries it in OSC 1.0: its length in 4 bytes, then itself."""
    return struct.pack(">i", len(packet)) + packet


class Deframer:
    """Cuts a TCP stream into packets, holding at most one packet of `limit` bytes."""

    def __init__(self, limit: int = FRAME) -> None:
        self._limit = limit
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield each packet that is complete. BadMessage when the stream is not OSC 1.0."""
        self._held += data
        while len(self._held) >= 4:
            (size,) = struct.unpack_from(">i", self._held)
            if not 0 < size <= self._limit or size % 4:
                raise BadMessage(
                    "packet",
                    f"A TCP packet announces {size:,} bytes; expected is a multiple of 4 up to "
                    f"{self._limit:,}, then the packet (OSC 1.0 framing, not SLIP).",
                )
            if len(self._held) < 4 + size:
                return
            packet = bytes(self._held[4 : 4 + size])
            del self._held[: 4 + size]
            yield packet


def _elements(packet: bytes, depth: int) -> Iterator[bytes]:
    """The messages of a packet, however bundled."""
    if not packet.startswith(_BUNDLE):
        yield packet
        return
    if depth == DEPTH:
        raise BadMessage("packet", f"Bundles are nested deeper than {DEPTH}.")
    if len(packet) < 16:
        raise BadMessage("packet", "A bundle ends before its time tag.")
    at = 16
    while at < len(packet):
        if len(packet) - at < 4:
            raise BadMessage("packet", "A bundle ends inside the size of an element.")
        (size,) = struct.unpack_from(">i", packet, at)
        at += 4
        if size <= 0 or size % 4 or size > len(packet) - at:
            raise BadMessage("packet", f"A bundle announces an element of {size} bytes.")
        yield from _elements(packet[at : at + size], depth + 1)
        at += size


def _check_message(data: bytes) -> None:
    if len(data) % 4 or not data.startswith(b"/"):
        raise BadMessage("packet", "A packet is not OSC: it must begin with / or #bundle.")
    end = _string(data, 0, "address")
    address = data[: data.index(0)]
    if not all(32 < byte < 127 and byte not in _RESERVED for byte in address):
        raise BadMessage("address", "An address has characters that OSC does not allow in it.")
    if end == len(data):
        return
    tags_end = _string(data, end, "type tags")
    tags = data[end : data.index(0, end)]
    if not tags.startswith(b","):
        raise BadMessage("type tags", "The type tags of a message must begin with a comma.")
    if len(tags) - 1 > ARGUMENTS:
        raise BadMessage("type tags", f"A message has more than {ARGUMENTS} arguments.")
    at = tags_end
    for tag in tags[1:].decode("latin-1"):
        if tag == "s":
            at = _string(data, at, "a text")
        elif tag == "b":
            at = _blob(data, at)
        elif tag in _SIZES:
            at += _SIZES[tag]
        else:
            raise BadMessage(
                "type tags", f"Type tag {tag!r} is not used here; send i, f, s, b, h, d, T or F."
            )
        if at > len(data):
            raise BadMessage("packet", "A message ends before its last argument.")
    if at != len(data):
        raise BadMessage("packet", "A message goes on after its last argument.")


def _string(data: bytes, start: int, what: str) -> int:
    """The end of the padded string that begins at `start`."""
    null = data.find(0, start)
    if null < 0:
        raise BadMessage("packet", f"The end of {what} is missing.")
    end = null + 4 - (null - start) % 4
    if end > len(data) or any(data[null:end]):
        raise BadMessage("packet", f"The padding after {what} is wrong.")
    return end


def _blob(data: bytes, start: int) -> int:
    """The end of the padded blob that begins at `start`."""
    if len(data) - start < 4:
        raise BadMessage("packet", "A message ends inside the size of a blob.")
    (size,) = struct.unpack_from(">i", data, start)
    if not 0 <= size <= len(data) - start - 4:
        raise BadMessage("packet", f"A blob announces {size} bytes.")
    return start + 4 + size + -size % 4


def _read(data: bytes) -> tuple[str, list[Any]]:
    try:
        message = OscMessage(data)
        return message.address, list(message)
    except Exception as error:
        # python-osc lets many classes of exception out; whichever it is, the packet is at fault.
        raise BadMessage("packet", f"A message could not be read ({error}).") from error
