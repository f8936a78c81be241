"""The process that renders. It loads the engine once, then steps one render after the other.

Server and worker exchange JSON objects over a pipe (never pickles). To the worker:
{"do": "render", "job", "request"}, {"do": "keep", "job"}, {"do": "cancel", "job"},
{"do": "heard", "job"}, {"do": "quit"}. From it: an event of ditto_daw.events with "job" added, or
"ready", "broken" (the engine cannot load), "fail", "cancelled", "log" (for the daemon's log),
"naming" (a file is about to appear under "path"; the next event tells of it), "given" (the takes of
a job that was heard of are the server's from now on).
The worker ends when the pipe does, so it never outlives its server. Takes that were not given go
with it: whoever renders that job again leaves the only ones.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs

from ditto_daw.errors import DittoError, RenderFailed
from ditto_daw.events import Block, Done, Event, Preview, Progress, Ready, Take, Wish
from ditto_daw.files.asset_store import name_of
from ditto_daw.files.audiowrite import LISTENERS
from ditto_daw.jobs.orphans import registered
from ditto_daw.jobs.posts import Post, settle
from ditto_daw.requests.request import Request

NICENESS = 5
PROGRESS_SECONDS = 0.1
RESTLESS_SECONDS = 2.0
"""How long an idle worker keeps the memory that a next job may want at once."""

log = logging.getLogger(__name__)


class Engine(Protocol):
    """What an engine factory returns.

    device: what it renders on. `others`, where it has that: further devices to start a worker on.
    A ConnectionError of `render` means that there is no engine any more: the worker ends.
    """

    device: str

    def render(self, request: Request, wish: Wish) -> Iterator[Event]:
        """Yield before every call of a network, and look at the wish; Done last. Closing the
        iterator cancels."""
        ...

    def close(self) -> None:
        """Free the device."""
        ...


@dataclass
class _Render:
    job: str
    steps: Iterator[Event]
    wish: Wish
    stage: str = ""
    told: float = 0.0


class _PipeClosed(Exception):
    """The server has gone or said quit."""


def worker_main(connection: Connection, post: Post, level: int) -> None:
    """Run until the pipe closes. level: of logging, to the server."""
    logging.basicConfig(level=level, handlers=[_Told(connection)])
    settle(post)
    # Ctrl-C in a terminal reaches the whole group; the server decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the engine is closed
    if hasattr(os, "nice"):
        os.nice(NICENESS)  # the server must answer while every core renders
    with registered(post.folder):
        _work(connection, post)


def _work(connection: Connection, post: Post) -> None:
    """Load the engine and render."""
    try:
        engine = engine_of(post)
    except Exception as error:
        log.exception("the engine cannot load")
        _send(connection, {"event": "broken", "message": f"The model cannot be loaded: {error}"})
        return

    def named(path: Path) -> None:
        _send(connection, {"event": "naming", "path": str(path)})

    LISTENERS.append(named)
    try:
        others = list(getattr(engine, "others", ()))
        _send(connection, {"event": "ready", "device": engine.device, "others": others})
        _Worker(connection, engine).run()
    except _PipeClosed:
        log.info("told to end")
    except OSError as error:
        log.warning("ended: %s", error)
    finally:
        LISTENERS.remove(named)
        engine.close()


def engine_of(post: Post) -> Engine:
    """The engine of a post: here, or on a machine of its cluster."""
    if post.cluster:
        from ditto_daw.jobs.cluster import join  # which imports Ray

        return join(post)
    module, _, function = post.factory.partition(":")
    function, _, options = function.partition("?")
    make = getattr(importlib.import_module(module), function)
    engine: Engine = make(post.device, post.folder, **parse_qs(options))
    return engine


class _Worker:
    """Steps the newest render; an older one waits beneath it (a loop under a draft)."""

    def __init__(self, connection: Connection, engine: Engine) -> None:
        self._connection = connection
        self._engine = engine
        self._renders: list[_Render] = []
        self._unheard: dict[str, tuple[Take, ...]] = {}

    def run(self) -> None:
        try:
            rested = False
            while True:
                wait = 0 if self._renders else None if rested else RESTLESS_SECONDS
                if self._connection.poll(wait):
                    self._obey(_receive(self._connection))
                    rested = False
                elif self._renders:
                    self._step(self._renders[-1])
                else:
                    _give_back_memory()
                    rested = True
        finally:
            while self._renders:
                self._drop(self._renders[-1])
            for take in (take for takes in self._unheard.values() for take in takes):
                for path in (take.path, take.latent):
                    if path:
                        Path(path).unlink(missing_ok=True)

    def _obey(self, order: dict[str, Any]) -> None:
        if order["do"] == "quit":
            raise _PipeClosed
        if order["do"] == "cancel":
            for render in [each for each in self._renders if each.job == order["job"]]:
                self._drop(render)
                self._tell(render, {"event": "cancelled"})
            return
        if order["do"] == "heard":
            self._unheard.pop(order["job"], None)
            _send(self._connection, {"event": "given", "job": order["job"]})
            return
        if order["do"] == "keep":
            for render in self._renders:
                render.wish.keep |= render.job == order["job"]
            return
        wish = Wish()
        try:
            steps = self._engine.render(Request.from_dict(order["request"]), wish)
        except Exception as error:
            self._fail(order["job"], error)
        else:
            self._renders.append(_Render(order["job"], steps, wish))

    def _step(self, render: _Render) -> None:
        try:
            event = next(render.steps)
            if isinstance(event, Progress):
                self._progress(render, event)
            elif isinstance(event, Done):
                self._drop(render)
                takes = tuple(map(_with_asset, event.takes))
                self._unheard[render.job] = takes
                self._tell(render, Done(takes).to_dict())
            else:
                self._tell(render, _with_asset(event).to_dict())
        except StopIteration:
            self._renders.remove(render)
            self._fail(render.job, RenderFailed("", "The render ended without a result."))
        except (_PipeClosed, ConnectionError):
            raise
        except Exception as error:
            if render in self._renders:
                self._drop(render)
            self._fail(render.job, error)

    def _progress(self, render: _Render, event: Progress) -> None:
        """A person reads ten lines a second at most; a new stage is always told."""
        now = time.monotonic()
        if event.stage == render.stage and now - render.told < PROGRESS_SECONDS:
            return
        render.stage, render.told = event.stage, now
        self._tell(render, event.to_dict())

    def _drop(self, render: _Render) -> None:
        """Close a render, whatever its clean-up raises."""
        self._renders.remove(render)
        close = getattr(render.steps, "close", None)
        try:
            if close:
                close()
        except Exception:
            log.exception("closing job %s", render.job)

    def _fail(self, job: str, error: Exception) -> None:
        if not isinstance(error, DittoError):
            log.error("job %s failed", job, exc_info=error)
            error = RenderFailed("", f"The render stopped unexpectedly: {_plain(error)}.")
        _send(self._connection, {"event": "fail", "job": job, **error.to_dict()})

    def _tell(self, render: _Render, event: dict[str, Any]) -> None:
        _send(self._connection, {**event, "job": render.job})


def _with_asset(named: Any) -> Any:
    """The take, preview or block with its asset name, so that another machine can get the file."""
    if isinstance(named, Ready):
        return replace(named, take=_with_asset(named.take))
    if isinstance(named, (Take, Preview, Block)) and named.asset is None:
        return replace(named, asset=name_of(Path(named.path)))
    return named


def _give_back_memory() -> None:
    """To the system, what has been freed: glibc keeps it otherwise."""
    with contextlib.suppress(OSError, AttributeError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _plain(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")


class _Told(logging.Handler):
    """Hands log lines to the server, so that one process writes the log."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        line = {"event": "log", "level": record.levelno, "text": self.format(record)}
        with contextlib.suppress(OSError):  # nobody is left to be told
            _send(self._connection, line)


_SENDING = threading.Lock()


def _send(connection: Connection, event: dict[str, Any]) -> None:
    # default=float: figures may be numpy scalars. A lock, because other threads log.
    packet = json.dumps(event, default=float).encode()
    with _SENDING:
        connection.send_bytes(packet)


def _receive(connection: Connection) -> dict[str, Any]:
    try:
        order: dict[str, Any] = json.loads(connection.recv_bytes())
    except EOFError:
        raise _PipeClosed from None
    return order
