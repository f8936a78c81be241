"""A daemon that shares no disk with its client: files go there as assets and come back as takes,
and as blocks of takes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from ditto_bridge.aio import AsyncClient
from ditto_daw.errors import FileMissing
from ditto_daw.events import Block, Take
from ditto_daw.files.asset_store import PREFIX

Audio = TypeVar("Audio", Take, Block)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PARTS = ("source", "next", "follow", "midi", "from")
"""Parts of a request that may name a file by its path."""


def shares_disk(host: str) -> bool:
    """Whether a daemon there sees the paths that this machine sees."""
    return host in LOOPBACK


async def put_files(client: AsyncClient, request: dict[str, Any]) -> dict[str, Any]:
    """The request with its files sent along, their paths replaced by assets."""
    sent = dict(request)
    for part in PARTS:
        given = request.get(part)
        if not isinstance(given, dict):
            continue
        path = given.get("path")
        if path and not path.startswith(PREFIX):
            if not Path(path).is_file():
                raise FileMissing(f"{part}.path", f"There is no file {path}.")
            sent[part] = {**given, "path": await client.put_asset(Path(path))}
    # The daemon's folders are its own; what it renders is fetched.
    output = {**(request.get("output") or {}), "folder": None}
    return {**sent, "output": output}


async def fetch(client: AsyncClient, audio: Audio, folder: Path) -> Audio:
    """A take or block whose file is here. Its name stays, unless it is another file's already."""
    if not audio.asset:
        raise FileMissing(audio.path, f"The daemon does not hand out {Path(audio.path).name}.")
    folder.mkdir(parents=True, exist_ok=True)
    to = await asyncio.to_thread(free_name, folder / Path(audio.path.replace("\\", "/")).name)
    return replace(audio, path=str(await client.get_asset(audio.asset, to)))


def free_name(path: Path) -> Path:
    """The path, or one with a number where that is taken."""
    number = 1
    tried = path
    while tried.exists():
        number += 1
        tried = path.with_stem(f"{path.stem}-{number}")
    return tried
