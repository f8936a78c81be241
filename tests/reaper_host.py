"""The REAPER scripts themselves under lua5.4, in a stand-in of REAPER, beside a real daemon."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ditto_bridge.spool import Spool
from lua import BRIDGE, run_lua
from probe import serving
from watching import daemon_in, watching

from ditto_daw.jobs.journal import FILE

ENGINE = "patient:load"
PRELUDE = """
local scene = require("reaper.scene")
local standin, project, song, json = scene.standin, scene.project, scene.song, scene.json
local press, set, once = scene.press, scene.set, scene.once
"""
ESCAPE, ENTER = 27, 13
CALLBACK, ACCEPTED = 0.005, 0.25
"""Seconds: of the processor, that one call into a script may take; from press to "accepted"."""
TRIES = 5
BUSY = 4
"""Programs that wait for each core of the machine, from which on the clock tells nothing."""
SLOW = """
song.tempo = 120
song.selected_track = project.track(song, "Bass")
set({ prompt = "slow", bars = 1 })
scene.ready()
"""
NO_SOCKET = subprocess.run(
    ["lua5.4", "-e", "require('socket')"], capture_output=True, check=False
).returncode


@dataclass
class Host:
    """One REAPER with its project's folder, a spool, and the port of a daemon."""

    folder: Path
    spool: Spool
    port: int
    transport: str = "spool"

    def play(self, lua: str, seconds: float = 30.0) -> dict[str, Any]:
        """What a scene reports. It sets itself up, says `scene.ready()` and presses actions."""
        return json.loads(self.run(lua + "\nscene.report()", seconds))

    def play_smoothly(self, lua: str) -> dict[str, Any]:
        """The same, of a scene in which no call into a script is long."""
        return smoothly(lambda: self.play(lua))

    def run(self, lua: str, seconds: float = 30.0) -> str:
        environment = {
            "DITTO_DAW_SPOOL": str(self.spool.folder),
            "DITTO_DAW_PORT": str(self.port),
            "DITTO_TEST_PROJECT": str(self.folder),
            "DITTO_TEST_SCRIPTS": str(BRIDGE / "reaper"),
            "DITTO_TEST_TRANSPORT": self.transport,
            "PYTHONPATH": os.pathsep.join(
                [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
            ),
        }
        return run_lua(PRELUDE + lua, seconds=seconds, environment=environment)

    def request(self, identity: str) -> dict[str, Any]:
        """What the daemon was asked for, as its journal has it."""
        query = "SELECT request FROM jobs WHERE id = ?"
        with closing(sqlite3.connect(self.folder.parent / FILE)) as journal:
            (text,) = journal.execute(query, (identity,)).fetchone()
        asked: dict[str, Any] = json.loads(text)
        return asked


@contextmanager
def hosting(folder: Path):
    """A host with its own daemon and watcher."""
    spool = Spool(folder / "spool")
    media = folder / "media"
    media.mkdir()
    with serving(folder, engine=ENGINE) as daemon, watching(spool.folder, daemon.port):
        daemon_in(spool, "ready")
        yield Host(media, spool, daemon.port)


def waits(folder: Path, port: int = 1) -> Host:
    """A host whose watcher and daemon the test starts itself."""
    media = folder / "media"
    media.mkdir()
    return Host(media, Spool(folder / "spool"), port)


def smoothly(play: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a scene reports in which no call into a script takes more of the processor than CALLBACK
    in one of a few tries: what other programs do to a machine comes and goes."""
    longest: list[float] = []
    for _ in range(TRIES):
        told = play()
        longest.append(told["longest_cpu"])
        if longest[-1] <= CALLBACK:
            return told
    raise AssertionError(f"a call into the script took {min(longest):.4f} s")


def accepted_after(host: Host) -> float:
    """Seconds from the press to "accepted", the quickest of a few; on the clock, so a machine with
    far more to do than it has cores is none to tell it on."""
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    if load > BUSY:
        pytest.skip(f"this machine has {load:.0f} times as much to do as it can")
    scene = SLOW + 'press("New Loop")'
    return min(host.play(scene)["accepted"] for _ in range(TRIES))


def lines(told: dict[str, Any]) -> list[str]:
    """What the window said, one text for each time that it changed."""
    return [line for _, line in told["drawn"]]


def said_after(told: dict[str, Any], moment: float, text: str) -> float:
    """Seconds from a moment of this machine's clock until the window said a text."""
    return min(at for at, line in told["drawn"] if at >= moment and text in line) - moment


class Playing:
    """A scene that runs while the test does something else."""

    def __init__(self, host: Host, lua: str) -> None:
        self._told: dict[str, Any] = {}
        self._thread = threading.Thread(target=self._play, args=(host, lua))
        self._thread.start()

    def _play(self, host: Host, lua: str) -> None:
        self._told = host.play(lua)

    def end(self) -> dict[str, Any]:
        """What it reports, once it has ended."""
        self._thread.join(60)
        assert self._told, "the scene did not end: see its error above"
        return self._told
