"""A live daemon with the fake engine: every command, every refusal, who hears what."""

import json
import socket
import time

import pytest
from probe import Probe, renders

from ditto_daw.jobs.queue import MOST_OF_ONE
from ditto_daw.server.commands import COMMANDS
from ditto_daw.wire import osc
from ditto_daw.wire.messages import FAIL, OK, REQUESTS, decode


def test_every_request_has_a_command():
    assert set(COMMANDS) == set(REQUESTS)


def test_hello_tells_what_there_is(daemon):
    probe = Probe(daemon.port)
    probe.say("/ditto/hello", token="me")
    said = probe.hear("/ditto/hello.reply")
    lines = [probe.hear("/ditto/capability") for _ in range(said["capabilities"])]
    known = {line["name"]: [value for (value,) in line["rows"]] for line in lines}
    assert {"genres", "moods", "keys", "roles", "rates", "meters", "limits.bars"} <= set(known)
    assert known["rates"] == [44100, 48000, 96000]
    assert "drum and bass" in known["genres"]


def test_replies_go_to_the_port_that_hello_names(daemon):
    patch, ear = Probe(daemon.port), Probe(daemon.port)
    patch.say("/ditto/hello", token="max", port=ear.port)
    ear.hear("/ditto/hello.reply")
    patch.say("/ditto/ping", number=5)
    assert ear.hear("/ditto/pong")["number"] == 5
    assert patch.all() == []


def test_ping_status_sync_need_no_hello(daemon):
    probe = Probe(daemon.port)
    probe.raw("/ditto/ping", 3.0)
    assert probe.hear("/ditto/pong")["number"] == 3
    probe.say("/ditto/status")
    assert probe.hear("/ditto/status.reply")["state"] == "ready"
    probe.say("/ditto/sync", number=9)
    assert probe.hear("/ditto/synced")["number"] == 9


def test_a_job_needs_a_hello(daemon):
    probe = Probe(daemon.port)
    probe.say("/ditto/job/new", id="stranger")
    assert probe.hear(FAIL)["code"] == "no_hello"


def test_a_job_from_pd_which_has_only_floats(probe, results):
    probe.raw("/ditto/job/new", 12.0)
    assert probe.hear(OK)["id"] == "12"
    probe.raw("/ditto/job/set", 12.0, "kind", "loop")
    probe.raw("/ditto/job/set", 12.0, "bars", 2.0)
    probe.raw("/ditto/job/set", 12.0, "genre", "house")
    probe.raw("/ditto/job/set", 12.0, "roles", "drums", "bass")
    probe.raw("/ditto/job/set", 12.0, "seed", 7.0)
    probe.raw("/ditto/job/set", 12.0, "harmony", 0.0)
    probe.raw("/ditto/job/set", 12.0, "curve.unit", "unit")
    probe.raw("/ditto/job/points", 12.0, 1.0, 2.0, 4.0, 0.75)
    probe.raw("/ditto/job/points", 12.0, 0.0, 2.0, 0.0, 0.25, 2.0, 0.5)
    probe.raw("/ditto/job/notes", 12.0, 0.0, 1.0, 0.0, 1.0, 60.0, 100.0, 0.0)
    probe.raw("/ditto/job/tempo", 12.0, 0.0, 1.0, 0.0, 120.0)
    probe.raw("/ditto/job/meter", 12.0, 0.0, 1.0, 0.0, 3.0, 4.0)
    probe.raw("/ditto/job/submit", 12.0)
    assert probe.hear("/ditto/job/accepted")["id"] == "12"
    take = probe.hear("/ditto/job/take")
    assert (take["samples"], take["rate"], take["seed"]) == (3 * 44100, 44100, 7)
    assert ("intensity_db", 0.5) in take["rows"]
    assert probe.hear("/ditto/job/done")["takes"] == 1
    probe.raw("/ditto/job/result", 12.0, 0.0)
    request = json.loads(probe.hear("/ditto/job/result.reply")["text"])["request"]
    assert request["curve"]["points"] == [[0, 0.25], [2, 0.5], [4, 0.75]]
    assert request["roles"] == ["drums", "bass"]
    assert request["output"]["folder"] == str(results)
    probe.raw("/ditto/ack", 12.0)


