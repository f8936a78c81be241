"""The audible engine, which takes more than a second over whatever is to be slow."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from audible import Audible

from ditto_daw.events import Event, Wish
from ditto_daw.requests.request import Request

STEPS = 60
BETWEEN = 0.7
"""Seconds from one block to the next."""


class Patient(Audible):
    def _work(self, request: Request, folder: Path, wish: Wish) -> Iterator[Event]:
        if request.prompt == "slow":
            request = replace(request, iterations=STEPS)
        yield from super()._work(request, folder, wish)

    def _blocks(self, request: Request, folder: Path, take: int) -> Iterator[Event]:
        for block in super()._blocks(request, folder, take):
            yield block
            if request.prompt == "slow":
                time.sleep(BETWEEN)


def load(device: str, folder: Path) -> Patient:
    return Patient(folder)
