"""A job that starts from an earlier result: which one it is, and what it takes over from it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from ditto_daw.errors import AssetMissing, BadRequest, BrokenFile, DittoError, FileMissing
from ditto_daw.files.asset_store import PREFIX, Assets, name_of
from ditto_daw.files.paths import Roots
from ditto_daw.files.store import SUFFIX, Store, told
from ditto_daw.jobs.queue import Jobs
from ditto_daw.requests.parts import Earlier
from ditto_daw.requests.request import Request
from ditto_daw.requests.timeline import tempo_to_dict

MOST_BYTES = 256 << 20
"""Of a file that may be a result: ten minutes of stereo at 48 kHz in 24 bits are 173 MB."""
KEPT = (
    *("genre", "mood", "key", "roles", "prompt", "midi", "melody", "harmony", "curve", "tempo"),
    *("intensity_loss", "follow", "structure", "groove", "weights", "balance"),
)
"""Fields that a job takes over from the earlier one where it does not name them."""
BESIDE = ("redo", "continue", "fill")
"""Uses that keep the earlier result's audio and make something beside it."""


class Found(NamedTuple):
    """An earlier result: its latent, and its audio where that is known."""

    latent: Path
    audio: Path | None


class Finder:
    """Looks for the earlier results of one client."""

    def __init__(self, jobs: Jobs, owner: str, roots: Roots, assets: Assets, store: Store) -> None:
        self._jobs, self._owner = jobs, owner
        self._roots, self._assets, self._store = roots, assets, store

    def fill(self, data: dict[str, Any]) -> dict[str, Any]:
        """A request (JSON, unchecked) with "from" led back to the latent's own file, and with what
        it leaves out taken from the earlier request. A field that is null stays so.

        Raises a DittoError that names the field within "from".
        """
        if data.get("from") is None:
            return data
        earlier = Earlier.from_dict(data["from"])
        found = self._of_job(earlier) if earlier.job else self._of_path(str(earlier.path))
        about = told(found.latent)
        try:
            before = Request.from_dict(json.loads(about["request"])).to_dict()
            seed = int(about["seed"])
        except (KeyError, ValueError, DittoError):
            raise BrokenFile("from", f"{found.latent.name} does not tell its request.") from None
        names = list(KEPT)
        beside = data.get("use") in BESIDE
        if data.get("source") is None:
            names.append("position")
            if beside and found.audio:
                rate = (before["source"] or {}).get("rate", 1)
                there = {"position": data.get("position", before["position"]), "rate": rate}
                data = data | {"source": {"path": str(found.audio), **there}}
        if not beside and data.get("use") != "repair" and not {"bars", "samples"} & data.keys():
            names += ["bars", "samples"]
        kept = {name: before[name] for name in names} | ({} if beside else {"seed": seed})
        if data.get("use") == "vary":
            kept = _varied(kept, before, about)
        return kept | data | {"from": {"path": str(found.latent)}}

    def _of_job(self, earlier: Earlier) -> Found:
        try:
            job = self._jobs.get(str(earlier.job), self._owner)
        except DittoError as error:
            raise type(error)(
                "from.job", f"{error.message} Or name its file in from.path."
            ) from None
        if earlier.take not in job.takes:
            there = ", ".join(map(str, sorted(job.takes))) or "none"
            raise BadRequest(
                "from.take",
                f"The job {job.id} is {job.state} and has no take {earlier.take} (there: {there}).",
            )
        take = job.takes[earlier.take]
        latent = self._store.find(take["asset"])
        if latent is None:
            raise _lost("from.job", f"take {earlier.take} of {job.id}")
        return Found(latent, Path(take["path"]))

    def _of_path(self, path: str) -> Found:
        if path.startswith(PREFIX):
            audio, asset = None, path
            with contextlib.suppress(AssetMissing):  # of an earlier daemon: the latent will do
                audio = self._assets.path(path)
        else:
            audio = self._roots.check_input(path, "from.path")
            if audio.suffix == SUFFIX:
                return Found(audio, None)
            if audio.stat().st_size > MOST_BYTES:
                raise BadRequest("from.path", f"{audio.name} is too long to be a result.")
            asset = name_of(audio)
        latent = self._store.find(asset)
        if latent is None and audio is not None and _is_latent(audio):
            return Found(audio, None)
        if latent is None:
            raise _lost("from.path", audio.name if audio else path)
        return Found(latent, audio)


def _varied(kept: dict[str, Any], before: dict[str, Any], about: dict[str, str]) -> dict[str, Any]:
    """What a variation takes over: kind and length too, whatever they came from, but no seed, for
    that would be the earlier noise again."""
    varied = {name: value for name, value in kept.items() if name != "seed"}
    if (before["source"] or {}).get("rate", 1) != 1:  # the result was made in the file's own time
        varied["tempo"] = tempo_to_dict(Request.from_dict(before).file_tempo)
    if before["kind"] == "clip":
        varied["kind"] = "clip"
    if "bars" in kept and kept["bars"] is None and kept["samples"] is None:
        try:
            varied["samples"] = int(about["length"])
            varied["output"] = {"rate": int(about["rate"])}
        except (KeyError, ValueError):
            raise BrokenFile("from", "The earlier latent does not tell its length.") from None
    return varied


def _is_latent(file: Path) -> bool:
    """Whether it is a latent's file under another name, or one that was put as an asset."""
    with contextlib.suppress(BrokenFile):
        return "request" in told(file)
    return False


def _lost(field: str, what: str) -> FileMissing:
    return FileMissing(
        field,
        f"No latent of {what} is kept: it was not rendered here, or long ago, or changed since."
        " Render it again, or leave from out.",
    )
