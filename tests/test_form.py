import json
import random

import pytest

from ditto_daw.errors import BadRequest
from ditto_daw.requests.request import NAMES, Request
from ditto_daw.wire.form import FIELDS, LISTS, MANY, MOST_ROWS, MOST_TEXT, Form, spell, text_pieces
from ditto_daw.wire.messages import decode, encode

FULL = {
    "id": "full",
    "kind": "loop",
    "use": "extend",
    "from": {"job": "draft-1", "take": 2},
    "source": {"path": "/tmp/a.wav", "start": 0.5, "end": "81/4", "position": 8, "rate": 1},
    "position": 8,
    "bars": 8,
    "tempo": {"tempos": [[0, 120], [16, 132.5]], "meters": [[0, 4, 4], [16, 7, 8]]},
    "midi": {"notes": [[n / 3, 0.25, 48 + n % 24, 100, 0] for n in range(500)]},
    "melody": "top",
    "harmony": False,
    "curve": {"points": [[n / 4, n / 400] for n in range(401)] + [[101, None]], "unit": "unit"},
    "intensity_loss": "correlation",
    "follow": {"path": "/tmp/b.wav", "start": 0.25, "position": "1/3", "features": ["structure"]},
    "groove": "grid",
    "weights": {"intensity": 0.1, "melody": 2},
    "balance": "auto",
    "genre": "house",
    "mood": "dark",
    "key": "C minor",
    "roles": ["drums", "bass"],
    "prompt": "warm",
    "seed": 4_000_000_000,
    "variations": 3,
    "preset": "default",
    "iterations": 20,
    "strength": 0.75,
    "repair_beats": 4,
    "output": {"folder": "/tmp", "rate": 48000, "depth": 24, "channels": 1},
}


def filled(form, messages):
    for address, values in messages:
        if address in LISTS:
            form.put(LISTS[address], values["piece"], values["of"], values["rows"])
        else:
            form.set(values["field"], [value for (value,) in values["rows"]])
    return form


def over_the_wire(messages):
    for address, values in messages:
        ((_, back),) = decode(encode(address, id="full", **values))
        yield address, back


def test_small_messages_say_the_same_as_json():
    form = filled(Form(), over_the_wire(spell(FULL)))
    assert Request.from_dict(form.request("full")) == Request.from_dict(FULL)


def test_sections_say_the_same_as_json_one_message_each():
    sections = [
        {"bars": 3, "genre": "house", "roles": ["drums", "bass"], "intensity": -3.5},
        {"bars": "5/2", "prompt": "sad", "letter": "B", "key": "A minor", "mood": "dark"},
    ]
    long = {"id": "full", "kind": "clip", "use": "new", "sections": sections}
    messages = list(over_the_wire(spell(long)))
    assert [address for address, _ in messages].count("/ditto/job/section") == 2
    form = filled(Form(), messages[::-1])
    assert Request.from_dict(form.request("full")) == Request.from_dict(long)


def test_order_and_repetition_do_not_matter():
    messages = list(over_the_wire(spell(FULL))) * 2
    random.Random(2).shuffle(messages)
    form = filled(Form(), messages)
    assert Request.from_dict(form.request("full")) == Request.from_dict(FULL)


def test_every_field_of_the_request_can_be_sent():
    spelt = {name.partition(".")[0] for name in (*FIELDS, *LISTS.values())} | {"id"}
    assert spelt == set(NAMES)


def planted(name, value):
    data = {"id": "x", "bars": 4, "source": {"path": "/tmp/a.wav"}}
    if name == "midi.path":
        data["midi"] = {}
    if name == "from.take":
        data["from"] = {"job": "draft-1"}
    if name.startswith("next."):
        data["next"] = {"path": "/tmp/b.wav"}
    if name.startswith("follow."):
        data["follow"] = {"path": "/tmp/b.wav"}
    if name == "redo.end":
        data["redo"] = {"start": 1}
    if name == "curve.unit":
        data["curve"] = {"points": [[0, 1]]}
    if name == "samples":
        del data["bars"]
    outer, _, inner = name.rpartition(".")
    target = data.setdefault(outer, {}) if outer else data
    target[inner] = value
    return data


