"""A live daemon refuses by name: every command with every wrong type, and broken packets."""

import math

import pytest
from corpus import REFUSED
from probe import renders

from ditto_daw.wire import osc
from ditto_daw.wire.form import FIELDS
from ditto_daw.wire.messages import FAIL, REQUESTS

WRONG = {
    "id": b"x",
    "job": b"x",
    "text": 7,
    "int": "seven",
    "number": "seven",
    "level": "seven",
    "switch": "on",
    "blob": "x",
    "value": math.nan,
}
GOOD = {
    "id": "nobody",
    "job": "nobody",
    "text": "x",
    "int": 1,
    "number": 1,
    "level": 1,
    "switch": 1,
    "blob": b"x",
    "value": 1,
}


FILL = {"kind": "clip", "use": "fill", "source.path": "RESULTS/clip.wav"}


@pytest.mark.parametrize("address", REQUESTS)
def test_every_wrong_type_is_refused_by_name(probe, address):
    message = REQUESTS[address]
    for place, argument in enumerate((*message.arguments, *message.row)):
        values = [GOOD[each.type] for each in (*message.arguments, *message.row)]
        values[place] = WRONG[argument.type]
        probe.raw(address, *values)
        said = probe.hear(FAIL, seconds=3)
        row = "[0]" if place >= len(message.arguments) else ""
        assert (said["command"], said["argument"]) == (address, argument.name + row)
        assert said["code"] == "bad_value"
        assert said["sentence"].endswith(".")
    assert probe.all() == []


@pytest.mark.parametrize("name", FIELDS)
def test_every_wrong_field_is_refused_by_name(probe, name):
    job = f"field-{name}"
    probe.raw("/ditto/job/new", job)
    probe.raw("/ditto/job/set", job, name, 7 if FIELDS[name].type == "text" else "no, seven")
    said = probe.hear(FAIL)
    assert (said["id"], said["code"], said["argument"]) == (job, "bad_value", name)


@pytest.mark.parametrize(
    ("fields", "code", "argument"),
    [
        ({"source.path": "/nowhere/else.wav", "use": "repair"}, "path_refused", "source.path"),
        ({"midi.path": "RESULTS/none.mid"}, "file_missing", "midi.path"),
        ({"source.path": "asset:" + "0" * 64}, "asset_missing", "asset:" + "0" * 64),
        ({"output.folder": "RESULTS/none"}, "output_refused", "output.folder"),
        ({"follow.path": "/nowhere/else.wav"}, "path_refused", "follow.path"),
        ({"follow.path": "RESULTS/none.wav"}, "file_missing", "follow.path"),
        ({"groove": "midi"}, "bad_value", "groove"),
        ({"genre": "polka"}, "bad_value", "genre"),
        ({"bars": 0}, "bad_value", "bars"),
        ({"use": "extend"}, "bad_value", "source"),
        ({**FILL, "next.path": "/nowhere/else.wav"}, "path_refused", "next.path"),
        ({**FILL, "next.path": "RESULTS/none.wav"}, "file_missing", "next.path"),
        (FILL, "bad_value", "next"),
    ],
)
def test_a_bad_request_is_refused_at_submit(probe, results, fields, code, argument):
    (results / "clip.wav").touch()
    job = f"bad-{code}-{argument[:6].strip(':')}"
    fields = {
        name: value.replace("RESULTS", str(results)) if isinstance(value, str) else value
        for name, value in fields.items()
    }
    if fields.get("use") == "repair":
        fields["bars"] = ()
    probe.say("/ditto/job/new", id=job)
    for name, value in {"bars": 1, **fields}.items():
        rows = [] if value == () else [(value,)]
        probe.say("/ditto/job/set", id=job, field=name, rows=rows)
    probe.say("/ditto/job/submit", id=job)
    said = probe.hear(FAIL)
    assert (said["command"], said["id"]) == ("/ditto/job/submit", job)
    assert (said["code"], said["argument"]) == (code, argument)
    assert job not in renders(results)


def test_a_bad_message_in_a_bundle_does_not_stop_the_others(probe):
    ping = osc.build("/ditto/ping", [("i", 8)])
    bad = osc.build("/ditto/ping", [("s", "eight")])
    parts = [len(each).to_bytes(4, "big") + each for each in (bad, ping)]
    probe.send(b"#bundle\0" + bytes(7) + b"\1" + b"".join(parts))
    assert probe.hear(FAIL)["argument"] == "number"
    assert probe.hear("/ditto/pong")["number"] == 8


@pytest.mark.parametrize("name", REFUSED)
def test_every_bad_packet_of_the_corpus_is_refused_and_the_next_answered(probe, name):
    probe.send(REFUSED[name])
    assert probe.hear(FAIL)["code"] == "bad_message"
    probe.say("/ditto/ping", number=1)
    assert probe.hear("/ditto/pong")["number"] == 1


def test_a_packet_over_the_limit_is_refused_with_advice(probe):
    probe.send(b"/ditto/ping\0" + bytes(20000))
    said = probe.hear(FAIL)
    assert said["code"] == "bad_message"
    assert "TCP" in said["sentence"]


def test_answers_are_not_answered(probe):
    probe.say("/ditto/pong", number=1)
    probe.raw("/fail", "/ditto/ping")
    probe.say(FAIL, command="", id="", code="", argument="", sentence="")
    assert probe.all(0.3) == []
    probe.raw("/ditto/sing")
    assert "There is no message /ditto/sing" in probe.hear(FAIL)["sentence"]
