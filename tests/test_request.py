"""The typed request: round trips, defaults, exact lengths, and the prompt behind the fields."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ditto_daw.errors import BadRequest
from ditto_daw.requests.parts import Output
from ditto_daw.requests.request import NAMES, Request
from ditto_daw.requests.uses import LOOPINGS, MASKED, SIDES, USES_OF
from ditto_daw.units import TempoMap
from ditto_daw.vocabulary import GENRES, KEYS, KINDS, METERS, MOODS, ROLES

NEW = {"id": "job-1", "bars": 4}
CLIP = {"path": "/music/a loop.wav", "start": 0.5, "end": 4.5, "position": 16}

quarters = st.fractions(-100, 100, max_denominator=1920)
tempos = st.lists(
    st.tuples(st.integers(0, 200), st.floats(20, 400)),
    min_size=1,
    max_size=6,
    unique_by=lambda t: t[0],
)
meters = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from(METERS)), max_size=6, unique_by=lambda t: t[0]
)


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Any valid request as JSON."""
    kind = draw(st.sampled_from(KINDS))
    use = draw(st.sampled_from(USES_OF[kind]))
    data: dict[str, Any] = {
        "id": draw(st.from_regex(r"\A[a-z0-9][a-z0-9._:-]{0,20}\Z")),
        "use": use,
        "kind": kind,
        "position": str(draw(quarters)),
        "tempo": {
            "tempos": [list(entry) for entry in draw(tempos)],
            "meters": [[at, *meter] for at, meter in draw(meters)],
        },
        "genre": draw(st.sampled_from(["", *GENRES])),
        "mood": draw(st.sampled_from(["", *MOODS])),
        "key": draw(st.sampled_from(["", *KEYS])),
        "roles": draw(st.lists(st.sampled_from(ROLES), max_size=5)),
        "seed": draw(st.none() | st.integers(0, 2**32 - 1)),
        "variations": draw(st.integers(1, 8)),
        "strength": draw(st.floats(0, 1)),
        "iterations": draw(st.none() | st.integers(0, 500)),
        "harmony": draw(st.booleans()),
        "output": {"rate": draw(st.sampled_from([None, 44100, 48000, 96000])), "depth": 24}
        | {"channels": draw(st.sampled_from([None, 1, 2]))},
    }
    if use != "new" or draw(st.booleans()):
        start = draw(st.fractions(0, 100, max_denominator=96000))
        data["source"] = {"path": "/a b/ü.wav", "start": str(start), "end": float(start) + 1.5}
        data["source"]["rate"] = draw(st.floats(0.25, 4))
    if use == "redo":
        start, end = draw(st.lists(st.integers(0, 64), min_size=2, max_size=2, unique=True))
        start, end = sorted((start, end)) if kind == "clip" else (start, end)
        data["redo"] = {"start": start, "end": f"{end}/1"}
    if use == "fill":
        data["next"] = {"path": "/c.wav", "start": "1/3", "end": draw(st.floats(1, 9))}
    if use == "continue":
        data["side"] = draw(st.sampled_from(SIDES))
    if kind == "clip":
        data["overlap"] = draw(st.none() | st.fractions(1, 8, max_denominator=960))
    if kind == "loop" and use in MASKED:
        data["loop_by"] = draw(st.sampled_from(LOOPINGS))
    if data.get("loop_by") != "mask" and draw(st.booleans()):
        earlier = {"job": "draft-1", "take": draw(st.integers(0, 7))}
        data["from"] = draw(st.sampled_from([earlier, {"path": "/takes/one.wav"}]))
        data["amount"] = draw(st.none() | st.floats(0, 1))
        if use == "vary":
            del data["source"]
    elif use == "vary":
        data["amount"] = draw(st.floats(0, 1))
    if use in ("new", "extend", "continue", "fill"):
        key = draw(st.sampled_from(["bars", "samples"]))
        data[key] = draw(st.floats(0.25, 1000)) if key == "bars" else draw(st.integers(1, 10**6))
    if draw(st.booleans()):
        data["midi"] = {"notes": [[0, 1, draw(st.integers(0, 127))]]}
    if draw(st.booleans()):
        data["curve"] = {"points": [[draw(st.floats(-8, 8)), draw(st.floats(-15, 15))]]}
    return data


@settings(max_examples=60)
@given(requests())
def test_a_request_goes_round_through_its_json_form(data: dict[str, Any]) -> None:
    request = Request.from_dict(data)
    again = request.to_dict()
    assert Request.from_dict(again) == request
    assert Request.from_dict(again).to_dict() == again


def test_the_json_form_has_every_field_and_survives_json() -> None:
    request = Request.from_dict(NEW)
    data = json.loads(json.dumps(request.to_dict(), allow_nan=False))
    assert set(data) == set(NAMES)
    assert Request.from_dict(data) == request


def test_defaults() -> None:
    request = Request.from_dict({**NEW, "source": CLIP})
    assert (request.kind, request.use, request.position) == ("loop", "new", 16)
    assert (request.seed, request.variations, request.strength) == (None, 1, 1.0)
    assert request.tempo == TempoMap()
    assert request.output == Output()