BOUNDED = [name for name, field in FIELDS.items() if field.type in ("int", "number")]


@pytest.mark.parametrize("name", BOUNDED)
@pytest.mark.parametrize("side", ["low", "high"])
def test_ranges_here_are_those_of_the_request(name, side):
    limit = getattr(FIELDS[name], side)
    if limit is None:
        assert name.startswith("output."), "every number has a range, or a list of choices"
        return
    beyond = limit - 1 if side == "low" else limit + 1
    with pytest.raises(BadRequest) as here:
        Form().set(name, [beyond])
    with pytest.raises(BadRequest) as there:
        Request.from_dict(planted(name, beyond))
    assert here.value.argument == there.value.argument == name


@pytest.mark.parametrize("name", FIELDS)
def test_a_wrong_type_is_refused_with_the_field_named(name):
    with pytest.raises(BadRequest) as refusal:
        Form().set(name, [7 if FIELDS[name].type == "text" else "no, seven"])
    assert refusal.value.argument == name


def test_a_field_set_to_nothing_has_its_default_again():
    form = Form()
    form.set("genre", ["house"])
    form.set("genre", [])
    assert form.request("x") == {"id": "x"}


@pytest.mark.parametrize("name", sorted(set(FIELDS) - MANY))
def test_one_value_where_one_is_meant(name):
    with pytest.raises(BadRequest, match="one value"):
        Form().set(name, [1, 1])


def test_an_unknown_field_is_refused():
    with pytest.raises(BadRequest, match="no field 'tempo'"):
        Form().set("tempo", [120])


def test_a_missing_piece_is_named():
    form = Form()
    form.put("curve.points", 0, 3, [(0, 1)])
    form.put("curve.points", 2, 3, [(2, 1)])
    with pytest.raises(BadRequest, match=r"Piece 1 of 3 of curve\.points has not arrived"):
        form.request("x")


def test_another_number_of_pieces_begins_anew():
    form = Form()
    form.put("curve.points", 0, 2, [(0, 1)])
    form.put("curve.points", 0, 1, [(5, 2)])
    assert form.request("x")["curve"] == {"points": [[5, 2]]}


def test_a_piece_beyond_the_last_is_refused():
    with pytest.raises(BadRequest, match="count from 0"):
        Form().put("curve.points", 3, 3, [])


@pytest.mark.parametrize(
    ("name", "part", "most"),
    [("json", "x" * 4000, MOST_TEXT), ("midi.notes", [()] * 4000, MOST_ROWS)],
)
def test_a_form_does_not_grow_without_end(name, part, most):
    form = Form()
    fitting = most // len(part)
    for piece in range(fitting):
        form.put(name, piece, 1000, part)
    with pytest.raises(BadRequest, match="longer than"):
        form.put(name, fitting, 1000, part)
    assert sum(map(len, form.pieces[name].held.values())) <= most
    form.put(name, 0, 1000, part)


def test_messages_win_over_json():
    form = Form()
    form.put("json", 0, 1, json.dumps({"bars": 4, "output": {"rate": 48000}, "curve": None}))
    form.set("bars", [8])
    form.set("output.depth", [16])
    form.set("curve.unit", ["unit"])
    assert form.request("x") == {
        "id": "x",
        "bars": 8,
        "output": {"rate": 48000, "depth": 16},
        "curve": {"unit": "unit"},
    }


@pytest.mark.parametrize("text", ["", "{", "[1]", "7", '{"a": ' + "[" * 5000, "nul"])
def test_what_is_no_json_object_is_refused(text):
    form = Form()
    form.put("json", 0, 1, text)
    with pytest.raises(BadRequest) as refusal:
        form.request("x")
    assert refusal.value.argument == "json"


def test_only_fields_that_exist_are_spelt():
    with pytest.raises(BadRequest, match="send JSON"):
        list(spell({"id": "x", "sauce": 1}))


@pytest.mark.parametrize("length", [0, 1, 3999, 4000, 4001, 12345])
def test_text_pieces_join_again(length):
    text = "ab" * (length // 2) + "c" * (length % 2)
    pieces = text_pieces(text)
    assert "".join(pieces) == text
    assert pieces
