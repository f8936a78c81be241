"""Max patchers from Python: boxes that know how many inlets and outlets they have, and lines.

A patcher is JSON, see any `.maxpat`. A device for Live (`.amxd`) is the same JSON in three chunks:
what it is, whether it is frozen, and the patcher. A frozen one has in its third chunk the files
that it needs as well, one after the other, and a list of them at the end.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

SIGNAL, BANG, INT, FLOAT, ANY = "signal", "bang", "int", "float", ""
PORTS: dict[str, tuple[int, tuple[str, ...]]] = {
    "comment": (1, ()),
    "function": (1, (FLOAT, ANY, ANY, BANG)),
    "inlet": (0, (ANY,)),
    "live.comment": (1, ()),
    "live.dial": (1, (ANY, FLOAT)),
    "live.menu": (1, (ANY, ANY, FLOAT)),
    "live.numbox": (1, (ANY, FLOAT)),
    "live.text": (1, (ANY, ANY)),
    "live.toggle": (1, (ANY,)),
    "message": (2, (ANY,)),
    "outlet": (1, ()),
    "slider": (1, (ANY,)),
    "textedit": (1, (ANY, INT, ANY, ANY)),
    "umenu": (1, (INT, ANY, ANY)),
}
"""Interface objects: inlets, and what leaves each outlet."""
OBJECTS: dict[str, tuple[int, tuple[str, ...]]] = {
    "js": (1, (ANY,) * 5),
    "live.thisdevice": (1, (BANG, INT, INT)),
    "loadbang": (1, (BANG,)),
    "node.script": (1, (ANY, ANY)),
    "pattr": (1, (ANY, ANY, ANY)),
    "pcontrol": (1, (ANY,)),
    "plugin~": (2, (SIGNAL, SIGNAL)),
    "plugout~": (2, (SIGNAL, SIGNAL)),
    "prepend": (1, (ANY,)),
    "r": (0, (ANY,)),
    "s": (1, ()),
    "print": (1, ()),
    "udpreceive": (1, (ANY,)),
    "udpsend": (1, ()),
}
"""Objects with a fixed number of ports (`js`: those of ditto-daw.js); `route` and `t` see below."""


FROZEN = 7
HEADER = 16
THE_DEVICE, ON_DISK = 0x11, 8
"""Flags of files in a frozen device; what node.script runs is laid onto the disk by Max."""
WRITTEN = 3_850_070_400
"""When the files of a frozen device were written, for all of them: the beginning of 2026, counted
from 1904. Built twice, the bytes are the same."""


@dataclass
class Patcher:
    """Boxes and lines; `box`, `text`, `message` and `line` add to it. Ids are obj-1, obj-2, …

    width: of the device in Live, pixels; 0 for a window of its own.
    """

    width: float = 0
    height: float = 169
    boxes: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def box(
        self,
        maxclass: str,
        at: tuple[float, float],
        face: tuple[float, float, float, float] | None = None,
        **more: Any,
    ) -> str:
        """An interface object. `at`: left, top while editing; `face`: its place on the device."""
        inlets, outlets = PORTS[maxclass]
        size = (face[2], face[3]) if face else (100.0, 20.0)
        return self._add(maxclass, at, size, inlets, outlets, face, more)

    def text(self, text: str, at: tuple[float, float], **more: Any) -> str:
        """An object that is written as a line of words."""
        inlets, outlets = ports(text)
        more = {"text": text, **more}
        return self._add("newobj", at, (8.0 * len(text) + 12, 20.0), inlets, outlets, None, more)

    def message(self, text: str, at: tuple[float, float]) -> str:
        inlets, outlets = PORTS["message"]
        size = (7.0 * len(text) + 12, 20.0)
        return self._add("message", at, size, inlets, outlets, None, {"text": text})

    def inner(self, name: str, patcher: Patcher, at: tuple[float, float]) -> str:
        """A patcher in a box; its inlets and outlets are the boxes of that class."""
        kinds = [entry["box"]["maxclass"] for entry in patcher.boxes]
        outlets = (ANY,) * kinds.count("outlet")
        more = {"text": f"p {name}", "patcher": patcher.content()}
        return self._add("newobj", at, (90.0, 20.0), kinds.count("inlet"), outlets, None, more)

    def line(self, source: str, outlet: int, to: str, inlet: int = 0) -> None:
        ends = {"source": [source, outlet], "destination": [to, inlet]}
        self.lines.append({"patchline": ends})

    def chain(self, *ids: str) -> None:
        """Lines from first outlet to first inlet, all along."""
        for one, other in pairwise(ids):
            self.line(one, 0, other)

    def chain_from(self, source: str, outlet: int, *ids: str) -> None:
        """The same, but from another outlet."""
        self.line(source, outlet, ids[0])
        self.chain(*ids)

    def content(self) -> dict[str, Any]:
        """The patcher as Max's JSON has it, without the outermost braces."""
        return {
            "fileversion": 1,
            "appversion": {
                "major": 8,
                "minor": 5,
                "revision": 6,
                "architecture": "x64",
                "modernui": 1,
            },
            "classnamespace": "box",
            "rect": [60.0, 90.0, 1240.0, 760.0],
            "openrect": [0.0, 0.0, float(self.width), float(self.height if self.width else 0)],
            "openinpresentation": 1 if self.width else 0,
            "default_fontsize": 10.0,
            "default_fontface": 0,
            "default_fontname": "Arial Bold",
            "gridsize": [8.0, 8.0],
            "boxanimatetime": 200,
            "devicewidth": float(self.width),
            "boxes": self.boxes,
            "lines": self.lines,
        }

    def _add(
        self,
        maxclass: str,
        at: tuple[float, float],
        size: tuple[float, float],
        inlets: int,
        outlets: tuple[str, ...],
        face: tuple[float, float, float, float] | None,
        more: dict[str, Any],
    ) -> str:
        name = f"obj-{len(self.boxes) + 1}"
        box: dict[str, Any] = {
            "id": name,
            "maxclass": maxclass,
            "numinlets": inlets,
            "numoutlets": len(outlets),
            "patching_rect": [float(at[0]), float(at[1]), float(size[0]), float(size[1])],
        }
        if outlets:
            box["outlettype"] = list(outlets)
        if face:
            box |= {"presentation": 1, "presentation_rect": [float(edge) for edge in face]}
        self.boxes.append({"box": box | more})
        return name


