"""What a render does when the device's memory does not suffice: less at once, then the CPU.

Checkpointing is no step of this ladder, because it is always on: a preset's gradient holds one call
of the network at a time, whatever the number of sampler steps (`gradient.WAYS`).
"""

from __future__ import annotations

import gc
import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch

from ditto_daw.errors import OutOfMemory
from ditto_daw.events import Block, Done, Event, Progress, Ready, Take
from ditto_daw.requests.parts import MOST_VARIATIONS
from ditto_daw.requests.request import Request

Render = Callable[[Request], Iterator[Event]]

log = logging.getLogger(__name__)


def thrifty(
    request: Request, render: Render, elsewhere: Render | None = None, batch: int = MOST_VARIATIONS
) -> Iterator[Event]:
    """The render's events, of so many variations at once; where memory runs out, it begins anew
    with less.

    First as asked, then one variation after the other, then `elsewhere`, a render on a device with
    more memory. Raises OutOfMemory when nothing is left to try. Takes of an attempt that failed
    are not on the disk any more.
    """
    if request.seed is None:  # all attempts are the same music
        request = replace(request, seed=secrets.randbelow(2**32))
    attempts: list[tuple[str, Render]] = [("", render)]
    if request.variations > 1 and request.earlier is None:
        if request.variations > batch:
            attempts = [("", lambda r: _in_parts(r, render, batch))]
        attempts.append(("one variation at a time", lambda r: _in_parts(r, render, 1)))
    if elsewhere:
        attempts.append(("on the CPU", elsewhere))
    for how, attempt in attempts:
        if how:
            log.warning("the device has too little memory for %s: %s", request.id, how)
            _make_room()
            yield Progress(f"again, {how}", 0, 1)
        try:
            yield from attempt(request)
            return
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            # The traceback holds the tensors that were in the way.
            error.__traceback__ = None
    _make_room()
    raise OutOfMemory(
        "bars" if request.bars is not None else "samples",
        "The memory does not suffice for this result, on any device here: ask for a shorter one, or"
        " close other programs.",
    )


def is_out_of_memory(error: Exception) -> bool:
    """Whether an exception says that memory ran out; the CPU and Apple's GPU have no class of
    their own for it."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    said = str(error)
    return isinstance(error, RuntimeError) and (
        "out of memory" in said or "can't allocate memory" in said
    )


def _in_parts(request: Request, render: Render, size: int) -> Iterator[Event]:
    """The variations of a request as renders of so many each, of the seeds that they have."""
    assert request.seed is not None
    takes: list[Take] = []
    for first in range(0, request.variations, size):
        count = min(size, request.variations - first)
        seed = (request.seed + first) % 2**32
        for event in render(replace(request, variations=count, seed=seed)):
            if isinstance(event, Done):
                takes += event.takes
            elif isinstance(event, Ready):
                yield replace(event, number=first + event.number)
            elif isinstance(event, Block):
                yield replace(event, take=first + event.take)
            else:
                yield event
    yield Done(tuple(takes))


def _make_room() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
