"""What the worker loads once and keeps: the models on their device."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

import torch

from ditto_daw.errors import BadRequest
from ditto_daw.events import Event, Wish
from ditto_daw.files.store import Store
from ditto_daw.models.base import Model
from ditto_daw.models.bundled import WEIGHTS, Bundled
from ditto_daw.models.loading import load_model
from ditto_daw.rendering.budget import budgeted
from ditto_daw.rendering.prewarm import prewarm
from ditto_daw.rendering.render import render
from ditto_daw.rendering.thrift import thrifty
from ditto_daw.requests.catalogue import AUTO, BUNDLED
from ditto_daw.requests.request import Request


class Engine:
    """Models, ready to render; a request that names none gets the first.

    folder: keeps latents and previews, and is its owner's to tidy; None is a temporary one.
    device: where it renders, and how.
    others: further devices that an engine could be loaded on.
    """

    others: tuple[str, ...] = ()

    def __init__(self, *models: Model, folder: Path | None = None) -> None:
        self.models = {model.name: model for model in models}
        self._temporary = tempfile.TemporaryDirectory(prefix="ditto-") if folder is None else None
        self._store = Store(Path(self._temporary.name) if self._temporary else folder or Path())
        self._place = str(models[0].device)
        told = [
            f"{model.name} in {model.about['precision']},"
            f"{' compiled,' if model.about.get('compiled') else ''} {model.batch} at once"
            for model in models
        ]
        self.device = f"{self._place} ({'; '.join(told)})"

    def render(self, request: Request, wish: Wish | None = None) -> Iterator[Event]:
        """Yields before every call of a network, `Done` last; closing the iterator cancels, and
        the wish may end it sooner. Where the device's memory does not suffice, see `thrift`."""
        model = self._chosen(request)
        here = partial(_render, model, self._store, wish)
        elsewhere = None if self._place == "cpu" else partial(_on_cpu, model, self._store, wish)
        return thrifty(request, here, elsewhere, model.batch)

    def close(self) -> None:
        """Frees the device."""
        self.models = {}
        if self._temporary:
            self._temporary.cleanup()
        if self._place.startswith("cuda"):
            torch.cuda.empty_cache()

    def _chosen(self, request: Request) -> Model:
        if not self.models:
            raise RuntimeError("the engine is closed")
        name = request.model or next(iter(self.models))
        if name not in self.models:
            raise BadRequest(
                "model",
                f'The model "{name}" is not loaded, only {", ".join(self.models)}: choose one, or'
                f" start the daemon with --model {name}.",
            )
        return self.models[name]


def _render(model: Model, store: Store, wish: Wish | None, request: Request) -> Iterator[Event]:
    return render(request, model, store, wish)


def _on_cpu(model: Model, store: Store, wish: Wish | None, request: Request) -> Iterator[Event]:
    """A render with a second copy of the model, which goes when it is done."""
    yield from render(request, load_model(model.source, "cpu"), store, wish)


def choose_device(wanted: str) -> str:
    """The device that "auto" means here: CUDA, then Apple's, then the CPU."""
    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def load(
    device: str,
    folder: Path | None = None,
    weights: Path = WEIGHTS,
    model: Sequence[str] = (BUNDLED,),
    precision: Sequence[str] = (AUTO,),
    batch: Sequence[str] = ("0",),
    compiled: Sequence[str] = ("",),
) -> Engine:
    """The engine of these models on "auto", "cpu", "cuda", "cuda:1" or "mps"; folder as there. On
    "auto" it is that of the first CUDA device, and tells of the others.

    weights: of the bundled model. precision, batch: the user's own; batch is for pretrained
    models. compiled: anything but "" compiles the bundled model's calls.
    """
    chosen = choose_device(device)
    if chosen.startswith("cuda:"):
        torch.cuda.set_device(chosen)  # what is said to be on "cuda" is there as well
    loaded = [
        budgeted(name, chosen, precision[-1], int(batch[-1]), bool(compiled[-1]), weights)
        for name in model
    ]
    for one in loaded:
        if isinstance(one, Bundled) and (one.compiled or chosen.startswith("cuda")):
            prewarm(one)
    engine = Engine(*loaded, folder=folder)
    if (device, chosen) == ("auto", "cuda"):
        engine.others = tuple(f"cuda:{number}" for number in range(1, torch.cuda.device_count()))
    # A third of all imports, and nothing needs it before the first audio: it may come meanwhile.
    threading.Thread(target=import_module, args=("scipy.signal",), daemon=True).start()
    return engine
