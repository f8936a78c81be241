"""The installer of ditto's scripts for Ardour: what is there stays, and ditto comes and goes."""

import base64
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from ditto_bridge.actions import actions

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bridge" / "ardour"))
import install  # noqa: E402

OTHER = (
    r'scripts = {} scripts[2] = {} scripts[2]["n"] = "Tom\'s \"Loop\"" '
    r'scripts[2]["s"] = "scripts[2] = {} \"ditto: Draft\"" scripts[2]["c"] = true '
    'scripts[2]["f"] = "\x1bLua\\0\xe9\\\n\\13" scripts[2]["a"] = {} '
)


@pytest.fixture
def config(tmp_path):
    """A settings folder that knows one script of somebody else's, in bytecode, and one hook."""
    folder = tmp_path / "ardour7"
    folder.mkdir()
    text = base64.b64encode(OTHER.encode("latin-1")).decode()
    (folder / "ui_scripts").write_text(
        f'<UIScripts><ActionScript lua="Lua 5.3">{text}</ActionScript>'
        '<ActionHooks><LuaCallback name="theirs" id="5" signals="1">eA==</LuaCallback>'
        "</ActionHooks></UIScripts>"
    )
    return folder


def listed(config):
    root = ET.fromstring((config / "ui_scripts").read_bytes())
    table = base64.b64decode(root.find("ActionScript").text).decode("latin-1")
    return table, [hook.get("name") for hook in root.find("ActionHooks")]


def run(config, *more):
    line = [sys.executable, install.__file__, "--config", str(config), *more]
    return subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)


def test_install_twice_and_remove(config, tmp_path):
    spool = tmp_path / "spool"
    for _ in range(2):
        assert run(config, "--spool", str(spool)).returncode == 0
    table, hooks = listed(config)
    assert table.startswith(OTHER)
    names = re.findall(r'scripts\[(\d+)\]\["n"\] = "ditto: ([^"]*)"', table)
    assert [name for _, name in names] == [action.name for action in actions()]
    assert [slot for slot, _ in names] == [str(slot) for slot in (1, *range(3, len(actions()) + 2))]
    assert hooks == ["theirs", "ditto"]
    assert (spool / "requests").is_dir()
    assert json.loads((config / "ditto" / "host.json").read_text())["spool"] == str(spool)
    assert run(config, "--remove").returncode == 0
    assert listed(config) == (OTHER, ["theirs"])
    assert not (config / "ditto").exists()
    assert not list((config / "scripts").iterdir())


def test_a_first_install_and_one_without_ardour(tmp_path):
    (tmp_path / "ardour7").mkdir()
    install.install(tmp_path / "ardour7", tmp_path / "spool")
    table, hooks = listed(tmp_path / "ardour7")
    assert table.count('["n"]') == len(actions())
    assert hooks == ["ditto"]
    scripts = sorted(path.name for path in (tmp_path / "ardour7" / "scripts").iterdir())
    assert scripts[0] == "ditto_01_draft.lua"
    assert len(scripts) == len(actions()) + 1


@pytest.mark.system("lua5.4")
def test_what_is_entered_is_lua_that_makes_actions(config, tmp_path):
    install.install(config, tmp_path / "spool")
    table, _ = listed(config)
    ours = table[len(OTHER) :]
    (tmp_path / "list.lua").write_bytes(f"scripts = {{}} {ours}".encode("latin-1"))
    chunk = """
        dofile(arg[1])
        ARDOUR, LuaDialog = {}, {}
        for slot, script in pairs(scripts) do
          local factory = assert(load(script.f))
          print(slot, script.n, type(factory(script.a)), #script.s > 0)
        end
    """
    line = ["lua5.4", "-", str(tmp_path / "list.lua")]
    done = subprocess.run(line, input=chunk, capture_output=True, text=True, timeout=30, check=True)
    rows = sorted(row.split("\t")[1:] for row in done.stdout.splitlines())
    assert rows == sorted([f"ditto: {each.name}", "function", "true"] for each in actions())
