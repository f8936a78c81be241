"""What the product never does, read from its source: unpickle, evaluate text, or ask a shell."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [
    path
    for folder in ("ditto_daw", "bridge", "max_for_live", "examples")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "joblib", "cloudpickle", "jsonpickle"}
CALLS = {"eval", "exec", "compile", "__import__"}
ATTRIBUTES = {
    *("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"),
    *("yaml.load", "yaml.unsafe_load", "torch.hub"),
}
CANARY = ROOT / "ditto_daw" / "soak" / "rows" / "inputs.py"
"""Writes a pickle, to see that it is never read."""


def traps(tree):
    """(line, what) of everything forbidden."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {(node.module or "").partition(".")[0]}
        else:
            names = set()
        yield from ((node.lineno, name) for name in names & MODULES)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ATTRIBUTES:
            yield node.lineno, ast.unparse(node)
        if not isinstance(node, ast.Call):
            continue
        given = {word.arg: word.value for word in node.keywords}
        if isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield node.lineno, node.func.id
        shell = given.get("shell", ast.Constant(False))
        if called(node).startswith("subprocess.") and not is_constant(shell, False):
            yield node.lineno, "shell"
        if called(node) == "torch.load" and not is_constant(given.get("weights_only"), True):
            yield node.lineno, "torch.load without weights_only"
        if called(node).endswith("np.load") and "allow_pickle" in given:
            yield node.lineno, "allow_pickle"


def is_constant(node, value):
    return isinstance(node, ast.Constant) and node.value is value


def called(node):
    return ast.unparse(node.func)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_sets_a_trap(path):
    found = list(traps(ast.parse(path.read_text(encoding="utf-8"))))
    if path == CANARY:
        assert {what for _, what in found} == {"pickle"}
        assert "pickle.load" not in path.read_text(encoding="utf-8")
    else:
        assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from dill import loads",
        "eval(text)",
        "os.system(text)",
        "subprocess.run(text, shell=True)",
        "subprocess.run(text, shell=shell)",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "np.load(path, allow_pickle=True)",
        "yaml.load(text)",
    ],
)
def test_the_traps_are_seen(source):
    assert list(traps(ast.parse(source)))
