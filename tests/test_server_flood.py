"""More than a daemon wants: bursts, floods, noise; it answers, and its memory stays."""

import os
import random
import subprocess
import time

import pytest
from ditto_bridge import Client
from ditto_bridge.ping import ping_while_rendering, quantile
from probe import Probe, serving
from test_osc import REFUSED, TAKEN, mutated

from ditto_daw import osc
from ditto_daw.messages import FAIL, REQUESTS, encode

BURST = 5000
NOISE = 20_000
FLOOD = 10_000
MEGABYTES = 30
"""Growth allowed in a flood: queue and forms are bounded, allocators round up."""
P99 = 0.05
"""The figure is 10 ms on an idle machine; tests share theirs with others."""


@pytest.fixture
def daemon(tmp_path):
    with serving(tmp_path) as launched:
        yield launched


def megabytes(pid):
    out = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True)
    return int(out.stdout) / 1024


def test_a_burst_loses_nothing(daemon):
    probe = Probe(daemon.port)
    packets = [encode("/ditto/ping", number=number) for number in range(BURST)]
    for packet in packets:
        probe.send(packet)
    heard = set()
    end = time.monotonic() + 20
    while len(heard) < BURST and time.monotonic() < end:
        heard |= {said["number"] for _, said in probe.all(0.05)}
    assert len(heard) == BURST


def test_noise_neither_hangs_nor_kills(daemon):
    rng = random.Random(5)
    seeds = [packet for packet, _ in TAKEN.values()] + list(REFUSED.values())
    seeds += [
        osc.build(address, [("s", "x"), ("i", 1), ("f", 0.5)])
        for address in REQUESTS
        if address != "/ditto/quit"
    ]
    probe, other = Probe(daemon.port, "noise"), Probe(daemon.port, "other")
    before = megabytes(daemon.process.pid) if os.name == "posix" else 0
    for number in range(NOISE):
        packet = mutated(rng, rng.choice(seeds))
        if b"/ditto/quit" not in packet:
            probe.send(packet)
        if number % 500 == 0:
            other.say("/ditto/ping", number=number)
            other.hear("/ditto/pong", number=number)
            probe.all()
    if os.name == "posix":
        assert megabytes(daemon.process.pid) - before < MEGABYTES
    assert "Traceback" not in daemon.log.read_text(encoding="utf-8")
    with Client(port=daemon.port) as client:
        assert len(client.render({"bars": 1}).takes) == 1


def test_a_flood_of_jobs_is_refused_by_name_and_delays_nobody_else(daemon):
    flood, guest = Probe(daemon.port, "flood"), Probe(daemon.port, "guest")
    flood.submit("plug", prompt="slow", iterations=500)
    flood.hear("/ditto/job/progress")
    before = megabytes(daemon.process.pid) if os.name == "posix" else 0
    refused = 0
    slowest = 0.0
    for number in range(FLOOD):
        flood.say("/ditto/job/json", id=f"f{number}", piece=0, of=1, text='{"bars": 1}')
        flood.say("/ditto/job/submit", id=f"f{number}")
        if number % 100 == 0:
            codes = [said["code"] for address, said in flood.all() if address == FAIL]
            assert set(codes) <= {"queue_full"}
            refused += len(codes)
            start = time.monotonic()
            guest.say("/ditto/ping", number=number)
            guest.hear("/ditto/pong", number=number)
            slowest = max(slowest, time.monotonic() - start)
    assert refused > FLOOD / 10
    assert slowest < 0.5
    if os.name == "posix":
        assert megabytes(daemon.process.pid) - before < MEGABYTES


def test_ping_while_every_core_is_busy(daemon):
    request = {"bars": 1, "prompt": "busy", "iterations": 500}
    trips = ping_while_rendering(daemon.port, 4, request)
    assert len(trips) > 50
    assert quantile(trips, 0.99) < P99
