"""The watcher: stands between the spool and the daemon, and says how the daemon is."""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ditto_bridge.aio import AsyncClient
from ditto_bridge.errand import Errand
from ditto_bridge.launch import Launched, launch_daemon
from ditto_bridge.lock import lock
from ditto_bridge.remote import shares_disk
from ditto_bridge.spool import ENDED, HEARTBEAT, Spool, read_json
from ditto_daw.errors import DittoError
from ditto_daw.wire.messages import PORT

LOOK = 0.02
"""Seconds between two looks into the spool."""
PATIENCE = 0.8
"""Seconds without an answer after which the daemon is called missing."""
ANOTHER = 0.25
"""Seconds between the beginnings of two daemons; what travels is in single precision."""
MOST_PAUSE = 30.0
"""Seconds between two attempts to start a daemon that does not come up."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Setup:
    """How to watch.

    serve: start the daemon where none answers.
    roots, results, device, engine, models: as `launch_daemon` takes them.
    """

    spool: Path
    host: str = "127.0.0.1"
    port: int = PORT
    serve: bool = False
    roots: tuple[Path, ...] = ()
    results: Path | None = None
    device: str = "auto"
    engine: str = ""
    models: tuple[str, ...] = ()


@dataclass
class _Known:
    """What `daemon.json` says of the daemon."""

    state: str = "missing"
    note: str = ""
    version: str = ""
    model: str = ""
    device: str = ""
    restarts: int = 0
    capabilities: dict[str, Any] = field(default_factory=dict)


class Watcher:
    """Runs until cancelled. Raises DittoError when another watcher has the spool."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._spool = Spool(setup.spool)
        self._lock = lock(setup.spool / "watcher.lock")
        if self._lock is None:
            raise DittoError("spool", f"Another ditto-bridge watches {setup.spool} already.")
        self._known = _Known()
        self._began = math.inf  # of the daemon, at the latest
        self._launched: Launched | None = None
        self._launching: asyncio.Task[None] | None = None
        self._pause = 1.0
        self._errands: dict[str, tuple[Errand, asyncio.Task[None]]] = {}
        self._granting: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def run(self) -> None:
        self._here = asyncio.Event()
        self._spool.sweep()
        token = self._token()
        try:
            async with (
                AsyncClient(self._setup.host, self._setup.port, token) as client,
                AsyncClient(self._setup.host, self._setup.port, patience=PATIENCE) as scout,
            ):
                await asyncio.gather(self._mind(scout), self._serve(client))
        finally:
            for _, task in self._errands.values():
                task.cancel()
            for wish in self._granting.values():
                wish.cancel()
            self._known.state = "no_bridge"
            self._tell()
            if self._launching:
                self._launching.cancel()
            if self._launched:
                await asyncio.to_thread(self._launched.close)
            if self._lock:
                self._lock.close()

    async def _mind(self, scout: AsyncClient) -> None:
        """Ask the daemon how it is, and say so, for ever."""
        while True:
            due = time.monotonic() + HEARTBEAT
            try:
                await self._look_after(scout)
            except DittoError:
                self._missing()
            self._tell()
            # In pieces, so that a daemon that comes up is not kept waiting.
            await asyncio.sleep(max(0.05, due - time.monotonic()))

    async def _look_after(self, scout: AsyncClient) -> None:
        asked = time.monotonic()
        status = await scout.status()
        known, latest = self._known, time.monotonic() - status["uptime"]
        again = asked - status["uptime"] > self._began + ANOTHER
        if again or not self._here.is_set():
            hello = await scout.hello()
            known.version, known.model = hello.version, hello.model
            known.capabilities = hello.capabilities
            known.restarts += again
            log.info("the daemon %s answers", hello.version)
        if again:
            self._lose()
        known.state, known.note = status["state"], status["note"]
        if known.state == "ready" and not known.device:
            known.device = (await scout.hello()).device
        self._began, self._pause = latest, 1.0
        self._here.set()

    def _missing(self) -> None:
        if self._here.is_set():
            log.warning("the daemon does not answer any more")
        self._here.clear()
        self._lose()
        self._known.device = ""
        if self._launching and not self._launching.done():
            return
        self._known.state = "missing"
        self._known.note = "The daemon does not answer: start it with `ditto-daw serve`."
        there = self._launched and self._launched.process.poll() is None
        if self._setup.serve and not there:
            self._known.state, self._known.note = "loading", "The daemon is being started."
            self._launching = asyncio.create_task(self._launch())

    def _lose(self) -> None:
        for errand, _ in self._errands.values():
            errand.lost()

    async def _launch(self) -> None:
        """Start the daemon; after a failure wait longer every time."""
        setup = self._setup
        try:
            self._launched = await asyncio.to_thread(
                partial(launch_daemon, models=setup.models),
                setup.port,
                setup.results,
                setup.roots,
                setup.device,
                setup.engine,
            )
        except DittoError as error:
            log.warning("%s", error.message)
            self._known.state, self._known.note = "missing", error.message
            await asyncio.sleep(self._pause)
            self._pause = min(2 * self._pause, MOST_PAUSE)

    async def _serve(self, client: AsyncClient) -> None:
        """Look into the spool, for ever."""
        while True:
            # Wishes are listed first: whoever wishes has handed the request in before.
            wishes = {name: self._spool.wishes(name) for name in ("cancel", "keep")}
            self._reap()
            for identity, path in self._spool.waiting().items():
                if identity not in self._errands:
                    self._begin(client, identity, path)
            for name, identities in wishes.items():
                for identity in identities:
                    if (name, identity) not in self._granting:
                        task = asyncio.create_task(self._grant(name, identity))
                        self._granting[name, identity] = task
            await asyncio.sleep(LOOK)

    def _begin(self, client: AsyncClient, identity: str, path: Path) -> None:
        before = self._spool.read_reply(identity)
        if path.parent.name == "taken" and before and before["state"] in ENDED:
            path.unlink(missing_ok=True)  # it ended just as the watcher before this one did
            return
        request = read_json(path)
        given = request if isinstance(request, dict) else {}  # the daemon says what is missing
        to = None
        if not shares_disk(self._setup.host):
            folder = (given.get("output") or {}).get("folder")
            to = Path(folder) if folder else self._setup.spool / "results"
        errand = Errand(self._spool, client, identity, given, self._here, to)
        self._errands[identity] = (errand, asyncio.create_task(errand.run()))

    async def _grant(self, name: str, identity: str) -> None:
        """Pass a wish on; what the daemon cannot do yet is asked again a little later."""
        try:
            errand = self._errands.get(identity, (None, None))[0]
            if errand is None or await (errand.cancel() if name == "cancel" else errand.keep()):
                self._spool.granted(name, identity)
            else:
                await asyncio.sleep(HEARTBEAT)
        finally:
            del self._granting[name, identity]

    def _reap(self) -> None:
        for identity, (_, task) in list(self._errands.items()):
            if task.done():
                del self._errands[identity]
                if not task.cancelled() and (error := task.exception()):
                    log.error("job %s", identity, exc_info=error)

    def _tell(self) -> None:
        known = self._known
        self._spool.write_daemon(
            state=known.state,
            note=known.note,
            version=known.version,
            model=known.model,
            device=known.device,
            restarts=known.restarts,
            start=start_command(self._setup),
            serve=command_line(
                "ditto_daw.cli", "serve", "--port", str(self._setup.port), *models_of(self._setup)
            ),
            capabilities=known.capabilities,
        )

    def _token(self) -> str:
        """Who owns the jobs: the same after a restart."""
        file = self._setup.spool / "token"
        if not file.exists():
            file.write_text(secrets.token_hex(8), encoding="ascii")
        return file.read_text(encoding="ascii")


def start_command(setup: Setup) -> str:
    """The command line that starts this watcher again, and a daemon where none answers."""
    words = ["--port", str(setup.port), "watch", "--serve", "--spool", str(setup.spool.resolve())]
    words += ["--device", setup.device]
    words += ["--results", str(setup.results.resolve())] if setup.results else []
    words += [word for root in setup.roots for word in ("--root", str(root.resolve()))]
    words += ["--engine", setup.engine] if setup.engine else []
    words += models_of(setup)
    return command_line("ditto_bridge.cli", *words)


def models_of(setup: Setup) -> list[str]:
    return [word for model in setup.models for word in ("--model", model)]


def command_line(module: str, *words: str) -> str:
    """A command line of this very Python, for hosts that know neither PATH nor environment."""
    # Double quotes are what every system's shell and REAPER's ExecProcess understand.
    return subprocess.list2cmdline([sys.executable, "-m", module, *words])
