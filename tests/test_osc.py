"""Packets as bytes, annotated: what is taken, what is refused, and that nothing hangs."""

import random
import struct
import time

import pytest
from corpus import PING, REFUSED, TAKEN, nested
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from ditto_daw.errors import BadMessage
from ditto_daw.soak.noise import mutated
from ditto_daw.wire import osc


@pytest.mark.parametrize("name", TAKEN)
def test_taken(name):
    packet, messages = TAKEN[name]
    assert osc.parse(packet) == messages


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_once(name):
    start = time.process_time()
    with pytest.raises(BadMessage) as refusal:
        osc.parse(REFUSED[name])
    assert refusal.value.message.endswith(".")
    assert time.process_time() - start < 0.2


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
    start = time.process_time()
    for _ in range(20_000):
        packet = mutated(rng, rng.choice(seeds))
        try:
            taken += bool(osc.parse(packet))
        except BadMessage:
            continue
    assert 100 < taken < 10_000, "mutation should leave some packets whole and break most"
    assert time.process_time() - start < 25


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
