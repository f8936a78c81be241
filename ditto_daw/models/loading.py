"""A model by its name or path, on its device."""

from __future__ import annotations

from pathlib import Path

from ditto_daw.models.base import Model
from ditto_daw.models.bundled import WEIGHTS, Bundled
from ditto_daw.models.precision import DTYPES, precision_of
from ditto_daw.requests.catalogue import BUNDLED, entry_of, folder_of


def load_model(
    name: str,
    device: str = "cpu",
    precision: str = "fp32",
    compiled: bool = False,
    weights: Path = WEIGHTS,
) -> Model:
    """The bundled model for "bundled" or a path to weights of its kind, else a pretrained one.

    precision: of its network, "auto" too. compiled: whether the bundled one's calls are. weights:
    of "bundled". Raises BadRequest for a name that nobody knows, ModelMissing where files or
    packages are missing.
    """
    precision = precision_of(precision, device)
    own = name in ("", BUNDLED)
    if own or name.endswith(".safetensors"):
        loaded = Bundled.load(weights if own else Path(name).expanduser(), device)
        return loaded.run_in(precision, compiled)
    from ditto_daw.models.families import FAMILIES

    entry, folder = entry_of(name), folder_of(name)
    return FAMILIES[entry.pipeline](folder, entry, device, DTYPES[precision])
