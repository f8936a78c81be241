"""The render: from a request to takes on disk. Everything below it is its vocabulary.

A generator that yields before every call of a network: whoever steps it may cancel it there, or
let another job run in between.
"""

from __future__ import annotations

from collections.abc import Iterator

from ditto_daw.events import Done, Event, Progress, Ready, Take, Wish
from ditto_daw.files.store import Store
from ditto_daw.models.base import Model
from ditto_daw.rendering.chain import chained
from ditto_daw.rendering.layout import alone, canvas_of, closed_by
from ditto_daw.rendering.passes import controlled, sampled
from ditto_daw.rendering.studio import Studio
from ditto_daw.rendering.takes import discard, write_take
from ditto_daw.rendering.vary import begun
from ditto_daw.requests.request import Request


def render(
    request: Request, model: Model, store: Store, wish: Wish | None = None
) -> Iterator[Event]:
    """Yields progress, perhaps previews, each take as soon as it is ready, and last `Done`.

    store: keeps previews and latents. wish: what the owner asks meanwhile. Raises a DittoError
    whose argument names the field at fault; no take is left behind when it is closed early.
    """
    yield Progress("reading", 0, 1)
    wish = wish or Wish()
    request = closed_by(request, model)
    canvas = canvas_of(request, model.frame_multiple, alone(model))
    takes: list[Take] = []
    try:
        if canvas is not None:
            yield from chained(canvas, model, store, wish, takes)
        else:
            yield from at_once(request, model, store, wish, takes)
    except BaseException:
        discard(takes)
        raise
    yield Done(tuple(takes))


def at_once(
    request: Request, model: Model, store: Store, wish: Wish, takes: list[Take]
) -> Iterator[Event]:
    """All variations in one pass of the model; each take is added to `takes` before it is told."""
    studio = Studio.open(request, model, store)
    latent = yield from begun(studio)
    guided = bool(studio.figures.controls)
    if guided:
        latent, clean = yield from controlled(studio, latent, wish)
    for number in range(studio.variations):
        own = latent[number : number + 1]
        if guided:
            made = clean[number : number + 1]
        else:
            made = yield from sampled(studio, own, number)
        yield Progress("vocoding", number, studio.variations)
        takes.append(write_take(studio, number, studio.audio_of(made), own, made))
        yield Ready(number, takes[-1])
        if wish.keep and not guided:
            break
