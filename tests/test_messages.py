"""Parametrised over the table: a new message is tested unedited."""

import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ditto_daw.errors import BadMessage, BadRequest, DittoError
from ditto_daw.wire import osc
from ditto_daw.wire.messages import ALL, CHUNK, ENDS, REPLIES, REQUESTS, TEXT_PIECE, decode, encode
from ditto_daw.wire.osc_document import document

DOCUMENT = Path(__file__).parents[1] / "docs" / "osc.md"
SAMPLE = {
    "id": "job-1",
    "job": "me/job-1",
    "text": "Grüße",
    "int": 1,
    "float": 0.5,
    "number": "81/4",
    "level": "free",
    "switch": True,
    "blob": b"\x00\x01\x02",
    "value": 0.1,
}
WRONG = {
    "id": [b"x", True, 1.5, ""],
    "job": [b"x", True, 1.5, "", "/", "me/", "/job-1"],
    "text": [1, 0.5, b"x", True],
    "int": ["1", 0.5, b"x", True, math.nan],
    "float": ["1", b"x", True, math.inf],
    "number": ["one", b"x", True, math.nan],
    "level": ["one", "1/2", b"x", True, math.nan],
    "switch": ["1", b"x", 7],
    "blob": ["x", 1, 0.5, True],
    "value": [b"x", math.nan],
}


def sample(argument):
    if argument.type in ("int", "number") and argument.low is not None:
        return int(argument.low) + 1
    return SAMPLE[argument.type]


def named(message):
    values = {argument.name: sample(argument) for argument in message.arguments}
    if message.row:
        values["rows"] = [tuple(sample(argument) for argument in message.row)] * 3
    return values


@pytest.mark.parametrize("address", ALL)
def test_every_message_survives_the_wire(address):
    values = named(ALL[address])
    assert decode(encode(address, **values)) == [(address, values)]


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,20}", fullmatch=True)
FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=32)
KINDS = {
    "id": lambda argument: IDS,
    "job": lambda argument: IDS | st.tuples(IDS, IDS).map("/".join),
    "text": lambda argument: TEXTS,
    "int": lambda argument: whole(argument),
    "float": lambda argument: FLOATS.filter(lambda value: abs(value) < 3e38),
    "number": lambda argument: whole(argument),
    "level": lambda argument: FLOATS | st.just("free"),
    "switch": lambda argument: st.booleans(),
    "blob": lambda argument: st.binary(max_size=40),
    "value": lambda argument: TEXTS | FLOATS | st.integers(-(2**63) + 1, 2**63 - 1),
}
"""Anything that an argument of each type may be."""


def whole(argument):
    low = -(2**31) if argument.low is None else math.ceil(argument.low)
    return st.integers(low, 2**31 - 1 if argument.high is None else math.floor(argument.high))


@pytest.mark.parametrize("address", ALL)
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_a_message_may_carry_survives_the_wire(address, data):
    message = ALL[address]
    values = {each.name: data.draw(KINDS[each.type](each)) for each in message.arguments}
    if message.row:
        row = st.tuples(*(KINDS[each.type](each) for each in message.row))
        values["rows"] = data.draw(st.lists(row, max_size=3))
    assert decode(encode(address, **values)) == [(address, values)]


@pytest.mark.parametrize("address", ALL)
def test_optional_arguments_may_be_left_out(address):
    message = ALL[address]
    values = {a.name: sample(a) for a in message.arguments if a.default is None}
    ((_, back),) = decode(encode(address, **values))
    defaults = {a.name: a.default for a in message.arguments}
    rows = {"rows": []} if message.row else {}
    assert back == {**defaults, **values, **rows}


def wrong_values():
    for address, message in ALL.items():
        arguments = [(place, argument) for place, argument in enumerate(message.arguments)]
        arguments += [(len(message.arguments) + n, each) for n, each in enumerate(message.row)]
        for place, argument in arguments:
            for wrong in WRONG[argument.type]:
                name = argument.name if place < len(message.arguments) else f"{argument.name}[0]"
                yield address, place, name, wrong


@pytest.mark.parametrize(("address", "place", "name", "wrong"), list(wrong_values()))
def test_every_wrong_type_is_refused_by_name(address, place, name, wrong):
    message = ALL[address]
    values = [sample(argument) for argument in (*message.arguments, *message.row)]
    values[place] = wrong
    with pytest.raises(BadRequest) as refusal:
        message.check(values)
    assert refusal.value.argument == name


@pytest.mark.parametrize("address", ALL)
def test_a_number_of_arguments_that_does_not_fit_is_refused(address):
    message = ALL[address]
    values = [sample(argument) for argument in message.arguments]
    if any(argument.default is None for argument in message.arguments):
        with pytest.raises(BadMessage):
            message.check([])
    if len(message.row) != 1:
        with pytest.raises(BadMessage):
            message.check([*values, "too many"])


@pytest.mark.parametrize("address", ALL)
def test_the_table_is_well_formed(address):
    message = ALL[address]
    assert address.startswith("/ditto/")
    assert message.meaning.endswith(".")
    names = [argument.name for argument in (*message.arguments, *message.row)]
    assert len(set(names)) == len(names)
    optional = [argument.default is not None for argument in message.arguments]
    assert optional == sorted(optional), "optional arguments stand last"
    assert not (message.row and any(optional)), "a row after an optional argument is ambiguous"
    assert set(message.replies) <= set(REPLIES)


def test_every_reply_answers_something():
    answered = {reply for message in REQUESTS.values() for reply in message.replies}
    news = {f"/ditto/job/{kind}" for kind in ("progress", "preview", "take", "block")}
    assert set(REPLIES) == answered | news
    assert set(ENDS) <= set(REPLIES)


def test_floats_do_where_ints_are_wanted():
    packet = osc.build("/ditto/job/notes", [("f", float(x)) for x in (7, 0, 1, 0, 1, 60, 100, 0)])
    values = {"id": "7", "piece": 0, "of": 1, "rows": [(0.0, 1.0, 60, 100, 0)]}
    assert decode(packet) == [("/ditto/job/notes", values)]


def test_a_packet_over_the_limit_is_not_sent():
    with pytest.raises(BadMessage, match="send pieces"):
        encode("/ditto/job/json", id="a", piece=0, of=1, text="x" * osc.PACKET)


def test_pieces_and_chunks_fit_their_packets():
    job = "j" * 64
    text = "x" * TEXT_PIECE
    assert len(encode("/ditto/job/json", id=job, piece=4095, of=4096, text=text)) < osc.PACKET
    chunk = encode("/ditto/asset/data", osc.FRAME, sha256="0" * 64, size=1, offset=0,
                   data=b"x" * CHUNK)  # fmt: skip
    assert len(chunk) < osc.FRAME


def test_an_unknown_address_is_refused():
    with pytest.raises(DittoError, match="There is no message /ditto/sing"):
        decode(b"/ditto/sing\x00")


def test_the_document_is_the_table():
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run: ditto-daw docs > docs/osc.md"


@pytest.mark.parametrize("address", ALL)
def test_the_document_names_every_argument(address):
    section = document().split(f"### `{address}", 1)[1].split("\n### ", 1)[0]
    for argument in (*ALL[address].arguments, *ALL[address].row):
        assert f"| {argument.name} | {argument.type} |" in section
