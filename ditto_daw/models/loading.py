"""A model by its name or path, on its device."""

from __future__ import annotations

from pathlib import Path

import torch

from ditto_daw.models.base import Model
from ditto_daw.models.bundled import WEIGHTS, Bundled
from ditto_daw.requests.catalogue import BUNDLED, entry_of, folder_of

PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def load_model(name: str, device: str = "cpu", precision: str = "fp32") -> Model:
    """The bundled model for "bundled" or a path to weights of its kind, else a pretrained one.

    precision: of a pretrained one's network; the bundled model takes what it is given. Raises
    BadRequest for a name that nobody knows, ModelMissing where files or packages are missing.
    """
    if name in ("", BUNDLED):
        return Bundled.load(WEIGHTS, device)
    if name.endswith(".safetensors"):
        return Bundled.load(Path(name).expanduser(), device)
    from ditto_daw.models.families import FAMILIES

    entry, folder = entry_of(name), folder_of(name)
    return FAMILIES[entry.pipeline](folder, entry, device, PRECISIONS[precision])
