"""The documents say what is so: links lead somewhere, commands parse, figures are filled in."""

import argparse
import importlib
import re
import shlex
from pathlib import Path

import pytest

from ditto_daw import cli
from ditto_daw.requests.request import NAMES

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
HOSTS = [*(ROOT / "bridge").glob("*/README.md"), ROOT / "max_for_live" / "README.md"]
DOCUMENTS = [README, *sorted((ROOT / "docs").glob("*.md")), *sorted(HOSTS)]
WITH_ARGUMENTS = ("evaluate", "midi", "play")
"""Commands of ours that cannot be given by their name alone."""
STARTS = re.compile(r"(\.venv/(bin|Scripts)/)?(ditto-daw|python3?|py)( |$)")
"""How a command of ours begins; other code may hold what no shell reads."""
TOOLS = ("venv", "pip")
"""Modules whose own command line is not ours to check."""

ids = [str(path.relative_to(ROOT)) for path in DOCUMENTS]


class Parsed(Exception):
    """A command got through its own parser."""


def code(path: Path) -> list[str]:
    """Fenced blocks line by line, and code spans, of a document."""
    text = path.read_text(encoding="utf-8")
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    spans = re.findall(r"`([^`]+)`", rest)
    joined = (re.sub(r"\\\n\s*", "", block) for block in fenced)
    return [line for block in joined for line in block.splitlines()] + spans


def commands(path: Path) -> list[list[str]]:
    """Words of every command of ours: ["ditto-daw", ...] or [module, ...]."""
    found = []
    for piece in code(path):
        for one in map(str.strip, piece.replace("\\", "/").split("&&")):
            if not STARTS.match(one):
                continue
            shell = one.partition(" > ")[0]
            words = [re.sub(r"^\.venv/(bin|Scripts)/", "", word) for word in shlex.split(shell)]
            if words[:1] == ["ditto-daw"]:
                found.append(words)
            elif len(words) > 2 and re.fullmatch(r"python3?|py", words[0]) and words[1] == "-m":
                found.append(words[2:])
    return found


CALLS = sorted({tuple(words) for path in DOCUMENTS for words in commands(path)})


@pytest.mark.parametrize("path", DOCUMENTS, ids=ids)
def test_local_links_resolve(path):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
    for link in links:
        if not link.startswith(("http://", "https://")):
            assert (path.parent / link).exists(), f"{path.name} links to {link}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=ids)
def test_every_figure_is_filled_in(path):
    assert re.findall(r"@@\w*@@", path.read_text(encoding="utf-8")) == []


def test_the_documents_name_commands():
    names = {words[0] for words in CALLS}
    assert {"ditto-daw", "pytest", "ditto_daw.training.export", "ditto_bridge.ping"} <= names


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_commands_parse(words, monkeypatch):
    name, *arguments = words
    if name in TOOLS:
        return
    if name == "pytest":
        names_a_test(arguments)
        return

    parse = argparse.ArgumentParser.parse_args

    def stop(parser, given=None, namespace=None):
        parse(parser, arguments, namespace)
        raise Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", stop)
    if name == "ditto-daw" and len(arguments) == 1 and arguments[0] in WITH_ARGUMENTS:
        arguments.append("--help")  # a document speaks of the command, it does not give it
        with pytest.raises(SystemExit, match="0"):
            main_of(name)()
        return
    with pytest.raises(Parsed):
        main_of(name)()


def main_of(name):
    """The function that a command runs; that of a package lies in its `__main__`."""
    if name == "ditto-daw":
        return cli.main
    module = importlib.import_module(name)
    if not hasattr(module, "__path__"):
        return module.main
    return importlib.import_module(f"{name}.__main__").main


def names_a_test(arguments):
    """The files are there, and -k chooses a test in them."""
    options = argparse.ArgumentParser()
    options.add_argument("files", nargs="*", type=Path)
    options.add_argument("-k", default="")
    options.add_argument("-s", action="store_true")
    given = options.parse_args(arguments)
    for file in given.files:
        tests = re.findall(r"^def (test_\w+)", (ROOT / file).read_text(encoding="utf-8"), re.M)
        assert any(given.k in test for test in tests), f"no test of {file} has {given.k} in it"


def test_ci_passes_the_readme_s_own_test_line():
    lines = [line for line in code(README) if line.endswith("-m pytest") and "bin" in line]
    (line,) = lines
    assert line in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_request_table_has_every_field():
    section = README.read_text(encoding="utf-8").split("## What a request can say")[1]
    rows = section.split("\n## ")[0]
    cells = re.findall(r"^\| (.*?) \|", rows, re.M)
    told = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    assert told == set(NAMES) - {"id", "position"}
