"""The device as a file: its bytes, its wiring, its names, and that it is built from its sources."""

import json
import re
import runpy
import struct
import sys
from itertools import combinations
from pathlib import Path

import pytest

from ditto_daw.wire.messages import PORT

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "max_for_live"
DEVICE, OPEN = FOLDER / "ditto-daw.amxd", FOLDER / "ditto-daw-open.amxd"
ACTIONS = json.loads((ROOT / "bridge" / "ditto_bridge" / "actions.json").read_text("utf-8"))
EXAMPLE = ROOT / "examples" / "small_messages.maxpat"
SESSION = ROOT / "examples" / "live_session.amxd"
CODE = (FOLDER / "ditto-daw.js").read_text("utf-8")


@pytest.fixture(scope="module")
def built():
    """What build.py makes now."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        names = set(sys.modules)
        found = runpy.run_path(str(FOLDER / "build.py"))
        for name in set(sys.modules) - names:
            if Path(getattr(sys.modules[name], "__file__", None) or "").parent == FOLDER:
                del sys.modules[name]
    return found


def patcher(path):
    """Of a patch, or of a frozen device: there it is the first file, after two heads."""
    data = path.read_bytes()
    if path.suffix == ".amxd":
        data = data[32 + 16 : data.index(b"\0", 32 + 16)]
    return json.loads(data)["patcher"]


def everywhere(content):
    """The patcher and every patcher in a box of it."""
    yield content
    for entry in content["boxes"]:
        if "patcher" in entry["box"]:
            yield from everywhere(entry["box"]["patcher"])


def boxes(content):
    return [entry["box"] for level in everywhere(content) for entry in level["boxes"]]


PATCH = patcher(FOLDER / "ditto-daw.maxpat")
PARAMETERS = {
    box["saved_attribute_attributes"]["valueof"]["parameter_longname"]: box
    for box in boxes(PATCH)
    if "valueof" in box.get("saved_attribute_attributes", {})
}


def test_what_is_committed_is_what_the_sources_build(built):
    for path, data in built["outputs"]().items():
        assert path.read_bytes() == data, f"{path.name}: run `python max_for_live/build.py`"


def test_the_open_device_in_annotated_bytes():
    data = OPEN.read_bytes()
    patch = data[32:]
    assert data[:12] == b"ampf\x04\x00\x00\x00aaaa"  # an audio effect
    assert data[12:24] == b"meta\x04\x00\x00\x00\x00\x00\x00\x00"  # not frozen
    assert data[24:32] == b"ptch" + struct.pack("<I", len(patch))  # the rest of the file
    assert patch.endswith(b"}\n\x00")
    assert json.loads(patch[:-1])["patcher"] == PATCH
    assert PATCH["project"]["amxdtype"] == int.from_bytes(b"aaaa", "big")


def test_the_frozen_device_in_annotated_bytes():
    data = DEVICE.read_bytes()
    assert data[:16] == b"ampf\x04\x00\x00\x00aaaameta"
    assert data[16:24] == b"\x04\x00\x00\x00\x07\x00\x00\x00"  # frozen
    assert data[24:32] == b"ptch" + struct.pack("<I", len(data) - 32)
    held = data[32:]
    assert held[:8] == b"mx@c\x00\x00\x00\x10"  # the files begin after 16 bytes
    (end,) = struct.unpack(">Q", held[8:16])  # and the list of them here
    files, flags = {}, {}
    (tag, entries), rest = piece(held[end:])
    assert (tag, rest) == (b"dlst", b"")
    at = 16
    while entries:
        (tag, fields), entries = piece(entries)
        assert tag == b"dire"
        read = {}
        while fields:
            (name, value), fields = piece(fields)
            assert len(value) % 4 == 0
            read[name] = value
        assert list(read) == [b"type", b"fnam", b"sz32", b"of32", b"vers", b"flag", b"mdat"]
        size, offset = (struct.unpack(">I", read[name])[0] for name in (b"sz32", b"of32"))
        assert offset == at, "one after the other"
        at += size
        name = read[b"fnam"].rstrip(b"\0").decode()
        files[name], flags[name] = held[offset:at], (read[b"type"], read[b"flag"][3])
    assert at == end
    assert flags == {
        "ditto-daw.amxd": (b"JSON", 0x11),
        "ditto-daw.js": (b"TEXT", 0),
        "helper.js": (b"TEXT", 8),
    }
    assert files["ditto-daw.amxd"] == OPEN.read_bytes()[32:]
    for name in ("ditto-daw.js", "helper.js"):
        assert files[name] == (FOLDER / name).read_bytes()


def piece(data):
    """A tag and what it holds, by the size between them; and what comes after."""
    size = int.from_bytes(data[4:8], "big")
    assert 8 <= size <= len(data)
    return (data[:4], data[8:size]), data[size:]


@pytest.mark.parametrize(
    "path", [FOLDER / "ditto-daw.maxpat", EXAMPLE, SESSION], ids=lambda path: path.stem
)
def test_every_line_joins_an_outlet_and_an_inlet(path):
    for level in everywhere(patcher(path)):
        known = {entry["box"]["id"]: entry["box"] for entry in level["boxes"]}
        assert len(known) == len(level["boxes"])
        touched = set()
        for entry in level["lines"]:
            (source, outlet), (to, inlet) = (
                entry["patchline"][end] for end in ("source", "destination")
            )
            assert 0 <= outlet < known[source]["numoutlets"], (known[source], outlet)
            assert 0 <= inlet < known[to]["numinlets"], (known[to], inlet)
            touched |= {source, to}
        loose = [box for name, box in known.items() if name not in touched]
        assert all(box["maxclass"] in ("comment", "live.comment") for box in loose), loose


def test_the_patcher_and_the_code_speak_the_same_words():
    texts = [box.get("text", "") for box in boxes(PATCH)]
    handlers = set(re.findall(r"^function (\w+)\(", CODE, re.MULTILINE))
    said = {text.split()[1] for text in texts if text.startswith("prepend ")} - {"port", "set"}
    said |= {text.split()[0] for text in texts if text in ("loaded", "drawn begin", "drawn end")}
    assert {"control", "drawn", "helper", "intensity", "state"} < said <= handlers
    presses = {text.split()[1] for text in texts if text.startswith("press ")}
    methods = set(re.findall(r"\b(?:Controller|Lane)\.prototype\.(\w+) =", CODE))
    assert {"go", "cancel", "keep", "recall"} < presses
    assert presses - {"readset", "start"} <= methods
    routed = {word for text in texts if text.startswith("route ") for word in text.split()[1:]}
    assert set(re.findall(r'\.show\("(\w+)"', CODE)) <= routed
    js = next(box for box in boxes(PATCH) if box.get("text", "").startswith("js "))
    assert js["text"] == "js ditto-daw.js"
    assert re.search(r"^inlets = 1;$", CODE, re.MULTILINE)
    assert re.search(rf"^outlets = {js['numoutlets']};$", CODE, re.MULTILINE)
    assert (FOLDER / "helper.js").is_file()
    assert "node.script helper.js @autostart 0" in texts


def test_every_parameter_has_a_name_of_its_own_and_info_text():
    live = [box for box in boxes(PATCH) if box.get("parameter_enable")]
    assert len(live) + 1 == len(PARAMETERS) == len(PATCH["parameters"]) - 2  # banks, shortname
    for name, box in PARAMETERS.items():
        value = box["saved_attribute_attributes"]["valueof"]
        assert value["parameter_info"], name
        assert len(value["parameter_info"]) > 20
    names = [box["varname"] for box in boxes(PATCH) if "varname" in box]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("level", list(everywhere(PATCH)), ids=["face", "settings"])
def test_every_control_says_what_it_does_and_has_a_place_of_its_own(level):
    _, _, wide, high = level["openrect"]
    assert (wide, high) == (level["devicewidth"], 169) or level is not PATCH
    assert wide <= 450
    shown = [entry["box"] for entry in level["boxes"] if entry["box"].get("presentation")]
    for box in shown:
        left, top, width, height = box["presentation_rect"]
        assert left >= 0
        assert left + width <= wide, box
        assert top >= 0
        assert top + height <= high, box
        assert box.get("annotation") or box["maxclass"] == "live.comment", box
    controls = [box for box in shown if box["maxclass"] != "live.comment"]
    for one, other in combinations(controls, 2):
        apart = not overlap(one["presentation_rect"], other["presentation_rect"])
        assert apart, (one["varname"], other["varname"])


def overlap(one, other):
    return all(
        one[axis] < other[axis] + other[axis + 2] and other[axis] < one[axis] + one[axis + 2]
        for axis in (0, 1)
    )


def test_only_intensity_is_automated_and_colours_are_live_s():
    visible = {
        name: box["saved_attribute_attributes"]["valueof"]["parameter_invisible"]
        for name, box in PARAMETERS.items()
    }
    assert [name for name, seen in visible.items() if seen == 0] == ["Intensity"]
    for box in boxes(PATCH):
        assert not [name for name in box if name.endswith("color")], "no colour of its own"
        for name, held in box.get("saved_attribute_attributes", {}).items():
            if name != "valueof":
                assert held["expression"].startswith("themecolor.live_")


def test_actions_and_settings_are_those_of_every_host():
    menu = PARAMETERS["Action"]["saved_attribute_attributes"]["valueof"]["parameter_enum"]
    buttons = [name for name in PARAMETERS if name in ("Cancel", "Settings")]
    assert [*menu, *buttons] == [action["name"] for action in ACTIONS["actions"]]
    table = json.loads(
        re.search(r'parts\["table"\].*?module\.exports = (\{.*?\n\});', CODE, re.S)[1]
    )
    assert table["actions"] == ACTIONS["actions"]
    assert table["settings"] == ACTIONS["settings"]
    offered = {box["varname"] for box in boxes(PATCH) if "varname" in box}
    for row in table["settings"]:
        names = [f"role_{role}" for role in table["choices"]["roles"]]
        wanted = set(names if row["name"] == "roles" else [row["name"]])
        assert wanted <= offered, row["name"]


def test_the_code_is_ecmascript_5():
    """Live 11's `js` reads no newer one; jobs.test.js takes the newer library away as well."""
    bare = re.sub(r'"(?:[^"\\\\\n]|\\\\.)*"|//[^\n]*|/\*.*?\*/', '""', CODE, flags=re.S)
    for word in (
        "=>",
        "`",
        r"\blet\b",
        r"\bconst\b",
        r"\bclass\b",
        r"\basync\b",
        r"\.\.\.",
        r"\?\?",
    ):
        assert not re.search(word, bare), word


