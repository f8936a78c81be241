"""Clips that a host keeps as one mono file per channel, joined into one file for the daemon."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from ditto_bridge.spool import KEPT_DAYS
from ditto_daw.errors import BadRequest, BrokenFile
from ditto_daw.files.audiofile import read_region
from ditto_daw.files.audiowrite import write_atomic
from ditto_daw.units import exact

PARTS = ("source", "next", "follow")
"""Parts of a request that name an audio file."""


def join_channels(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The request with every `path` that is a list replaced by one file in `folder`.

    The list names one mono file for each channel, left first; only the span between the part's
    start and end is joined, sample for sample. Raises the errors of reading and writing, and
    BrokenFile where the files do not fit together.
    """
    joined = dict(request)
    for name in PARTS:
        part = request.get(name)
        if isinstance(part, dict) and isinstance(part.get("path"), list):
            joined[name] = {**part, **_join(name, part, folder)}
    return joined


def _join(name: str, part: dict[str, Any], folder: Path) -> dict[str, Any]:
    try:
        start = exact(part.get("start") or 0)
        end = None if part.get("end") is None else exact(part["end"])
    except (TypeError, ValueError) as error:
        raise BadRequest(f"{name}.start", f"The clip's span cannot be read: {error}.") from None
    paths = [Path(path) for path in part["path"] if isinstance(path, str)]
    if len(paths) != len(part["path"]) or len(paths) != 2:
        raise BadRequest(f"{name}.path", "A clip of several files must be two, left and right.")
    regions = [read_region(path, start, end, name) for path in paths]
    if len({(each.audio.shape, each.rate, each.subtype) for each in regions}) > 1 or any(
        len(each.audio) > 1 for each in regions
    ):
        raise BrokenFile(
            f"{name}.path",
            f"{paths[0].name} and {paths[1].name} are not the two channels of one clip.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    key = json.dumps([str(start), str(end), *([str(path), path.stat().st_mtime] for path in paths)])
    to = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.wav"
    if not to.exists():
        audio = np.concatenate([each.audio for each in regions])
        write_atomic(to, audio, regions[0].rate, regions[0].subtype)
    return {"path": str(to), "start": 0, "end": None}


def _sweep(folder: Path) -> None:
    oldest = time.time() - KEPT_DAYS * 86400
    for path in folder.glob("*.wav"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