def test_progress_names_its_objectives(probe):
    probe.submit("slow-1", prompt="slow", iterations=20)
    said = probe.hear("/ditto/job/progress")
    assert (said["stage"], said["of"]) == ("optimising", 20)
    assert dict(said["rows"]) == {"intensity": 1.0}
    probe.hear("/ditto/job/done")


@pytest.mark.parametrize("times", [2, 5])
def test_submitted_twice_renders_once(probe, results, times):
    job = f"twice-{times}"
    for _ in range(times):
        probe.submit(job)
    probe.hear("/ditto/job/done")
    probe.say("/ditto/job/submit", id=job)
    probe.hear("/ditto/job/done")
    probe.say("/ditto/ack", id=job)
    assert renders(results).count(job) == 1


def test_the_last_reply_is_repeated_until_acknowledged(probe):
    probe.submit("again")
    probe.hear("/ditto/job/done")
    assert probe.hear("/ditto/job/take", seconds=3)["id"] == "again"
    probe.hear("/ditto/job/done", seconds=3)
    probe.say("/ditto/ack", id="again")
    probe.all(0.1)
    assert probe.all(1.5) == []
    probe.say("/ditto/job/state", id="again")
    assert probe.hear("/ditto/job/state.reply")["state"] == "done"
    probe.hear("/ditto/job/done")
    assert probe.all(1.0) == [], "what was acknowledged and asked for again comes once"


def test_ownership_follows_the_token(daemon):
    mine, yours = Probe(daemon.port, "alice"), Probe(daemon.port, "bob")
    mine.submit("theirs", prompt="slow", iterations=200)
    mine.hear("/ditto/job/progress")
    yours.say("/ditto/job/cancel", id="theirs")
    assert yours.hear(FAIL, command="/ditto/job/cancel")["code"] == "not_owner"
    yours.submit("theirs")
    assert yours.hear(FAIL, command="/ditto/job/new")["code"] == "not_owner"
    yours.say("/ditto/job/result", id="theirs", piece=0)
    assert yours.hear(FAIL, command="/ditto/job/result")["code"] == "not_owner"
    yours.say("/ditto/quit")
    assert yours.hear(FAIL, command="/ditto/quit")["argument"] == "force"

    moved = Probe(daemon.port, "alice")
    assert moved.hear("/ditto/job/progress")["id"] == "theirs"
    mine.all(0.3)
    assert mine.all(0.3) == [], "news follows the latest hello"
    moved.say("/ditto/job/cancel", id="theirs")
    moved.hear("/ditto/job/cancelled", id="theirs")
    moved.say("/ditto/ack", id="theirs")
    assert not [said for _, said in yours.all() if said.get("id") == "theirs"]


def test_whoever_asks_for_an_end_is_told_of_it(daemon):
    first = Probe(daemon.port, "dora")
    first.submit("asked")
    first.hear("/ditto/job/done")
    first.say("/ditto/ack", id="asked")
    latest = Probe(daemon.port, "dora")
    first.say("/ditto/job/state", id="asked")
    assert first.hear("/ditto/job/done")["id"] == "asked"
    assert latest.all(0.1) == []


def test_a_result_waits_for_its_client(daemon):
    gone = Probe(daemon.port, "carol")
    gone.submit("late")
    gone.hear("/ditto/job/accepted")
    gone.close()
    time.sleep(0.5)
    back = Probe(daemon.port, "carol")
    assert back.hear("/ditto/job/done")["id"] == "late"
    back.say("/ditto/ack", id="late")


