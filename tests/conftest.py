"""What several test files need: the shared folder of real music, where it is present."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of recorded music and lead sheets beside the checkout, or a skip."""
    if not (SHARED / "data" / "real" / "manifest.csv").is_file():
        pytest.skip("no ../shared/data beside this checkout: real-music tests did not run")
    return SHARED
