"""An engine without a model, for tests of everything around it. What it does is in the prompt."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from ditto_daw.errors import BrokenFile
from ditto_daw.events import Block, Done, Event, Preview, Progress, Ready, Take, Wish
from ditto_daw.files.asset_store import name_of
from ditto_daw.files.audiowrite import write_atomic
from ditto_daw.files.store import Store
from ditto_daw.requests.request import Request

STEP_SECONDS = 0.02


class FakeEngine:
    """Yields `iterations` steps (5 unless told), then writes one small file per variation, of a
    draft with steps before each. `folder` keeps a latent of each, as the real engine's does."""

    device = "fake"

    def __init__(self, folder: Path | None = None) -> None:
        self.store = Store(folder) if folder else None

    def render(self, request: Request, wish: Wish) -> Iterator[Event]:
        folder = Path(request.output.folder or ".")
        with (folder / "renders.log").open("a", encoding="utf-8") as log:
            log.write(f"{request.id}\n")
        takes: list[Take] = []
        for number in range(request.variations):
            if request.kind == "draft" or number == 0:
                yield from self._work(request, folder, wish)
            yield from self._blocks(request, folder, number)
            takes.append(self._take(request, folder, number))
            yield Ready(number, takes[-1])
            if wish.keep:
                break
        if request.prompt != "empty":
            yield Done(tuple(takes))

    def close(self) -> None:
        pass

    def _work(self, request: Request, folder: Path, wish: Wish) -> Iterator[Event]:
        steps = 5 if request.iterations is None else request.iterations
        for step in range(steps):
            if wish.keep:
                return
            yield Progress("optimising", step, steps, {"intensity": 1 / (step + 1)}, steps - step)
            if request.prompt == "slow":
                time.sleep(STEP_SECONDS)
            elif request.prompt == "busy":
                keep_every_core_busy(STEP_SECONDS)
            elif request.prompt == "refuse":
                raise BrokenFile("source.path", "The clip cannot be read.")
            elif request.prompt == "crash":
                raise ZeroDivisionError("no bars to divide")
            elif request.prompt == "hang":
                time.sleep(3600)
            elif request.prompt == "die":
                write_atomic(folder / "untold.wav", np.zeros((1, 9)), 44100, "PCM_16")
                os.abort()
            elif request.prompt == "preview" and step == 1:
                yield Preview(str(self._write(request, folder, "preview")), {"intensity": 0.5})

    def _blocks(self, request: Request, folder: Path, take: int) -> Iterator[Event]:
        """A second of each section can be heard before the take is there."""
        of = len(request.sections)
        for number in range(of):
            path = self._write(request, folder, f"{take}-block-{number}")
            begin = 44100 * number
            yield Block(take, number, of, str(path), begin, begin + 44100, 44100)

    def _take(self, request: Request, folder: Path, number: int) -> Take:
        path = self._write(request, folder, str(number))
        if request.prompt == "copy" and request.source:
            path.write_bytes(Path(request.source.path).read_bytes())
        samples = request.length(44100)
        figures = {"intensity_db": 0.5, "curve": [0.0, 1.0], "verdict": "good"}
        seed = (request.seed or 0) + number
        if self.store:
            about = {"request": json.dumps(request.to_dict()), "seed": str(seed)}
            save_file({"latent": np.ones((2, 3))}, self.store.latent(name_of(path)), about)
        return Take(str(path), samples, 44100, seed, figures)

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


def load(device: str, folder: Path) -> FakeEngine:
    return FakeEngine(folder)


def load_slowly(device: str, folder: Path) -> FakeEngine:
    time.sleep(1.0)
    return FakeEngine(folder)


def load_never(device: str, folder: Path) -> FakeEngine:
    raise OSError("the weights are not here")


def load_dying(device: str, folder: Path) -> FakeEngine:
    os.abort()
