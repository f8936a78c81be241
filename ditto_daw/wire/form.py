"""A request in small messages, and back: what a Max or Pd patch can send fills the same dict.

`Form` gathers messages into the JSON form of a request; `spell` writes a request as messages.
Both know the fields from one table. Whether the whole makes sense is the request's own check.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ditto_daw.errors import BadRequest
from ditto_daw.requests.parts import DEPTHS, MOST_BARS, MOST_SECONDS, MOST_VARIATIONS, RATES
from ditto_daw.requests.request import MOST_SAMPLES
from ditto_daw.requests.schema import Argument
from ditto_daw.requests.steering import CONTROLS, MOST_WEIGHT
from ditto_daw.requests.uses import LOOPINGS, SIDES, USES_OF
from ditto_daw.vocabulary import BALANCES, FEATURES, GROOVES, INTENSITY_LOSSES, KINDS, ROLES
from ditto_daw.wire.messages import TEXT_PIECE

MOST_TEXT = 1 << 19
MOST_ROWS = 20_000
ROWS_PER_PIECE = 200

_FIELDS = (
    Argument("kind", "text", f"{', '.join(KINDS)}: plain and at once, runs round, or has ends"),
    Argument("use", "text", "; ".join(f"{k}: {', '.join(USES_OF[k])}" for k in KINDS)),
    Argument("from.job", "id", "start from a take of this earlier job, see above"),
    Argument("from.take", "int", "which of its takes, from 0", 0, MOST_VARIATIONS - 1),
    Argument("from.path", "text", "instead: the earlier result's file, asset or latent"),
    Argument("source.path", "text", 'audio file on the daemon\'s disk, or "asset:" and its sha256'),
    Argument("source.start", "number", "seconds into the file", 0, MOST_SECONDS),
    Argument("source.end", "number", "seconds into the file", 0, MOST_SECONDS),
    Argument("source.position", "number", "timeline quarter where the region begins", -1e6, 1e6),
    Argument("source.rate", "number", "play rate in the host; 1 is the file's own", 0.25, 4),
    Argument("position", "number", "timeline quarter where the result begins", -1e6, 1e6),
    Argument("bars", "number", "length wanted", 0, MOST_BARS),
    Argument("samples", "int", "length wanted, instead of bars", 1, MOST_SAMPLES),
    Argument("midi.path", "text", "MIDI file, instead of notes"),
    Argument("melody", "text", '"top", "channel:1" and so on, or "none"'),
    Argument("harmony", "switch", "take the chords from the notes"),
    Argument("curve.unit", "text", "of the curve's values: db or unit"),
    Argument("intensity_loss", "text", f"{' or '.join(INTENSITY_LOSSES)}: the curve, or its shape"),
    Argument("follow.path", "text", "recording whose features become targets; to accompany it"),
    Argument("follow.start", "number", "seconds into the recording", 0, MOST_SECONDS),
    Argument("follow.end", "number", "seconds into the recording", 0, MOST_SECONDS),
    Argument("follow.position", "number", "timeline quarter where it begins", -1e6, 1e6),
    Argument("follow.rate", "number", "its play rate in the host; 1 is the file's own", 0.25, 4),
    Argument("follow.features", "text", f"what is followed, several of {', '.join(FEATURES)}"),
    Argument("sections", "text", 'of a long clip, in one line: "8 intro: drums; 16 verse: calm"'),
    Argument("structure", "text", 'letters for equal parts, alike where they repeat: "AABA"'),
    Argument("groove", "text", f"onsets on the {GROOVES[0]}, or as in the {GROOVES[1]} clip; none"),
    *(
        Argument(f"weights.{name}", "number", f"weight of the objective {name}", 0, MOST_WEIGHT)
        for name in CONTROLS
    ),
    Argument("balance", "text", f"{' or '.join(BALANCES)}: the weights that are not given"),
    Argument("genre", "text", "see capability genres"),
    Argument("mood", "text", "see capability moods"),
    Argument("key", "text", 'see capability keys; "" leaves it free'),
    Argument(
        "roles", "text", f"who plays, several of {', '.join(ROLES)}; none: what the genre needs"
    ),
    Argument("prompt", "text", "free words, matched to genre, mood, key and roles", high=500),
    Argument("seed", "int", "the same seed renders the same", 0, 2**32 - 1),
    Argument("variations", "int", "how many takes", 1, MOST_VARIATIONS),
    Argument("method", "text", "how the controls are met; see capability methods"),
    Argument("model", "text", "one of those that the daemon has loaded; empty: its first"),
    Argument("preset", "text", "settings of the optimiser by name", high=40),
    Argument("iterations", "int", "steps of the optimiser", 0, 500),
    Argument("strength", "number", "how firmly the controls hold", 0, 1),
    Argument("amount", "number", "share of fresh noise in a vary or from, see above", 0, 1),
    Argument("repair_beats", "number", "quarters re-made at the end by a repair", 0.25, 64),
    Argument("redo.start", "number", "first bar that a redo re-makes, from 0", 0, MOST_BARS),
    Argument("redo.end", "number", "bar before which it stops; may wrap in a loop", 0, MOST_BARS),
    Argument("side", "text", f"where a clip is continued: {' or '.join(SIDES)}"),
    Argument("overlap", "number", "quarters of kept audio that new audio must match", 0.25, 64),
    Argument("next.path", "text", "file of the clip after the gap that is filled"),
    Argument("next.start", "number", "seconds into that file", 0, MOST_SECONDS),
    Argument("next.end", "number", "seconds into that file", 0, MOST_SECONDS),
    Argument("loop_by", "text", f"{' or '.join(LOOPINGS)}: how a loop is made to close"),
    Argument("output.folder", "text", "where the WAVs go; the daemon's own folder otherwise"),
    Argument("output.rate", "int", f"{', '.join(map(str, RATES))}; the source's otherwise"),
    Argument("output.depth", "int", f"bits: {', '.join(map(str, DEPTHS))}, where 32 is float"),
    Argument("output.channels", "int", "1 or 2; the source's otherwise, 2 without a source"),
)
FIELDS = {argument.name: argument for argument in _FIELDS}
MANY = frozenset({"roles", "follow.features"})
"""Fields that hold a list."""
LISTS = {
    "/ditto/job/notes": "midi.notes",
    "/ditto/job/points": "curve.points",
    "/ditto/job/section": "sections",
    "/ditto/job/tempo": "tempo.tempos",
    "/ditto/job/meter": "tempo.meters",
}
"""Messages that carry rows, and the field that the rows fill."""


@dataclass
class _Pieces:
    """Numbered pieces in any order; the same piece again replaces itself."""

    of: int
    held: dict[int, Any] = field(default_factory=dict)

    def join(self, name: str) -> list[Any]:
        for piece in range(self.of):
            if piece not in self.held:
                raise BadRequest(
                    name, f"Piece {piece} of {self.of} of {name} has not arrived: send it again."
                )
        return [self.held[piece] for piece in range(self.of)]


@dataclass
class Form:
    """A job that is being built. Every method may be called again with the same values."""

    fields: dict[str, Any] = field(default_factory=dict)
    pieces: dict[str, _Pieces] = field(default_factory=dict)

    def set(self, name: str, values: Sequence[Any]) -> None:
        """Set a field, or give it back its default when there are no values."""
        if name not in FIELDS:
            raise BadRequest("field", f"There is no field {name!r}; see the fields in docs/osc.md.")
        if len(values) > 1 and name not in MANY:
            raise BadRequest(name, f"{name} takes one value, not {len(values)}.")
        if values:
            clean = [FIELDS[name].check(value) for value in values]
            self.fields[name] = clean if name in MANY else clean[0]
        else:
            self.fields.pop(name, None)

    def put(self, name: str, piece: int, of: int, part: Any) -> None:
        """Take one piece of a list field, or of the JSON text under the name "json"."""
        if piece >= of:
            raise BadRequest("piece", f"piece {piece} of {of}: pieces count from 0.")
        pieces = self.pieces.setdefault(name, _Pieces(of))
        if pieces.of != of:
            # Another number of pieces is another list: the user has drawn the curve anew.
            pieces = self.pieces[name] = _Pieces(of)
        most = MOST_TEXT if name == "json" else MOST_ROWS
        others = sum(len(held) for place, held in pieces.held.items() if place != piece)
        if others + len(part) > most:
            raise BadRequest(name, f"{name} is longer than {most:,}: send less, or a file.")
        pieces.held[piece] = part

    def request(self, identity: str) -> dict[str, Any]:
        """The JSON form of the request. BadRequest names what is missing or unreadable."""
        data = self._json()
        for name, value in self.fields.items():
            _plant(data, name, value)
        for name, pieces in self.pieces.items():
            if name == "sections":
                data[name] = [_section(part) for part in pieces.join(name)]
            elif name != "json":
                rows = [list(row) for part in pieces.join(name) for row in part]
                _plant(data, name, rows)
        data["id"] = identity
        return data

    def _json(self) -> dict[str, Any]:
        if "json" not in self.pieces:
            return {}
        text = "".join(self.pieces["json"].join("json"))
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadRequest("json", f"The JSON cannot be read: {error}.") from error
        if not isinstance(data, dict):
            raise BadRequest("json", "The JSON must be an object with the fields of a job.")
        return data


def spell(request: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A request dict as building messages (address, values without the id), none over 8 kB.

    BadRequest when it holds a field that only JSON can carry.
    """
    for name, value in _leaves(request):
        address = next((address for address, filled in LISTS.items() if filled == name), None)
        if address and not isinstance(value, str):
            if name == "sections":
                parts = [_rows(section) for section in value]
            else:
                stops = range(0, len(value), ROWS_PER_PIECE)
                parts = [value[at : at + ROWS_PER_PIECE] for at in stops]
            for piece, rows in enumerate(parts):
                yield address, {"piece": piece, "of": len(parts), "rows": rows}
        elif name in FIELDS:
            values = value if name in MANY else [value]
            yield "/ditto/job/set", {"field": name, "rows": [(each,) for each in values]}
        elif name != "id":
            raise BadRequest(name, f"{name} cannot be sent in small messages: send JSON.")


def text_pieces(text: str) -> list[str]:
    """A text in pieces that fit a packet; at least one."""
    return [text[at : at + TEXT_PIECE] for at in range(0, len(text), TEXT_PIECE)] or [""]


def _section(given: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A section of its rows (field, value)."""
    section: dict[str, Any] = {}
    for name, value in given:
        section[name] = [*section.get(name, ()), value] if name in MANY else value
    return section


def _rows(section: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Rows (field, value) of a section; a list is a row for each of its values."""
    both = ((name, value if name in MANY else [value]) for name, value in section.items())
    return [(name, one) for name, values in both for one in values if one is not None]


def _plant(data: dict[str, Any], name: str, value: Any) -> None:
    outer, _, inner = name.rpartition(".")
    if outer:
        if not isinstance(data.get(outer), dict):
            data[outer] = {}
        data[outer][inner] = value
    else:
        data[inner] = value


def _leaves(request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in request.items():
        if isinstance(value, Mapping):
            for inner, leaf in value.items():
                if leaf is not None:
                    yield f"{name}.{inner}", leaf
        elif value is not None:
            yield name, value
