"""What the worker loads once and keeps: the bundled model on its device."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

import torch

from ditto_daw.events import Event, Wish
from ditto_daw.models.bundled import WEIGHTS, Bundled
from ditto_daw.render import render
from ditto_daw.request import Request
from ditto_daw.store import Store
from ditto_daw.thrift import thrifty


class Engine:
    """The model, ready to render.

    folder: keeps latents and previews, and is its owner's to tidy; None is a temporary one.
    others: further devices that an engine could be loaded on.
    """

    others: tuple[str, ...] = ()

    def __init__(self, model: Bundled, folder: Path | None = None) -> None:
        self._model: Bundled | None = model
        self._temporary = tempfile.TemporaryDirectory(prefix="ditto-") if folder is None else None
        self._store = Store(Path(self._temporary.name) if self._temporary else folder or Path())
        self.device = str(model.device)

    def render(self, request: Request, wish: Wish | None = None) -> Iterator[Event]:
        """Yields before every call of a network, `Done` last; closing the iterator cancels, and
        the wish may end it sooner. Where the device's memory does not suffice, see `thrift`."""
        if self._model is None:
            raise RuntimeError("the engine is closed")
        here = partial(_render, self._model, self._store, wish)
        elsewhere = None if self.device == "cpu" else partial(_on_cpu, self._store, wish)
        return thrifty(request, here, elsewhere)

    def close(self) -> None:
        """Frees the device."""
        self._model = None
        if self._temporary:
            self._temporary.cleanup()
        if self.device.startswith("cuda"):
            torch.cuda.empty_cache()


def _render(model: Bundled, store: Store, wish: Wish | None, request: Request) -> Iterator[Event]:
    return render(request, model, store, wish)


def _on_cpu(store: Store, wish: Wish | None, request: Request) -> Iterator[Event]:
    """A render with a second copy of the model, which goes when it is done."""
    yield from render(request, Bundled.load(WEIGHTS, "cpu"), store, wish)


def choose_device(wanted: str) -> str:
    """The device that "auto" means here: CUDA, then Apple's, then the CPU."""
    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def load(device: str, folder: Path | None = None, weights: Path = WEIGHTS) -> Engine:
    """The engine of the bundled model on "auto", "cpu", "cuda", "cuda:1" or "mps"; folder as
    there. On "auto" it is that of the first CUDA device, and tells of the others."""
    chosen = choose_device(device)
    if chosen.startswith("cuda:"):
        torch.cuda.set_device(chosen)  # what is said to be on "cuda" is there as well
    engine = Engine(Bundled.load(weights, chosen), folder)
    if (device, chosen) == ("auto", "cuda"):
        engine.others = tuple(f"cuda:{number}" for number in range(1, torch.cuda.device_count()))
    # A third of all imports, and nothing needs it before the first audio: it may come meanwhile.
    threading.Thread(target=import_module, args=("scipy.signal",), daemon=True).start()
    return engine
