"""Packets that hostile or broken senders might send."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Iterator
from typing import Any

from ditto_daw.wire import osc
from ditto_daw.wire.messages import REQUESTS

PING = b"/ditto/ping\0,i\0\0\0\0\0\7"
BUNDLE = b"#bundle\0" + bytes(7) + b"\1"
HUGE = (-4, -1, 0, 1, 2**31 - 1, 65536)
GOOD: dict[str, Any] = {"id": "x", "job": "x", "text": "x", "value": "x", "blob": b"x"}
TAGS = {str: "s", bytes: "b", int: "i"}
SPARED = ("/ditto/quit",)
"""Messages that a soak does not send by accident."""

SPECIMENS: tuple[tuple[str, Any], ...] = (
    *(("i", 7), ("h", 2**40), ("f", 0.5), ("d", 0.1), ("s", "no, seven"), ("b", b"x")),
    *(("T", True), ("F", False), ("f", math.nan), ("f", math.inf), ("d", -math.inf)),
)
"""A value of every type tag, and what is no number."""
FITS = {"id": "ih", "job": "ih", "text": "s", "blob": "b", "int": "ih", "switch": "TF"}
FITS |= {"float": "ihfd", "number": "ihfd", "level": "ihfd", "value": "ihfdsTF"}
"""Type tags that may carry each type of argument."""


def wrong_for(kind: str) -> list[tuple[str, Any]]:
    """Every specimen that an argument of this type cannot be."""
    return [
        (tag, value)
        for tag, value in SPECIMENS
        if tag not in FITS[kind] or (isinstance(value, float) and not math.isfinite(value))
    ]


def packets(seed: int) -> Iterator[bytes]:
    """Mutations of every message, of bundles and of known traps, for ever."""
    rng = random.Random(seed)
    seeds = [PING, BUNDLE, _element(PING), b"", b"/abc", b"/a\0\0,[i]\0\0\0\0" + bytes(4)]
    seeds.append(BUNDLE + struct.pack(">i", -4) + bytes(8))
    for address, message in REQUESTS.items():
        if address not in SPARED:
            values = [GOOD.get(each.type, 1) for each in (*message.arguments, *message.row)]
            seeds.append(osc.build(address, [(TAGS[type(value)], value) for value in values]))
    while True:
        packet = mutated(rng, rng.choice(seeds))
        if not any(spared.encode() in packet for spared in SPARED):
            yield packet


def mutated(rng: random.Random, packet: bytes) -> bytes:
    """A packet with 1 to 6 bytes, sizes or pieces changed, lost or added."""
    data = bytearray(packet)
    for _ in range(rng.randint(1, 6)):
        kind, at = rng.randrange(5), rng.randrange(len(data)) if data else 0
        if kind == 0 and data:
            data[at] = rng.randrange(256)
        elif kind == 1 and data:
            data[at : at + 4] = struct.pack(">i", rng.choice(HUGE))
        elif kind == 2:
            del data[at : at + rng.randint(1, 8)]
        elif kind == 3:
            data[at:at] = rng.randbytes(rng.randint(1, 8))
        else:
            data += rng.choice([PING, BUNDLE, _element(PING), bytes(4)])
    return bytes(data)


def _element(packet: bytes) -> bytes:
    return struct.pack(">i", len(packet)) + packet
