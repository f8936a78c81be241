"""Sections by the names of markers, and by one line."""

import pytest

from ditto_daw.errors import BadRequest
from ditto_daw.requests.request import Request
from ditto_daw.requests.section_names import Named, read_line, read_name


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("verse: house, calm, -6 dB", Named("verse", "house, calm", -6)),
        ("Verse 2: dark", Named("verse", "dark")),
        ("Chorus", Named("chorus")),
        ("CHORUS +2.5dB", Named("chorus", "", 2.5)),
        ("calm pads", Named("calm pads", "calm pads")),
        ("drop #1: drums only, \N{MINUS SIGN}9 dB", Named("drop", "drums only", -9)),
        (" 4 ", Named()),
        ("", Named()),
        (": tense", Named("", "tense")),
    ],
)
def test_what_a_name_says(name, named):
    assert read_name(name) == named


def test_a_song_in_one_line():
    line = "8 intro: drums only, -9 dB; 16 bars of Verse;8 chorus: energetic; 9/2 verse 2 ; 4;"
    request = Request.from_dict({"id": "x", "kind": "clip", "sections": line})
    assert [float(one.bars) for one in request.sections] == [8, 16, 8, 4.5, 4]
    assert [one.letter for one in request.sections] == ["A", "B", "C", "B", ""]
    assert [one.intensity for one in request.sections] == [-9, None, None, None, None]
    filled, said = request.with_prompt()
    assert (filled.sections[0].roles, filled.sections[2].mood) == (("drums",), "energetic")
    assert said.unknown == ()
    assert Request.from_dict(request.to_dict()) == request


def test_what_is_said_beside_a_name_wins():
    given = {"bars": 4, "name": "verse: calm, -6 dB", "prompt": "dark", "letter": "C"}
    one, other = Request.from_dict(
        {"id": "x", "kind": "clip", "sections": [given, {"bars": 4, "name": "bridge"}]}
    ).sections
    assert (one.prompt, one.intensity, one.letter) == ("dark", -6, "C")
    assert other.letter == "A"


def test_more_names_than_letters():
    sections = [{"bars": 1, "name": f"part {'x' * number}"} for number in range(1, 30)]
    found = Request.from_dict({"id": "x", "kind": "clip", "sections": sections}).sections
    assert [one.letter for one in found][24:28] == ["Y", "Z", "", ""]


@pytest.mark.parametrize(
    ("sections", "argument", "sentence"),
    [
        ("verse; 8 chorus", "sections", '"verse" must begin with its number of bars'),
        ("8 verse: +99 dB", "sections[0].intensity", "-60 to 60"),
        ("0 verse", "sections[0].bars", "0.25"),
        ("1 a;" * 65, "sections", "64 is the most"),
        ("1 a;" * 2000, "sections", "one line"),
        (7, "sections", "list"),
        ([{"bars": 8, "name": 7}], "sections[0].name", "text"),
    ],
)
def test_what_cannot_be_read_is_said(sections, argument, sentence):
    with pytest.raises(BadRequest, match=sentence.replace("+", r"\+")) as refused:
        Request.from_dict({"id": "x", "kind": "clip", "sections": sections})
    assert refused.value.argument == argument


def test_a_line_has_no_empty_sections():
    assert read_line(" ; 2 a;; ") == [{"bars": "2", "name": "a"}]


def test_a_host_s_samples_end_the_last_section():
    """Ardour's bar line is a sample before the nearest one: the result is as long as it says."""
    long = {"id": "x", "kind": "clip", "sections": "2 a; 2 b", "tempo": {"tempos": [[0, 126]]}}
    exact = Request.from_dict(long).length(48000)
    asked = Request.from_dict(long | {"samples": exact - 1, "output": {"rate": 48000}})
    assert asked.length(48000) == exact - 1
    assert Request.from_dict(asked.to_dict()) == asked
    with pytest.raises(BadRequest, match="make them the same"):
        Request.from_dict(long | {"samples": exact // 2, "output": {"rate": 48000}})
