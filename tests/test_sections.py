"""Sections of a long clip: what a request may say of them, and what it comes to."""

from fractions import Fraction

import pytest

from ditto_daw.errors import BadRequest
from ditto_daw.requests.request import Request
from ditto_daw.requests.sections import lines, samples_of, under_lane, worded

VERSE = {"bars": 8, "genre": "house", "intensity": -3}
CHORUS = {"bars": "9/2", "prompt": "dark techno with drums", "letter": "b"}


def asked(*sections, **fields):
    return Request.from_dict({"id": "x", "kind": "clip", "sections": sections} | fields)


def test_they_go_round_through_json_and_give_the_length():
    request = asked(VERSE, CHORUS)
    assert request.bars == Fraction(25, 2)
    assert request.sections[1].letter == "B"
    assert Request.from_dict(request.to_dict()) == request


@pytest.mark.parametrize(
    ("sections", "fields", "argument", "sentence"),
    [
        ([VERSE], {"bars": 9}, "sections", "8 bars in all and the result has 9"),
        ([VERSE], {"samples": 9000, "output": {"rate": 48000}}, "samples", "make them the same"),
        ([VERSE], {"kind": "loop"}, "sections", 'kind "clip"'),
        ([VERSE], {"use": "redo", "source": {"path": "/a.wav"}}, "sections", "continued"),
        ([VERSE], {"from": {"path": "/a.wav"}}, "from", "one piece"),
        ([VERSE], {"curve": {"points": [[0, 1]]}}, "curve", "not from both"),
        ([CHORUS], {"structure": "AB"}, "structure", "letters"),
        ([VERSE, {"bars": 0}], {}, "sections[1].bars", "0.25"),
        ([VERSE, {}], {}, "sections[1].bars", "missing"),
        ([VERSE, 3], {}, "sections[1]", "object"),
        ([VERSE | {"letter": "7"}], {}, "sections[0].letter", "A to Z"),
        ([VERSE | {"genre": "polka"}], {}, "sections[0].genre", "choose one of"),
        ([VERSE | {"roles": ["kazoo"]}], {}, "sections[0].roles[0]", "choose one of"),
        ([VERSE | {"intensity": 99}], {}, "sections[0].intensity", "-60 to 60"),
        ([VERSE | {"key": "H minor"}], {}, "sections[0].key", "choose one of"),
        ([VERSE] * 65, {}, "sections", "64 is the most"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(sections, fields, argument, sentence):
    redo = {"redo": {"start": 0, "end": 1}} if fields.get("use") == "redo" else {}
    if redo:
        fields = fields | redo | {"sections": sections}
    with pytest.raises(BadRequest, match=sentence.replace("(", r"\(")) as refused:
        asked(*sections, **fields)
    assert refused.value.argument == argument


def test_what_a_section_leaves_out_is_as_in_the_whole():
    request, said = asked(
        VERSE, CHORUS | {"prompt": "dark frobnicated techno"}, mood="calm"
    ).with_prompt()
    verse, chorus = (worded(request, one) for one in request.sections)
    assert (verse.genre, verse.mood) == ("house", "calm")
    assert (chorus.genre, chorus.mood) == ("techno", "dark")
    assert said.unknown == ("frobnicated",)


def test_they_begin_at_bar_lines_of_the_tempo_map():
    tempo = {"tempos": [[0, 120], [32, 60]], "meters": [[0, 4, 4], [16, 3, 4]]}
    request = asked({"bars": 4}, {"bars": 8}, {"bars": 1}, tempo=tempo)
    assert lines(request, Fraction(0)) == (0, 16, 40)
    assert samples_of(request, Fraction(0), 1000) == (0, 8000, 24000)


def test_their_intensities_are_a_lane_with_steps():
    request = under_lane(asked(VERSE, {"bars": 2}, VERSE | {"intensity": 2}, VERSE, position=8))
    assert request.curve.points == (
        (0.0, -3.0),
        (32.0, None),
        (40.0, 2.0),
        (72.0, 2.0),
        (72.0, -3.0),
    )
    assert Request.from_dict(request.to_dict()) == request
    plain = asked(CHORUS)
    assert under_lane(plain) is plain
