"""Build the Max for Live device: `python max_for_live/build.py` writes what lies beside this file.

ditto-daw.js     the modules of code/, in one file that Max's `js` loads
ditto-daw.maxpat the patcher of device.py
ditto-daw.amxd   the same as a device for Live, frozen: one file with all that it needs
ditto-daw-open.amxd  the same, not frozen: to be edited, with ditto-daw.js and helper.js beside it
face.svg, architecture.svg  pictures for the README
../examples/small_messages.maxpat  a loop by small messages, for Max without Live
../examples/live_session.amxd      a device that lays a small Set to try this with into Live

Everything is a function of the sources: built twice, the bytes are the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import device
import drawing
import example
from patcher import ON_DISK, THE_DEVICE, Held, Patcher, device_bytes, frozen, patch_text, unfrozen

from ditto_daw import vocabulary

HERE = Path(__file__).parent
ACTIONS = HERE.parent / "bridge" / "ditto_bridge" / "actions.json"
EXAMPLES = HERE.parent / "examples"
MODULES = ("warp", "curve", "wire", "link", "live", "actions", "song", "request", "insert", "store")
MODULES = (*MODULES, "controller", "lane")

SCRIPTS = {"ditto-daw.js": 0, "helper.js": ON_DISK}
"""What the device needs beside its patcher, and its flag in a frozen one."""
PROJECT: dict[str, Any] = {
    "version": 1,
    "autoorganize": 1,
    "hideprojectwindow": 1,
    "showdependencies": 1,
    "autolocalize": 0,
    "contents": {"patchers": {}},
    "layout": {},
    "searchpath": {},
    "readonly": 0,
    "devpathtype": 0,
    "devpath": ".",
}

HEAD = """\
// Built by max_for_live/build.py from code/*.js and actions.json: change those, then build anew.

var parts = {};
var loaded_parts = {};

function part(name) {
    if (!loaded_parts[name]) {
        var module = { exports: {} };
        loaded_parts[name] = module;
        parts[name](module, part);
    }
    return loaded_parts[name].exports;
}
part.local = 1;
"""


def table() -> dict[str, Any]:
    """Actions and settings, and the vocabulary that the settings' menus name."""
    told: dict[str, Any] = json.loads(ACTIONS.read_text(encoding="utf-8"))
    choices = {
        "genres": vocabulary.GENRES,
        "moods": vocabulary.MOODS,
        "keys": vocabulary.KEYS,
        "roles": vocabulary.ROLES,
        "presets": presets(),
    }
    told["choices"] = {name: list(values) for name, values in choices.items()}
    return {name: told[name] for name in ("actions", "settings", "choices")}


def presets() -> tuple[str, ...]:
    return tuple(vocabulary.PRESETS)


def bundle() -> str:
    """Every module in one file, each in a function of its own."""
    words = json.dumps(table(), indent=1)
    return joined([HEAD, _module("table", f"module.exports = {words};\n")], MODULES, "device")


def joined(pieces: list[str], modules: Sequence[str], last: str) -> str:
    """Modules after other pieces, and the file that uses them at the end."""
    held = [_module(name, _code(name)) for name in modules]
    return "\n".join([*pieces, *held, _code(last)])


def _code(name: str) -> str:
    return (HERE / "code" / f"{name}.js").read_text(encoding="utf-8")


def _module(name: str, source: str) -> str:
    return f"parts[{json.dumps(name)}] = function (module, require) {{\n{source}}};\n"


def finished(
    patch: Patcher, kind: bytes = b"", scripts: Sequence[str] = tuple(SCRIPTS)
) -> dict[str, Any]:
    """The patcher's content with the list of its parameters, as Max saves it."""
    content = patch.content()
    parameters: dict[str, Any] = dict(_parameters(content, ""))
    if parameters:
        banks = {"0": {"index": 0, "name": "ditto", "parameters": ["Intensity", *["-"] * 7]}}
        content["parameters"] = {**parameters, "parameterbanks": banks, "inherited_shortname": 1}
    if kind:
        content["latency"] = 0
        needed = [{"name": name, "type": "TEXT", "implicit": 1} for name in scripts]
        content["dependency_cache"] = needed
        content["project"] = {**PROJECT, "amxdtype": int.from_bytes(kind, "big")}
    return content


def _parameters(content: dict[str, Any], prefix: str) -> Any:
    for entry in content["boxes"]:
        box = entry["box"]
        value = box.get("saved_attribute_attributes", {}).get("valueof")
        if value:
            names = [value["parameter_longname"], value["parameter_shortname"], 0]
            yield prefix + box["id"], names
        if "patcher" in box:
            yield from _parameters(box["patcher"], f"{prefix}{box['id']}::")


def outputs() -> dict[Path, bytes]:
    """Every file that this script writes, and its bytes."""
    content = finished(device.build(table()), b"aaaa")
    code = {"ditto-daw.js": bundle().encode("utf-8")}
    code["helper.js"] = (HERE / "helper.js").read_bytes()
    files = [Held("ditto-daw.amxd", b"JSON", THE_DEVICE, unfrozen(content))]
    files += [Held(name, b"TEXT", flag, code[name]) for name, flag in SCRIPTS.items()]
    return {
        HERE / "ditto-daw.js": code["ditto-daw.js"],
        HERE / "ditto-daw.maxpat": patch_text(content).encode("utf-8"),
        HERE / "ditto-daw.amxd": device_bytes(frozen(files), frozen=True),
        HERE / "ditto-daw-open.amxd": device_bytes(unfrozen(content)),
        HERE / "face.svg": drawing.face(content).encode("utf-8"),
        HERE / "architecture.svg": drawing.architecture().encode("utf-8"),
        EXAMPLES / "small_messages.maxpat": patch_text(finished(example.build())).encode("utf-8"),
        EXAMPLES / "live_session.amxd": session(),
    }


def session() -> bytes:
    """The device of the example, frozen: one file."""
    content = finished(example.session(), b"aaaa", [example.SESSION])
    code = joined([HEAD], ("live", "insert"), "session").encode("utf-8")
    files = [Held("live_session.amxd", b"JSON", THE_DEVICE, unfrozen(content))]
    files.append(Held(example.SESSION, b"TEXT", 0, code))
    return device_bytes(frozen(files), frozen=True)


def main() -> None:
    for path, data in outputs().items():
        path.write_bytes(data)


if __name__ == "__main__":
    main()
