"""The sections of a long form: each a number of bars with words and a level of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from ditto_daw.errors import BadRequest
from ditto_daw.music.curves import RANGES, Curve, Point
from ditto_daw.requests.fields import Fields, rows, shown
from ditto_daw.requests.parts import MOST_BARS
from ditto_daw.requests.prompt import asked_key, asked_roles, understand
from ditto_daw.requests.section_names import letters, read_line, read_name
from ditto_daw.units import plain
from ditto_daw.vocabulary import GENRES, MOODS

if TYPE_CHECKING:
    from ditto_daw.requests.request import Request

MOST_SECTIONS = 64
LEAST_BARS = 0.25


@dataclass(frozen=True)
class Section:
    """So many bars of a result, in its order; what is left out is as in the whole request.

    intensity: dB above or under the mean of the clip, or of the genre where there is none. letter:
    where it comes again, so do the levels and the chords of its first section.
    """

    bars: Fraction
    genre: str = ""
    mood: str = ""
    key: str = ""
    roles: tuple[str, ...] = ()
    prompt: str = ""
    intensity: float | None = None
    letter: str = ""

    @classmethod
    def from_dict(cls, data: Any, path: str) -> Section:
        """A section of a JSON object. Its name says what the fields beside it leave out."""
        fields = Fields(data, (*cls.__dataclass_fields__, "name"), path)
        named = read_name(fields.text("name", 500, ""))
        section = cls(
            bars=fields.fraction("bars", LEAST_BARS, MOST_BARS),
            genre=fields.choice("genre", GENRES, ""),
            mood=fields.choice("mood", MOODS, ""),
            key=asked_key(fields),
            roles=asked_roles(fields),
            prompt=fields.text("prompt", 500, named.prompt),
            intensity=fields.number("intensity", *RANGES["db"], named.intensity),
            letter=fields.text("letter", 1, "").strip().upper(),
        )
        if section.letter and not (section.letter.isascii() and section.letter.isalpha()):
            raise BadRequest(
                f"{path}.letter", f"{path}.letter is {shown(section.letter)}; write one of A to Z."
            )
        return section

    def to_dict(self) -> dict[str, Any]:
        told = {"genre": self.genre, "mood": self.mood, "key": self.key, "prompt": self.prompt}
        told |= {"letter": self.letter}
        return {
            "bars": plain(self.bars),
            **{name: text for name, text in told.items() if text},
            **({"roles": list(self.roles)} if self.roles else {}),
            **({} if self.intensity is None else {"intensity": self.intensity}),
        }


def sections_of(fields: Fields) -> tuple[Section, ...]:
    """The request's field, a list or one line; () where it is left out."""
    given = fields.get("sections", [])
    given = read_line(given) if isinstance(given, str) else given
    given = rows(given, "sections", MOST_SECTIONS)
    found = [Section.from_dict(one, f"sections[{number}]") for number, one in enumerate(given)]
    labels = [read_name(one.get("name") or "").label for one in given]
    own = letters(labels, [one.letter for one in found])
    return tuple(replace(one, letter=letter) for one, letter in zip(found, own, strict=True))


def bars_of(sections: Sequence[Section]) -> Fraction | None:
    """How long they are together; None without any."""
    return sum((one.bars for one in sections), Fraction(0)) if sections else None


def check_sections(request: Request) -> None:
    """The rules that join sections with other fields. BadRequest names the one at fault."""
    if not request.sections:
        return
    if request.kind != "clip" or request.use not in ("new", "continue"):
        raise BadRequest(
            "sections",
            f'A {request.kind} with use "{request.use}" has no sections: they divide a clip (kind'
            ' "clip") that is new or continued.',
        )
    if request.earlier is not None:
        raise BadRequest(
            "from", "An earlier latent is of one piece: leave from out, or the sections."
        )
    total = bars_of(request.sections)
    if request.samples is not None:
        _check_samples(request, request.samples)
    elif total != request.bars:
        raise BadRequest(
            "sections",
            f"The sections have {float(total or 0):g} bars in all and the result has"
            f" {float(request.bars or 0):g}: make them the same, or leave bars out.",
        )
    if request.curve is not None and any(one.intensity is not None for one in request.sections):
        raise BadRequest(
            "curve",
            "The intensity comes from the curve or from the sections, not from both: leave out the"
            " lane, or the sections' levels in dB.",
        )
    letters = [one.letter for one in request.sections]
    if any(letters) and request.structure:
        raise BadRequest(
            "structure", "The structure comes from structure or from the sections' letters."
        )


def _check_samples(request: Request, samples: int) -> None:
    """A host knows to the sample where its time ends, and bars to their nearest fraction only: the
    last section then ends with the samples. More than a quarter apart, they are not the same."""
    rate, origin = request.output.rate, request.position
    if rate is None:
        return
    end = request.tempo.bars(origin, bars_of(request.sections) or 0)
    meant = request.file_tempo.length(origin, end, rate)
    if abs(meant - samples) > request.file_tempo.length(end, end + 1, rate):
        raise BadRequest(
            "samples",
            f"The sections take {meant:,} samples at {rate} Hz and the result has {samples:,}: make"
            " them the same, or leave samples out.",
        )


def filled(section: Section) -> tuple[Section, tuple[str, ...]]:
    """The section with what its prompt says filled in, and the words that nobody knows."""
    said = understand(section.prompt)
    section = replace(
        section,
        genre=section.genre or said.genre,
        mood=section.mood or said.mood,
        key=section.key or said.key,
        roles=section.roles or said.roles,
    )
    return section, said.unknown


def lines(request: Request, origin: Fraction) -> tuple[Fraction, ...]:
    """Timeline quarters at which the sections begin, when the result begins at `origin`."""
    ends = accumulate((one.bars for one in request.sections[:-1]), initial=Fraction(0))
    return tuple(request.file_tempo.bars(origin, bars) for bars in ends)


def samples_of(request: Request, origin: Fraction, rate: int) -> tuple[int, ...]:
    """Samples of the result at which they begin."""
    return tuple(request.file_tempo.length(origin, line, rate) for line in lines(request, origin))


def worded(request: Request, section: Section) -> Request:
    """The request with the words of one of its sections."""
    return replace(
        request,
        genre=section.genre or request.genre,
        mood=section.mood or request.mood,
        key=section.key or request.key,
        roles=section.roles or request.roles,
    )


def under_lane(request: Request) -> Request:
    """The request whose sections' intensities are its curve: level, with steps at their lines."""
    if all(one.intensity is None for one in request.sections):
        return request
    points: list[Point] = []
    for line, section in zip(lines(request, request.position), request.sections, strict=True):
        points.append((float(line - request.position), section.intensity))
    sections = tuple(replace(one, intensity=None) for one in request.sections)
    return replace(request, sections=sections, curve=Curve(_stepped(points)))


def _stepped(points: Sequence[Point]) -> tuple[Point, ...]:
    """Values that hold until the next one begins; None asks for nothing until then."""
    found: list[Point] = []
    for place, value in points:
        if found and value is not None and found[-1][1] is not None:
            found.append((place, found[-1][1]))
        found.append((place, value))
    return tuple(found)
