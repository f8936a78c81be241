"""The daemon: one loop that reads packets, heeds the workers, and repeats last replies."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ditto_daw.errors import BadMessage, DittoError, RenderFailed
from ditto_daw.files.asset_store import Assets
from ditto_daw.files.paths import Roots, sweep_leftovers
from ditto_daw.files.store import Store
from ditto_daw.jobs.fleet import Fleet
from ditto_daw.jobs.journal import FILE as JOURNAL
from ditto_daw.jobs.journal import Journal
from ditto_daw.jobs.posts import Post, posts
from ditto_daw.jobs.queue import Job, Jobs
from ditto_daw.jobs.supervisor import ENGINE, PATIENCE
from ditto_daw.requests.catalogue import BUNDLED
from ditto_daw.requests.schema import OF
from ditto_daw.server import news
from ditto_daw.server.capabilities import capabilities
from ditto_daw.server.clients import Clients
from ditto_daw.server.commands import COMMANDS
from ditto_daw.server.door import Door
from ditto_daw.server.heed import heed, resume
from ditto_daw.server.repeats import Repeats
from ditto_daw.server.sockets import LOOPBACK, Peer, Sockets
from ditto_daw.wire import osc
from ditto_daw.wire.messages import FAIL, REPLIES, REQUESTS, encode

MOST_WAIT = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Config:
    """How to serve.

    Attributes:
        results: folder of takes whose request names none; assets are kept in it too.
        port: UDP and TCP; 0 takes a free one.
        device: one or several, as `posts` reads them.
        cluster: address of the Ray cluster that renders; "" renders here.
        roots: folders that requests may name besides the default ones.
        engine: engine factory of the workers, "module:function".
        patience: seconds of silence after which a rendering worker is started again.
        allow: addresses or networks of other machines that may speak to the daemon.
        secret: what their hello must carry.
        models: names of those that a request can choose from.
    """

    results: Path
    port: int
    host: str = LOOPBACK
    device: str = "auto"
    cluster: str = ""
    roots: tuple[Path, ...] = ()
    engine: str = ENGINE
    patience: float = PATIENCE
    allow: tuple[str, ...] = ()
    secret: str = ""
    models: tuple[str, ...] = (BUNDLED,)


class Daemon:
    """Owns sockets, clients, jobs and workers. Raises PortTaken before anything is started, and
    BadRequest for other machines without a secret or devices that there are not."""

    def __init__(self, config: Config) -> None:
        results = config.results.resolve()
        stands = posts(Post(config.engine, config.device, results, config.cluster))
        self.door = Door(config.allow, config.secret)
        self.sockets = Sockets(config.host, config.port)
        self.results = results
        self.results.mkdir(parents=True, exist_ok=True)
        sweep_leftovers(self.results)
        self.roots = Roots([*Roots.default(), self.results, *config.roots])
        self.assets = Assets(self.results / ".assets")
        self.store = Store(self.results)
        self.store.tidy()
        self.capabilities = capabilities() | {"models": config.models}
        self.clients = Clients()
        self.journal = Journal(self.results / JOURNAL)
        self.jobs = Jobs(self.journal)
        self.repeats = Repeats()
        self.fleet = Fleet(stands, self.sockets.wake, config.patience)
        self.started = time.monotonic()
        self._stopping = False
        resume(self)

    def run(self) -> None:
        """Serve until `stop`, /ditto/quit, SIGTERM or SIGINT."""
        self._heed_signals()
        self.fleet.start()
        try:
            while not self._stopping:
                wait = self.repeats.seconds(time.monotonic(), MOST_WAIT)
                for peer, packet in self.sockets.receive(wait):
                    self.handle(peer, packet)
                self._turn()
        finally:
            self.fleet.close()
            self.store.tidy()
            self.sockets.close()
            self.assets.close()
            self.journal.close()
            log.info("ended")

    def stop(self) -> None:
        """End `run` soon; callable from any thread."""
        self._stopping = True
        self.sockets.wake()

    def handle(self, peer: Peer, packet: bytes) -> None:
        """Do what a packet says; answer a refusal with one fail reply per refused message."""
        if not self.door.hears(peer.host):
            log.debug("ignored a packet from %s, which is not allowed", peer.host)
            return
        try:
            calls = osc.parse(packet, limit=peer.limit)
        except BadMessage as error:
            self._refuse(peer, "", "", error)
            return
        for address, values in calls:
            # An answer to an answer would let two daemons talk for ever.
            if address in REPLIES or not address.startswith("/ditto/"):
                log.debug("ignored %s from %s", address, peer)
                continue
            speaker = peer
            token, identity = _named(address, values)
            try:
                speaker = self.clients.heard_as(peer, token)
                if address not in REQUESTS:
                    raise BadMessage(
                        address[:80], f"There is no message {address[:80]}: see docs/osc.md."
                    )
                said = REQUESTS[address].check(values)
                if address != "/ditto/hello":
                    self.door.check(peer.host)
                COMMANDS[address](self, speaker, said | {"id": identity} if identity else said)
            except DittoError as error:
                self._refuse(speaker, address, identity, error)
            except Exception:
                log.exception("%s failed", address)
                unknown = RenderFailed("", "The daemon could not do this: its log says why.")
                self._refuse(speaker, address, identity, unknown)

    def reply(self, peer: Peer, address: str, **named: Any) -> None:
        """Answer the client that a message came from."""
        to = self.clients.replies_to(peer)
        self.sockets.send(to, encode(address, to.limit, **named))

    def tell(self, job: Job, address: str, **named: Any) -> None:
        """Send news of a job to its owner, where it was heard of last."""
        self._tell(self.clients.address_of(job.owner), job, address, named)

    def _tell(self, to: Peer | None, job: Job, address: str, named: dict[str, Any]) -> None:
        if to is not None:
            self.sockets.send(to, encode(address, to.limit, id=job.id, **named))

    def feed(self) -> None:
        """Give workers what they may have now."""
        while job := self.jobs.next(self.fleet.takes):
            self.jobs.begin(job)
            self.fleet.render(job.id, job.request, len(self.jobs.queued()))

    def end(self, job: Job, state: str, event: dict[str, Any]) -> None:
        """A job has ended: remember how, start the next, tell it."""
        self.jobs.end(job, state, event)
        log.info("%s", news.line(job))
        self.feed()
        self.tell_end(job)

    def tell_end(self, job: Job, peer: Peer | None = None) -> None:
        """Send the last reply of an ended job, to whoever has asked for it, else to its owner; and
        again until it is acknowledged."""
        self._send_end(job, self.clients.replies_to(peer) if peer else None)
        if not job.acknowledged:
            self.repeats.add(job.id, time.monotonic())

    def _send_end(self, job: Job, to: Peer | None = None) -> None:
        for address, named in news.end(job):
            self._tell(to or self.clients.address_of(job.owner), job, address, named)

    def _turn(self) -> None:
        """What is not asked for by a packet. One thing that goes wrong does not stop the next."""
        for event in self.fleet.events():
            self._safely(partial(heed, self), event)
        self.fleet.watch()
        for peer in self.sockets.gone:
            self.clients.leave(peer)
        self.sockets.gone.clear()
        for identity in self.repeats.due(time.monotonic()):
            if known := self.jobs.known(identity):
                self._safely(self._send_end, known)

    def _safely(self, action: Callable[[Any], None], about: Any) -> None:
        try:
            action(about)
        except Exception:
            log.exception("the daemon goes on after %r", about)

    def _refuse(self, peer: Peer, address: str, identity: str, error: DittoError) -> None:
        self.reply(
            peer,
            FAIL,
            command=address[:80],
            id=identity,
            code=error.code,
            argument=_cleaned(error.argument),
            sentence=_cleaned(error.message),
        )

    def _heed_signals(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        signal.set_wakeup_fd(self.sockets.waker.fileno(), warn_on_full_buffer=False)
        for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: self.stop())


def _named(address: str, values: list[Any]) -> tuple[str, str]:
    """Token and id of the job that a message is about; "" for what it does not name."""
    message = REQUESTS.get(address)
    if message and message.arguments and message.arguments[0].name == "id" and values:
        with contextlib.suppress(DittoError):
            token, _, identity = message.arguments[0].check(values[0]).rpartition(OF)
            return token, identity
    return "", ""


def _cleaned(text: str) -> str:
    """A text that a fail reply can carry, whatever a client made us quote."""
    return text.replace("\0", "")[: news.MOST_LETTERS]
