"""Writes the action scripts and ReaPack's index.xml beside this file, from the list of actions.

    python bridge/reaper/package.py [--base URL] [--version 1.2.3]

`--base` is where the repository's files can be downloaded, such as the raw files of a branch, or
`file:///…` for a clone on this machine. The index in the repository names no server.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from ditto_bridge.actions import Action, actions

HERE = Path(__file__).resolve().parent
NOWHERE = "https://ditto-daw.invalid/"
VERSION = "0.1.0"
MAIN = "Settings"
"""The script that carries the package's header; ReaPack installs all of them with it."""
SHARED = (
    ("../lua/json.lua", "ditto/json.lua"),
    ("../lua/osc.lua", "ditto/osc.lua"),
    ("../lua/sections.lua", "ditto/sections.lua"),
    ("../ditto_bridge/actions.json", "ditto/actions.json"),
)
"""Files that the hosts share: where they lie, and where ReaPack puts them."""
ABOUT = """\
# ditto-daw

Loops, extensions and accompaniments from a music diffusion model that runs on your machine,
steered by the items, MIDI and automation of your project. Needs the ditto-daw daemon: see the
README of the repository."""


def scripts() -> dict[str, str]:
    """Every action's script by its file name."""
    return {file_name(action): _script(action) for action in actions()}


def file_name(action: Action) -> str:
    return f"ditto-daw_{action.name}.lua"


def parts() -> list[str]:
    """The modules that the scripts share, relative to this folder."""
    return sorted(f"ditto/{path.name}" for path in (HERE / "ditto").glob("*.lua"))


def index(base: str, version: str) -> str:
    """ReaPack's index of one package."""
    main = next(action for action in actions() if action.name == MAIN)
    sources = [f"        {line}" for line in _sources(base, main)]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            "<!-- Written by package.py; change that instead. -->",
            '<index version="1" name="ditto-daw">',
            '  <category name="ditto-daw">',
            f'    <reapack name={quoteattr(file_name(main))} type="script" desc="ditto-daw">',
            f'      <version name="{version}" author="ditto-daw" time="2026-11-22T00:00:00Z">',
            *sources,
            "      </version>",
            "    </reapack>",
            "  </category>",
            "</index>",
            "",
        ]
    )


def _sources(base: str, main: Action) -> Iterator[str]:
    """Where each file is downloaded from, and its place beside the main script."""
    for action in actions():
        yield _source(base, file_name(action), "" if action is main else file_name(action), True)
    for name in parts():
        yield _source(base, name, name, False)
    for name, place in SHARED:
        yield _source(base, name, place, False)


def _source(base: str, name: str, place: str, is_action: bool) -> str:
    path = quote((HERE / name).resolve().relative_to(HERE.parents[1]).as_posix())
    main = ' main="main"' if is_action else ""
    file = f" file={quoteattr(place)}" if place else ""
    return f"<source{main}{file}>{escape(base.rstrip('/') + '/' + path)}</source>"


def _script(action: Action) -> str:
    header = [f"@description ditto-daw: {action.name}", "@author ditto-daw", f"@version {VERSION}"]
    if action.name == MAIN:
        header += ["@about", *(f"  {line}".rstrip() for line in ABOUT.splitlines())]
        others = [each for each in actions() if each is not action]
        header += ["@provides", *(f"  [main] {file_name(each)}" for each in others)]
        header += [f"  [nomain] {name}" for name in parts()]
        header += [f"  [nomain] {name} > {place}" for name, place in SHARED]
    else:
        header += [f"@about {action.info}", "@noindex"]
    lines = [f"-- {line}".rstrip() for line in header]
    code = [
        "",
        'local folder = select(2, reaper.get_action_context()):match("^(.*[/\\\\])")',
        f'dofile(folder .. "ditto/run.lua")("{action.name}", folder)',
        "",
    ]
    return "\n".join(lines + code)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default=NOWHERE)
    parser.add_argument("--version", default=VERSION)
    given = parser.parse_args(arguments)
    for name, text in scripts().items():
        (HERE / name).write_text(text, encoding="utf-8")
    (HERE / "index.xml").write_text(index(given.base, given.version), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
