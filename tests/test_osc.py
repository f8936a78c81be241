"""Packets as bytes, annotated: what is taken, what is refused, and that nothing hangs."""

import random
import struct
import time

import pytest
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from ditto_daw import osc
from ditto_daw.errors import BadMessage
from ditto_daw.soak.noise import mutated

PING = b"/ditto/ping\x00,i\x00\x00\x00\x00\x00\x07"
BUNDLE = b"#bundle\x00" + bytes(8)


def element(content: bytes) -> bytes:
    return struct.pack(">i", len(content)) + content


def nested(depth: int) -> bytes:
    packet = PING
    for _ in range(depth):
        packet = BUNDLE + element(packet)
    return packet


TAKEN = {
    "one message": (PING, [("/ditto/ping", [7])]),
    "no type tags, as old senders do": (b"/ditto/ping\x00", [("/ditto/ping", [])]),
    "no arguments": (b"/a\x00\x00,\x00\x00\x00", [("/a", [])]),
    "float": (b"/a\x00\x00,f\x00\x00\x3f\x80\x00\x00", [("/a", [1.0])]),
    "double": (b"/a\x00\x00,d\x00\x00\x3f\xf0" + bytes(6), [("/a", [1.0])]),
    "64-bit int": (b"/a\x00\x00,h\x00\x00" + bytes(7) + b"\x05", [("/a", [5])]),
    "true and false": (b"/a\x00\x00,TF\x00", [("/a", [True, False])]),
    "text of UTF-8": (b"/a\x00\x00,s\x00\x00\xc3\xa4\x00\x00", [("/a", ["ä"])]),
    "text of four bytes has four of padding": (
        b"/a\x00\x00,s\x00\x00abcd\x00\x00\x00\x00",
        [("/a", ["abcd"])],
    ),
    "blob of three bytes has one of padding": (
        b"/a\x00\x00,b\x00\x00\x00\x00\x00\x03xyz\x00",
        [("/a", [b"xyz"])],
    ),
    "empty bundle": (BUNDLE, []),
    "bundle of two": (BUNDLE + element(PING) * 2, [("/ditto/ping", [7])] * 2),
    "time tag in the year 2100 is ignored": (
        b"#bundle\x00" + struct.pack(">II", 0xFFFFFFFF, 0) + element(PING),
        [("/ditto/ping", [7])],
    ),
    "bundles nested eight deep": (nested(8), [("/ditto/ping", [7])]),
}

REFUSED = {
    "nothing": b"",
    "no slash": b"abc\x00",
    "not a multiple of four": b"/abc\x00",
    "address without end": b"/abcdefg",
    "address with a space": b"/a b\x00\x00\x00\x00",
    "address with a wildcard": b"/a*\x00",
    "address beyond ASCII": b"/\xc3\xa4\x00",
    "padding that is not zero": b"/a\x00x",
    "tags without comma": b"/a\x00\x00i\x00\x00\x00\x00\x00\x00\x01",
    "unknown tag": b"/a\x00\x00,q\x00\x00",
    "array": b"/a\x00\x00,[i]\x00\x00\x00\x00" + bytes(4),
    "argument missing": b"/a\x00\x00,i\x00\x00",
    "argument too many": PING + bytes(4),
    "text without end": b"/a\x00\x00,s\x00\x00abcd",
    "text that is no UTF-8": b"/a\x00\x00,s\x00\x00\xff\xfe\x00\x00",
    "blob longer than the packet": b"/a\x00\x00,b\x00\x00\x00\x00\x00\x09xyz\x00",
    "blob of negative size": b"/a\x00\x00,b\x00\x00\xff\xff\xff\xfcxyz\x00",
    "bundle without time tag": b"#bundle\x00\x00\x00\x00\x00",
    # python-osc 1.10 never returns from these 20 bytes.
    "bundle element of size -4": BUNDLE + struct.pack(">i", -4),
    "bundle element of size 0": BUNDLE + struct.pack(">i", 0),
    "bundle element beyond the packet": BUNDLE + struct.pack(">i", 64) + PING,
    "bundle element of odd size": BUNDLE + struct.pack(">i", 5) + PING,
    "bundle that ends in half a size": BUNDLE + element(PING) + b"\x00\x00",
    "bundles nested nine deep": nested(9),
    "bundles nested 300 deep": nested(300),
    "too many messages": BUNDLE + element(b"/a\x00\x00") * (osc.MESSAGES + 1),
    "longer than a packet may be": b"/a\x00\x00" + bytes(osc.PACKET),
}


@pytest.mark.parametrize("name", TAKEN)
def test_taken(name):
    packet, messages = TAKEN[name]
    assert osc.parse(packet) == messages


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_once(name):
    start = time.monotonic()
    with pytest.raises(BadMessage) as refusal:
        osc.parse(REFUSED[name])
    assert refusal.value.message.endswith(".")
    assert time.monotonic() - start < 0.2


def test_too_many_arguments():
    packet = b"/a\x00\x00," + b"T" * 6002 + b"\x00"
    with pytest.raises(BadMessage, match="arguments"):
        osc.parse(packet)


def test_agrees_with_python_osc():
    bundle = OscBundleBuilder(IMMEDIATELY)
    for values in ([1, 2.5, "three", b"four"], [True, False], []):
        message = OscMessageBuilder("/x/y")
        for value in values:
            message.add_arg(value)
        bundle.add_content(message.build())
    assert osc.parse(bundle.build().dgram) == [
        ("/x/y", [1, 2.5, "three", b"four"]),
        ("/x/y", [True, False]),
        ("/x/y", []),
    ]


def test_twenty_thousand_mutations():
    rng = random.Random(1)
    seeds = [packet for packet, _ in TAKEN.values()] + list(REFUSED.values())[:-1]
    taken = 0
    start = time.monotonic()
    for _ in range(20_000):
        packet = mutated(rng, rng.choice(seeds))
        try:
            taken += bool(osc.parse(packet))
        except BadMessage:
            continue
    assert 100 < taken < 10_000, "mutation should leave some packets whole and break most"
    assert time.monotonic() - start < 25


def test_frames_survive_any_cut():
    packets = [PING, b"/a\x00\x00,\x00\x00\x00", nested(3)]
    stream = b"".join(map(osc.frame, packets))
    for size in (1, 3, 7, len(stream)):
        deframer = osc.Deframer()
        parts = [stream[at : at + size] for at in range(0, len(stream), size)]
        assert [packet for part in parts for packet in deframer.feed(part)] == packets


@pytest.mark.parametrize("size", [-4, 0, 6, osc.FRAME + 4, 0x504F5354])
def test_a_frame_of_impossible_size_is_refused(size):
    # The last one is "POST": a web page that tries the port.
    with pytest.raises(BadMessage, match="TCP packet"):
        list(osc.Deframer().feed(struct.pack(">i", size) + bytes(8)))
