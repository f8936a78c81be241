"""The parts of a request that are objects of their own: source, midi and output."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ditto_daw.errors import BadRequest
from ditto_daw.fields import Fields
from ditto_daw.notes import Note, notes_from_lists
from ditto_daw.units import plain

MOST_SECONDS = 3600.0
RATES = (44_100, 48_000, 96_000)
DEPTHS = (16, 24, 32)
_ASSET = re.compile(r"asset:[0-9a-f]{64}")


@dataclass(frozen=True)
class Source:
    """A region of an audio file and where it lies.

    path: a full path or "asset:" + SHA-256. start, end: seconds in the file; end None is the
    file's end. position: the quarter of the timeline at which the region begins. rate: how many
    times as fast the host plays it; material is rendered in the file's own time.
    """

    path: str
    start: Fraction = Fraction(0)
    end: Fraction | None = None
    position: Fraction = Fraction(0)
    rate: Fraction = Fraction(1)

    @classmethod
    def from_dict(cls, data: Any) -> Source:
        fields = Fields(data, ("path", "start", "end", "position", "rate"), "source")
        source = cls(
            _path(fields),
            fields.fraction("start", 0, MOST_SECONDS, Fraction(0)),
            fields.fraction("end", 0, MOST_SECONDS, None),
            fields.fraction("position", -1e6, 1e6, Fraction(0)),
            fields.fraction("rate", 0.25, 4, Fraction(1)),
        )
        if source.end is not None and source.end <= source.start:
            raise BadRequest(
                "source.end",
                f"The region ends at {float(source.end):g} s, which is not after its start at"
                f" {float(source.start):g} s.",
            )
        return source

    def to_dict(self) -> dict[str, Any]:
        end = None if self.end is None else plain(self.end)
        return {"path": self.path, "start": plain(self.start), "end": end} | {
            "position": plain(self.position),
            "rate": plain(self.rate),
        }


@dataclass(frozen=True)
class Midi:
    """A MIDI clip: a file (path or asset), or notes in quarters from the result's beginning."""

    path: str | None = None
    notes: tuple[Note, ...] = ()

    @classmethod
    def from_dict(cls, data: Any) -> Midi:
        fields = Fields(data, ("path", "notes"), "midi")
        if (fields.get("path") is None) == (fields.get("notes") is None):
            raise BadRequest("midi", "Give the MIDI clip as a path or as notes, one of the two.")
        if fields.get("path") is not None:
            return cls(path=_path(fields))
        return cls(notes=notes_from_lists(fields.get("notes"), "midi.notes"))

    def to_dict(self) -> dict[str, Any]:
        if self.path is not None:
            return {"path": self.path}
        return {"notes": [note.to_list() for note in self.notes]}


@dataclass(frozen=True)
class Output:
    """Where results go: folder None is the daemon's own; rate and depth None are the source's."""

    folder: str | None = None
    rate: int | None = None
    depth: int | None = None

    @classmethod
    def from_dict(cls, data: Any) -> Output:
        fields = Fields(data, ("folder", "rate", "depth"), "output")
        rate = fields.whole("rate", 1, 10**6, None)
        depth = fields.whole("depth", 1, 64, None)
        for name, value, options in (("rate", rate, RATES), ("depth", depth, DEPTHS)):
            if value not in (None, *options):
                listed = ", ".join(str(option) for option in options)
                raise BadRequest(
                    f"output.{name}", f"output.{name} is {value}; choose one of: {listed}."
                )
        return cls(fields.text("folder", 4096, None), rate, depth)

    def to_dict(self) -> dict[str, Any]:
        return {"folder": self.folder, "rate": self.rate, "depth": self.depth}


def _path(fields: Fields) -> str:
    path = fields.text("path", 4096)
    if path.startswith("asset:") and not _ASSET.fullmatch(path):
        raise BadRequest(
            fields.name("path"), "An asset is named asset: and the 64 hex digits of its SHA-256."
        )
    return str(path)
