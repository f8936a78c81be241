"""Findings and the registry of checks. A new check is one function in a file of `checks/`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ditto_daw.wire.messages import PORT

Level = Literal["good", "hint", "bad"]
"""bad: rendering will not work. hint: something optional will not."""


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        found: what is the case, for people.
        advice: what to do about it; "" where all is well.
    """

    level: Level
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Patient:
    """What is examined: the daemon's port, its results folder, and the device it is to use."""

    results: Path
    port: int = PORT
    device: str = "auto"


Check = Callable[[Patient], Finding]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Decorator: files a check under its name."""

    def register(function: Check) -> Check:
        CHECKS[name] = function
        return function

    return register


def examine(name: str, patient: Patient) -> Finding:
    """One check's finding; a check that breaks is a finding too."""
    try:
        return CHECKS[name](patient)
    except Exception as error:
        first = (str(error) or type(error).__name__).splitlines()[0]
        return Finding("bad", f"{type(error).__name__}: {first}", "Please report this.")
