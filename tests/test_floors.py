"""Imports point down only. See the floors below; a new module is on the third unless listed."""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {"ditto_daw": ROOT / "ditto_daw", "ditto_bridge": ROOT / "bridge" / "ditto_bridge"}

GROUND = {"errors", "units", "vocabulary", "events"}
FILES_AND_WIRE = {"files", "music", "requests", "wire"}
RENDER = {"rendering"}
JOBS = {"jobs"}
DOOR = {"server", "cli", "demo", "report", "bench", "doctor", "evaluate", "soak", "live", "shelf"}
FLOORS = [GROUND, FILES_AND_WIRE, set(), RENDER, JOBS, DOOR]
MODELS = 2
"""The floor between: signal, models, controls, samplers, optimiser, measures."""

WITH_TORCH = {"torch", "torchaudio", "safetensors"}
WITH_SOCKETS = {"socket", "socketserver", "selectors", "pythonosc"}
FILES = sorted(path for folder in PACKAGES.values() for path in folder.rglob("*.py"))


def module_of(path):
    package = next(name for name, folder in PACKAGES.items() if folder in path.parents)
    parts = path.relative_to(PACKAGES[package]).with_suffix("").parts
    return ".".join((package, *(part for part in parts if part != "__init__")))


MODULES = {module_of(path): path for path in FILES}


@cache
def imported(path):
    """Modules that a file imports anywhere, under TYPE_CHECKING too."""
    return tuple(named_in(path))


def named_in(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            for name in node.names:
                full = f"{node.module}.{name.name}"
                yield full if full in MODULES else node.module


def part(module):
    """The first name below the package; "" for the package itself."""
    return [*module.split("."), ""][1]


def floor(module):
    named = [number for number, names in enumerate(FLOORS) if part(module) in names]
    return named[0] if named else 0 if not part(module) else MODELS


def inside(module):
    return module.partition(".")[0] in PACKAGES


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith("ditto_daw")])
def test_imports_point_down(module):
    for other in imported(MODULES[module]):
        if other.startswith("ditto_bridge"):
            assert floor(module) == 5, f"{module} imports the client; only the door may"
        elif other.startswith("ditto_daw") and part(module) != "training":
            assert part(other) != "training", f"{module} imports training"
            assert floor(other) <= floor(module), f"{module} imports upwards: {other}"


@pytest.mark.parametrize("module", MODULES)
def test_each_floor_keeps_to_its_means(module):
    tops = {other.partition(".")[0] for other in imported(MODULES[module]) if not inside(other)}
    low = module.startswith("ditto_daw") and floor(module) <= 1
    if module.startswith("ditto_daw") and floor(module) == 0:
        assert tops <= set(sys.stdlib_module_names), f"{module} needs {tops}; ground is stdlib"
    if low or module.startswith("ditto_bridge") or part(module) in ("jobs", "server", "cli"):
        assert not tops & WITH_TORCH, f"{module} imports torch"
    if module.startswith("ditto_daw") and floor(module) in (2, 3):
        assert not tops & WITH_SOCKETS, f"{module} opens sockets"


@pytest.mark.parametrize(
    "module", [m for m in MODULES if part(m) in ("jobs", "server") and m.startswith("ditto_daw")]
)
def test_server_and_jobs_reach_no_model(module):
    for other in imported(MODULES[module]):
        if other.startswith("ditto_daw"):
            assert floor(other) in (0, 1, 4, 5), f"{module} imports {other}"
            assert part(other) not in ("demo", "report")


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith("ditto_bridge")])
def test_the_bridge_stands_on_the_two_lowest_floors(module):
    for other in imported(MODULES[module]):
        assert not other.startswith("ditto_daw") or floor(other) <= 1, f"{module}: {other}"


def test_the_lists_name_what_exists():
    tops = {part(module) for module in MODULES}
    assert set().union(*FLOORS) <= tops


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_stay_readable(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
