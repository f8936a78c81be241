"""All workers as one: the least busy gets the next job, idle ones share the variations of one.

Towards the daemon it speaks as a single worker does, of whole jobs. A job is one part, or several
of consecutive variations, each on another worker; their takes come back in one `done`, in order and
of the seeds that one worker would have used. A part whose worker dies, or has no memory for it, is
rendered again wherever there is room.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from ditto_daw.errors import OutOfMemory, RenderFailed, WorkerLost
from ditto_daw.jobs.posts import MOST, Post
from ditto_daw.jobs.supervisor import PATIENCE, Supervisor

MOST_ATTEMPTS = 2
ELSEWHERE = frozenset({OutOfMemory.code, RenderFailed.code})
"""Failures that another device may not have."""
NUMBERED = {"take": "number", "block": "take"}
"""Events that name a take of their part, and where."""
LONGEST_ID = 60

Said = dict[str, Any]


@dataclass(eq=False)
class _Part:
    """Some variations of a job, from number `first` on. Its `takes` are ours, whatever becomes of
    its worker, when its state is "done"."""

    name: str
    request: Said
    first: int = 0
    state: str = "waiting"
    worker: Supervisor | None = None
    attempts: int = 0
    takes: list[Said] = field(default_factory=list)

    @property
    def numbers(self) -> list[int]:
        return [self.first + number for number in range(self.request.get("variations", 1))]


@dataclass(eq=False)
class _Work:
    """A job under way; `end` is how it will end as soon as none of its parts is rendered."""

    job: str
    draft: bool
    parts: list[_Part]
    kept: bool = False
    end: Said | None = None


class Fleet:
    """Keeps one worker alive on each post.

    Args:
        posts: where they stand.
        wake: called from another thread when `events` has something.
        patience: seconds of silence after which a worker that has work is started again.
    """

    def __init__(
        self, posts: Sequence[Post], wake: Callable[[], None], patience: float = PATIENCE
    ) -> None:
        self._wake, self._patience = wake, patience
        self._workers: list[Supervisor] = []
        self._works: dict[str, _Work] = {}
        for post in posts:
            self._add(post)

    @property
    def state(self) -> str:
        """ "ready" as soon as one worker is, "failed" when all are, else "loading"."""
        states = {worker.state for worker in self._workers}
        return next(state for state in ("ready", "loading", "failed") if state in states)

    @property
    def note(self) -> str:
        """Why workers are failed."""
        notes = {worker.note: None for worker in self._workers if worker.state == "failed"}
        return " ".join(notes)

    @property
    def devices(self) -> str:
        """What each worker renders on, and its state where that is not "ready"."""
        return ", ".join(
            worker.device if worker.state == "ready" else f"{worker.device} ({worker.state})"
            for worker in self._workers
        )

    @property
    def restarts(self) -> int:
        """Times a worker had to be started again."""
        return sum(worker.restarts for worker in self._workers)

    def start(self) -> None:
        """Start all workers; "ready" comes as an event of each."""
        for worker in self._workers:
            worker.start()

    def takes(self, draft: bool) -> bool:
        """Whether there is a worker for a draft, or for another job: an idle one, and for a draft
        one that has no other draft, which then goes between two steps of its job."""
        return bool(self._free(draft))

    def render(self, job: str, request: Said, waiting: int = 0) -> None:
        """Give a job to as many workers as are idle, but for one for each of `waiting` others."""
        idle = len(self._free(False)) - waiting
        work = _Work(job, request.get("kind") == "draft", _parts(job, request, idle))
        self._works[job] = work
        self._assign()

    def keep(self, job: str) -> None:
        """End a job with the best so far; its "done" comes as an event."""
        if work := self._works.get(job):
            work.kept = True
            for part, worker in _rendered(work):
                worker.keep(part.name)

    def cancel(self, job: str) -> None:
        """Drop a job; "cancelled" comes as an event."""
        if work := self._works.get(job):
            self._stop(work, {"event": "cancelled", "job": job})
            self._wake()

    def watch(self) -> None:
        """Start workers again that say nothing for too long."""
        for worker in self._workers:
            worker.watch(busy=bool(self._load(worker)))

    def events(self) -> list[Said]:
        """What has happened since the last call, as workers say it of whole jobs. "undone" tells
        that the takes of some "numbers" are to be rendered again, or never: their files go, and
        what the process "pid" has left half-written."""
        said: list[Said] = []
        for worker in list(self._workers):
            for event in worker.events():
                said += self._heed(worker, event)
        self._assign()
        if self.state == "failed":
            for work in self._works.values():
                work.end = work.end or _fail(work, RenderFailed("", self.note))
                for part in work.parts:
                    part.state = "ended"
        over = [work for work in self._works.values() if work.end and not _rendered(work)]
        for work in over:
            del self._works[work.job]
        return said + [work.end for work in over if work.end]

    def close(self) -> None:
        """End all workers, gently for a few seconds, then not."""
        for worker in self._workers:
            worker.quit()
        for worker in self._workers:
            worker.close()

    def _add(self, post: Post) -> Supervisor:
        self._workers.append(Supervisor(post, self._wake, self._patience))
        return self._workers[-1]

    def _load(self, worker: Supervisor) -> list[_Work]:
        """Jobs of which a worker renders a part."""
        works = self._works.values()
        return [work for work in works for _, by in _rendered(work) if by is worker]

    def _free(self, draft: bool) -> list[Supervisor]:
        """Workers that may have a job now, the least busy first."""
        loads = {worker: self._load(worker) for worker in self._workers if worker.state == "ready"}
        free = [
            worker
            for worker, load in loads.items()
            if not load or (draft and not any(work.draft for work in load))
        ]
        return sorted(free, key=lambda worker: len(loads[worker]))

    def _assign(self) -> None:
        """Give waiting parts away, drafts first; one that failed to another worker if possible."""
        for work in sorted(self._works.values(), key=lambda work: not work.draft):
            for part in work.parts:
                free = self._free(work.draft) if part.state == "waiting" else []
                if free:
                    part.worker = next((one for one in free if one is not part.worker), free[0])
                    part.state, part.attempts = "rendered", part.attempts + 1
                    part.worker.render(part.name, part.request)
                    if work.kept:
                        part.worker.keep(part.name)

    def _heed(self, worker: Supervisor, event: Said) -> list[Said]:
        kind = event["event"]
        if kind in ("ready", "broken"):
            for device in event.get("others", ())[len(self._workers) - 1 : MOST - 1]:
                self._add(replace(worker.post, device=device)).start()
            return [event]
        if kind == "lost":
            works = list(self._works.values())
            lost = [(work, part) for work in works for part, by in _rendered(work) if by is worker]
            return [event, *(self._bury(work, part, event["pid"]) for work, part in lost)]
        for work in self._works.values():
            for part, by in _rendered(work):
                if by is worker and part.name == event["job"]:
                    return self._news(work, part, event | {"job": work.job})
        return []

    def _news(self, work: _Work, part: _Part, event: Said) -> list[Said]:
        """What a part says, as news of its job: of one part at a time, but of every take."""
        kind = event["event"]
        number = NUMBERED.get(kind)
        if number:
            return [event | {number: part.first + event[number]}]
        if kind == "progress":
            return [event] if part is _rendered(work)[0][0] else []
        if kind == "preview":
            return [event] if part is work.parts[0] else []
        if kind == "done" and part.worker:
            part.takes = event["takes"]
            part.worker.heard(part.name)
            return []
        part.state = "ended"
        if kind == "given":
            part.state = "done"
            if all(each.state == "done" for each in work.parts):
                del self._works[work.job]
                takes = [take for each in work.parts for take in each.takes]
                return [{"event": "done", "job": work.job, "takes": takes}]
        elif kind == "fail" and not work.end:
            ready = sum(worker.state == "ready" for worker in self._workers)
            if event["code"] in ELSEWHERE and ready > 1 and part.attempts < MOST_ATTEMPTS:
                part.state = "waiting"
                return [_undone(work, part)]
            self._stop(work, event)
        return []

    def _bury(self, work: _Work, part: _Part, pid: int | None) -> Said:
        """A part whose worker has died: with the worker go its takes."""
        if work.end is None and part.attempts < MOST_ATTEMPTS:
            part.state, part.worker = "waiting", None
        else:
            part.state = "ended"
            if work.end is None:
                twice = WorkerLost(
                    "",
                    "The rendering process died twice on this job, perhaps for lack of memory: ask"
                    " for fewer variations or a shorter result.",
                )
                self._stop(work, _fail(work, twice))
        return _undone(work, part) | {"pid": pid}

    def _stop(self, work: _Work, end: Said) -> None:
        """Let a job end so, once its parts have left their workers."""
        work.end = work.end or end
        for part in work.parts:
            if part.state == "waiting":
                part.state = "ended"
        for part, worker in _rendered(work):
            worker.cancel(part.name)


def _parts(job: str, request: Said, idle: int) -> list[_Part]:
    """A request as about equal parts. One that begins with an earlier result is not divided: its
    first variation is that result, the others lean away from it."""
    variations = request.get("variations", 1)
    count = min(variations, idle) if request.get("from") is None else 1
    if count <= 1:
        return [_Part(job, request)]
    seed = request.get("seed")
    seed = secrets.randbelow(2**32) if seed is None else seed
    edges = [number * variations // count for number in range(count + 1)]
    parts = []
    for number, (first, last) in enumerate(pairwise(edges)):
        own = {
            "id": f"{job[:LONGEST_ID]}.{number}",  # for previews are files named by their job
            "seed": (seed + first) % 2**32,
            "variations": last - first,
        }
        parts.append(_Part(f"{job}/{number}", request | own, first))
    return parts


def _rendered(work: _Work) -> list[tuple[_Part, Supervisor]]:
    """Parts that a worker has now, with that worker."""
    return [(part, part.worker) for part in work.parts if part.worker and part.state == "rendered"]


def _undone(work: _Work, part: _Part) -> Said:
    return {"event": "undone", "job": work.job, "numbers": part.numbers}


def _fail(work: _Work, error: RenderFailed | WorkerLost) -> Said:
    return {"event": "fail", "job": work.job, **error.to_dict()}
