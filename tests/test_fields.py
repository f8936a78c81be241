"""Reading fields: what counts as a number, and errors that carry the field's full name."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from ditto_daw.errors import BadRequest
from ditto_daw.requests.fields import REQUIRED, Fields, choice, finite, fraction, shown, whole


@pytest.mark.parametrize("value", [3, 3.0, Fraction(3), np.float64(3)])
def test_every_kind_of_number_is_a_number(value: Any) -> None:
    assert finite(value, "x") == 3.0
    assert whole(value, "x", 0, 5) == 3
    assert fraction(value, "x", 0, 5) == 3


@pytest.mark.parametrize("value", [True, None, "3", b"3", [3], {}, math.nan, math.inf, 10**400])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(BadRequest, match="x ") as caught:
        finite(value, "x")
    assert caught.value.argument == "x"


def test_names_carry_the_path_of_their_object() -> None:
    fields = Fields({"rate": "fast"}, ("rate",), "source")
    with pytest.raises(BadRequest, match=r'source\.rate: "fast" is not a number') as caught:
        fields.number("rate", 0, 4)
    assert caught.value.argument == "source.rate"
    with pytest.raises(BadRequest, match=r"^source\.speed: source has no field") as caught:
        Fields({"speed": 1}, ("rate",), "source")
    assert caught.value.argument == "source.speed"


@pytest.mark.parametrize(("text", "value"), [("0.3", 0.3), ("1/4", 0.25), ("-1", None)])
def test_a_number_may_come_as_text(text: str, value: float | None) -> None:
    fields = Fields({"amount": text}, ("amount",))
    if value is None:
        with pytest.raises(BadRequest, match="amount is -1"):
            fields.number("amount", 0, 1)
    else:
        assert fields.number("amount", 0, 1) == value


def test_null_counts_as_absent() -> None:
    fields = Fields({"a": None}, ("a", "b"))
    for key in ("a", "b"):
        assert fields.number(key, 0, 1, None) is None
        assert fields.text(key, 9, "word") == "word"
        with pytest.raises(BadRequest, match="missing"):
            fields.get(key, REQUIRED)


def test_choices_ignore_case_and_list_what_there_is() -> None:
    assert choice(" LOUD ", "level", ["quiet", "Loud"]) == "Loud"
    with pytest.raises(BadRequest, match='no level "louder"; choose one of: quiet, Loud'):
        choice("louder", "form.level", ["quiet", "Loud"])


@pytest.mark.parametrize("value", ["two\nlines", "bell\a", "x" * 11, "\x7f"])
def test_text_is_one_printable_line(value: str) -> None:
    with pytest.raises(BadRequest, match="one line of at most 10 characters"):
        Fields({"a": value}, ("a",)).text("a", 10)


def test_quoted_values_are_cut_to_a_readable_length() -> None:
    assert shown("short") == '"short"'
    assert len(shown(list(range(1000)))) == 60
