"""One program at a time in a folder; the system lets go when it dies, however it dies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _try(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def lock(path: Path) -> IO[bytes] | None:
    """The file, open and locked until it is closed; None when another program has it."""
    file = path.open("ab")
    try:
        _try(file)
    except OSError:
        file.close()
        return None
    return file
