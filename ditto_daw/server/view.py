"""`ditto-daw status`: what the daemon is doing, once, or over and over on a terminal."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

from ditto_daw.errors import DaemonMissing
from ditto_daw.server.sockets import LOOPBACK
from ditto_daw.wire.messages import PORT

PATIENCE = 2.0
SECONDS = 0.5


def add(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Adds the command to the parser of `ditto-daw`."""
    status = add_parser("status", help="what the daemon is doing")
    status.add_argument("--port", type=int, default=PORT)
    status.add_argument("--host", default=LOOPBACK)
    status.add_argument("--live", action="store_true", help="go on until Ctrl-C")
    status.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    from ditto_bridge import Client

    with Client(chosen.host, chosen.port, patience=PATIENCE) as client:
        if chosen.live:
            _live(client)
        else:
            for name, value in client.status().items():
                print(f"{name:9} {value}")
    return 0


def _live(client: Any) -> None:
    """One line that is rewritten; a daemon that goes and comes again is told as well."""
    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(), refresh_per_second=4) as live:
        try:
            while True:
                try:
                    live.update(line(client.status()))
                except DaemonMissing:
                    live.update("[red]no daemon answers[/]: start it with ditto-daw serve")
                time.sleep(SECONDS)
        except KeyboardInterrupt:
            return


def line(status: dict[str, Any]) -> str:
    """A status in one line, for rich."""
    colour = {"ready": "green", "loading": "yellow"}.get(status["state"], "red")
    hours, rest = divmod(int(status["uptime"]), 3600)
    told = [
        f"[{colour}]{status['state']}[/] {status['devices']}",
        f"{status['running']} rendering, {status['queued']} waiting, {status['ended']} ended",
        f"up {hours}:{rest // 60:02}:{rest % 60:02}",
    ]
    if status["restarts"]:
        told.append(f"{status['restarts']} restarts of the renderer")
    return " · ".join([*told, *([status["note"]] if status["note"] else [])])
