"""The parts of a request that are objects of their own: source, from, redo, midi and output."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from ditto_daw.errors import BadRequest
from ditto_daw.music.notes import Note, notes_from_lists
from ditto_daw.requests.fields import Fields
from ditto_daw.units import plain

MOST_SECONDS = 3600.0
RATES = (44_100, 48_000, 96_000)
DEPTHS = (16, 24, 32)
CHANNELS = (1, 2)
MOST_BARS = 1000
"""Ten minutes of the fastest 4/4."""
MOST_VARIATIONS = 8
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
            path_of(fields),
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
class Earlier:
    """The earlier result that a job starts from, under the name "from".

    job, take: a job of the same client and the number of its take, from 0. path: instead, the
    take's file, its asset or its latent.
    """

    job: str | None = None
    take: int = 0
    path: str | None = None

    @classmethod
    def from_dict(cls, data: Any) -> Earlier:
        fields = Fields(data, ("job", "take", "path"), "from")
        if (fields.get("job") is None) == (fields.get("path") is None):
            raise BadRequest(
                "from", "Name the earlier result by its job and take, or by its path; one of them."
            )
        if fields.get("path") is not None:
            return cls(path=path_of(fields))
        return cls(fields.text("job", 64), fields.whole("take", 0, MOST_VARIATIONS - 1, 0))

    def to_dict(self) -> dict[str, Any]:
        return {"path": self.path} if self.path else {"job": self.job, "take": self.take}


@dataclass(frozen=True)
class Redo:
    """The bars [start, end) that are re-made, counted from the clip's beginning, from 0.

    In a loop an end that is not after the start lies in the next round: 3 to 1 re-makes the last
    bar of four, the wrap, and the first.
    """

    start: Fraction
    end: Fraction

    @classmethod
    def from_dict(cls, data: Any) -> Redo:
        fields = Fields(data, ("start", "end"), "redo")
        redo = cls(fields.fraction("start", 0, MOST_BARS), fields.fraction("end", 0, MOST_BARS))
        if redo.start == redo.end:
            raise BadRequest(
                "redo.end",
                f"The bars to re-make begin and end at {float(redo.start):g}: that is none, or all"
                ' of them. Ask for fewer, or for a "new" loop.',
            )
        return redo

    def to_dict(self) -> dict[str, Any]:
        return {"start": plain(self.start), "end": plain(self.end)}


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
            return cls(path=path_of(fields))
        return cls(notes=notes_from_lists(fields.get("notes"), "midi.notes"))

    def to_dict(self) -> dict[str, Any]:
        if self.path is not None:
            return {"path": self.path}
        return {"notes": [note.to_list() for note in self.notes]}


@dataclass(frozen=True)
class Output:
    """Where results go, and as what.

    folder None is the daemon's own; rate, depth and channels None are the source's. Without a
    source the result is stereo.
    """

    folder: str | None = None
    rate: int | None = None
    depth: int | None = None
    channels: int | None = None

    @classmethod
    def from_dict(cls, data: Any) -> Output:
        fields = Fields(data, ("folder", "rate", "depth", "channels"), "output")
        rate = fields.whole("rate", 1, 10**6, None)
        depth = fields.whole("depth", 1, 64, None)
        channels = fields.whole("channels", 0, 64, None)
        given = (("rate", rate, RATES), ("depth", depth, DEPTHS), ("channels", channels, CHANNELS))
        for name, value, options in given:
            if value not in (None, *options):
                listed = ", ".join(str(option) for option in options)
                raise BadRequest(
                    f"output.{name}", f"output.{name} is {value}; choose one of: {listed}."
                )
        return cls(fields.text("folder", 4096, None), rate, depth, channels)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def path_of(fields: Fields) -> str:
    """The field path: a full path, or "asset:" and the SHA-256 of a file that was put."""
    path = fields.text("path", 4096)
    if path.startswith("asset:") and not _ASSET.fullmatch(path):
        raise BadRequest(
            fields.name("path"), "An asset is named asset: and the 64 hex digits of its SHA-256."
        )
    return str(path)
