"""The request: what a producer asks for, checked once and then trusted everywhere.

Its canonical form is one JSON object; the small OSC messages fill the same one field by field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from ditto_daw.errors import BadRequest
from ditto_daw.music.curves import Curve
from ditto_daw.music.notes import check_melody
from ditto_daw.requests.fields import Fields, shown
from ditto_daw.requests.parts import MOST_BARS, MOST_VARIATIONS, Earlier, Midi, Output, Redo, Source
from ditto_daw.requests.prompt import Understood, asked_key, asked_roles, understand
from ditto_daw.requests.sections import Section, bars_of, check_sections, filled, sections_of
from ditto_daw.requests.steering import Follow, check_steering, pattern_of, weights_of
from ditto_daw.requests.timeline import tempo_from_json, tempo_to_dict
from ditto_daw.requests.uses import GROWING, LOOPINGS, SIDES, Next, check_use
from ditto_daw.units import TempoMap, plain
from ditto_daw.vocabulary import (
    BALANCES,
    GENRES,
    GROOVES,
    INTENSITY_LOSSES,
    KINDS,
    METHODS,
    MOODS,
    USES,
)

MOST_SAMPLES = 600 * 96_000
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


@dataclass(frozen=True)
class Request:
    """One job. Fields as in `docs/osc.md`; build it with `from_dict`, which checks everything.

    `earlier` is "from" in JSON and `following` is "next": both words are Python's own.
    """

    id: str
    kind: str = "loop"
    use: str = "new"
    earlier: Earlier | None = None
    source: Source | None = None
    position: Fraction = Fraction(0)
    bars: Fraction | None = None
    samples: int | None = None
    tempo: TempoMap = field(default_factory=TempoMap)
    midi: Midi | None = None
    melody: str = "top"
    harmony: bool = True
    curve: Curve | None = None
    intensity_loss: str = "db"
    follow: Follow | None = None
    sections: tuple[Section, ...] = ()
    structure: str = ""
    groove: str = ""
    weights: tuple[tuple[str, float], ...] = ()
    balance: str = "paper"
    genre: str = ""
    mood: str = ""
    key: str = ""
    roles: tuple[str, ...] = ()
    prompt: str = ""
    seed: int | None = None
    variations: int = 1
    method: str = "ditto"
    model: str = ""
    preset: str = "default"
    iterations: int | None = None
    strength: float = 1.0
    amount: float | None = None
    repair_beats: Fraction = Fraction(4)
    redo: Redo | None = None
    following: Next | None = None
    side: str = "after"
    overlap: Fraction | None = None
    loop_by: str = "circular"
    output: Output = field(default_factory=Output)

    @classmethod
    def from_dict(cls, data: Any) -> Request:
        """The request that a JSON object describes. Raises BadRequest naming field and range."""
        fields = Fields(data, NAMES)
        job = fields.text("id", 64)
        if not _ID.fullmatch(job):
            raise BadRequest(
                "id", f"The id {shown(job)} must be 1 to 64 letters, digits or . _ : - ."
            )
        source = fields.get("source")
        source = None if source is None else Source.from_dict(source)
        start = source.position if source else Fraction(0)
        midi, curve, output = fields.get("midi"), fields.get("curve"), fields.get("output")
        earlier, redo, follow = fields.get("from"), fields.get("redo"), fields.get("follow")
        following, sections = fields.get("next"), sections_of(fields)
        bars = bars_of(sections) if fields.get("samples") is None else None
        request = cls(
            id=job,
            kind=fields.choice("kind", KINDS, "loop"),
            use=fields.choice("use", USES, "new"),
            earlier=None if earlier is None else Earlier.from_dict(earlier),
            source=source,
            position=fields.fraction("position", -1e6, 1e6, start),
            bars=fields.fraction("bars", 0, MOST_BARS, bars),
            samples=fields.whole("samples", 1, MOST_SAMPLES, None),
            tempo=tempo_from_json(fields.get("tempo", {})),
            midi=None if midi is None else Midi.from_dict(midi),
            melody=check_melody(fields.get("melody", "top")),
            harmony=fields.flag("harmony", True),
            curve=None if curve is None else Curve.from_dict(curve),
            intensity_loss=fields.choice("intensity_loss", INTENSITY_LOSSES, "db"),
            follow=None if follow is None else Follow.from_dict(follow),
            sections=sections,
            structure=pattern_of(fields),
            groove=fields.choice("groove", GROOVES, ""),
            weights=weights_of(fields),
            balance=fields.choice("balance", BALANCES, "paper"),
            genre=fields.choice("genre", GENRES, ""),
            mood=fields.choice("mood", MOODS, ""),
            key=asked_key(fields),
            roles=asked_roles(fields),
            prompt=fields.text("prompt", 500, ""),
            seed=fields.whole("seed", 0, 2**32 - 1, None),
            variations=fields.whole("variations", 1, MOST_VARIATIONS, 1),
            method=fields.choice("method", METHODS, "ditto"),
            model=fields.text("model", 200, "").strip(),
            preset=fields.text("preset", 40, "default"),
            iterations=fields.whole("iterations", 0, 500, None),
            strength=fields.number("strength", 0, 1, 1.0),
            amount=fields.number("amount", 0, 1, None),
            repair_beats=fields.fraction("repair_beats", 0.25, 64, Fraction(4)),
            redo=None if redo is None else Redo.from_dict(redo),
            following=None if following is None else Next.from_dict(following),
            side=fields.choice("side", SIDES, "after"),
            overlap=fields.fraction("overlap", 0.25, 64, None),
            loop_by=fields.choice("loop_by", LOOPINGS, "circular"),
            output=Output() if output is None else Output.from_dict(output),
        )
        _check_together(request)
        return request

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; `from_dict` takes it back to an equal request."""
        return {
            "id": self.id,
            "kind": self.kind,
            "use": self.use,
            "from": self.earlier and self.earlier.to_dict(),
            "source": self.source and self.source.to_dict(),
            "position": plain(self.position),
            "bars": None if self.bars is None else plain(self.bars),
            "samples": self.samples,
            "tempo": tempo_to_dict(self.tempo),
            "midi": self.midi and self.midi.to_dict(),
            "melody": self.melody,
            "harmony": self.harmony,
            "curve": self.curve and self.curve.to_dict(),
            "intensity_loss": self.intensity_loss,
            "follow": self.follow and self.follow.to_dict(),
            "sections": [section.to_dict() for section in self.sections],
            "structure": self.structure,
            "groove": self.groove,
            "weights": dict(self.weights),
            "balance": self.balance,
            "genre": self.genre,
            "mood": self.mood,
            "key": self.key,
            "roles": list(self.roles),
            "prompt": self.prompt,
            "seed": self.seed,
            "variations": self.variations,
            "method": self.method,
            "model": self.model,
            "preset": self.preset,
            "iterations": self.iterations,
            "strength": self.strength,
            "amount": self.amount,
            "repair_beats": plain(self.repair_beats),
            "redo": self.redo and self.redo.to_dict(),
            "next": self.following and self.following.to_dict(),
            "side": self.side,
            "overlap": None if self.overlap is None else plain(self.overlap),
            "loop_by": self.loop_by,
            "output": self.output.to_dict(),
        }

    @property
    def file_tempo(self) -> TempoMap:
        """The tempo map in the file's own time: the host's rate applies to the result later."""
        return self.tempo.slower(self.source.rate) if self.source else self.tempo

    def length(self, rate: int, source_samples: int = 0) -> int:
        """Samples of the result at `rate`, exactly.

        source_samples: the source region's length at that rate; it is the answer for a repair or
        a redo, twice it where it grows and no length is stated, and the least where it grows.
        """
        if self.samples is not None:
            wanted = self.samples
        elif self.bars is not None:
            end = self.tempo.bars(self.position, self.bars)
            wanted = self.file_tempo.length(self.position, end, rate)
        else:
            wanted = source_samples * (2 if self.use in GROWING else 1)
        if self.use in GROWING and wanted <= source_samples:
            raise BadRequest(
                "bars" if self.samples is None else "samples",
                f"The result would be {wanted / rate:.2f} s long and the clip already"
                f" is {source_samples / rate:.2f} s; ask for more bars than the clip has.",
            )
        return wanted

    def with_prompt(self) -> tuple[Request, Understood]:
        """The request with what its prompt lines say filled in where fields are empty."""
        said = understand(self.prompt)
        sections = [filled(section) for section in self.sections]
        request = replace(
            self,
            genre=self.genre or said.genre,
            mood=self.mood or said.mood,
            key=self.key or said.key,
            roles=self.roles or said.roles,
            sections=tuple(section for section, _ in sections),
        )
        unknown = dict.fromkeys(word for _, words in sections for word in words)
        return request, replace(said, unknown=(*said.unknown, *unknown))


_IN_JSON = {"earlier": "from", "following": "next"}
NAMES = tuple(_IN_JSON.get(name, name) for name in Request.__dataclass_fields__)
"""The fields of a request in JSON."""


def _check_together(request: Request) -> None:
    """The rules that join several fields."""
    lengths = [name for name in ("bars", "samples") if getattr(request, name) is not None]
    if request.bars == 0:
        raise BadRequest("bars", f"bars is 0; ask for more than 0 and at most {MOST_BARS} bars.")
    if len(lengths) == 2:
        raise BadRequest("samples", "Give the length in bars or in samples, not in both.")
    check_sections(request)
    check_use(request)
    if request.use != "vary" and request.amount is not None and request.earlier is None:
        raise BadRequest(
            "amount",
            'amount says how far to go from a clip or an earlier result: give use "vary" and a'
            " source, or from.",
        )
    check_steering(request)
