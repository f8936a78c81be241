"""Starts the worker process, talks to it without ever blocking, starts it again when it dies."""

from __future__ import annotations

import json
import logging
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from ditto_daw.jobs.posts import Post
from ditto_daw.jobs.worker import worker_main

ENGINE = "ditto_daw.rendering.engine:load"
MOST_STILLBORN = 3
"""Deaths in a row before ever being ready, after which no further start is tried."""

PATIENCE = 180.0
"""Seconds of silence after which a working process counts as hung: a call of the largest network on
a slow machine takes a few."""
LOADING_PATIENCE = 600.0

log = logging.getLogger(__name__)
worker_log = logging.getLogger("ditto_daw.worker")


class _Link:
    """One worker process with the two threads that serve its pipe."""

    def __init__(self, post: Post, inbox: queue.SimpleQueue[Any], wake: Callable[[], None]) -> None:
        # spawn on every system: a forked copy of threads and sockets is nobody's friend.
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=worker_main,
            args=(other, post, logging.getLogger().getEffectiveLevel()),
            name="ditto-daw worker",
            daemon=True,
        )
        self.process.start()
        other.close()
        self.outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        threading.Thread(target=_read, args=(self, inbox, wake), daemon=True).start()
        threading.Thread(target=_write, args=(self.pipe, self.outbox), daemon=True).start()

    def send(self, order: dict[str, Any]) -> None:
        self.outbox.put(json.dumps(order).encode())


def _read(link: _Link, inbox: queue.SimpleQueue[Any], wake: Callable[[], None]) -> None:
    event: dict[str, Any] = {}
    while event.get("event") != "lost":
        try:
            event = json.loads(link.pipe.recv_bytes())
        except (EOFError, OSError, ValueError):
            event = {"event": "lost"}
        inbox.put((link, event))
        wake()


def _write(pipe: Connection, outbox: queue.SimpleQueue[bytes | None]) -> None:
    while (order := outbox.get()) is not None:
        try:
            pipe.send_bytes(order)
        except OSError:
            return  # the reader sees the same end and reports it


class Supervisor:
    """Keeps one worker alive.

    Args:
        post: where it stands.
        wake: called from another thread when `events` has something.
        patience: seconds of silence after which a worker that has work is started again.

    Attributes:
        state: "loading", "ready" or "failed".
        note: why it is failed.
        device: what the engine says it runs on, once ready; before, what was asked for.
        restarts: times a worker had to be started again.
    """

    def __init__(self, post: Post, wake: Callable[[], None], patience: float = PATIENCE) -> None:
        self.post = post
        self._patience = patience
        self._heard = time.monotonic()
        self._wake = wake
        self._inbox: queue.SimpleQueue[tuple[_Link, dict[str, Any]]] = queue.SimpleQueue()
        self._link: _Link | None = None
        self._stillborn = 0
        self._named: list[Path] = []
        """Files that the worker has announced since it last spoke of anything else."""
        self.device = post.cluster or post.device
        self.state = "loading"
        self.note = ""
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        """Process id of the worker."""
        return self._link.process.pid if self._link else None

    def start(self) -> None:
        """Start a worker; its "ready" comes as an event."""
        self.state, self._heard = "loading", time.monotonic()
        self._link = _Link(self.post, self._inbox, self._wake)
        log.info("worker %s started", self.pid)

    def render(self, job: str, request: dict[str, Any]) -> None:
        """Give a job to the worker."""
        self._heard = time.monotonic()
        self._send({"do": "render", "job": job, "request": request})

    def keep(self, job: str) -> None:
        """Ask the worker to end a job with the best so far; its "done" comes as an event."""
        self._send({"do": "keep", "job": job})

    def heard(self, job: str) -> None:
        """Its "done" has arrived; "given" comes as an event, and its takes are ours."""
        self._send({"do": "heard", "job": job})

    def watch(self, busy: bool) -> None:
        """Kill a worker that says nothing for too long while it loads or is busy; it is then
        "lost", like one that died."""
        silent = time.monotonic() - self._heard
        loading = self.state == "loading"
        most = LOADING_PATIENCE if loading else self._patience
        if self._link and (busy or loading) and self.state != "failed" and silent > most:
            log.warning("the worker has said nothing for %.0f s: it is started again", silent)
            self._heard = time.monotonic()
            self._link.process.kill()

    def cancel(self, job: str) -> None:
        """Ask the worker to drop a job; "cancelled" comes as an event."""
        self._send({"do": "cancel", "job": job})

    def events(self) -> list[dict[str, Any]]:
        """What the worker has said since the last call; "lost", with its "pid", when it died (a
        new one starts)."""
        said = []
        while not self._inbox.empty():
            link, event = self._inbox.get()
            if link is not self._link:  # a word from the grave of an earlier worker
                continue
            self._heard = time.monotonic()
            if event["event"] == "log":
                worker_log.log(event["level"], "%s", event["text"])
                continue
            if event["event"] == "naming":
                self._named.append(Path(event["path"]))
                continue
            self._heed(event)
            self._named.clear()
            said.append(event)
        return said

    def quit(self) -> None:
        """Tell the worker to end; `close` waits for it."""
        self._send({"do": "quit"})

    def close(self, patience: float = 3.0) -> None:
        """End the worker, gently for `patience` seconds, then not."""
        self.quit()
        link, self._link = self._link, None
        if link is None:
            return
        # One that still loads cannot hear, and nothing is lost by not waiting for it.
        link.process.join(0.1 if self.state == "loading" else patience)
        for end in (link.process.terminate, link.process.kill):
            if link.process.is_alive():
                end()
                link.process.join(patience)
        link.outbox.put(None)

    def _send(self, order: dict[str, Any]) -> None:
        if self._link:
            self._link.send(order)

    def _heed(self, event: dict[str, Any]) -> None:
        if event["event"] == "ready":
            self.state, self.device, self._stillborn = "ready", event["device"], 0
        elif event["event"] == "broken":
            self.state, self.note = "failed", event["message"]
        elif event["event"] == "lost":
            event["pid"] = self.pid
            for path in self._named:  # nobody knows of them, and their job begins anew
                path.unlink(missing_ok=True)
            if self.state != "failed":
                self._again()

    def _again(self) -> None:
        if self._link:
            self._link.outbox.put(None)
            self._link.process.join(1)
            log.warning("the worker died with exit code %s", self._link.process.exitcode)
        self._stillborn += self.state == "loading"
        if self._stillborn < MOST_STILLBORN:
            self.restarts += 1
            self.start()
        else:
            self.state = "failed"
            self.note = "The rendering process dies while loading: see the daemon's log."
