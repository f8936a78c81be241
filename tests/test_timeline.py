"""The tempo map's JSON form: round trips, short forms, and entries named by their index."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ditto_daw.errors import BadRequest
from ditto_daw.requests.timeline import tempo_from_json, tempo_to_dict
from ditto_daw.units import TempoMap
from ditto_daw.vocabulary import METERS

QUARTERS = st.lists(
    st.fractions(-10, 500, max_denominator=1920), min_size=1, max_size=6, unique=True
)


@settings(max_examples=50)
@given(QUARTERS, QUARTERS, st.data())
def test_any_map_goes_round_in_any_order(
    steps: list[Fraction], changes: list[Fraction], data: st.DataObject
) -> None:
    bpm = st.fractions(20, 400, max_denominator=1000)
    tempo = TempoMap(
        tuple((at, data.draw(bpm)) for at in steps),
        tuple((at, *data.draw(st.sampled_from(METERS))) for at in changes),
    )
    form = tempo_to_dict(tempo)
    assert tempo_from_json(form) == tempo
    turned = {key: data.draw(st.permutations(rows)) for key, rows in form.items()}
    assert tempo_from_json(turned) == tempo


@pytest.mark.parametrize(
    ("form", "bpm"),
    [({}, 120), (90, 90), (120.1, Fraction(1201, 10)), ("1201/10", Fraction(1201, 10))],
)
def test_short_forms(form: Any, bpm: Fraction) -> None:
    tempo = tempo_from_json(form)
    assert tempo.tempo_at(Fraction(100)) == bpm
    assert tempo.meter_at(Fraction(100)) == (4, 4)


@pytest.mark.parametrize(
    ("form", "argument"),
    [
        ([], "tempo"),
        (True, "tempo.tempos[0]"),
        ({"bpm": 120}, "tempo.bpm"),
        ({"tempos": [[0, 120], [1, 401]]}, "tempo.tempos[1]"),
        ({"tempos": [[0, 120, 1]]}, "tempo.tempos[0]"),
        ({"tempos": [[0, 120]] * 2001}, "tempo.tempos"),
        ({"meters": [[0, 4, 4], [4, 4.5, 4]]}, "tempo.meters[1]"),
        ({"meters": [["1/0", 4, 4]]}, "tempo.meters[0]"),
    ],
)
def test_a_wrong_entry_is_named(form: Any, argument: str) -> None:
    with pytest.raises(BadRequest) as caught:
        tempo_from_json(form)
    assert caught.value.argument == argument
