"""Workers whose server has died: they still take away what nobody has, so the next ones wait.

Otherwise an old worker could delete what a new one has just written under the same name.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

FOLDER = ".workers"
PATIENCE = 30.0
"""Seconds: a call of the largest network on a slow machine, which hears nothing meanwhile."""


@contextmanager
def registered(folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """This process is known as a worker of the folder, once those of other servers have gone."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + patience
    while any(map(_is_orphan, list(place.iterdir()))) and time.monotonic() < end:
        time.sleep(0.02)
    own = place / str(os.getpid())
    own.touch()
    try:
        yield
    finally:
        own.unlink(missing_ok=True)


def _is_orphan(known: Path) -> bool:
    """Whether it is a living worker of another server; one that was killed is forgotten."""
    try:
        process = psutil.Process(int(known.name))
        if process.status() != psutil.STATUS_ZOMBIE and process.create_time() < _since(known):
            return process.ppid() != os.getppid()
    except (psutil.Error, ValueError, OSError):
        pass
    known.unlink(missing_ok=True)
    return False


def _since(known: Path) -> float:
    """Latest second at which the process of this name can have begun; a later one has its number
    by chance."""
    return known.stat().st_mtime + 1.0
