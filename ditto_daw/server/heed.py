"""What the daemon does with what the worker says, and with the worker's death."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ditto_daw.errors import RenderFailed, WorkerLost
from ditto_daw.events import Done, Preview, Progress, Ready, Take, event_from_dict
from ditto_daw.jobs.queue import ENDED, Job
from ditto_daw.paths import sweep_leftovers
from ditto_daw.server import news

if TYPE_CHECKING:
    from ditto_daw.server.daemon import Daemon

MOST_ATTEMPTS = 2

log = logging.getLogger(__name__)


def heed(daemon: Daemon, event: dict[str, Any]) -> None:
    """Act on what the worker says."""
    kind = event["event"]
    if kind in ("ready", "broken", "lost"):
        log.info("worker: %s", kind)
        if kind == "lost":
            _rescue(daemon)
        if daemon.supervisor.state == "failed":
            for waiting in daemon.jobs.queued():
                error = RenderFailed("", daemon.supervisor.note)
                daemon.end(waiting, "failed", {"event": "fail", **error.to_dict()})
        daemon.feed()
        return
    job = daemon.jobs.known(event.pop("job"))
    if job is None or job not in daemon.jobs.running():
        return
    if kind == "fail":
        daemon.end(job, "failed", event)
    elif kind == "cancelled":
        daemon.end(job, "cancelled", event)
    else:
        _news(daemon, job, event)


def _news(daemon: Daemon, job: Job, data: dict[str, Any]) -> None:
    event = event_from_dict(data)
    if isinstance(event, Progress):
        files: tuple[Preview | Take, ...] = ()
    elif isinstance(event, Ready):
        files = (event.take,)
        job.takes[event.number] = data["take"]
        daemon.jobs.save(job)
    else:
        files = event.takes if isinstance(event, Done) else (event,)
    for named in files:
        if named.asset:
            daemon.assets.link(named.asset, Path(named.path))
    if isinstance(event, Done):
        job.takes = dict(enumerate(data["takes"]))
        daemon.end(job, "done", data)
        daemon.supervisor.heard(job.id)
    else:
        address, said = news.step(event)
        daemon.tell(job, address, **said)


def resume(daemon: Daemon) -> None:
    """What an earlier daemon had accepted goes on: its results can be asked for, and what it
    did not finish is rendered."""
    for job in daemon.jobs:
        for take in job.takes.values() if job.state in ENDED else ():
            if take.get("asset"):
                daemon.assets.link(take["asset"], Path(take["path"]))
    _rescue(daemon)


def _rescue(daemon: Daemon) -> None:
    """The worker died: its jobs go back to the queue once, a second time they fail."""
    for job in daemon.jobs.running():
        for take in job.takes.values():  # its files go, as if it had never been begun
            Path(take["path"]).unlink(missing_ok=True)
        sweep_leftovers(job.request["output"]["folder"])  # what it was writing
        job.takes = {}
        if job.state == "cancelling":
            daemon.end(job, "cancelled", {"event": "cancelled"})
        elif job.attempts < MOST_ATTEMPTS:
            job.move("queued")
            daemon.jobs.save(job)
        else:
            error = WorkerLost(
                "",
                "The rendering process died twice on this job, perhaps for lack of memory: ask"
                " for fewer variations or a shorter result.",
            )
            daemon.end(job, "failed", {"event": "fail", **error.to_dict()})
