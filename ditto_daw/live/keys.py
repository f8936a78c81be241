"""Single keys from the terminal, without Return; none where there is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def keys() -> Iterator[Callable[[], str]]:
    """A function that returns the key pressed last, or "" at once."""
    if not sys.stdin.isatty():
        yield lambda: ""
    elif sys.platform == "win32":
        import msvcrt

        yield lambda: msvcrt.getwch() if msvcrt.kbhit() else ""
    else:
        import select
        import termios
        import tty

        stream = sys.stdin.fileno()
        before = termios.tcgetattr(stream)
        try:
            tty.setcbreak(stream)
            yield lambda: sys.stdin.read(1) if select.select([stream], [], [], 0)[0] else ""
        finally:
            termios.tcsetattr(stream, termios.TCSADRAIN, before)
