"""What several test files need: the folder of real music, and a daemon that renders fakes."""

import itertools
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings
from probe import Probe, serving

SHARED = Path(__file__).resolve().parents[2] / "shared"
TOKENS = itertools.count()

settings.register_profile("unhurried", deadline=None)  # by the clock, which others share
settings.load_profile("unhurried")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many processes share out the test files: one for each core that may be used, four at
    most, for each takes most of a gigabyte. None for a file or two that are named."""
    named = {Path(word.partition("::")[0]) for word in config.args}
    if len(named) < 3 and all(path.is_file() for path in named):
        return 0
    affinity = getattr(os, "sched_getaffinity", None)  # not everywhere
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(4, cores) if cores > 1 else 0


def pytest_configure(config: pytest.Config) -> None:
    """One of several processes computes in one thread: more would wait for each other."""
    if hasattr(config, "workerinput"):
        os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips what needs a program of the system that is not there, and names it."""
    for mark in item.iter_markers("system"):
        absent = [program for program in mark.args if shutil.which(program) is None]
        if absent:
            pytest.skip(f"not installed here: {', '.join(absent)}")


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of recorded music and lead sheets beside the checkout, or a skip."""
    if not (SHARED / "data" / "real" / "manifest.csv").is_file():
        pytest.skip("no ../shared/data beside this checkout: real-music tests did not run")
    return SHARED


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the module's daemon writes."""
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def daemon(results: Path):
    """One daemon with the fake engine for all tests of a module."""
    with serving(results) as launched:
        yield launched


@pytest.fixture
def probe(daemon):
    """A client of its own for every test."""
    probe = Probe(daemon.port, token=f"token-{next(TOKENS)}")
    yield probe
    probe.close()
