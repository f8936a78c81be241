"""Where workers stand: one for each device that `--device` names.

Workers on the CPU divide its cores among them, so that none slows down another one.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from ditto_daw.errors import BadRequest

MOST = 64
_DEVICE = re.compile(r"cpu|mps|cuda(:\d+)?")


@dataclass(frozen=True)
class Post:
    """What a worker process is told when it starts.

    Attributes:
        factory: engine factory, "module:function"; it takes the device and the folder, and the
            options of "module:function?name=value&...", each a list.
        device: "auto", "cpu", "cuda", "cuda:N" or "mps".
        folder: the daemon's own, where the engine may keep things.
        cluster: address of the Ray cluster whose machine renders for it; "" renders here.
        cores: processors that it has for itself; () is all of them.
    """

    factory: str
    device: str
    folder: Path
    cluster: str = ""
    cores: tuple[int, ...] = ()


def posts(post: Post) -> tuple[Post, ...]:
    """One for each device of a list such as "cuda:0,cuda:1" or "cpu,cpu"; "auto", alone, is the
    best there is, and its worker tells of further ones. Raises BadRequest, also for a cluster
    without Ray."""
    if post.cluster and find_spec("ray") is None:
        raise BadRequest("cluster", 'Ray is not installed: pip install "ditto-daw[cluster]".')
    devices = [name.strip() for name in post.device.split(",")]
    wrong = [name for name in devices if not _DEVICE.fullmatch(name)]
    if (wrong and devices != ["auto"]) or len(devices) > MOST:
        raise BadRequest(
            "device",
            f'"{post.device}" is not auto, nor a list of at most {MOST} of cpu, cuda, cuda:0, ...'
            " and mps, with commas between them.",
        )
    shares = iter(_shares(devices.count("cpu")))
    return tuple(
        replace(post, device=name, cores=next(shares) if name == "cpu" else ()) for name in devices
    )


def _shares(count: int) -> list[tuple[int, ...]]:
    """This process's cores, divided; a worker alone has no need of a share."""
    if count <= 1:
        return [()] * count
    usable = sorted(_usable())
    each = max(1, len(usable) // count)
    begins = [number * each % len(usable) for number in range(count)]
    return [tuple(usable[begin : begin + each]) for begin in begins]


def _usable() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def settle(post: Post) -> None:
    """Keep this process to its cores. To be called before PyTorch is imported, which asks the
    environment for its number of threads."""
    if not post.cores:
        return
    os.environ["OMP_NUM_THREADS"] = str(len(post.cores))
    if hasattr(os, "sched_setaffinity"):
        for thread in Path("/proc/self/task").iterdir():  # NumPy has begun some already
            os.sched_setaffinity(int(thread.name), post.cores)
