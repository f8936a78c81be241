"""What hello tells before any model is loaded: read from a small file beside the weights."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ditto_daw import vocabulary
from ditto_daw.requests.parts import DEPTHS, RATES
from ditto_daw.requests.request import MOST_BARS, MOST_VARIATIONS
from ditto_daw.requests.sections import MOST_SECTIONS
from ditto_daw.requests.steering import CONTROLS
from ditto_daw.requests.uses import LONGEST_CLIP

FILE = Path(__file__).parents[1] / "weights" / "capabilities.json"

log = logging.getLogger(__name__)


def capabilities(file: Path = FILE) -> dict[str, Any]:
    """Everything known; the vocabulary alone where the file is absent or unreadable."""
    known: dict[str, Any] = {
        "model": "none",
        "kinds": vocabulary.KINDS,
        "uses": vocabulary.USES,
        "genres": vocabulary.GENRES,
        "moods": vocabulary.MOODS,
        "keys": vocabulary.KEYS,
        "roles": vocabulary.ROLES,
        "meters": [f"{over}/{under}" for over, under in vocabulary.METERS],
        "methods": vocabulary.METHODS,
        "presets": vocabulary.PRESETS,
        "features": vocabulary.FEATURES,
        "grooves": vocabulary.GROOVES,
        "balances": vocabulary.BALANCES,
        "intensity_losses": vocabulary.INTENSITY_LOSSES,
        "controls": CONTROLS,
        "rates": RATES,
        "depths": DEPTHS,
        "limits": {
            "bars": MOST_BARS,
            "variations": MOST_VARIATIONS,
            "clip_seconds": LONGEST_CLIP,
            "sections": MOST_SECTIONS,
        },
    }
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        limits = {**known["limits"], **told.get("limits", {})}
        known = {**known, **told, "limits": limits}
    except FileNotFoundError:
        log.info("no capabilities file; the vocabulary must do")
    except (OSError, ValueError, AttributeError, TypeError) as error:
        log.warning("the capabilities file cannot be read: %s", error)
    return known


def lines(known: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """(name, values) as /ditto/capability sends them: lists and, as "limits.bars", numbers."""
    for name, value in known.items():
        if isinstance(value, dict):
            for inner, each in value.items():
                yield f"{name}.{inner}", _flat(each)
        else:
            yield name, _flat(value)


def _flat(value: Any) -> list[Any]:
    """OSC has no nested lists: a pair such as [6, 8] becomes "6/8"."""
    cells = value if isinstance(value, (list, tuple)) else [value]
    return [
        "/".join(map(str, cell)) if isinstance(cell, (list, tuple)) else cell
        for cell in cells
        if isinstance(cell, (str, int, float, list, tuple))
    ]
