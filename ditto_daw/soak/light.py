"""An engine without a model, so that thousands of jobs fit into minutes: it waits, then writes.

Everything but the network is as in the real one: clips that are read, events, atomic WAVs of the
exact length, a wish that is looked at. What it begins is noted in "renders.log" of the result's
folder.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ditto_daw.events import Done, Event, Progress, Ready, Take, Wish
from ditto_daw.files.audiofile import read_region
from ditto_daw.files.audiowrite import check_output, free_path, write_atomic
from ditto_daw.files.midifile import notes_from_file
from ditto_daw.requests.request import Request

RATE, SUBTYPE = 44_100, "PCM_16"
STEPS, STEP_SECONDS = 3, 0.005
RENDERS = "renders.log"


class LightEngine:
    """Takes `iterations` steps of 5 ms, 3 unless told; then writes a quiet tone per variation."""

    device = "none"

    def render(self, request: Request, wish: Wish) -> Iterator[Event]:
        """As the real engine's; a closed iterator leaves no take."""
        folder, (rate, length) = Path(request.output.folder or "."), _heard(request)
        check_output(folder, length * request.variations, 1, SUBTYPE)
        with (folder / RENDERS).open("a", encoding="utf-8") as log:
            log.write(f"{request.id}\n")
        steps = STEPS if request.iterations is None else request.iterations
        takes: list[Take] = []
        try:
            for step in range(steps):
                yield Progress("optimising", step, steps, {"intensity": 1.0 / (step + 1)})
                if wish.keep:
                    break
                time.sleep(STEP_SECONDS)
            for number in range(request.variations):
                tone = 0.1 * np.sin(np.arange(length) * (0.02 + 0.01 * number))[None]
                path = free_path(folder, request.id.replace(":", "-"))
                write_atomic(path, tone, rate, SUBTYPE)
                takes.append(Take(str(path), length, rate, (request.seed or 0) + number))
                yield Ready(number, takes[-1])
        except BaseException:
            for take in takes:
                Path(take.path).unlink(missing_ok=True)
            raise
        yield Done(tuple(takes))

    def close(self) -> None:
        """Nothing is held."""


def _heard(request: Request) -> tuple[int, int]:
    """Rate and length of the result, from the clips that the request names."""
    if request.midi and request.midi.path:
        notes_from_file(request.midi.path)
    if request.source is None:
        return RATE, request.length(RATE)
    clip = read_region(request.source.path, request.source.start, request.source.end)
    return clip.rate, request.length(clip.rate, clip.audio.shape[1])


def load(device: str, folder: Path) -> LightEngine:
    """The factory that `ditto-daw serve --engine ditto_daw.soak.light:load` calls."""
    return LightEngine()
