"""What the worker loads once and keeps: the bundled model on its device."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import torch

from ditto_daw.events import Event
from ditto_daw.models.bundled import WEIGHTS, Bundled
from ditto_daw.render import render
from ditto_daw.request import Request


class Engine:
    """The model, ready to render. Previews live in a folder that goes with it."""

    def __init__(self, model: Bundled) -> None:
        self._model: Bundled | None = model
        self._previews = tempfile.TemporaryDirectory(prefix="ditto-previews-")
        self.device = str(model.device)

    def render(self, request: Request) -> Iterator[Event]:
        """Yields before every call of a network, `Done` last; closing the iterator cancels."""
        if self._model is None:
            raise RuntimeError("the engine is closed")
        return render(request, self._model, Path(self._previews.name))

    def close(self) -> None:
        """Frees the device and drops the previews."""
        self._model = None
        self._previews.cleanup()
        if self.device.startswith("cuda"):
            torch.cuda.empty_cache()


def choose_device(wanted: str) -> str:
    """The device that "auto" means here: CUDA, then Apple's, then the CPU."""
    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def load(device: str, weights: Path = WEIGHTS) -> Engine:
    """The engine of the bundled model on "auto", "cpu", "cuda" or "mps"."""
    return Engine(Bundled.load(weights, choose_device(device)))
