"""Memory that is freed and soon taken again, as the arrays of one piece after another are."""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""glibc's names of them, see mallopt(3)."""
_KEPT, _OWN_PLACE = 1 << 30, 1 << 25


def keep_freed() -> None:
    """The process keeps what it frees, up to 1 GiB, for what it takes next.

    Every array of a few MB would otherwise come from the system page by page: a fifth of the time
    that composing a set takes. Does nothing where the C library is not glibc.
    """
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_MMAP_THRESHOLD, _OWN_PLACE)
        library.mallopt(_TRIM_THRESHOLD, _KEPT)
