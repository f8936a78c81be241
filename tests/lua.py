"""Lua programs for tests: what a chunk prints, run by the system's lua5.4."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BRIDGE = ROOT / "bridge"


def run_lua(
    chunk: str,
    *arguments: str,
    seconds: float = 30.0,
    environment: Mapping[str, str] | None = None,
) -> str:
    """The output of a chunk that may `require` the modules of bridge/lua and tests."""
    folders = (BRIDGE / "lua", ROOT / "tests")
    path = "".join(f"{folder}/?.lua;" for folder in folders)
    prologue = f"package.path = [[{path}]] .. package.path\n"
    done = subprocess.run(
        ["lua5.4", "-", *arguments],
        input=prologue + chunk,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=seconds,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
