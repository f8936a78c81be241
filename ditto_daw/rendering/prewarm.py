"""The first render of a process loads libraries, picks kernels, compiles and records: it is made
before anybody waits for one."""

from __future__ import annotations

import logging
import tempfile
import time
from pathlib import Path
from typing import Any

from ditto_daw.diffusion.presets import PRESETS
from ditto_daw.files.store import Store
from ditto_daw.models.base import Model
from ditto_daw.rendering.render import render
from ditto_daw.requests.request import Request

log = logging.getLogger(__name__)

USUAL: dict[str, dict[str, Any]] = {
    "loop": {"curve": {"points": [[0, -3], [16, 3]], "unit": "db"}, "iterations": 1},
    "draft": {"kind": "draft"},
}
"""A way there and back under a lane, and one without a gradient: 8 s, as most renders are."""


def prewarm(model: Model) -> None:
    """Renders a usual loop and a usual draft for nobody. A model that cannot is warned of, for a
    job of another length may still succeed."""
    known = PRESETS["default"].calls <= set(model.student_steps)
    asked = {"bars": 4, "tempo": 120, "seed": 0, "preset": "default" if known else "teacher"}
    began = time.monotonic()
    log.info(
        "%s warms up%s", model.name, ", which takes minutes" if model.about.get("compiled") else ""
    )
    try:
        with tempfile.TemporaryDirectory(prefix="ditto-warm-") as folder:
            for name, fields in USUAL.items():
                own = {"id": f"warm-{name}", "output": {"folder": folder}, **asked, **fields}
                for _ in render(Request.from_dict(own), model, Store(Path(folder))):
                    pass
    except Exception as error:
        first = (str(error) or type(error).__name__).splitlines()[0]
        log.warning("The first render will take longer, for one to warm up failed: %s", first)
    else:
        log.info("%s is warm after %.1f s", model.name, time.monotonic() - began)
