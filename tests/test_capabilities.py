import json

import pytest

from ditto_daw.server.capabilities import capabilities, lines
from ditto_daw.wire.messages import decode, encode


def test_the_vocabulary_does_without_a_file(tmp_path):
    known = dict(lines(capabilities(tmp_path / "none.json")))
    assert known["meters"] == ["4/4", "3/4", "6/8", "5/4", "7/8"]
    assert known["roles"] == ["drums", "bass", "chords", "lead", "pad"]
    assert known["limits.bars"] == [1000]
    assert {"loop"} < set(known["kinds"])
    assert {"new", "vary"} < set(known["uses"])


def test_a_file_adds_and_overrides(tmp_path):
    file = tmp_path / "capabilities.json"
    told = {
        "model": "tiny",
        "genres": ["polka"],
        "limits": {"seconds": [2, 24]},
        "meters": [[6, 8]],
    }
    file.write_text(json.dumps(told))
    known = dict(lines(capabilities(file)))
    assert known["model"] == ["tiny"]
    assert known["genres"] == ["polka"]
    assert known["limits.seconds"] == [2, 24]
    assert known["limits.bars"] == [1000]
    assert known["meters"] == ["6/8"]


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"limits": 3}', "\x00"])
def test_a_broken_file_does_not_matter(tmp_path, text):
    file = tmp_path / "capabilities.json"
    file.write_text(text)
    assert capabilities(file) == capabilities(tmp_path / "none.json")


def test_every_line_can_be_sent():
    for name, values in lines(capabilities()):
        packet = encode("/ditto/capability", name=name, rows=[(value,) for value in values])
        assert decode(packet)[0][1]["name"] == name
