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
        fields = Fields(data, cls.__dataclass_fields__, path)
        section = cls(
            bars=fields.fraction("bars", LEAST_BARS, MOST_BARS),
            genre=fields.choice("genre", GENRES, ""),
            mood=fields.choice("mood", MOODS, ""),
            key=asked_key(fields),
            roles=asked_roles(fields),
            prompt=fields.text("prompt", 500, ""),
            intensity=fields.number("intensity", *RANGES["db"], None),
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
    """The request's field; () where it is left out."""
    given = rows(fields.get("sections", []), "sections", MOST_SECTIONS)
    return tuple(Section.from_dict(one, f"sections[{number}]") for number, one in enumerate(given))


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
    if request.samples is not None:
        raise BadRequest("samples", "Sections count bars: leave samples out, or the sections.")
    total = bars_of(request.sections)
    if total != request.bars:
        raise BadRequest(
            "sections",
            f"The sections have {float(total or 0):g} bars in all and the result has"
            f" {float(request.bars or 0):g}: make them the same, or leave bars out.",
        )
    if request.curve is not None and any(one.intensity is not None for one in request.sections):
        raise BadRequest(
            "curve", "The intensity comes from the curve or from the sections, not from both."
        )
    letters = [one.letter for one in request.sections]
    if any(letters) and request.structure:
        raise BadRequest(
            "structure", "The structure comes from structure or from the sections' letters."
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
