"""Which model it is: a name for its weights, as latents and adapters remember it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

if TYPE_CHECKING:
    from ditto_daw.models.bundled import Bundled

_FINGERPRINTS: WeakKeyDictionary[Bundled, str] = WeakKeyDictionary()


def fingerprint(model: Bundled) -> str:
    """SHA-256 of what gives a latent its meaning: the weights of UNet and codec."""
    if model not in _FINGERPRINTS:
        digest = hashlib.sha256()
        for part in (model.unet, model.codec):
            for name, value in sorted(part.state_dict().items()):
                digest.update(name.encode())
                digest.update(np.ascontiguousarray(value.cpu().numpy()).data)
        _FINGERPRINTS[model] = digest.hexdigest()
    return _FINGERPRINTS[model]