def test_floats_count_as_integers_where_they_are_whole() -> None:
    request = Request.from_dict({**NEW, "bars": 4.0, "seed": 7.0, "variations": 2.0})
    assert (request.seed, request.variations) == (7, 2)
    assert isinstance(request.seed, int)


@pytest.mark.parametrize(
    ("extra", "rate", "source", "samples"),
    [
        ({"bars": 4}, 44100, 0, 8 * 44100),
        ({"bars": 4, "tempo": 127.3}, 48000, 0, 361_980),
        ({"bars": 1, "tempo": {"tempos": [[0, 60], [2, 120]]}}, 44100, 0, 3 * 44100),
        ({"bars": 1, "tempo": {"meters": [[0, 7, 8]]}}, 96000, 0, 168_000),
        ({"bars": None, "samples": 12345}, 48000, 0, 12345),
        ({"use": "repair", "source": CLIP, "bars": None}, 48000, 4 * 48000, 4 * 48000),
        ({"use": "redo", "redo": {"start": 1, "end": 2}, "source": CLIP, "bars": None}, 9, 7, 7),
        ({"use": "vary", "source": CLIP, "bars": None}, 48000, 4 * 48000, 4 * 48000),
        ({"use": "extend", "source": CLIP, "bars": None}, 44100, 1000, 2000),
        ({"use": "extend", "source": CLIP, "bars": 8}, 44100, 1000, 16 * 44100),
        ({"source": {**CLIP, "rate": 2}, "bars": 4}, 44100, 0, 16 * 44100),
        ({"source": {**CLIP, "rate": "1/2"}, "bars": 4}, 44100, 0, 4 * 44100),
    ],
)
def test_lengths_in_samples(extra: dict[str, Any], rate: int, source: int, samples: int) -> None:
    request = Request.from_dict({**NEW, **extra})
    assert request.length(rate, source) == samples


def test_an_extension_must_be_longer_than_its_clip() -> None:
    request = Request.from_dict({"id": "a", "use": "extend", "source": CLIP, "bars": 2})
    with pytest.raises(BadRequest, match="more bars than the clip") as caught:
        request.length(44100, 4 * 44100)
    assert caught.value.argument == "bars"


def test_the_prompt_fills_what_the_fields_leave_open() -> None:
    request = Request.from_dict({**NEW, "prompt": "dark techno drums, theremin", "mood": "calm"})
    filled, said = request.with_prompt()
    assert (filled.genre, filled.mood, filled.roles) == ("techno", "calm", ("drums",))
    assert said.unknown == ("theremin",)
    assert request.genre == ""


def test_roles_and_keys_are_canonical() -> None:
    request = Request.from_dict({**NEW, "roles": ["Pad", "drums", "pad"], "key": "Db Major"})
    assert request.roles == ("drums", "pad")
    assert request.key == "C# major"
    assert Request.from_dict({**NEW, "genre": "Drum And Bass"}).genre == "drum and bass"


def test_positions_are_exact() -> None:
    request = Request.from_dict({**NEW, "position": "1/3", "bars": 0.3333333333333333})
    assert request.position == request.bars == Fraction(1, 3)


@pytest.mark.parametrize(
    ("extra", "argument"),
    [
        ({"from": {}}, "from"),
        ({"from": {"job": "a", "path": "/b.wav"}}, "from"),
        ({"from": {"job": "a", "take": 8}}, "from.take"),
        ({"from": {"job": ""}}, "from.job"),
        ({"from": {"path": "asset:12"}}, "from.path"),
        ({"from": {"job": "a", "seed": 3}}, "from.seed"),
        ({"redo": {"start": 1, "end": 2}}, "use"),
        ({"use": "redo", "source": CLIP, "bars": None}, "redo"),
        ({"use": "redo", "source": CLIP, "redo": {"start": 1, "end": 2}}, "bars"),
        ({"use": "redo", "redo": {"start": 1, "end": 2}, "bars": None}, "source"),
        ({"use": "redo", "source": CLIP, "redo": {"start": 1, "end": 1}}, "redo.end"),
        ({"use": "redo", "source": CLIP, "redo": {"start": 1}}, "redo.end"),
        ({"use": "redo", "source": CLIP, "redo": {"start": -1, "end": 1}}, "redo.start"),
        ({"amount": 0.3}, "amount"),
        ({"from": {"job": "a"}, "amount": 1.1}, "amount"),
        ({"use": "vary", "bars": None}, "source"),
        ({"use": "vary", "source": CLIP}, "bars"),
        ({"use": "vary", "source": CLIP, "from": {"job": "a"}, "bars": None}, "from"),
        ({"use": "vary", "kind": "draft", "source": CLIP, "bars": None}, "use"),
    ],
)
def test_what_makes_no_sense_of_an_earlier_result_is_refused(
    extra: dict[str, Any], argument: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        Request.from_dict({**NEW, **extra})
    assert refused.value.argument == argument
