"""Every job the daemon knows: who owns it, where it stands, which comes next.

building → queued → running → done | failed | cancelled, with cancelling between running and its
end. Everything is bounded: jobs being built, waiting, and remembered. From the moment that a job is
submitted, a journal knows what is known here.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ditto_daw.errors import BadRequest, NotOwner, QueueFull, UnknownJob
from ditto_daw.jobs.journal import Entry, Journal
from ditto_daw.wire.form import Form

MOST_BUILDING = 64
MOST_QUEUED = 64
MOST_OF_ONE = 48
"""Waiting jobs of one client: another one always finds room."""
MOST_ENDED = 256

NEXT: dict[str, frozenset[str]] = {
    "building": frozenset({"queued", "cancelled"}),
    "queued": frozenset({"running", "cancelled", "failed"}),
    "running": frozenset({"queued", "cancelling", "done", "failed"}),
    "cancelling": frozenset({"cancelled", "done", "failed"}),
    "done": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
}
"""Which states may follow which; running → queued when the worker died under it."""
ENDED = frozenset(state for state, following in NEXT.items() if not following)


@dataclass
class Job:
    """One job.

    Attributes:
        id: the client's name for it, unique in the daemon.
        owner: token of the client.
        form: what building messages have gathered.
        request: the checked request as JSON, once submitted.
        attempts: how often it was given to a worker.
        takes: what is ready of it, as JSON by number.
        end: the event that ended it, as JSON.
        pieces: everything about it as JSON text in pieces, once somebody has asked.
        acknowledged: whether the client has seen how it ended.
        order: place in the order of submission.
        turn: in which round of all clients it is served; 0 while it is being built.
        submitted, begun: when, monotonic seconds; None until then.
    """

    id: str
    owner: str
    form: Form = field(default_factory=Form)
    request: dict[str, Any] = field(default_factory=dict)
    state: str = "building"
    attempts: int = 0
    takes: dict[int, dict[str, Any]] = field(default_factory=dict)
    end: dict[str, Any] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    acknowledged: bool = False
    order: int = 0
    turn: int = 0
    submitted: float | None = None
    begun: float | None = None

    @property
    def entry(self) -> Entry:
        """What the journal keeps of it."""
        return Entry(
            self.id,
            self.owner,
            self.order,
            self.state,
            self.acknowledged,
            self.request,
            self.takes,
            self.end,
        )

    @property
    def is_draft(self) -> bool:
        """Drafts go before loops, and between two steps of a running loop."""
        return self.request.get("kind") == "draft"

    def move(self, state: str) -> None:
        """Go to another state. ValueError when the state machine does not lead there."""
        if state not in NEXT[self.state]:
            raise ValueError(f"a job cannot go from {self.state} to {state}")
        self.state = state


class Jobs:
    """All jobs by id. For one thread.

    journal: remembers them when the daemon is gone; what it knows is there again.
    """

    def __init__(self, journal: Journal | None = None, most_queued: int = MOST_QUEUED) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._journal = journal
        self._most_queued = most_queued
        self._turn = 1
        """Of the latest job that was begun."""
        self.ended = 0
        entries = list(journal.entries()) if journal else []
        for entry in entries:
            job = Job(entry.id, entry.owner, request=entry.request, state=entry.state)
            job.takes, job.end, job.order = entry.takes, entry.end, entry.place
            job.acknowledged, job.turn = entry.acknowledged, self._next_turn(entry.owner)
            self._jobs[job.id] = job
        self._order = itertools.count(1 + max((entry.place for entry in entries), default=-1))

    def __iter__(self) -> Iterator[Job]:
        return iter(self._jobs.values())

    def known(self, identity: str) -> Job | None:
        """The job of that id, whoever owns it."""
        return self._jobs.get(identity)

    def get(self, identity: str, owner: str) -> Job:
        """The owner's job of that id. UnknownJob or NotOwner."""
        job = self._jobs.get(identity)
        if job is None:
            raise UnknownJob(identity, f"There is no job {identity}: begin with /ditto/job/new.")
        if job.owner != owner:
            raise NotOwner(identity, f"The job {identity} belongs to another client.")
        return job

    def new(self, identity: str, owner: str) -> Job:
        """The job that is being built under that id, begun when there is none.

        NotOwner when another client has the id, BadRequest when its job was submitted already.
        """
        if identity not in self._jobs:
            self._jobs[identity] = Job(identity, owner)
            self._trim(lambda job: job.state == "building", MOST_BUILDING)
        job = self.get(identity, owner)
        if job.state != "building":
            raise BadRequest("id", f"The job {identity} is {job.state} already: take a new id.")
        return job

    def check_room(self, job: Job) -> None:
        """QueueFull when as many jobs wait as may, or as many of this client."""
        waiting = Counter(each.owner for each in self if each.state == "queued")
        most_of_one = min(MOST_OF_ONE, self._most_queued)
        if waiting.total() >= self._most_queued:
            count, whose = self._most_queued, ""
        elif waiting[job.owner] >= most_of_one:
            count, whose = most_of_one, " of yours"
        else:
            return
        raise QueueFull(
            job.id, f"{count} jobs{whose} are waiting already: submit again when one is done."
        )

    def submit(self, job: Job, request: dict[str, Any]) -> None:
        """Queue a job. QueueFull when as many wait as may."""
        self.check_room(job)
        job.move("queued")
        job.request, job.form, job.order = request, Form(), next(self._order)
        job.turn, job.submitted = self._next_turn(job.owner), time.monotonic()
        self.save(job)

    def _next_turn(self, owner: str) -> int:
        """Fair queueing by start times: one turn after the client's last job that has not ended,
        and not before the turn that is being served."""
        unended = (job.turn for job in self if job.owner == owner and job.state not in ENDED)
        return max(self._turn, 1 + max((turn for turn in unended if turn), default=-1))

    def save(self, job: Job) -> None:
        """Let the journal know what has changed."""
        if self._journal:
            self._journal.save(job.entry)

    def begin(self, job: Job) -> None:
        """A worker gets the job now."""
        job.move("running")
        job.attempts += 1
        job.begun = time.monotonic()
        self._turn = max(self._turn, job.turn)
        self.save(job)

    def queued(self) -> list[Job]:
        """Waiting jobs, the next one first: drafts before loops, each client in turn, each
        client's own in order of submission."""
        waiting = [job for job in self._jobs.values() if job.state == "queued"]
        return sorted(waiting, key=lambda job: (not job.is_draft, job.turn, job.order))

    def running(self) -> list[Job]:
        """Jobs that workers have."""
        return [job for job in self._jobs.values() if job.state in ("running", "cancelling")]

    def next(self, taken: Callable[[bool], bool]) -> Job | None:
        """The job to start now, if any; taken: whether a draft is, or another job."""
        queued = self.queued()
        return queued[0] if queued and taken(queued[0].is_draft) else None

    def end(self, job: Job, state: str, event: dict[str, Any]) -> None:
        """A job is done, failed or cancelled; `event` says how, and is remembered."""
        job.move(state)
        job.end = event
        self.ended += 1
        self.save(job)
        self._jobs.move_to_end(job.id)
        self._trim(lambda each: each.state in ENDED, MOST_ENDED)

    def _trim(self, among: Callable[[Job], bool], most: int) -> None:
        """Forget the oldest jobs of a sort beyond `most`."""
        chosen = [job.id for job in self._jobs.values() if among(job)]
        dropped = chosen[: max(0, len(chosen) - most)]
        for identity in dropped:
            del self._jobs[identity]
        if self._journal and dropped:
            self._journal.forget(dropped)