def ports(text: str) -> tuple[int, tuple[str, ...]]:
    """Inlets and outlets of an object written as text. KeyError for one that is not known here."""
    name, *words = text.split()
    words = [word for word in words if not word.startswith("@")]
    if name == "route":
        return 1, (ANY,) * (len(words) + 1)
    if name == "t":
        return 1, tuple({"b": BANG, "i": INT, "f": FLOAT}.get(word, ANY) for word in words)
    return OBJECTS[name]


def script_file(name: str) -> dict[str, Any]:
    """What the box of a script says of the file that it runs."""
    return {
        "saved_object_attributes": {"filename": name, "parameter_enable": 0},
        "textfile": {"filename": name, "flags": 0, "embed": 0, "autowatch": 0},
    }


def patch_text(content: dict[str, Any]) -> str:
    """A patcher as the text of a `.maxpat`."""
    return json.dumps({"patcher": content}, indent=1, ensure_ascii=False) + "\n"


@dataclass(frozen=True)
class Held:
    """A file inside a frozen device. kind: JSON or TEXT; flag: THE_DEVICE, ON_DISK or 0."""

    name: str
    kind: bytes
    flag: int
    data: bytes
    written: int = WRITTEN


def device_bytes(patch: bytes, kind: bytes = b"aaaa", frozen: bool = False) -> bytes:
    """A device around its third chunk. kind: aaaa audio, mmmm MIDI effect, iiii instrument."""
    meta = struct.pack("<I", FROZEN if frozen else 0)
    chunks = ((b"ampf", kind), (b"meta", meta), (b"ptch", patch))
    return b"".join(tag + struct.pack("<I", len(data)) + data for tag, data in chunks)


def unfrozen(content: dict[str, Any]) -> bytes:
    """The third chunk of a device whose files lie beside it."""
    return patch_text(content).encode("utf-8") + b"\0"


def frozen(files: Sequence[Held]) -> bytes:
    """The third chunk of a device that holds its files, itself first: where the list begins, the
    files, the list. Numbers are big-endian here."""
    body, entries = b"", b""
    for held in files:
        name = held.name.encode("ascii") + b"\0"
        fields = {
            b"type": held.kind,
            b"fnam": name + bytes(-len(name) % 4),
            b"sz32": struct.pack(">I", len(held.data)),
            b"of32": struct.pack(">I", HEADER + len(body)),
            b"vers": struct.pack(">I", 0),
            b"flag": struct.pack(">I", held.flag),
            b"mdat": struct.pack(">I", held.written),
        }
        entries += _entry(b"dire", b"".join(_entry(tag, data) for tag, data in fields.items()))
        body += held.data
    head = b"mx@c" + struct.pack(">IQ", HEADER, HEADER + len(body))
    return head + body + _entry(b"dlst", entries)


def _entry(tag: bytes, data: bytes) -> bytes:
    """A tag, the size of all of it, and the data."""
    return tag + struct.pack(">I", 8 + len(data)) + data
