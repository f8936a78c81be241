"""What the daemon does with what the workers say, and with their death."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ditto_daw.errors import RenderFailed
from ditto_daw.events import Block, Done, Preview, Progress, Ready, Take, event_from_dict
from ditto_daw.files.paths import sweep_leftovers
from ditto_daw.jobs.queue import ENDED, Job
from ditto_daw.server import news

if TYPE_CHECKING:
    from ditto_daw.server.daemon import Daemon

log = logging.getLogger(__name__)


def heed(daemon: Daemon, event: dict[str, Any]) -> None:
    """Act on what a worker says, or what the fleet makes of it."""
    kind = event["event"]
    if kind in ("ready", "broken", "lost"):
        log.info("worker: %s; %s", kind, daemon.fleet.devices)
        if daemon.fleet.state == "failed":
            for waiting in daemon.jobs.queued():
                error = RenderFailed("", daemon.fleet.note)
                daemon.end(waiting, "failed", {"event": "fail", **error.to_dict()})
        daemon.feed()
        return
    job = daemon.jobs.known(event.pop("job"))
    if job is None or job not in daemon.jobs.running():
        return
    if kind == "undone":
        _drop(daemon, job, event["numbers"], event.get("pid"))
        job.attempts += 1
        daemon.jobs.save(job)
    elif kind in ("fail", "cancelled"):
        _drop(daemon, job, list(job.takes))
        daemon.end(job, "failed" if kind == "fail" else kind, event)
    else:
        _news(daemon, job, event)


def _news(daemon: Daemon, job: Job, data: dict[str, Any]) -> None:
    event = event_from_dict(data)
    if isinstance(event, Progress):
        files: tuple[Preview | Block | Take, ...] = ()
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
    for job in daemon.jobs.running():
        sweep_leftovers(job.request["output"]["folder"])
        _drop(daemon, job, list(job.takes))
        if job.state == "cancelling":
            daemon.end(job, "cancelled", {"event": "cancelled"})
        else:
            job.move("queued")
            daemon.jobs.save(job)


def _drop(daemon: Daemon, job: Job, numbers: list[int], process: int | None = None) -> None:
    """Takes of which their owner may have heard, but which are not the job's result; and what a
    dead process was writing."""
    for number in numbers:
        take = job.takes.pop(number, None)
        if take:
            Path(take["path"]).unlink(missing_ok=True)
    if process is not None:
        for folder in (
            job.request["output"]["folder"],
            daemon.store.latents,
            daemon.store.previews,
        ):
            sweep_leftovers(folder, process)
