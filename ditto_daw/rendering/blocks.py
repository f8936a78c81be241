"""A long take as it grows: each window's part of it is a file as soon as it is rendered."""

from __future__ import annotations

from pathlib import Path

from ditto_daw.events import Block
from ditto_daw.files.audiowrite import write_blocks
from ditto_daw.files.store import Store
from ditto_daw.rendering.canvas import Canvas
from ditto_daw.rendering.tape import Tape


class Blocks:
    """The blocks of a variation, beside the previews and for as long: whoever plays one is not cut
    off when the take is there. `paths` takes up every file that is begun."""

    def __init__(
        self, canvas: Canvas, number: int, tape: Tape, store: Store, paths: list[Path]
    ) -> None:
        self._canvas, self._take, self._store, self._paths = canvas, number, store, paths
        self._reel, self._count, self._written = canvas.reel(tape), 0, 0

    def after(self, windows: int) -> Block | None:
        """What so many windows have added; None where one window makes all, or the end comes
        first."""
        canvas, of = self._canvas, len(self._canvas.windows)
        there = canvas.begun(windows)
        if of == 1 or not canvas.begun(1):
            return None
        name = f"{canvas.request.id.replace(':', '-')}-take-{self._take}-block-{self._count}.wav"
        path, audio = self._store.previews / name, self._reel.until(there)
        self._paths.append(path)
        rate, begin = canvas.output_rate, self._written
        self._written += write_blocks(path, audio, canvas.channels, rate, canvas.subtype)
        self._store.sweep()
        self._count += 1
        return Block(self._take, self._count - 1, of, str(path), begin, self._written, rate)
