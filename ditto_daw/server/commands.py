"""What the daemon does for each message of the protocol: one function per address."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ditto_daw import __version__
from ditto_daw.errors import BadRequest, NotOwner, RenderFailed
from ditto_daw.jobs.queue import ENDED, Job
from ditto_daw.server import capabilities
from ditto_daw.server.earlier import Finder
from ditto_daw.server.intake import intake
from ditto_daw.server.sockets import Peer
from ditto_daw.wire.form import LISTS, text_pieces
from ditto_daw.wire.messages import OK, PROTOCOL

if TYPE_CHECKING:
    from ditto_daw.server.daemon import Daemon

Command = Callable[["Daemon", Peer, dict[str, Any]], None]
COMMANDS: dict[str, Command] = {}


def _command(address: str) -> Callable[[Command], Command]:
    def register(function: Command) -> Command:
        COMMANDS[address] = function
        return function

    return register


@_command("/ditto/hello")
def _hello(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    daemon.door.hello(peer.host, said["secret"])
    daemon.clients.hello(peer, said["token"], said["port"])
    lines = list(capabilities.lines(daemon.capabilities))
    daemon.reply(
        peer,
        "/ditto/hello.reply",
        version=__version__,
        protocol=PROTOCOL,
        model=str(daemon.capabilities["model"]),
        state=daemon.fleet.state,
        device=daemon.fleet.devices,
        capabilities=len(lines),
    )
    for name, values in lines:
        daemon.reply(peer, "/ditto/capability", name=name, rows=[(value,) for value in values])
    for job in daemon.jobs:
        if job.owner == said["token"] and job.state in ENDED and not job.acknowledged:
            daemon.repeats.add(job.id, time.monotonic())


@_command("/ditto/ping")
def _ping(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    daemon.reply(peer, "/ditto/pong", number=said["number"])


@_command("/ditto/status")
def _status(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    daemon.reply(
        peer,
        "/ditto/status.reply",
        state=daemon.fleet.state,
        queued=len(daemon.jobs.queued()),
        running=len(daemon.jobs.running()),
        ended=daemon.jobs.ended,
        restarts=daemon.fleet.restarts,
        uptime=time.monotonic() - daemon.started,
        note=daemon.fleet.note,
        devices=daemon.fleet.devices,
    )


@_command("/ditto/sync")
def _sync(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    daemon.reply(peer, "/ditto/synced", number=said["number"])


@_command("/ditto/quit")
def _quit(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    token = daemon.clients.token(peer)
    unfinished = [*daemon.jobs.queued(), *daemon.jobs.running()]
    others = sum(job.owner != token for job in unfinished)
    if others and not said["force"]:
        raise NotOwner(
            "force", f"{others} jobs of other clients are unfinished: send /ditto/quit 1 to insist."
        )
    daemon.reply(peer, "/ditto/bye")
    daemon.stop()


@_command("/ditto/job/new")
def _new(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    daemon.jobs.new(said["id"], daemon.clients.speaker(peer))
    _ok(daemon, peer, "/ditto/job/new", said)


@_command("/ditto/job/set")
def _set(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    _built(daemon, peer, said).form.set(said["field"], [value for (value,) in said["rows"]])
    _ok(daemon, peer, "/ditto/job/set", said)


def _rows(address: str) -> Command:
    def put(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
        form = _built(daemon, peer, said).form
        form.put(LISTS[address], said["piece"], said["of"], said["rows"])
        _ok(daemon, peer, address, said)

    return put


for _address in LISTS:
    COMMANDS[_address] = _rows(_address)


@_command("/ditto/job/json")
def _json(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    job = daemon.jobs.new(said["id"], daemon.clients.speaker(peer))
    job.form.put("json", said["piece"], said["of"], said["text"])
    _ok(daemon, peer, "/ditto/job/json", said)


@_command("/ditto/job/submit")
def _submit(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    job = _own(daemon, peer, said)
    if job.state == "building":
        if daemon.fleet.state == "failed":
            raise RenderFailed("", daemon.fleet.note)
        daemon.jobs.check_room(job)
        finder = Finder(daemon.jobs, job.owner, daemon.roots, daemon.assets, daemon.store)
        request = intake(job.id, job.form, finder, daemon.roots, daemon.assets, daemon.results)
        daemon.jobs.submit(job, request)
        daemon.feed()
    if job.state in ENDED:
        daemon.tell_end(job, peer)
        return
    queued = daemon.jobs.queued()
    place = queued.index(job) if job in queued else 0
    daemon.reply(peer, "/ditto/job/accepted", id=job.id, state=job.state, place=place)


@_command("/ditto/job/cancel")
def _cancel(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    job = _own(daemon, peer, said)
    _ok(daemon, peer, "/ditto/job/cancel", said)
    if job.state == "running":
        job.move("cancelling")
        daemon.fleet.cancel(job.id)
    elif job.state in ENDED:
        daemon.tell_end(job, peer)
    elif job.state != "cancelling":
        daemon.end(job, "cancelled", {"event": "cancelled"})


@_command("/ditto/job/keep")
def _keep(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    job = _own(daemon, peer, said)
    if job.state in ("building", "queued"):
        raise BadRequest(
            "id", f"The job {job.id} is {job.state}: there is nothing to keep yet; cancel it."
        )
    _ok(daemon, peer, "/ditto/job/keep", said)
    if job.state == "running":
        daemon.fleet.keep(job.id)
    elif job.state in ENDED:
        daemon.tell_end(job, peer)


@_command("/ditto/job/state")
def _state(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    job = _own(daemon, peer, said)
    daemon.reply(peer, "/ditto/job/state.reply", id=job.id, state=job.state)
    if job.state in ENDED:
        daemon.tell_end(job, peer)


@_command("/ditto/job/result")
def _result(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    job = _own(daemon, peer, said)
    if job.state not in ENDED:
        raise BadRequest("id", f"The job {job.id} is {job.state}: its result comes when it ends.")
    if not job.pieces:
        everything = {"id": job.id, "state": job.state, "request": job.request, **job.end}
        job.pieces = text_pieces(json.dumps(everything))
    if said["piece"] >= len(job.pieces):
        raise BadRequest("piece", f"piece must be below {len(job.pieces)}.")
    daemon.reply(
        peer,
        "/ditto/job/result.reply",
        id=job.id,
        piece=said["piece"],
        of=len(job.pieces),
        text=job.pieces[said["piece"]],
    )


@_command("/ditto/ack")
def _ack(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    job = _own(daemon, peer, said)
    if job.state in ENDED:
        job.acknowledged = True
        daemon.jobs.save(job)
        daemon.repeats.acknowledge(job.id)


@_command("/ditto/asset/put")
def _put(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    sha256 = said["sha256"]
    received = daemon.assets.put(sha256, said["size"], said["offset"], said["data"])
    daemon.reply(peer, "/ditto/asset/put.reply", sha256=sha256, received=received)


@_command("/ditto/asset/get")
def _get(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> None:
    sha256, offset = said["sha256"], said["offset"]
    most = min(said["most"], peer.limit - 256)
    size, data = daemon.assets.get(sha256, offset, most)
    daemon.reply(peer, "/ditto/asset/data", sha256=sha256, offset=offset, size=size, data=data)


def _own(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> Job:
    return daemon.jobs.get(said["id"], daemon.clients.speaker(peer))


def _built(daemon: Daemon, peer: Peer, said: dict[str, Any]) -> Job:
    """The client's own job, still open for building."""
    _own(daemon, peer, said)
    return daemon.jobs.new(said["id"], daemon.clients.speaker(peer))


def _ok(daemon: Daemon, peer: Peer, command: str, said: dict[str, Any]) -> None:
    daemon.reply(peer, OK, id=said["id"], command=command, piece=said.get("piece", 0))
