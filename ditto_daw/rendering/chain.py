"""Music of any length: one window after the other, each beside what is there already.

Outpainting repeated (section 4): every window is a pass of its own that matches the overlap and
makes what follows, or what comes before. A cancel leaves between any two calls of a network, and
the wish to stop lets the windows that are left be sampled plainly: the length stays as it is.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from torch import Tensor

from ditto_daw.events import Event, Progress, Ready, Take, Wish
from ditto_daw.files.asset_store import name_of
from ditto_daw.files.audiowrite import free_path, write_blocks
from ditto_daw.files.store import Store
from ditto_daw.measures.crossing import measure_crossing
from ditto_daw.models.base import Model
from ditto_daw.rendering.blocks import Blocks
from ditto_daw.rendering.canvas import Canvas
from ditto_daw.rendering.figures import measured_seam, plain
from ditto_daw.rendering.finish import Finished
from ditto_daw.rendering.finishing.ends import faded, looped
from ditto_daw.rendering.gathered import gathered
from ditto_daw.rendering.passes import controlled, sampled
from ditto_daw.rendering.studio import Studio
from ditto_daw.rendering.takes import figures_of, stem_of, with_latent
from ditto_daw.units import round_half_up

Made = TypeVar("Made")


def chained(
    canvas: Canvas, model: Model, store: Store, wish: Wish, takes: list[Take]
) -> Iterator[Event]:
    """All variations, one after the other; each take is added to `takes` before it is told."""
    clock = _Clock(len(canvas.windows), canvas.request.variations)
    paths: list[Path] = []
    try:
        for number in range(canvas.request.variations):
            takes.append((yield from _take(canvas, number, model, store, wish, clock, paths)))
            yield Ready(number, takes[-1])
            if wish.keep:
                break
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise


def _take(
    canvas: Canvas,
    number: int,
    model: Model,
    store: Store,
    wish: Wish,
    clock: _Clock,
    paths: list[Path],
) -> Generator[Event, None, Take]:
    """One variation: its windows in their order, each a block in `paths`, then the file."""
    began, seed = time.monotonic(), (canvas.seed + number) % 2**32
    parts: list[tuple[int, dict[str, Any]]] = []
    with canvas.tape() as tape:
        blocks = Blocks(canvas, number, tape, store, paths)
        for index, window in enumerate(canvas.windows):
            studio = Studio.of(canvas.plan(index, tape, seed), model, store)
            latent, clean = yield from clock.told(_passed(studio, wish))
            yield clock.counted(Progress("vocoding", 0, 1))
            done = _ended(studio.audio_of(clean), canvas, index)
            taken = slice(window.first - window.begin, window.last - window.begin)
            tape.write(window.first, done.audio[:, taken])
            parts.append((window.last - window.first, figures_of(studio, 0, done, latent)))
            clock.window += 1
            block = blocks.after(index + 1)
            if block is not None:
                yield block
        figures = gathered(parts) | layout_told(canvas)
        if canvas.request.kind == "loop":
            whole = np.concatenate(list(canvas.reel(tape).until(canvas.length)), axis=1)
            seam = asdict(measured_seam(canvas, canvas.as_made(whole)))
            figures["seam"] = {name: plain(value) for name, value in seam.items()}
        figures["seconds"] = round(time.monotonic() - began, 2)
        path = free_path(canvas.folder, stem_of(canvas.request, seed))
        rate, audio = canvas.output_rate, canvas.reel(tape).until(canvas.length)
        samples = write_blocks(path, audio, canvas.channels, rate, canvas.subtype)
    take = Take(str(path), samples, rate, seed, figures, asset=name_of(path))
    how = {"windows": str(len(canvas.windows))}
    return with_latent(take, studio, latent, canvas.request, how)


def _passed(studio: Studio, wish: Wish) -> Generator[Event, None, tuple[Tensor, Tensor]]:
    """x_T and the clean latent (1, C, P) of a window; plainly where nothing more is wished."""
    latent = studio.beginning()
    if studio.figures.controls and not wish.keep:
        return (yield from controlled(studio, latent, wish))
    return latent, (yield from sampled(studio, latent, 0))


def _ended(done: Finished, canvas: Canvas, index: int) -> Finished:
    """A window's audio with its free ends faded, or closed where it is to be a loop."""
    window, rate = canvas.windows[index], canvas.rate
    if canvas.closes:
        loop, joint = looped(done.audio, canvas.closes, rate)
        figures = measure_crossing(*joint.sides(loop, rate), rate, loop)
        return Finished(np.pad(loop, ((0, 0), (0, window.length - canvas.closes))), (figures,))
    end = not any(piece.begin == window.last for piece in canvas.pieces)
    free = window.first == 0, end and window.last == canvas.length
    taken = slice(window.first - window.begin, window.last - window.begin)
    audio = done.audio.copy()
    audio[:, taken] = faded(audio[:, taken], rate, *free)
    return done._replace(audio=audio)


def layout_told(canvas: Canvas) -> dict[str, Any]:
    """Where the kept audio lies in the file, and where the result lies on the timeline."""
    scale = Fraction(canvas.output_rate, canvas.rate)
    kept = [
        [round_half_up(edge * scale) for edge in (piece.begin, piece.end)]
        for piece in canvas.pieces
        if piece.begin < canvas.length
    ]
    told: dict[str, Any] = {
        "windows": len(canvas.windows),
        "kept": kept,
        "position": float(canvas.request.position),
        "wanted_samples": canvas.output_length,
    }
    resampled = [piece.resampled_from for piece in canvas.pieces if piece.resampled_from]
    if resampled:
        told["next_resampled_from"] = resampled[0]
    if canvas.understood.unknown:
        told["words_not_understood"] = list(canvas.understood.unknown)
    return told


@dataclass
class _Clock:
    """Progress of one window as progress of all windows of all takes."""

    windows: int
    takes: int
    window: int = 0
    began: float = 0.0

    def told(self, events: Generator[Event, None, Made]) -> Generator[Event, None, Made]:
        """The events of a window, their steps counted over all windows."""
        self.began = self.began or time.monotonic()
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                return end.value
            yield self.counted(event) if isinstance(event, Progress) else event

    def counted(self, event: Progress) -> Progress:
        """One event; of several windows its stage says which block this is."""
        step = self.window * event.of + event.step
        of = self.windows * self.takes * event.of
        left, stage = event.seconds_left, event.stage
        if left is not None and step:
            left = (time.monotonic() - self.began) * (of - step) / step
        if self.windows > 1:
            stage = f"{stage}, block {self.window % self.windows + 1} of {self.windows}"
        return replace(event, stage=stage, step=step, of=of, seconds_left=left)
