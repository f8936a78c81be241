"""The patcher of the device: what is on its face, and how it is joined to the code."""

from __future__ import annotations

from typing import Any

from face import AUTOMATED, BLOB_TYPE, ROW, WIDTH, WORDS, Device, Face, Row, about, parameter, theme
from patcher import Patcher, script_file

PORT = 7770
KINDS = {
    "choice": "live.menu",
    "number": "live.numbox",
    "whole": "live.numbox",
    "switch": "live.toggle",
}
COLUMNS = {
    "left": ("genre", "mood", "key"),
    "middle": ("bars", "drafts", "variations", "amount", "strength", "side"),
    "inner": ("groove", "preset", "place", "match_level"),
}
"""Which settings stand where; prompt, seed, lane and roles have places of their own."""
SELF = "127.0.0.1 7799"


def build(table: dict[str, Any]) -> Patcher:
    """The whole device. `table`: actions, settings and choices, see build.py."""
    patch = Patcher(WIDTH)
    rows = {row["name"]: row for row in table["settings"]}
    js = patch.text("js ditto-daw.js", (40, 600), **script_file("ditto-daw.js"))
    names = ["status", "progress", "shape", "takes", "envelopes", "prompt", "seed", "action"]
    names += ["lane", *COLUMNS["left"], *COLUMNS["middle"]]
    face = Device(patch, js, names, 40, 80)
    patch.line(js, 1, face.route)
    _sound(patch)
    _network(patch, js)
    _memory(patch, js)
    _left(face, table, rows)
    _middle(face, table, rows)
    _lane(patch, face, js, rows["lane"])
    _state(patch, face)
    inner = patch.inner("settings", _settings(table, rows), (900, 560))
    patch.line(face.route, len(names), inner)
    patch.line(inner, 0, js)
    _settings_button(patch, face, table, inner)
    return patch


def _sound(patch: Patcher) -> None:
    """An audio effect that lets everything pass."""
    come, go = patch.text("plugin~", (900, 40)), patch.text("plugout~", (900, 80))
    patch.line(come, 0, go, 0)
    patch.line(come, 1, go, 1)


def _network(patch: Patcher, js: str) -> None:
    """To the daemon; from it, on a port of this device's own; and to that port, to try it."""
    patch.chain(js, patch.text(f"udpsend 127.0.0.1 {PORT}", (40, 660)))
    sockets = patch.text("route listen self", (700, 640))
    listen = patch.text("prepend port", (700, 670))
    receive = patch.text("udpreceive 7799 @quiet 1", (700, 700))
    patch.line(js, 4, sockets)
    patch.chain(sockets, listen, receive, js)
    patch.line(sockets, 1, patch.text(f"udpsend {SELF}", (840, 670)))


def _memory(patch: Patcher, js: str) -> None:
    """First the state that the Set keeps, then that Live is ready, then what every control says."""
    ready = patch.text("live.thisdevice", (260, 560))
    order = patch.text("t b b b", (260, 590))
    value = {
        "parameter_longname": "Ditto State",
        "parameter_shortname": "State",
        "parameter_type": BLOB_TYPE,
        "parameter_invisible": 1,
        "parameter_info": "Kept with the Set: token, prompt, lane, what results were made with.",
    }
    held = patch.text(
        "pattr state @autorestore 1",
        (400, 640),
        varname="state",
        saved_object_attributes={"parameter_enable": 1, "parameter_mappable": 0},
        saved_attribute_attributes={"valueof": value},
    )
    loaded = patch.message("loaded", (260, 620))
    patch.line(ready, 0, order)
    patch.line(order, 2, held)
    patch.chain_from(order, 1, loaded, js)
    patch.line(order, 0, patch.text("s ---refresh", (180, 620)))
    patch.chain(held, patch.text("prepend state", (400, 670)), js)
    patch.line(js, 2, held)
    file = script_file("helper.js")["textfile"]
    saved = {"autostart": 0, "defer": 0, "watch": 0}
    script = "node.script helper.js @autostart 0"
    helper = patch.text(script, (560, 640), saved_object_attributes=saved, textfile=file)
    patch.line(js, 3, helper)
    patch.chain(helper, patch.text("prepend helper", (560, 670)), js)


