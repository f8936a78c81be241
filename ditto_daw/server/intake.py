"""From a filled form to a request that the worker may trust: checked, paths resolved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ditto_daw.files.asset_store import PREFIX, Assets
from ditto_daw.files.paths import Roots
from ditto_daw.requests.request import Request
from ditto_daw.server.earlier import Finder
from ditto_daw.wire.form import Form


def intake(
    identity: str, form: Form, finder: Finder, roots: Roots, assets: Assets, results: Path
) -> dict[str, Any]:
    """The request as JSON, with real paths of allowed files and a folder to write to.

    finder: leads "from" back to an earlier result. Raises the DittoError that names the field:
    BadRequest, FileMissing, PathRefused, AssetMissing, OutputRefused.
    """
    request = Request.from_dict(finder.fill(form.request(identity))).to_dict()
    for part in ("source", "next", "midi", "follow"):
        if request[part] and request[part].get("path"):
            named = request[part]["path"]
            request[part]["path"] = str(
                assets.path(named)
                if named.startswith(PREFIX)
                else roots.check_input(named, f"{part}.path")
            )
    folder = request["output"]["folder"]
    request["output"]["folder"] = str(
        roots.check_folder(folder, "output.folder") if folder else results
    )
    return request
