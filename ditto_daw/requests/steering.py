"""What a request steers by beside its curve and its notes: a recording to follow, a structure, a
groove, and how the objectives are weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from ditto_daw.errors import BadRequest
from ditto_daw.requests.fields import Fields, choice, rows, shown
from ditto_daw.requests.parts import MOST_SECONDS, path_of
from ditto_daw.units import plain
from ditto_daw.vocabulary import FEATURES, GENRES, ROLES

if TYPE_CHECKING:
    from ditto_daw.requests.request import Request

ACCOMPANY = ("harmony", "groove")
"""What is followed of a recording where nothing else is said: it is accompanied."""
MOST_PARTS = 32
MOST_WEIGHT = 1000.0
CONTROLS = tuple(
    sorted(
        module.name
        for module in iter_modules([str(Path(__file__).parents[1] / "controls")])
        if module.name != "base"
    )
)
"""The controls by name, read from the names of their files: this floor does without torch."""


@dataclass(frozen=True)
class Follow:
    """A region of a recording whose features become targets.

    path: a full path or "asset:" + SHA-256. start, end: seconds in the file. position: the quarter
    of the timeline at which the region begins; None where the result begins. rate: how many times
    as fast the host plays it. features: of FEATURES, in their order.
    """

    path: str
    start: Fraction = Fraction(0)
    end: Fraction | None = None
    position: Fraction | None = None
    rate: Fraction = Fraction(1)
    features: tuple[str, ...] = ACCOMPANY

    @classmethod
    def from_dict(cls, data: Any) -> Follow:
        names = ("path", "start", "end", "position", "rate", "features")
        fields = Fields(data, names, "follow")
        given = rows(fields.get("features", ACCOMPANY), "follow.features", 16)
        named = {choice(one, f"follow.features[{i}]", FEATURES) for i, one in enumerate(given)}
        if not named:
            raise BadRequest(
                "follow.features",
                f"Say what to follow of the recording, one or more of: {', '.join(FEATURES)}.",
            )
        follow = cls(
            path_of(fields),
            fields.fraction("start", 0, MOST_SECONDS, Fraction(0)),
            fields.fraction("end", 0, MOST_SECONDS, None),
            fields.fraction("position", -1e6, 1e6, None),
            fields.fraction("rate", 0.25, 4, Fraction(1)),
            tuple(feature for feature in FEATURES if feature in named),
        )
        if follow.end is not None and follow.end <= follow.start:
            raise BadRequest("follow.end", "The recording to follow must end after its start.")
        return follow

    def to_dict(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "start": plain(self.start),
            "end": None if self.end is None else plain(self.end),
            "position": None if self.position is None else plain(self.position),
            "rate": plain(self.rate),
            "features": list(self.features),
        }


def pattern_of(fields: Fields) -> str:
    """The structure asked for, as capital letters, one for each of its equal parts; "" for none."""
    text = "".join(str(fields.text("structure", 200, "")).split()).upper()
    plain_letters = text.isascii() and text.isalpha() and len(text) <= MOST_PARTS
    if text and not (plain_letters and len(set(text)) > 1):
        raise BadRequest(
            "structure",
            f"structure is {shown(text)}; write a letter for each of 2 to {MOST_PARTS} equal parts,"
            ' the same where they shall sound alike, and at least two different ones: "AABA".',
        )
    return text


def weights_of(fields: Fields) -> tuple[tuple[str, float], ...]:
    """The weights of the objectives that the request names itself, in the order of CONTROLS."""
    given = Fields(fields.get("weights", {}), CONTROLS, "weights")
    found = {name: given.number(name, 0, MOST_WEIGHT, None) for name in CONTROLS}
    return tuple((name, value) for name, value in found.items() if value is not None)


def accompanies(request: Request) -> bool:
    """Whether the result is to go with music that is there: a recording that is followed in its
    harmony, or a MIDI clip of chords without a melody."""
    if request.follow is not None and "harmony" in request.follow.features:
        return True
    return request.midi is not None and request.harmony and request.melody == "none"


SPARED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(GENRES, ()),
    **dict.fromkeys(("hiphop", "lofi", "rock", "funk", "jazz"), ("pad",)),
    "ambient": ("drums",),
}
"""Roles that most music of a genre does without."""


def roles_of(request: Request) -> tuple[str, ...]:
    """What plays; () for whatever the model likes. Unless it is asked for, an accompaniment leaves
    the lead to others, and new music of a genre, or what is made of its latent, has all the roles
    that the genre needs."""
    if request.roles:
        return request.roles
    if accompanies(request):
        return tuple(role for role in ROLES if role != "lead")
    spared = SPARED.get(request.genre)
    new = request.use == "new" or request.earlier is not None
    if not new or spared is None:
        return ()
    return tuple(role for role in ROLES if role not in spared)


def check_steering(request: Request) -> None:
    """Every feature has one target. BadRequest names the field that gives the second."""
    midi, groove = request.midi is not None, request.groove
    if groove == "midi" and not midi:
        raise BadRequest(
            "groove", 'The groove is to be the MIDI clip\'s: give midi, or choose "grid".'
        )
    taken: Mapping[str, tuple[bool, str]] = {
        "intensity": (request.curve is not None, "leave the curve out"),
        "melody": (midi and request.melody != "none", 'set melody to "none"'),
        "harmony": (midi and request.harmony, "switch harmony off"),
        "structure": (bool(request.structure), "leave structure out"),
        "groove": (bool(groove), "leave groove out"),
    }
    for feature in request.follow.features if request.follow else ():
        given, remedy = taken[feature]
        if given:
            raise BadRequest(
                "follow.features",
                f"The job has another target for {feature} already: {remedy}, or take {feature}"
                " out of follow.features.",
            )
