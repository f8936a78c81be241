"""The device's own JavaScript, in Node, in a strict stand-in for Live, with a real daemon."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "max"
FILES = sorted(path.name for path in HERE.glob("*.test.js"))


@pytest.mark.system("node")
@pytest.mark.parametrize("name", FILES)
def test_in_node(name):
    """One file of tests; what it prints is in its TAP report. One thread, so that the processor
    time of a callback is its own."""
    ran = subprocess.run(
        ["node", "--single-threaded", str(HERE / name)],
        env={**os.environ, "DITTO_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert "# pass 0" not in ran.stdout
