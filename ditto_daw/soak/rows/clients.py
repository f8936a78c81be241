"""Networks that lose, clients that vanish, flood or cancel."""

from __future__ import annotations

import contextlib
import math
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from ditto_bridge.ping import ping_while_rendering, quantile

from ditto_daw.errors import Cancelled
from ditto_daw.soak.base import Line, none_of, row
from ditto_daw.soak.ground import Ground, Talker, calling, half_files, renders, resident
from ditto_daw.soak.light import STEP_SECONDS
from ditto_daw.soak.proxy import Proxy
from ditto_daw.wire.messages import ENDS, FAIL

CLIENTS = 16
CANCEL_SECONDS = STEP_SECONDS + 0.05
GROWTH = 30.0
"""MB: queue and forms are bounded, allocators round up."""


@row
def bad_network(ground: Ground) -> Iterator[Line]:
    """A fifth of all packets lost, a fifth doubled, in any order: each job rendered once."""
    place, count = ground.place("network"), ground.count(1000)
    with ground.serving(place) as daemon, ThreadPoolExecutor(CLIENTS) as pool:

        def submit(share: range) -> int:
            with (
                Proxy(daemon.port, seed=share.start) as proxy,
                calling(proxy.port) as client,
            ):
                return sum(
                    len(client.render({"id": f"job-{n}", "samples": 4410}).takes) == 1
                    for n in share
                )

        parts = [range(n, count, CLIENTS) for n in range(min(CLIENTS, count))]
        done = sum(pool.map(submit, parts))
    begun = renders(place)
    once = sum(begun[f"job-{n}"] == 1 for n in range(count))
    yield Line(
        f"{count} jobs, 20 % of packets lost, 20 % doubled, reordered",
        "each rendered once, each told",
        f"{once} rendered once, {done} told",
        once == done == count,
    )


@row
def cancels(ground: Ground) -> Iterator[Line]:
    """Cancelled at any moment: told at once, and no file stays."""
    place, count, rng = ground.place("cancels"), ground.count(200), random.Random(1)
    slowest, ended = 0.0, 0
    with ground.serving(place) as daemon, Talker(daemon.port, "me") as me:
        for number in range(count):
            job = f"job-{number}"
            text = f'{{"samples": 44100, "variations": 4, "iterations": {rng.randrange(30)}}}'
            me.say("/ditto/job/json", id=job, piece=0, of=1, text=text)
            me.say("/ditto/job/submit", id=job)
            me.hear("/ditto/job/accepted", id=job)
            time.sleep(rng.uniform(0, 0.2))
            began = time.monotonic()
            me.say("/ditto/job/cancel", id=job)
            end = me.hear(*ENDS, id=job)
            me.say("/ditto/ack", id=job)
            if end["address"] == "/ditto/job/cancelled":
                ended += 1
                slowest = max(slowest, time.monotonic() - began)
        kept = count - ended
        files = len(list(place.glob("*.wav"))) - 4 * kept
    yield Line(
        f"{count} jobs cancelled at random moments ({kept} were done before)",
        f"cancelled within a step + 50 ms ({1000 * CANCEL_SECONDS:.0f} ms)",
        f"slowest {1000 * slowest:.0f} ms",
        slowest <= CANCEL_SECONDS,
        timed=True,
    )
    yield none_of("files of cancelled jobs", files)


@row
def two_clients(ground: Ground) -> Iterator[Line]:
    """Replies reach their own client, and neither ends the other's job."""
    place, count = ground.place("two"), ground.count(200)
    with (
        ground.serving(place) as daemon,
        Talker(daemon.port, "one") as one,
        Talker(daemon.port, "two") as two,
    ):
        wrong, ended, refused = 0, 0, 0
        both = {"one": one, "two": two}
        for number in range(count):
            for name, client in both.items():
                job = f"{name}-{number}"
                text = '{"samples": 441}'
                client.say("/ditto/job/json", id=job, piece=0, of=1, text=text)
                client.say("/ditto/job/submit", id=job)
                client.hear(*ENDS, "/ditto/job/accepted", id=job)
            one.say("/ditto/job/cancel", id=f"two-{number}")
            refused += one.hear(FAIL)["code"] == "not_owner"
            for name, client in both.items():
                with calling(daemon.port, name) as follower:
                    ended += len(follower.job(f"{name}-{number}").wait().takes)
                others = [said.get("id", name) for _, said in client.replies(0.001)]
                wrong += sum(not str(each).startswith(name) for each in others if each)
    yield none_of(f"replies that reached the wrong one of two clients ({2 * count} jobs)", wrong)
    yield Line(
        "jobs of the other that a client tried to cancel",
        f"{count} refused, {2 * count} done",
        f"{refused} refused, {ended} done",
        (refused, ended) == (count, 2 * count),
    )


