"""Every bad request gets one error: its code, the argument at fault, and a sentence."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ditto_daw.errors import DittoError
from ditto_daw.requests.request import Request

GOOD: dict[str, Any] = {"id": "job", "bars": 4}
CLIP = {"path": "/clip.wav"}
NESTED: dict[str, dict[str, Any]] = {
    "source": CLIP,
    "midi": {"path": "/clip.mid"},
    "curve": {"points": [[0, 0]]},
    "tempo": {"tempos": [[0, 120]], "meters": [[0, 4, 4]]},
    "output": {"folder": "/out"},
}
NAN = math.nan

CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"id": None}, "id", "missing"),
    ({"id": ""}, "id", "empty"),
    ({"id": "no spaces"}, "id", "letters, digits"),
    ({"id": "x" * 65}, "id", "64 characters"),
    ({"id": 7}, "id", "must be text"),
    ({"tmepo": 120}, "tmepo", "its fields are"),
    ({"kind": "song"}, "kind", "draft, loop"),
    ({"use": "remix"}, "use", "new, extend, repair"),
    ({"use": "extend"}, "source", "which clip"),
    ({"use": "repair", "source": CLIP}, "bars", "keeps its clip's length"),
    ({"kind": "draft", "use": "extend", "source": CLIP}, "use", "draft is always new"),
    ({"bars": None}, "bars", "how long"),
    ({"bars": 0}, "bars", "more than 0"),
    ({"bars": -4}, "bars", "0 to 1000"),
    ({"bars": 1001}, "bars", "0 to 1000"),
    ({"bars": NAN}, "bars", "finite"),
    ({"bars": "four"}, "bars", "3/2"),
    ({"bars": True}, "bars", "must be a number"),
    ({"samples": 1000}, "samples", "not in both"),
    ({"bars": None, "samples": 0}, "samples", "must lie in"),
    ({"bars": None, "samples": 0.5}, "samples", "whole number"),
    ({"source": "/clip.wav"}, "source", "object with fields"),
    ({"source": {}}, "source.path", "missing"),
    ({"source": {"path": "asset:1234"}}, "source.path", "64 hex digits"),
    ({"source": {"path": "/a\x00b"}}, "source.path", "one line"),
    ({"source": {**CLIP, "start": -1}}, "source.start", "must lie in"),
    ({"source": {**CLIP, "start": 2, "end": 2}}, "source.end", "not after its start"),
    ({"source": {**CLIP, "rate": 0}}, "source.rate", "0.25 to 4"),
    ({"source": {**CLIP, "position": math.inf}}, "source.position", "finite"),
    ({"tempo": 0}, "tempo.tempos[0]", "20 to 400"),
    ({"tempo": -120}, "tempo.tempos[0]", "20 to 400"),
    ({"tempo": NAN}, "tempo.tempos[0]", "finite"),
    ({"tempo": {"tempos": [[0, 120], [4, 0]]}}, "tempo.tempos[1]", "20 to 400"),
    ({"tempo": {"tempos": [[0]]}}, "tempo.tempos[0]", "quarters per minute"),
    ({"tempo": {"tempos": [[0, 120], [0, 90]]}}, "tempo.tempos", "two different"),
    ({"tempo": {"meters": [[0, 4]]}}, "tempo.meters[0]", "numerator"),
    ({"tempo": {"meters": [[0, 4, 3]]}}, "tempo.meters", "4/3"),
    ({"tempo": {"meters": [[0, 0, 4]]}}, "tempo.meters[0]", "1 to 64"),
    ({"midi": {}}, "midi", "one of the two"),
    ({"midi": {"path": "/a.mid", "notes": []}}, "midi", "one of the two"),
    ({"midi": {"notes": [[0, 1, 200]]}}, "midi.notes[0].pitch", "0 to 127"),
    ({"melody": "bottom"}, "melody", "channel:N"),
    ({"harmony": "yes"}, "harmony", "true or false"),
    ({"curve": {}}, "curve.points", "must be a list"),
    ({"curve": {"points": [[0, 0], [1, NAN]]}}, "curve.points[1]", "finite"),
    ({"genre": "polka"}, "genre", "no genre .polka.; choose one of: house"),
    ({"mood": "hungry"}, "mood", "choose one of: bright"),
    ({"key": "H minor"}, "key", "choose one of: C major"),
    ({"roles": "drums"}, "roles", "must be a list"),
    ({"roles": ["drums", "kazoo"]}, "roles[1]", "choose one of: drums"),
    ({"prompt": "x" * 501}, "prompt", "500 characters"),
    ({"seed": -1}, "seed", "must lie in"),
    ({"seed": 2**32}, "seed", "must lie in"),
    ({"seed": 1e300}, "seed", "finite"),
    ({"seed": 10**400}, "seed", "finite"),
    ({"variations": 0}, "variations", "1 to 8"),
    ({"variations": 9}, "variations", "1 to 8"),
    ({"iterations": 501}, "iterations", "0 to 500"),
    ({"strength": 1.1}, "strength", "0 to 1"),
    ({"repair_beats": 0}, "repair_beats", "0.25 to 64"),
    ({"output": {"rate": 22050}}, "output.rate", "44100, 48000, 96000"),
    ({"output": {"depth": 8}}, "output.depth", "16, 24, 32"),
    ({"output": {"file": "/x"}}, "output.file", "folder, rate, depth"),
]


@pytest.mark.parametrize(("change", "argument", "words"), CASES)
def test_a_bad_request_is_refused_by_name(
    change: dict[str, Any], argument: str, words: str
) -> None:
    with pytest.raises(DittoError, match=words) as caught:
        Request.from_dict({**GOOD, **change})
    assert caught.value.code == "bad_value"
    assert caught.value.argument == argument
    assert caught.value.message.endswith(".")


WRONG = st.sampled_from([None, True, -1, 2.5, NAN, math.inf, 10**400, "", "words", "1/0", b"x"])
WRONG = WRONG | st.sampled_from([[], [[]], [None], [[None, None]], {}, {"": 1}, [[0, "a", {}]]])


@pytest.mark.parametrize("data", [None, 3, "text", [], [["id", "a"]]])
def test_what_is_no_object_is_refused(data: Any) -> None:
    with pytest.raises(DittoError, match="object with fields"):
        Request.from_dict(data)


def refusal(data: Any) -> DittoError | None:
    """The error of a bad request; None for a good one, which must then go round."""
    try:
        request = Request.from_dict(data)
    except DittoError as error:
        return error
    assert Request.from_dict(request.to_dict()) == request
    return None


@settings(max_examples=400)
@given(st.sampled_from(sorted(Request.__dataclass_fields__)), WRONG)
def test_every_field_of_every_wrong_type_ends_in_a_sentence(name: str, value: Any) -> None:
    error = refusal({**GOOD, name: value})
    if error:
        assert error.argument
        assert error.message.endswith(".")


@settings(max_examples=400)
@given(st.sampled_from(sorted(NESTED)), st.data(), WRONG)
def test_every_nested_field_of_every_wrong_type_ends_in_a_sentence(
    part: str, data: st.DataObject, value: Any
) -> None:
    field = data.draw(st.sampled_from([*NESTED[part], "start", "end", "rate", "unit", "notes"]))
    error = refusal({**GOOD, part: {**NESTED[part], field: value}})
    if error:
        assert error.argument.split(".")[0].split("[")[0] == part
        assert error.message.endswith(".")
