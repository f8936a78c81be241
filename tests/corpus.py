"""The corpus of packets: what a parser of OSC must take, and what has hung, crashed or misled one.

Whatever a fuzzer or a user finds is added here, with what is wrong about it; the parser's tests and
those of a live daemon send all of them.
"""

import struct

from ditto_daw.wire import osc

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
