"""Put ditto into Ardour: its actions into the menu Edit > Lua Scripts, and its hook.

python bridge/ardour/install.py                  (close Ardour first)
python bridge/ardour/install.py --remove

Ardour keeps its list of scripts in the file ui_scripts of its settings folder: XML around Lua
tables in base64. What is there stays; ditto's entries are appended, or taken out again.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import shutil
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

from ditto_bridge.actions import FILE, Action, actions
from ditto_bridge.spool import Spool, default_folder

HERE = Path(__file__).resolve().parent
VERSIONS = ("ardour8", "ardour7", "ardour6")
SHARED = ("json.lua", "sections.lua")
"""What the hosts share, from ../lua."""
SLOTS = 32
"""How many actions Ardour keeps."""
TIMER = "1" + 47 * "0"
"""The hook's signals as bits, the last one first: LuaTimerDS, ten times a second, is number 47 in
Ardour 6.9 to 8.12 (gtk2_ardour/luasignal_syms.h)."""
HOOK = "ditto"
_STATEMENT = re.compile(
    r'scripts\[(\d+)\](?:\["?\w+"?\])* = (?:"(?:[^"\\]|\\[\s\S])*"|[^\s"]+)\s*', re.DOTALL
)
"""One assignment of the list: to a slot, or to one of its fields."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, metavar="DIR", help="Ardour's settings folder")
    parser.add_argument("--spool", type=Path, metavar="DIR", help="as of ditto-bridge watch")
    parser.add_argument("--remove", action="store_true", help="take ditto out again")
    given = parser.parse_args(arguments)
    folders = [given.config] if given.config else found_folders()
    if not folders:
        print(
            "No settings of Ardour here: start Ardour once, close it, and try again, or name the"
            " folder with --config.",
            file=sys.stderr,
        )
        return 1
    for folder in folders:
        if given.remove:
            remove(folder)
        else:
            install(folder, given.spool or default_folder())
        print(f"{folder}: {'removed' if given.remove else 'installed'}")
    return 0


def found_folders() -> list[Path]:
    """Ardour's settings folders of this user."""
    if sys.platform == "darwin":
        base, names = Path.home() / "Library/Preferences", [name.title() for name in VERSIONS]
    elif os.name == "nt":
        base, names = Path(os.environ["LOCALAPPDATA"]), list(VERSIONS)
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        names = list(VERSIONS)
    return [base / name for name in names if (base / name).is_dir()]


def install(config: Path, spool: Path) -> None:
    """Copy the scripts into Ardour's settings folder and enter them in its list."""
    Spool(spool)
    library = config / "ditto"
    library.mkdir(parents=True, exist_ok=True)
    shared = [HERE.parent / "lua" / name for name in SHARED]
    for path in (*(HERE / "ditto").glob("*.lua"), *shared, FILE):
        shutil.copy(path, library)
    beside = Path(sys.executable).with_name("ditto-bridge")
    start = f'"{beside}" watch --serve' if beside.exists() else "ditto-bridge watch --serve"
    host = {"spool": str(spool), "start": f'{start} --spool "{spool}"'}
    (library / "host.json").write_text(json.dumps(host), encoding="utf-8")
    scripts = config / "scripts"
    scripts.mkdir(exist_ok=True)
    for number, action in enumerate(actions(), 1):
        name = f"ditto_{number:02}_{action.name.lower().replace(' ', '_')}.lua"
        (scripts / name).write_text(action_script(action), encoding="utf-8")
    shutil.copy(HERE / "hook.lua", scripts / "ditto_hook.lua")
    enter(config / "ui_scripts", {f"ditto: {each.name}": action_script(each) for each in actions()})


def remove(config: Path) -> None:
    """Undo `install`; the spool stays."""
    shutil.rmtree(config / "ditto", ignore_errors=True)
    for path in (config / "scripts").glob("ditto_*.lua"):
        path.unlink()
    enter(config / "ui_scripts", {})


def action_script(action: Action) -> str:
    """The script of one action, as Ardour lists it."""
    text = (HERE / "action.lua").read_text(encoding="utf-8")
    return text.replace("NAME", action.name).replace("INFO", action.info)


def enter(path: Path, scripts: dict[str, str]) -> None:
    """Make these the entries of ditto's in Ardour's list, and the hook with them."""
    root = ET.fromstring(path.read_bytes()) if path.exists() else ET.Element("UIScripts")
    listed, hooks = _child(root, "ActionScript"), _child(root, "ActionHooks")
    listed.set("lua", listed.get("lua", "Lua 5.3"))
    table = base64.b64decode(listed.text or "").decode("latin-1")  # bytecode, byte for byte
    table = _without_ditto(table) or "scripts = {} "
    free = (slot for slot in range(1, SLOTS + 1) if f"scripts[{slot}] = {{}}" not in table)
    for slot, (name, script) in zip(free, scripts.items(), strict=False):
        entry = f"scripts[{slot}] = {{}} {_entry(f'scripts[{slot}]', name, script)}"
        table += entry.encode().decode("latin-1")
    listed.text = base64.b64encode(table.encode("latin-1")).decode()
    for hook in [hook for hook in hooks if hook.get("name") == HOOK]:
        hooks.remove(hook)
    if scripts:
        script = (HERE / "hook.lua").read_text(encoding="utf-8")
        known = {"lua": "Lua 5.3", "id": "4009721", "name": HOOK, "signals": TIMER}
        text = "s = {} " + _entry("s", HOOK, script)
        ET.SubElement(hooks, "LuaCallback", known).text = base64.b64encode(text.encode()).decode()
    path.write_bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True))


def _child(root: ET.Element, name: str) -> ET.Element:
    found = root.find(name)
    return ET.SubElement(root, name) if found is None else found


def _entry(table: str, name: str, script: str) -> str:
    """Lua that fills one table as Ardour saves it: name, source, factory, arguments.

    Ardour saves the factory as bytecode; it loads source as well, and that suits every version.
    """
    factory = f"local ardour, factory, signals = function () end\n{script}\nreturn factory (...)"
    fields = {"n": name, "s": script, "f": factory}
    filled = " ".join(f'{table}["{key}"] = {quoted(text)}' for key, text in fields.items())
    return f'{filled} {table}["a"] = {{}} '


def quoted(text: str) -> str:
    """A Lua string."""
    marks = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\0": "\\0"}
    return '"' + "".join(marks.get(letter, letter) for letter in text) + '"'


def _without_ditto(table: str) -> str:
    """Ardour's list without the statements that fill ditto's slots."""
    own = set(re.findall(r'scripts\[(\d+)\]\["n"\] = "ditto: ', table))
    return _STATEMENT.sub(lambda found: "" if found[1] in own else found[0], table)


if __name__ == "__main__":
    sys.exit(main())