def _left(face: Device, table: dict[str, Any], rows: dict[str, Any]) -> None:
    face.typed("prompt", "Prompt", rows["prompt"]["info"], (6, 6, 132, 32))
    shown = [action for action in table["actions"] if action["request"]]
    info = "What Go renders. " + " ".join(f"{one['name']}: {one['info']}" for one in shown)
    items = tuple(action["name"] for action in shown)
    face.control(Row("action", "Action", "live.menu", info, items=items), (6, 43, 132, 15))
    for count, name in enumerate(COLUMNS["left"]):
        place = (6, 62 + ROW * count, 132, 15)
        face.labelled(_row(table, rows[name]), place, 0.35)
    info = "Render this action of the selected clip or place, and put the result into the Set."
    typed = face.patch.text("s ---refresh", (40, 560))
    face.button("go", "Go", info, (6, 124, 64, 18), first=typed)  # also what was typed but not sent
    info = next(one["info"] for one in table["actions"] if one["name"] == "Cancel")
    face.button("cancel", "Cancel", info, (74, 124, 64, 18))
    info = "Enough: stop here and keep the best so far."
    face.button("keep", "Keep", info, (6, 147, 42, 15))
    info = "Settings and seed of the selected result back into the controls."
    face.button("recall", "Recall", info, (51, 147, 42, 15))


def _middle(face: Device, table: dict[str, Any], rows: dict[str, Any]) -> None:
    for count, name in enumerate(COLUMNS["middle"]):
        face.labelled(_row(table, rows[name]), (144, 6 + ROW * count, 90, 15))
    top = 6 + ROW * len(COLUMNS["middle"])
    face.patch.box("live.comment", (40, 520), (144, top, 45, 18), text="Seed", textjustification=0)
    face.typed("seed", "Seed", rows["seed"]["info"], (189, top, 45, 17))
    info = "Takes of the last job; choosing one shows its file, to drag it anywhere."
    face.menu("takes", "Takes", info, "take", (144, 147, 90, 16))


def _lane(patch: Patcher, face: Device, js: str, row: dict[str, Any]) -> None:
    """The display, the three ways to a curve, and the Intensity parameter."""
    info = "Intensity over the result's length: click adds a point, shift-click takes it away."
    shape = patch.box(
        "function",
        (40, 460),
        (240, 6, 190, 72),
        parameter_enable=0,
        varname="shape",
        domain=1.0,
        addpoints=[],
        saved_attribute_attributes=theme("bgcolor", "linecolor", "pointcolor"),
        annotation=info,
        annotation_name="Lane",
        hint=info,
    )
    patch.line(face.route, face.names.index("shape"), shape)
    patch.chain_from(shape, 2, patch.text("prepend drawn point", (160, 490)), js)
    order = patch.text("t b b b", (300, 490))
    patch.line(shape, 3, order)
    for outlet, text, to in ((2, "drawn begin", js), (1, "dump", shape), (0, "drawn end", js)):
        said = patch.message(text, (300 + 90 * outlet, 520))
        patch.line(order, outlet, said)
        patch.line(said, 0, to)
    info = "Let the result's loudness follow the curve in the display."
    face.labelled(Row("lane", row["label"], "live.toggle", info), (240, 83, 45, 15), 0.62)
    info = "Hear one pass of the loop: what Intensity does meanwhile becomes the lane."
    face.button("listen", "Listen", info, (288, 83, 46, 15))
    face.button("stop", "Stop", "Stop listening; the lane stays as it was.", (337, 83, 40, 15))
    info = "Read the envelopes of the Set as it was last saved, for the menu beside."
    face.button("readset", "Read Set", info, (240, 102, 52, 15))
    info = "Envelopes of the saved Set; the one that is chosen becomes the lane."
    face.menu("envelopes", "Envelopes", info, "envelope", (295, 102, 88, 16))
    info = (
        "Automate it, in the Arrangement or as a clip envelope, and press Listen: "
        "the result's loudness follows what it does over the loop."
    )
    row_of = Row("intensity", "Intensity", "live.dial", info, initial=0.5)
    face.control(row_of, (386, 81, 44, 40), AUTOMATED, "intensity")


