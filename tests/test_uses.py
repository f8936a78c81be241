"""Which kind has which use, and what is refused by name."""

import pytest

from ditto_daw.errors import BadRequest
from ditto_daw.requests.request import Request
from ditto_daw.requests.uses import USES_OF
from ditto_daw.vocabulary import KINDS, USES

CLIP = {"path": "/music/verse.wav", "start": 0, "end": 4, "position": 16}
NEXT = {"path": "/music/chorus.wav", "start": 1, "end": 3}
CONTINUE = {"kind": "clip", "use": "continue", "source": CLIP, "bars": 8}
FILL = {"kind": "clip", "use": "fill", "source": CLIP, "next": NEXT, "bars": 8}
REDO = {"kind": "clip", "use": "redo", "source": CLIP, "redo": {"start": 1, "end": 2}}


def asked(fields):
    return Request.from_dict({"id": "a", **fields})


def test_every_kind_and_every_use_is_there():
    assert tuple(USES_OF) == KINDS
    assert {use for uses in USES_OF.values() for use in uses} == set(USES)


def test_a_clip_may_be_continued_filled_and_re_made():
    after, fill, redo = asked(CONTINUE), asked(FILL), asked(REDO)
    assert (after.side, after.overlap, after.position) == ("after", None, 16)
    assert asked({**CONTINUE, "side": "before", "overlap": "3/2"}).overlap == 1.5
    assert fill.following.to_dict() == NEXT
    assert (redo.redo.start, redo.redo.end) == (1, 2)


def test_a_continued_clip_of_no_stated_length_is_twice_as_long():
    request = asked({**CONTINUE, "bars": None})
    assert request.length(44_100, 1000) == 2000
    with pytest.raises(BadRequest) as refused:
        asked(CONTINUE).length(44_100, 17 * 44_100)
    assert refused.value.argument == "bars"


@pytest.mark.parametrize(
    ("fields", "argument"),
    [
        ({**CONTINUE, "kind": "loop"}, "use"),
        ({**CONTINUE, "kind": "draft"}, "use"),
        ({**CONTINUE, "use": "repair"}, "use"),
        ({**CONTINUE, "source": None}, "source"),
        ({**CONTINUE, "side": "left"}, "side"),
        ({**FILL, "side": "before"}, "side"),
        ({**CONTINUE, "next": NEXT}, "use"),
        ({**CONTINUE, "overlap": 0}, "overlap"),
        ({**CONTINUE, "loop_by": "mask"}, "loop_by"),
        ({"bars": 4, "overlap": 2}, "overlap"),
        ({"bars": 4, "loop_by": "glue"}, "loop_by"),
        ({**FILL, "next": None}, "next"),
        ({**FILL, "bars": None}, "bars"),
        ({**FILL, "source": None}, "source"),
        ({**FILL, "next": {**NEXT, "end": 1}}, "next.end"),
        ({**FILL, "next": {**NEXT, "rate": 1}}, "next.rate"),
        ({**FILL, "next": {}}, "next.path"),
        ({**REDO, "bars": 4}, "bars"),
        ({**REDO, "redo": {"start": 3, "end": 1}}, "redo.end"),
        ({"kind": "clip"}, "bars"),
    ],
)
def test_what_does_not_go_together_is_refused_by_name(fields, argument):
    with pytest.raises(BadRequest) as refused:
        asked(fields)
    assert refused.value.argument == argument
    assert refused.value.message.endswith(".")
