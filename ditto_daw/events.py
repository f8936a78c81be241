"""What a render yields, and what travels from the worker to the server as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Progress:
    """One step of work is about to be done.

    Attributes:
        stage: a short name, such as "loading", "optimising", "vocoding".
        step: steps done in this stage, 0..of.
        of: steps in this stage, at least 1.
        losses: loss per objective, by the name of its control.
        seconds_left: time until done, seconds; None while unknown.
    """

    stage: str
    step: int
    of: int
    losses: dict[str, float] = field(default_factory=dict)
    seconds_left: float | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"event": "progress", **asdict(self)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Progress:
        return cls(**_fields(data))


@dataclass(frozen=True)
class Preview:
    """The best result so far, audible while the render goes on.

    `asset` is "asset:<sha256>" when the file can be got over TCP; the worker fills it in.
    """

    path: str
    losses: dict[str, float] = field(default_factory=dict)
    asset: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"event": "preview", **asdict(self)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Preview:
        return cls(**_fields(data))


@dataclass(frozen=True)
class Take:
    """One finished variation.

    Attributes:
        path: absolute path of the WAV.
        samples: its exact length in samples per channel, at `rate` Hz.
        rate: sample rate, Hz.
        seed: the seed that renders it again.
        figures: achieved against target, by name; JSON values only.
        latent: absolute path of the optimised latent, or None.
        asset: "asset:<sha256>" when the file can be got over TCP; the worker fills it in.
    """

    path: str
    samples: int
    rate: int
    seed: int
    figures: dict[str, Any] = field(default_factory=dict)
    latent: str | None = None
    asset: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Take:
        return cls(**data)


@dataclass(frozen=True)
class Block:
    """A stretch of a long take that can be heard while the rest is rendered.

    Put one after the other, a take's blocks are the take, sample for sample.

    Attributes:
        take: number of the variation, from 0.
        number, of: which block of the take it is, from 0, and of how many.
        path: a WAV.
        begin, end: samples [begin, end) of the take, at `rate` Hz.
        asset: "asset:<sha256>" when the file can be got over TCP; the worker fills it in.
    """

    take: int
    number: int
    of: int
    path: str
    begin: int
    end: int
    rate: int
    asset: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"event": "block", **asdict(self)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Block:
        return cls(**_fields(data))


@dataclass(frozen=True)
class Ready:
    """One variation is on the disk, before the others; Done tells of it again."""

    number: int
    take: Take

    def to_dict(self) -> dict[str, Any]:
        return {"event": "take", "number": self.number, "take": self.take.to_dict()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Ready:
        return cls(data["number"], Take.from_dict(data["take"]))


@dataclass(frozen=True)
class Done:
    """The render is complete; always the last event."""

    takes: tuple[Take, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"event": "done", "takes": [take.to_dict() for take in self.takes]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Done:
        return cls(tuple(Take.from_dict(take) for take in data["takes"]))


Event = Progress | Preview | Block | Ready | Done

_EVENTS: dict[str, type[Progress] | type[Preview] | type[Block] | type[Ready] | type[Done]] = {
    "progress": Progress,
    "preview": Preview,
    "block": Block,
    "take": Ready,
    "done": Done,
}


@dataclass
class Wish:
    """What its owner asks of a render under way.

    keep: go no further than the best so far.
    """

    keep: bool = False


def event_from_dict(data: dict[str, Any]) -> Event:
    """The event that `to_dict` wrote. KeyError for an unknown name."""
    return _EVENTS[data["event"]].from_dict(data)


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "event"}