def _state(patch: Patcher, face: Device) -> None:
    info = "What the daemon and this device are doing, and what to do next."
    at: Face = (240, 122, 190, 26)
    more = {"annotation": info, "annotation_name": "State", "hint": info, "varname": "status"}
    colours = theme("textcolor")
    status = patch.box(
        "comment", (40, 430), at, text="", linecount=2, saved_attribute_attributes=colours, **more
    )
    words = patch.text("prepend set", (40, 400))
    patch.line(face.route, face.names.index("status"), words)
    patch.chain(words, status)
    info = "How far the render is."
    more = {"annotation": info, "annotation_name": "Progress", "hint": info, "varname": "progress"}
    bar = patch.box(
        "slider",
        (180, 430),
        (240, 151, 146, 10),
        parameter_enable=0,
        floatoutput=1,
        ignoreclick=1,
        orientation=1,
        size=1.0,
        saved_attribute_attributes=theme("bgcolor", "elementcolor", "knobcolor"),
        **more,
    )
    patch.line(face.route, face.names.index("progress"), bar)
    info = "Start the daemon on this machine; its program is named under Settings."
    face.button("start", "Start", info, (390, 148, 40, 15))


def _settings_button(patch: Patcher, face: Device, table: dict[str, Any], inner: str) -> None:
    info = next(one["info"] for one in table["actions"] if one["name"] == "Settings")
    row = Row("settings", "Settings", "live.text", info, items=("off", "on"))
    box = patch.box(
        "live.text",
        (900, 460),
        (96, 147, 42, 15),
        mode=0,
        text="Settings",
        texton="Settings",
        varname="settings",
        parameter_enable=1,
        saved_attribute_attributes={"valueof": parameter(row)},
        **about(row),
    )
    opening = patch.message("open", (900, 490))
    patch.chain(box, opening, patch.text("pcontrol", (900, 520)), inner)


def _settings(table: dict[str, Any], rows: dict[str, Any]) -> Patcher:
    """The window behind the Settings button."""
    patch = Patcher(236, 250)
    come, go = patch.box("inlet", (40, 20)), patch.box("outlet", (40, 560))
    roles = tuple(f"role_{role}" for role in table["choices"]["roles"])
    names = [*roles, *COLUMNS["inner"], "model", "sections", "command"]
    face = Device(patch, go, names, 40, 100)
    patch.chain(come, face.route)
    for count, (name, role) in enumerate(zip(roles, table["choices"]["roles"], strict=True)):
        label = role.capitalize()
        row = Row(name, label, "live.toggle", f"{label} play. {rows['roles']['info']}")
        face.labelled(row, (8 + 110 * (count % 2), 8 + ROW * (count // 2), 100, 15), 0.8)
    for count, name in enumerate(COLUMNS["inner"]):
        width = 100 if name == "match_level" else 220
        share = 0.8 if name == "match_level" else 0.35
        face.labelled(_row(table, rows[name]), (8, 70 + ROW * count, width, 15), share)
    patch.box("live.comment", (40, 480), (8, 146, 77, 18), text="Model", textjustification=0)
    face.menu("model", "Model", rows["model"]["info"], "control model", (85, 146, 143, 16))
    patch.box("live.comment", (40, 500), (8, 167, 220, 18), text="Sections of a Song")
    face.typed("sections", "Sections", rows["sections"]["info"], (8, 186, 220, 18))
    patch.box("live.comment", (40, 520), (8, 208, 220, 18), text="Daemon program")
    info = "What Start runs: `ditto-daw`, or its full path where Live does not find it."
    face.typed("command", "Daemon program", info, (8, 227, 220, 18))
    return patch


def _row(table: dict[str, Any], row: dict[str, Any]) -> Row:
    """A setting of actions.json as a control."""
    kind = KINDS[row["type"]]
    if row["type"] == "switch":
        return Row(row["name"], row["label"], kind, row["info"], float(row["default"]))
    if row["type"] != "choice":
        bounds = float(row["default"]), float(row["low"]), float(row["high"])
        return Row(row["name"], row["label"], kind, row["info"], *bounds)
    choices = row["choices"]
    if isinstance(choices, str):
        choices = [*([""] if row["default"] == "" else []), *table["choices"][choices]]
    items = tuple(WORDS.get(choice, choice) for choice in choices)
    first = float(choices.index(row["default"]))
    return Row(row["name"], row["label"], kind, row["info"], first, items=items)
