"""What the daemon keeps of its renders in its own folder: latents of takes, and previews.

A latent is named by the SHA-256 of the take that was made of it: a DAW copies, moves and renames
its clips, and their content still leads back to it. Server and worker look into the same folder;
only the worker writes.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
from pathlib import Path

from ditto_daw.errors import BrokenFile
from ditto_daw.files.asset_store import PREFIX
from ditto_daw.files.paths import make_room, sweep_leftovers

MOST_BYTES = 256 << 20
"""Of the latents, and of the previews: an 8 s loop needs 90 kB and 1 MB."""
SUFFIX = ".safetensors"
_MOST_HEADER = 1 << 22


class Store:
    """Two folders below the daemon's own one, made when missing; what was used longest ago goes
    when one of them would be larger than `most_bytes`."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self.latents = folder / ".latents"
        self.previews = folder / ".previews"
        self._most = most_bytes
        for each in (self.latents, self.previews):
            each.mkdir(parents=True, exist_ok=True)

    def latent(self, asset: str) -> Path:
        """Where the latent of a take belongs; asset: the take's "asset:<sha256>"."""
        return self.latents / f"{asset.removeprefix(PREFIX)}{SUFFIX}"

    def find(self, asset: str) -> Path | None:
        """The latent of a take, which counts as used now; None where none is kept."""
        path = self.latent(asset)
        with contextlib.suppress(OSError):
            os.utime(path)
        return path if path.is_file() else None

    def sweep(self) -> None:
        """Make both folders as small as they must be."""
        for each in (self.latents, self.previews):
            make_room(each, 0, self._most)

    def tidy(self) -> None:
        """For who alone writes here, before and after: previews that nobody listens to any more,
        and what a killed process left half-written."""
        make_room(self.previews, 0, 0)
        for each in (self.latents, self.previews):
            sweep_leftovers(each)


def told(latent: Path) -> dict[str, str]:
    """What a latent's file says about itself: the metadata of its safetensors header.

    Raises BrokenFile for anything else.
    """
    try:
        with latent.open("rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            metadata = json.loads(file.read(min(size, _MOST_HEADER)))["__metadata__"]
        return {str(name): str(value) for name, value in metadata.items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError, struct.error):
        raise BrokenFile(
            "from", f"{latent.name} is no latent of ditto-daw: render the earlier result again."
        ) from None