@row
def flood(ground: Ground) -> Iterator[Line]:
    """More submissions than the queue holds: refused by name, memory flat, others unharmed."""
    place, count = ground.place("flood"), ground.count(10_000)
    with (
        ground.serving(place) as daemon,
        Talker(daemon.port, "flood") as flooding,
        Talker(daemon.port, "guest") as guest,
    ):
        text = '{"samples": 441, "iterations": 200}'
        before, codes, slowest = resident(daemon.process.pid), set(), 0.0
        for number in range(count):
            flooding.say("/ditto/job/json", id=f"f{number}", piece=0, of=1, text=text)
            flooding.say("/ditto/job/submit", id=f"f{number}")
            if number % 100 == 0:
                codes |= {said["code"] for where, said in flooding.replies() if where == FAIL}
                began = time.monotonic()
                guest.say("/ditto/ping", number=number)
                guest.hear("/ditto/pong", number=number)
                slowest = max(slowest, time.monotonic() - began)
        codes |= {said["code"] for where, said in flooding.replies(0.2) if where == FAIL}
        growth = resident(daemon.process.pid) - before
    yield Line(
        f"{count} submissions against a bounded queue",
        f"queue_full, memory grows ≤ {GROWTH:.0f} MB",
        f"{', '.join(sorted(codes)) or 'none refused'}, {growth:+.1f} MB, another client's ping"
        f" at most {1000 * slowest:.0f} ms",
        codes <= {"queue_full"} and growth <= GROWTH,
    )


@row
def vanished_client(ground: Ground) -> Iterator[Line]:
    """A client goes without a word: its job is done, and told when its token comes again."""
    place, count = ground.place("vanished"), ground.count(20)
    found = 0
    with ground.serving(place) as daemon:
        for number in range(count):
            with calling(daemon.port, "me") as client:
                client.submit({"id": f"job-{number}", "samples": 441, "iterations": 20})
        for number in range(count):
            with calling(daemon.port, "me") as client:
                found += len(client.job(f"job-{number}").wait().takes)
    yield Line("jobs whose client vanished", f"{count} done", f"{found} done", found == count)


@row
def ping(ground: Ground) -> Iterator[Line]:
    """The daemon answers while it renders; with the engine of the storm."""
    place, seconds = ground.place("ping"), max(2.0, 20.0 * ground.scale)
    request: dict[str, object] = {"bars": 4, "iterations": 500}
    request["curve"] = {"points": [[0, 0.2], [8, 0.9], [16, 0.2]], "unit": "unit"}
    with ground.serving(place, ground.engine) as daemon:
        trips = ping_while_rendering(daemon.port, seconds, request)
    p99 = quantile(trips, 0.99) if trips else math.nan
    yield Line(
        f"{len(trips)} pings during a render",
        "p99 ≤ 10 ms",
        f"p99 {1000 * p99:.1f} ms, most {1000 * max(trips, default=math.nan):.1f} ms",
        p99 <= 0.010,
        timed=True,
    )


@row
def kept_best(ground: Ground) -> Iterator[Line]:
    """Stop and keep, and a cancel that comes after it, leave one end each and no half file."""
    place, count, rng = ground.place("keep"), ground.count(50), random.Random(2)
    ends = 0
    with ground.serving(place) as daemon, calling(daemon.port) as client:
        for number in range(count):
            job = client.submit({"id": f"job-{number}", "samples": 4410, "iterations": 60})
            time.sleep(rng.uniform(0.02, 0.1))
            with contextlib.suppress(Exception):  # "nothing to keep yet" is a fair answer
                job.keep()
            if rng.random() < 0.5:
                job.cancel()
            with contextlib.suppress(Cancelled):
                job.wait()
            ends += job.outcome is not None
    bad = half_files(place)
    yield Line(
        f"{count} jobs kept or cancelled early",
        f"{count} ended, 0 half files",
        f"{ends} ended, {bad} half files",
        ends == count and not bad,
    )
