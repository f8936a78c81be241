"""Server and worker killed at any moment, and a second daemon."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator

import psutil
import soundfile
from ditto_bridge import launch_daemon

from ditto_daw.errors import PortTaken
from ditto_daw.server.sockets import LOOPBACK
from ditto_daw.soak.base import Line, none_of, row
from ditto_daw.soak.ground import (
    LIGHT,
    Ground,
    calling,
    half_files,
    idle,
    killed,
    started,
    worker_of,
)

JOBS = 3
SAMPLES = 22_050
READY_SECONDS = 8.0


@row
def kills(ground: Ground) -> Iterator[Line]:
    """kill -9 at random moments: every accepted job is rendered, no file is half."""
    place, rounds, rng = ground.place("kills"), ground.count(100), random.Random(3)
    jobs: list[str] = []
    slowest = 0.0
    daemon = started(place)
    port = daemon.port
    try:
        for number in range(rounds):
            with calling(port, "me") as client:
                idle(client)  # a job whose worker dies twice fails by name, and that is right
                for each in range(JOBS):
                    steps = rng.randrange(8)
                    wanted = {"id": f"job-{number}-{each}", "samples": SAMPLES, "iterations": steps}
                    jobs.append(client.submit(wanted).id)
            time.sleep(rng.uniform(0, 0.15))
            began = time.monotonic()
            daemon = killed(daemon, place, LIGHT, server=number % 2 == 0)
            slowest = max(slowest, time.monotonic() - began)
        lost = _lost(port, jobs)
    finally:
        daemon.close()
    files = sorted(place.glob("*.wav"))
    lengths = {soundfile.info(str(path)).frames for path in files}
    yield none_of(f"accepted jobs lost by {rounds} × kill -9 of server and worker in turn", lost)
    yield none_of(f"half-written files among {len(files)}", half_files(place))
    yield Line(
        "results",
        f"one of {SAMPLES} samples for each of {len(jobs)} jobs",
        f"{len(files)} files of {', '.join(map(str, lengths))} samples",
        len(files) == len(jobs) and lengths == {SAMPLES},
    )
    yield Line(
        "ready again after a kill",
        f"≤ {READY_SECONDS:.0f} s",
        f"at most {slowest:.1f} s",
        slowest <= READY_SECONDS,
        timed=True,
    )


def _lost(port: int, jobs: list[str]) -> int:
    """Jobs that do not end with a take. The oldest may be forgotten: then its file must be there,
    which the count of files shows."""
    lost = 0
    with calling(port, "me") as client:
        for job in jobs[-200:]:
            lost += len(client.job(job).wait().takes) != 1
    return lost


@row
def second_daemon(ground: Ground) -> Iterator[Line]:
    """The port is taken: the second says so and goes, the first loses nothing."""
    place = ground.place("second")
    with ground.serving(place) as daemon, calling(daemon.port) as client:
        job = client.submit({"samples": 44_100, "iterations": 100})
        began, named = time.monotonic(), False
        try:
            launch_daemon(daemon.port, place, engine=LIGHT).close()
        except PortTaken as error:
            named = str(daemon.port) in error.message
        seconds, takes = time.monotonic() - began, len(job.wait().takes)
    yield Line(
        "a second daemon on the port",
        "exits naming the port; the first one's job is done",
        f"{'named' if named else 'not named'} after {seconds:.1f} s; {takes} take",
        named and takes == 1,
    )


@row
def listens_here_only(ground: Ground) -> Iterator[Line]:
    """Without being told to, the daemon is reachable from this machine alone."""
    with ground.serving(ground.place("here")) as daemon:
        found = psutil.Process(daemon.process.pid).net_connections("inet")
        open_to = sorted({each.laddr.ip for each in found if each.laddr.port == daemon.port})
    yield Line("addresses listened on", LOOPBACK, ", ".join(open_to), open_to == [LOOPBACK])


@row
def the_last_one_out(ground: Ground) -> Iterator[Line]:
    """A worker never outlives its killed server."""
    left, count = 0, ground.count(10)
    for number in range(count):
        place = ground.place(f"orphan-{number}")
        daemon = started(place)
        worker = worker_of(daemon.process.pid)
        daemon.process.kill()
        daemon.process.wait()
        daemon.log.unlink(missing_ok=True)
        end = time.monotonic() + 5.0
        while worker and psutil.pid_exists(worker) and time.monotonic() < end:
            if psutil.Process(worker).status() == psutil.STATUS_ZOMBIE:
                break
            time.sleep(0.02)
        else:
            left += bool(worker) and psutil.pid_exists(worker)
    yield none_of(f"workers left after {count} × kill -9 of their server ({os.name})", left)