def test_the_readme_leads_somewhere():
    text = (FOLDER / "README.md").read_text("utf-8")
    for link in re.findall(r"\]\(([^)#\s]+)\)", text):
        assert (FOLDER / link).exists(), link
    for name in re.findall(r"tests/\w+\.py", text):
        assert (ROOT / name).is_file()


def test_several_devices_share_no_name():
    named = ("send", "receive", "s ", "r ", "coll", "dict", "buffer~", "value")
    for box in boxes(PATCH):
        text = box.get("text", "")
        if box["maxclass"] == "newobj" and text.startswith(named):
            assert text.split()[1].startswith("---"), text


def test_the_example_for_max_sends_messages_of_the_protocol():
    from ditto_daw.wire import messages

    texts = [box["text"] for box in boxes(patcher(EXAMPLE)) if box["maxclass"] == "message"]
    sent = []
    for part in ", ".join(texts).split(", "):
        address, *atoms = part.replace("$1", "1001").split()
        if address.startswith("/"):
            values = [float(a) if re.fullmatch(r"-?[\d.]+", a) else a for a in atoms]
            messages.check(address, values)
            sent.append(address)
    assert {"/ditto/hello", "/ditto/job/submit", "/ditto/ack"} <= set(sent)
    assert any(box.get("text") == f"udpsend 127.0.0.1 {PORT}" for box in boxes(patcher(EXAMPLE)))
