"""Everything at once, for as long as was asked."""

from __future__ import annotations

import contextlib
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ditto_daw.errors import Cancelled, DittoError, QueueFull
from ditto_daw.events import Take
from ditto_daw.soak.base import Line, none_of, row
from ditto_daw.soak.ground import (
    Ground,
    Talker,
    calling,
    half_files,
    killed,
    resident,
    started,
    worker_of,
)
from ditto_daw.soak.noise import packets

CLIENTS = 3
BPM, SAMPLES = 180, 58_800
"""A bar, and what it has at 44.1 kHz."""
MOST_OPEN = 8
SETTLED_SECONDS, SETTLED_SHARE = 300.0, 0.2
"""Of a process's life, after which its memory counts as its own level."""
SERVER_GROWTH, WORKER_GROWTH = 10.0, 50.0
"""MB."""
KILLS_A_MINUTE = 1.0


@dataclass
class _Memory:
    """A process's resident memory from when it had settled."""

    born: float = field(default_factory=time.monotonic)
    first: float = math.nan
    last: float = math.nan


class _Levels:
    """Memory of every server or worker that there was."""

    def __init__(self, settled: float) -> None:
        self._settled = settled
        self._known: dict[int, _Memory] = {}

    def look(self, pid: int | None) -> None:
        """Takes note of a process as it is now."""
        if pid is None or math.isnan(size := resident(pid)):
            return
        memory = self._known.setdefault(pid, _Memory())
        if math.isnan(memory.first) and time.monotonic() - memory.born > self._settled:
            memory.first = size
        memory.last = size

    @property
    def growth(self) -> float:
        """The most that one of them grew, MB; NaN when none lived long enough."""
        grown = [each.last - each.first for each in self._known.values()]
        return max((each for each in grown if not math.isnan(each)), default=math.nan)


class _Player:
    """A client that submits, cancels, keeps and listens at random, and notes what ends how."""

    def __init__(self, port: int, name: str, seed: int, place: Path) -> None:
        self.name, self.port, self.place = name, port, place
        self.rng = random.Random(seed)
        self.client = calling(port, name)
        self.open: list[tuple[Any, dict[str, Any]]] = []
        self.count = self.done = self.cancelled = self.failed = self.wrong = 0

    def act(self) -> None:
        """One thing."""
        for job, asked in [*self.open]:
            if job.state() in ("done", "failed", "cancelled"):
                self._end(job, asked)
        if len(self.open) < MOST_OPEN and self.rng.random() < 0.6:
            with contextlib.suppress(QueueFull):
                request = self._request()
                self.open.append((self.client.submit(request), request))
                self.count += 1
        elif self.open and self.rng.random() < 0.3:
            self.rng.choice(self.open)[0].cancel()

    def finish(self) -> None:
        """Wait for all that is open."""
        while self.open:
            self._end(*self.open[0])
        self.client.close()

    def _request(self) -> dict[str, Any]:
        kind = self.rng.choice(("draft", "loop"))
        variations = self.rng.choice((1, 1, 2))
        request = {"id": f"{self.name}-{self.count}", "kind": kind, "variations": variations}
        request["seed"] = self.rng.randrange(2**31)
        return request | {"bars": 1, "tempo": {"tempos": [[0, BPM]]}, "iterations": 2}

    def _end(self, job: Any, asked: dict[str, Any]) -> None:
        self.open.remove((job, asked))
        try:
            takes = job.wait().takes
            self.done += 1
            self.wrong += not self._answers(asked, takes)
            for take in takes:
                Path(take.path).unlink(missing_ok=True)
        except Cancelled:
            self.cancelled += 1
        except DittoError:
            self.failed += 1

    @staticmethod
    def _answers(asked: dict[str, Any], takes: Sequence[Take]) -> bool:
        """Whether these are the takes of that request, by the seed that no other one has, of the
        length that it asks for, and there."""
        seeds = [asked["seed"] + number for number in range(asked["variations"])]
        return [take.seed for take in takes] == seeds and all(
            take.samples == SAMPLES and Path(take.path).is_file() for take in takes
        )


@row
def storm(ground: Ground) -> Iterator[Line]:
    """Random jobs and cancels of three clients, garbage, and kills of server and worker."""
    place, rng, source = ground.place("storm"), random.Random(7), packets(8)
    seconds = 60.0 * ground.minutes
    settled = min(SETTLED_SECONDS, SETTLED_SHARE * seconds)
    servers, workers = _Levels(settled), _Levels(settled)
    daemon, kills = started(place, ground.engine), 0
    port, began = daemon.port, time.monotonic()
    try:
        players = [_Player(port, f"client{n}", n, place) for n in range(CLIENTS)]
        garbage = Talker(port, "garbage")
        next_kill = began + 30.0 / KILLS_A_MINUTE
        while (now := time.monotonic()) - began < seconds:
            for player in players:
                player.act()
            for _ in range(20):
                garbage.send(next(source))
            garbage.replies()
            servers.look(daemon.process.pid)
            workers.look(worker_of(daemon.process.pid))
            # The second half passes without kills, so that memory is seen over a long life.
            if now > next_kill and now - began < 0.5 * seconds:
                daemon = killed(daemon, place, ground.engine, server=rng.random() < 0.5)
                kills += 1
                next_kill = time.monotonic() + rng.expovariate(KILLS_A_MINUTE / 60.0)
            ground.told(f"{sum(player.count for player in players)} jobs, {kills} kills")
            time.sleep(0.02)
        for player in players:
            player.finish()
    finally:
        daemon.close()
    count = sum(player.count for player in players)
    ended = sum(player.done + player.cancelled + player.failed for player in players)
    failed = sum(player.failed for player in players)
    minutes = (time.monotonic() - began) / 60.0
    yield none_of(
        f"jobs lost of {count} in {minutes:.1f} minutes of jobs, cancels, garbage, {kills} kills",
        count - ended + failed,
    )
    yield none_of("wrong replies", sum(player.wrong for player in players))
    yield none_of("half files", half_files(place))
    for name, levels, most in (
        ("server", servers, SERVER_GROWTH),
        ("worker", workers, WORKER_GROWTH),
    ):
        growth = levels.growth
        yield Line(
            f"growth of the {name}'s resident memory, once settled ({settled:.0f} s)",
            f"≤ {most:.0f} MB",
            f"{growth:+.1f} MB",
            growth <= most,
        )
