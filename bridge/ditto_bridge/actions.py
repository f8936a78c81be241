"""The actions and settings that every host offers, in one order and with one set of defaults.

They are written down once, in `actions.json` beside this file; the hosts read it or embed it.

An action's `needs`: "clip" an audio clip, "next" the clip after the gap, "midi_or_clip" one of the
two, "bars" a length or a span of bars: selected time, else the setting of that name; "sections"
selected time with the timeline's markers in it, else the setting of that name.

A setting's `choices` are a list, or the name of what the daemon's capabilities list under it
("genres"), or "lanes": the automation lanes of the host's track. "models" are offered where there
are several, and only then is a `model` sent. `match_level`, `place`, `lane`,
`drafts` and groove "clip" are the host's own business; every other setting is a request's field.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("actions.json")
NEEDS = frozenset({"clip", "next", "midi_or_clip", "bars", "sections"})
TYPES = frozenset({"text", "choice", "many", "number", "whole", "switch"})


@dataclass(frozen=True)
class Action:
    """One entry of a host's menu. `request`: its fixed fields; None where nothing is rendered."""

    name: str
    info: str
    request: dict[str, Any] | None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """One row of the dialog. `low` and `high` bound a number; `choices` see above."""

    name: str
    label: str
    type: str
    default: Any
    info: str
    choices: tuple[str, ...] | str = ()
    low: float | None = None
    high: float | None = None


@cache
def actions() -> tuple[Action, ...]:
    """Every action, in the order of the menu."""
    return tuple(Action(**{**row, "needs": tuple(row["needs"])}) for row in _read()["actions"])


@cache
def settings() -> tuple[Setting, ...]:
    """Every setting, in the order of the dialog."""
    return tuple(Setting(**{**row, "choices": _choices(row)}) for row in _read()["settings"])


def _choices(row: dict[str, Any]) -> tuple[str, ...] | str:
    given = row.get("choices", ())
    return given if isinstance(given, str) else tuple(given)


def _read() -> dict[str, list[dict[str, Any]]]:
    read: dict[str, list[dict[str, Any]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return read
