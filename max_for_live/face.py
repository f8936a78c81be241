"""The device as it is drawn and wired: every control with its place, name and Info Text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from patcher import Patcher

WIDTH = 436
STORED, AUTOMATED = 1, 0
"""Parameter visibility: kept with the Set only, or offered to automation too."""
FLOAT_TYPE, INT_TYPE, ENUM_TYPE, BLOB_TYPE = 0, 1, 2, 3
LCD = {
    "bgcolor": "live_lcd_bg",
    "textcolor": "live_lcd_control_fg",
    "elementcolor": "live_control_fg_zombie",
    "knobcolor": "live_lcd_control_fg",
    "linecolor": "live_lcd_control_fg",
    "pointcolor": "live_lcd_control_fg",
}
ROW = 19
WORDS = {"": "any"}
Face = tuple[float, float, float, float]


@dataclass(frozen=True)
class Row:
    """One control: its name for the code, label, kind of object, Info Text, range or items."""

    name: str
    label: str
    kind: str
    info: str
    initial: float = 0
    low: float = 0
    high: float = 1
    items: tuple[str, ...] = ()


def theme(*attributes: str) -> dict[str, Any]:
    """Colours that follow Live's theme."""
    return {name: {"expression": f"themecolor.{LCD[name]}"} for name in attributes}


def parameter(row: Row, visible: int = STORED) -> dict[str, Any]:
    """A live.* object's parameter: names, type, range, what it starts with."""
    menu = row.kind in ("live.menu", "live.toggle", "live.text")
    value: dict[str, Any] = {
        "parameter_longname": row.label,
        "parameter_shortname": row.label,
        "parameter_annotation_name": row.label,
        "parameter_info": row.info,
        "parameter_invisible": visible,
        "parameter_modmode": 0,
        "parameter_initial_enable": 1,
        "parameter_initial": [row.initial],
    }
    if menu:
        items = row.items or ("off", "on")
        value |= {"parameter_type": ENUM_TYPE, "parameter_enum": list(items)}
        value |= {"parameter_mmax": len(items) - 1}
    else:
        whole = row.kind == "live.numbox" and float(row.low).is_integer() and row.low >= 1
        value |= {"parameter_type": INT_TYPE if whole else FLOAT_TYPE}
        value |= {"parameter_mmin": row.low, "parameter_mmax": row.high}
        value |= {"parameter_unitstyle": 0 if whole else 1}
    return value


def about(row: Row) -> dict[str, Any]:
    return {"annotation": row.info, "annotation_name": row.label, "hint": row.info}


class Device:
    """Places controls on a patcher and joins them to one inlet and one outlet of the code.

    js: the box that everything is said to. face: the `route` that speaks to the controls, whose
    words are `names` in their order.
    """

    def __init__(self, patcher: Patcher, js: str, names: list[str], left: float, top: float):
        self.patch, self.js, self.names = patcher, js, names
        self.left, self.top, self.count = left, top, 0
        self.route = patcher.text(f"route {' '.join(names)}", (left, top - 40))
        self.refresh = patcher.text("r ---refresh", (left + 700, top - 40))

    def control(self, row: Row, face: Face, visible: int = STORED, said: str = "control") -> str:
        """A live.* parameter; its values go to the code as `control NAME value`."""
        more: dict[str, Any] = {"parameter_enable": 1, "varname": row.name, **about(row)}
        more["saved_attribute_attributes"] = {"valueof": parameter(row, visible)}
        if row.kind in ("live.numbox", "live.dial"):
            more["appearance"] = 0 if row.kind == "live.numbox" else 1
        box = self.patch.box(row.kind, self._next(), face, **more)
        words = f"prepend {said} {row.name}" if said == "control" else f"prepend {said}"
        self.patch.chain(box, self._under(words), self.js)
        if row.name in self.names:
            self.patch.line(self.route, self.names.index(row.name), box)
        self.patch.line(self.refresh, 0, box)
        return box

    def labelled(self, row: Row, face: Face, share: float = 0.5) -> str:
        """A control with its label to the left."""
        left, top, width, height = face
        self.patch.box(
            "live.comment",
            self._next(),
            (left, top, width * share, height + 3),
            text=row.label,
            textjustification=0,
        )
        return self.control(row, (left + width * share, top, width * (1 - share), height))

    def button(self, name: str, label: str, info: str, face: Face, first: str = "") -> str:
        """A button; a press goes to the code as `press NAME`. `first`: is told a bang before."""
        row = Row(name, label, "live.text", info, items=("off", "on"))
        box = self.patch.box(
            "live.text",
            self._next(),
            face,
            mode=0,
            text=label,
            texton=label,
            varname=name,
            parameter_enable=1,
            saved_attribute_attributes={"valueof": parameter(row)},
            **about(row),
        )
        trigger = self._under("t b b" if first else "t b")
        if first:
            self.patch.line(trigger, 1, first)
        message = self.patch.message(f"press {name}", (self.left, self.top + 400))
        self.patch.chain(box, trigger, message, self.js)
        return box

    def typed(self, name: str, label: str, info: str, face: Face) -> str:
        """A text to type; kept by the code, because a parameter holds no text."""
        row = Row(name, label, "textedit", info)
        box = self.patch.box(
            "textedit",
            self._next(),
            face,
            parameter_enable=0,
            outputmode=1,
            keymode=1,
            varname=name,
            saved_attribute_attributes=theme("bgcolor", "textcolor"),
            **about(row),
        )
        self.patch.chain(box, self._under(f"prepend control {name}"), self.js)
        self.patch.line(self.route, self.names.index(name), box)
        self.patch.line(self.refresh, 0, box)
        return box

    def menu(self, name: str, label: str, info: str, said: str, face: Face) -> str:
        """A menu that the code fills; what is chosen goes to it as `SAID number`."""
        row = Row(name, label, "umenu", info)
        box = self.patch.box(
            "umenu",
            self._next(),
            face,
            parameter_enable=0,
            items=[],
            varname=name,
            saved_attribute_attributes=theme("bgcolor", "textcolor"),
            **about(row),
        )
        self.patch.chain(box, self._under(f"prepend {said}"), self.js)
        self.patch.line(self.route, self.names.index(name), box)
        return box

    def _next(self) -> tuple[float, float]:
        self.count += 1
        return self.left + 150 * (self.count % 8), self.top + 70 * (self.count // 8)

    def _under(self, text: str) -> str:
        left = self.left + 150 * (self.count % 8)
        return self.patch.text(text, (left, self.top + 30 + 70 * (self.count // 8)))
