"""How fast the daemon answers while it renders: `python -m ditto_bridge.ping`."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from pathlib import Path

from ditto_bridge.client import Client
from ditto_bridge.launch import launch_daemon
from ditto_daw.errors import Cancelled

SPACING = 0.01
"""Seconds between two pings."""


def ping_while_rendering(port: int, seconds: float, request: dict[str, object]) -> list[float]:
    """Round trips in seconds, sorted, measured while `request` is being rendered.

    The job is cancelled after `seconds`; fewer round trips come when it is done before.
    """
    trips: list[float] = []
    with Client(port=port) as worker, Client(port=port) as client:
        worker.wait_ready()
        job = worker.submit(request)
        end = time.monotonic() + seconds
        while time.monotonic() < end and (len(trips) % 50 or job.state() in ("queued", "running")):
            trips.append(client.ping())
            time.sleep(SPACING)
        job.cancel()
        with contextlib.suppress(Cancelled):
            job.wait()
    return sorted(trips)


def quantile(trips: list[float], part: float) -> float:
    """The value below which `part` of the sorted list lies, the nearest rank."""
    return trips[min(len(trips) - 1, int(part * len(trips)))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--engine", default="", metavar="MODULE:FUNCTION")
    parser.add_argument("--prompt", default="")
    chosen = parser.parse_args()
    curve = {"points": [[0, 0.2], [8, 0.9], [16, 0.2]], "unit": "unit"}
    request: dict[str, object] = {"bars": 4, "curve": curve, "iterations": 500}
    request["prompt"] = chosen.prompt
    with (
        tempfile.TemporaryDirectory() as folder,
        launch_daemon(0, Path(folder), engine=chosen.engine) as launched,
    ):
        trips = ping_while_rendering(launched.port, chosen.seconds, request)
    marks = {"p50": quantile(trips, 0.5), "p99": quantile(trips, 0.99), "max": trips[-1]}
    print(f"{len(trips)} pings while rendering:", end="")
    print(*(f" {name} {1000 * value:.1f} ms" for name, value in marks.items()), sep=",")
    return 0


if __name__ == "__main__":
    sys.exit(main())