@pytest.mark.parametrize("when", ["building", "queued", "running", "done"])
def test_cancel_at_any_moment(probe, results, when):
    job, other = f"cancel-{when}", f"before-{when}"
    if when == "queued":
        probe.submit(other, prompt="slow", iterations=500)
        probe.hear("/ditto/job/progress")
    if when == "building":
        probe.say("/ditto/job/new", id=job)
    else:
        probe.submit(job, prompt="slow", iterations=3 if when == "done" else 500)
    if when == "running":
        probe.hear("/ditto/job/progress")
    if when == "done":
        probe.hear("/ditto/job/done")
    start = time.monotonic()
    probe.say("/ditto/job/cancel", id=job)
    probe.hear(OK, command="/ditto/job/cancel")
    probe.hear("/ditto/job/done" if when == "done" else "/ditto/job/cancelled", id=job)
    assert time.monotonic() - start < 1
    probe.say("/ditto/ack", id=job)
    assert list(results.glob(f"{job}*.wav")) == [] or when == "done"
    if when == "queued":
        probe.say("/ditto/job/cancel", id=other)
        probe.hear("/ditto/job/cancelled", id=other)
        probe.say("/ditto/ack", id=other)
        assert job not in renders(results)


def test_the_queue_is_bounded_and_drafts_go_first(probe, results):
    probe.submit("long", prompt="slow", iterations=500)
    probe.hear("/ditto/job/progress")
    for number in range(MOST_OF_ONE + 1):
        probe.submit(f"full-{number}", iterations=0)
        reply = probe.hear("/ditto/job/accepted", FAIL, seconds=5)
        assert (reply["address"] == FAIL) == (number == MOST_OF_ONE)
    assert (reply["code"], reply["id"]) == ("queue_full", f"full-{MOST_OF_ONE}")
    for job in ("full-3", "full-4"):
        probe.say("/ditto/job/cancel", id=job)
        probe.hear("/ditto/job/cancelled", id=job)
    probe.submit("draft", kind="draft")
    assert probe.hear("/ditto/job/done", id="draft")["takes"] == 1
    probe.say("/ditto/job/state", id="long")
    assert probe.hear("/ditto/job/state.reply", id="long")["state"] == "running"
    probe.say("/ditto/job/cancel", id="long")
    for number in {*range(MOST_OF_ONE)} - {3, 4}:
        probe.hear("/ditto/job/done", id=f"full-{number}")
        probe.say("/ditto/ack", id=f"full-{number}")
    order = [job for job in renders(results) if job.startswith("full-")]
    assert order == [f"full-{n}" for n in range(MOST_OF_ONE) if n not in (3, 4)]


@pytest.mark.parametrize(
    ("prompt", "code"), [("refuse", "broken_file"), ("crash", "render_failed")]
)
def test_a_render_that_fails_is_told_and_repeated(probe, prompt, code):
    probe.submit(f"fails-{prompt}", prompt=prompt)
    first = probe.hear("/ditto/job/fail")
    assert first["code"] == code
    assert probe.hear("/ditto/job/fail", seconds=3) == first
    probe.say("/ditto/ack", id=first["id"])


def test_tcp_speaks_the_same_and_a_page_is_sent_away(daemon):
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=5) as stream:
        ping = osc.frame(osc.build("/ditto/ping", [("i", 4)]))
        stream.sendall(ping[:7])
        time.sleep(0.05)
        stream.sendall(ping[7:] * 3)
        replies, deframer = [], osc.Deframer()
        while len(replies) < 1:
            replies += deframer.feed(stream.recv(4096))
        assert decode(replies[0]) == [("/ditto/pong", {"number": 4})]
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=5) as stream:
        stream.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        (packet,) = osc.Deframer().feed(stream.recv(4096))
        assert decode(packet)[0][1]["code"] == "bad_message"
        assert stream.recv(4096) == b""


def test_a_tcp_client_gets_its_job(daemon):
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=5) as stream:
        text = json.dumps({"bars": 1, "prompt": "", "id": "tcp"})
        for message in (
            ("/ditto/hello", [("s", "tcp")]),
            ("/ditto/job/json", [("s", "tcp"), ("i", 0), ("i", 1), ("s", text)]),
            ("/ditto/job/submit", [("s", "tcp")]),
        ):
            stream.sendall(osc.frame(osc.build(*message)))
        deframer, heard = osc.Deframer(), []
        while "/ditto/job/done" not in heard:
            heard += [decode(p, osc.FRAME)[0][0] for p in deframer.feed(stream.recv(65536))]
        stream.sendall(osc.frame(osc.build("/ditto/ack", [("s", "tcp")])))
