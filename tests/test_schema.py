import math

import pytest

from ditto_daw.errors import BadMessage, BadRequest
from ditto_daw.requests.schema import TYPES, Argument, Message

GOOD = {
    "id": [("job-1", "job-1"), (1.0, "1"), (17, "17")],
    "job": [("job-1", "job-1"), (1.0, "1"), ("me/job-1", "me/job-1"), ("me/17", "me/17")],
    "text": [("", ""), ("Grüße", "Grüße")],
    "int": [(3, 3), (3.0, 3), (-2, -2)],
    "float": [(1, 1.0), (0.5, 0.5)],
    "number": [(1, 1.0), (0.5, 0.5), ("-7/3", "-7/3"), ("1.25", "1.25")],
    "level": [(1, 1.0), (0.5, 0.5), (None, "free"), ("free", "free")],
    "switch": [(0, False), (1.0, True), (True, True)],
    "blob": [(b"x", b"x"), (b"", b"")],
    "value": [("a", "a"), (2, 2), (0.1, 0.1)],
}
BAD = {
    "id": ["", "two words", "a" * 65, "-", 1.5, b"x", True, None],
    "job": ["", "/", "/a", "a/", "a/b/c", "two words/a", "a/-", 1.5, b"x", True, None],
    "text": [1, 1.0, b"x", True, "a\0b"],
    "int": [1.5, 2**63, 1e30, "1", math.nan, math.inf, True, b"x"],
    "float": ["1", 1e39, math.nan, -math.inf, True, b"x"],
    "number": ["one", "1/0", "1/", "٣", math.nan, True, b"x", "9" * 30],
    "level": ["one", "1/2", "Free", math.nan, math.inf, True, b"x"],
    "switch": [2, 0.5, "1", "", b"x"],
    "blob": ["x", 1, 1.0],
    "value": [b"x", 2**70, math.nan, "a\0b", None],
}


def test_every_type_is_tried():
    assert set(GOOD) == set(BAD) == set(TYPES)


@pytest.mark.parametrize(("kind", "value", "clean"), [(k, *v) for k in GOOD for v in GOOD[k]])
def test_a_good_value_is_cleaned(kind, value, clean):
    got = Argument("it", kind, "").check(value)
    assert got == clean
    assert type(got) is type(clean)


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k in BAD for v in BAD[k]])
def test_a_bad_value_is_refused_by_name(kind, value):
    with pytest.raises(BadRequest) as refusal:
        Argument("it", kind, "").check(value)
    assert refusal.value.argument == "it"
    assert refusal.value.message.startswith("it must be ")


@pytest.mark.parametrize(
    ("argument", "value", "said"),
    [
        (Argument("bars", "number", "", 0, 64), 65, "bars must be 0 to 64, not 65."),
        (Argument("bars", "number", "", 0, 64), "-1/2", "bars must be 0 to 64, not '-1/2'."),
        (Argument("size", "int", "", 1), 0, "size must be at least 1, not 0."),
        (Argument("size", "int", "", None, 9), 10, "size must be at most 9, not 10."),
        (Argument("word", "text", "", high=3), "four", "word is longer than 3."),
    ],
)
def test_ranges_are_inclusive_and_said(argument, value, said):
    with pytest.raises(BadRequest) as refusal:
        argument.check(value)
    assert refusal.value.message.startswith(said)


ROWS = Message(
    "/x", "", (Argument("id", "id", ""),), (Argument("a", "int", ""), Argument("b", "float", ""))
)


def test_rows():
    assert ROWS.check(["j", 1, 2.0, 3, 4]) == {"id": "j", "rows": [(1, 2.0), (3, 4.0)]}
    assert ROWS.check(["j"]) == {"id": "j", "rows": []}


def test_a_wrong_cell_is_named_with_its_row():
    with pytest.raises(BadRequest) as refusal:
        ROWS.check(["j", 1, 2.0, 3, "x"])
    assert refusal.value.argument == "b[1]"


def test_half_a_row_is_refused():
    with pytest.raises(BadMessage, match="do not divide"):
        ROWS.check(["j", 1, 2.0, 3])


def test_arguments_missing_and_too_many():
    message = Message("/x", "", (Argument("a", "int", ""), Argument("b", "int", "", default=4)))
    assert message.check([1]) == {"a": 1, "b": 4}
    with pytest.raises(BadMessage, match=r"/x needs a \[b\]"):
        message.check([])
    with pytest.raises(BadMessage, match="no more"):
        message.check([1, 2, 3])


def test_defaults_at_the_end_are_not_sent():
    message = Message(
        "/x", "", (Argument("a", "int", "", default=1), Argument("b", "int", "", default=4))
    )
    assert message.spell({}) == []
    assert message.spell({"b": 5}) == [("i", 1), ("i", 5)]


@pytest.mark.parametrize(
    ("value", "tag"),
    [(1, "i"), (2**31, "h"), (0.5, "f"), (0.1, "d"), (1e300, "d"), ("s", "s"), (True, "i")],
)
def test_a_value_is_spelt_so_that_patches_read_it_and_nothing_is_lost(value, tag):
    message = Message("/x", "", (Argument("v", "value", ""),))
    assert message.spell({"v": value}) == [(tag, value)]
