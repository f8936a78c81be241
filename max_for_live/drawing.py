"""Pictures for the README, made from the patcher: the face of the device, and how it is built."""

from __future__ import annotations

from html import escape
from typing import Any

SCALE = 2
INK, PAPER, LCD, SOFT, ACCENT = "#1d1d1d", "#a5a5a5", "#262626", "#c3c3c3", "#ffad56"
FONT = 'font-family="Helvetica, Arial, sans-serif"'
PARTS = {
    "live": (20, 20, 200, 250, "Live", ("clips, warp markers, notes", "tempo, meter, loop brace")),
    "js": (300, 20, 280, 250, "js ditto-daw.js (ES5, in Max)", ()),
    "daemon": (660, 20, 200, 90, "ditto-daw serve", ("renders; UDP port 7770",)),
    "helper": (660, 150, 200, 120, "node.script helper.js", ("a process of its own",)),
    "face": (20, 310, 200, 110, "face", ("live.* controls, display", "Intensity (automated)")),
    "set": (
        300,
        310,
        280,
        110,
        "pattr",
        ("token, prompt, lane and what results", "were made with: kept with the Set"),
    ),
    "als": (660, 310, 200, 110, "song.als", ("envelopes and tempo", "of the saved Set")),
}
MODULES = (
    ("controller", "from a button to a clip in the Set"),
    ("request", "action + selection → request"),
    ("live, warp", "reads Live; beats → seconds"),
    ("lane, curve", "Intensity over one pass; drawn; read"),
    ("link, wire", "OSC; resend, resume, acknowledge"),
    ("insert", "tracks, take lanes, slots, markers"),
    ("store, actions", "what is kept; actions.json"),
)
ARROWS = (
    (220, 90, 300, 90, "LiveAPI", True),
    (580, 60, 660, 60, "udpsend", False),
    (660, 95, 580, 95, "udpreceive", False),
    (580, 200, 660, 200, "", True),
    (120, 310, 320, 270, "", True),
    (440, 270, 440, 310, "", True),
    (760, 310, 760, 270, "gunzip", False),
    (760, 150, 760, 110, "start", False),
)


def _text(x: float, y: float, words: str, size: float, fill: str = INK, more: str = "") -> str:
    head = f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}" {FONT} {more}>'
    return f"{head}{escape(words)}</text>"


def _sheet(width: float, height: float, body: list[str], back: str = "#ffffff") -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
    head += f'width="{width}" height="{height}">'
    marker = '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
    marker += (
        'markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker></defs>'
    )
    ground = f'<rect width="{width}" height="{height}" fill="{back}"/>'
    return "\n".join([head, marker, ground, *body, "</svg>"]) + "\n"


def architecture() -> str:
    """What talks to what, as SVG."""
    body = []
    for left, top, width, height, title, notes in PARTS.values():
        body.append(
            f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="6" '
            f'fill="#f3f1ec" stroke="{INK}"/>'
        )
        body.append(_text(left + 12, top + 22, title, 14, more='font-weight="bold"'))
        for count, note in enumerate(notes):
            body.append(_text(left + 12, top + 44 + 18 * count, note, 12))
    for count, (name, note) in enumerate(MODULES):
        body.append(_text(312, 64 + 29 * count, name, 12, more='font-weight="bold"'))
        body.append(_text(312, 78 + 29 * count, note, 11, "#555555"))
    for x1, y1, x2, y2, words, both in ARROWS:
        tail = ' marker-start="url(#tip)"' if both else ""
        body.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{INK}" stroke-width="1.5" '
            f'marker-end="url(#tip)"{tail}/>'
        )
        sideways = y1 == y2
        where = ((x1 + x2) / 2, y1 - 6) if sideways else (x1 + 8, (y1 + y2) / 2 + 4)
        anchor = 'text-anchor="middle"' if sideways else ""
        body.append(_text(*where, words, 11, more=anchor))
    return _sheet(880, 440, body)


def face(content: dict[str, Any]) -> str:
    """The controls where the patcher puts them; colours and shapes are Live's own in Live."""
    body = []
    for entry in content["boxes"]:
        box = entry["box"]
        if not box.get("presentation"):
            continue
        left, top, width, height = (edge * SCALE for edge in box["presentation_rect"])
        kind = box["maxclass"]
        if kind == "live.comment":
            body.append(_text(left + 4, top + height * 0.66, box["text"], 17))
            continue
        if kind == "live.dial":
            body.append(_dial(left, top, width, box))
            continue
        fill = LCD if kind in ("function", "textedit", "comment", "slider", "umenu") else SOFT
        body.append(
            f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="3" fill="{fill}"/>'
        )
        words, colour = _words(box), (ACCENT if fill == LCD else INK)
        body.append(_text(left + 8, top + min(height * 0.72, 26), words, 16, colour))
        if kind == "function":
            shape = f"{left + 8},{top + height - 20} {left + width * 0.45},{top + 24} "
            shape += f"{left + width - 8},{top + height - 40}"
            body.append(
                f'<polyline points="{shape}" fill="none" stroke="{ACCENT}" stroke-width="2"/>'
            )
    return _sheet(content["devicewidth"] * SCALE, 169 * SCALE, body, PAPER)


def _dial(left: float, top: float, width: float, box: dict[str, Any]) -> str:
    middle, radius = left + width / 2, 18
    name = box["saved_attribute_attributes"]["valueof"]["parameter_shortname"]
    label = _text(middle, top + 14, name, 17, more='text-anchor="middle"')
    ring = f'<circle cx="{middle}" cy="{top + 44}" r="{radius}" fill="none" stroke="{INK}" '
    hand = f'<path d="M{middle} {top + 44}v-{radius}" stroke="{ACCENT}" stroke-width="4"/>'
    return label + ring + 'stroke-width="4"/>' + hand


def _words(box: dict[str, Any]) -> str:
    value = box.get("saved_attribute_attributes", {}).get("valueof", {})
    if box["maxclass"] == "live.menu":
        return str(value["parameter_enum"][int(value["parameter_initial"][0])])
    if box["maxclass"] == "live.numbox":
        return f"{value['parameter_initial'][0]:g}"
    if box["maxclass"] == "live.text":
        return str(box["text"])
    samples = {"prompt": "warm house in C minor", "status": "Ready.", "takes": "takes"}
    return samples.get(box.get("varname", ""), "")
