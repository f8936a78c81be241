"""An engine without a model, for tests of everything around it. What it does is in the prompt."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ditto_daw.errors import BrokenFile
from ditto_daw.events import Done, Event, Preview, Progress, Take
from ditto_daw.request import Request

STEP_SECONDS = 0.02


class FakeEngine:
    """Yields `iterations` steps (5 unless told), then writes one small file per variation."""

    device = "fake"

    def render(self, request: Request) -> Iterator[Event]:
        folder = Path(request.output.folder or ".")
        with (folder / "renders.log").open("a", encoding="utf-8") as log:
            log.write(f"{request.id}\n")
        steps = 5 if request.iterations is None else request.iterations
        for step in range(steps):
            yield Progress("optimising", step, steps, {"intensity": 1 / (step + 1)}, steps - step)
            if request.prompt == "slow":
                time.sleep(STEP_SECONDS)
            elif request.prompt == "busy":
                keep_every_core_busy(STEP_SECONDS)
            elif request.prompt == "refuse":
                raise BrokenFile("source.path", "The clip cannot be read.")
            elif request.prompt == "crash":
                raise ZeroDivisionError("no bars to divide")
            elif request.prompt == "die":
                os.abort()
            elif request.prompt == "preview" and step == 1:
                yield Preview(str(self._write(request, folder, "preview")), {"intensity": 0.5})
        if request.prompt != "empty":
            yield Done(tuple(self._take(request, folder, n) for n in range(request.variations)))

    def close(self) -> None:
        pass

    def _take(self, request: Request, folder: Path, number: int) -> Take:
        path = self._write(request, folder, str(number))
        samples = request.length(44100)
        figures = {"intensity_db": 0.5, "curve": [0.0, 1.0], "verdict": "good"}
        return Take(str(path), samples, 44100, (request.seed or 0) + number, figures)

    @staticmethod
    def _write(request: Request, folder: Path, name: str) -> Path:
        path = folder / f"{request.id}-{name}.wav"
        path.write_bytes(f"RIFF {request.id} {name}".encode() * 1000)
        return path


def keep_every_core_busy(seconds: float) -> None:
    """What a network does to a machine: arithmetic on all cores, outside Python's lock."""

    def multiply() -> None:
        matrix = np.ones((300, 300))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            matrix = matrix @ matrix * 1e-3

    threads = [threading.Thread(target=multiply) for _ in range(os.cpu_count() or 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def load(device: str) -> FakeEngine:
    return FakeEngine()


def load_slowly(device: str) -> FakeEngine:
    time.sleep(1.0)
    return FakeEngine()


def load_never(device: str) -> FakeEngine:
    raise OSError("the weights are not here")


def load_dying(device: str) -> FakeEngine:
    os.abort()
