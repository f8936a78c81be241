"""A live daemon: takes as they come, stop and keep, and jobs that start from earlier results."""

import json
from pathlib import Path

import pytest
from probe import Probe, renders

from ditto_daw.files.asset_store import name_of
from ditto_daw.files.store import Store, told
from ditto_daw.wire.messages import FAIL, OK


def request_of(probe, job):
    probe.say("/ditto/job/result", id=job, piece=0)
    return json.loads(probe.hear("/ditto/job/result.reply", id=job)["text"])["request"]


def drafted(probe, job, **fields):
    """The takes of a draft job that is done."""
    probe.submit(job, kind="draft", **fields)
    assert probe.hear("/ditto/job/done", id=job)
    probe.say("/ditto/job/state", id=job)
    takes = [probe.hear("/ditto/job/take", id=job) for _ in range(fields.get("variations", 1))]
    probe.say("/ditto/ack", id=job)
    return takes


def test_drafts_arrive_one_by_one_and_again_with_done(probe):
    probe.submit("one-by-one", kind="draft", variations=3, seed=7, prompt="slow", iterations=20)
    heard = []
    while not heard or heard[-1][0] != "done":
        said = probe.hear("/ditto/job/progress", "/ditto/job/take", "/ditto/job/done")
        heard.append((said["address"].split("/")[-1], said.get("index"), said.get("seed")))
    takes = [(index, seed) for kind, index, seed in heard if kind == "take"]
    assert takes == [(0, 7), (1, 8), (2, 9)] * 2
    first, last = heard.index(("take", 0, 7)), heard.index(("take", 2, 9))
    assert "progress" in [kind for kind, _, _ in heard[first:last]]
    probe.say("/ditto/ack", id="one-by-one")


def test_keep_ends_a_job_with_what_there_is(probe, results):
    probe.submit("keep", prompt="slow", iterations=500)
    probe.hear("/ditto/job/progress")
    for _ in range(2):
        probe.say("/ditto/job/keep", id="keep")
        probe.hear(OK, command="/ditto/job/keep")
    assert probe.hear("/ditto/job/done", seconds=5)["takes"] == 1
    probe.say("/ditto/job/keep", id="keep")
    probe.hear("/ditto/job/done")
    probe.say("/ditto/ack", id="keep")
    assert renders(results).count("keep") == 1


def test_keep_leaves_the_drafts_that_are_ready(probe):
    probe.submit("few", kind="draft", variations=8, prompt="slow", iterations=20)
    probe.hear("/ditto/job/take", index=1)
    probe.say("/ditto/job/keep", id="few")
    assert 2 <= probe.hear("/ditto/job/done", seconds=5)["takes"] <= 4
    probe.say("/ditto/ack", id="few")


@pytest.mark.parametrize("state", ["building", "queued"])
def test_there_is_nothing_to_keep_before_a_job_runs(probe, state):
    job = f"none-{state}"
    if state == "queued":
        probe.submit("before", prompt="slow", iterations=500)
        probe.hear("/ditto/job/progress")
        probe.submit(job)
    else:
        probe.say("/ditto/job/new", id=job)
    probe.say("/ditto/job/keep", id=job)
    said = probe.hear(FAIL, command="/ditto/job/keep")
    assert (said["id"], said["code"], state in said["sentence"]) == (job, "bad_value", True)
    for each in (job, "before"):
        probe.say("/ditto/job/cancel", id=each)
        probe.all(0.3)
        probe.say("/ditto/ack", id=each)


def test_cancel_wins_over_keep_and_only_the_owner_keeps(daemon, probe):
    probe.submit("both", prompt="slow", iterations=500)
    probe.hear("/ditto/job/progress")
    stranger = Probe(daemon.port, "stranger")
    stranger.say("/ditto/job/keep", id="both")
    assert stranger.hear(FAIL)["code"] == "not_owner"
    probe.say("/ditto/job/cancel", id="both")
    probe.say("/ditto/job/keep", id="both")
    probe.hear("/ditto/job/cancelled")
    probe.say("/ditto/ack", id="both")
    stranger.close()


def test_a_job_from_a_draft_takes_over_what_it_does_not_say(probe, results):
    takes = drafted(probe, "d1", variations=3, seed=40, genre="house", key="C minor", bars=2)
    probe.say("/ditto/job/new", id="full")
    for field, value in (("from.job", "d1"), ("from.take", 2), ("key", "D minor")):
        probe.say("/ditto/job/set", id="full", field=field, rows=[(value,)])
    probe.say("/ditto/job/points", id="full", piece=0, of=1, rows=[(0, 0.5), (8, 1)])
    probe.say("/ditto/job/submit", id="full")
    probe.hear("/ditto/job/done", id="full")
    asked = request_of(probe, "full")
    probe.say("/ditto/ack", id="full")
    latent = Path(asked["from"]["path"])
    assert latent == Store(results).latent(takes[2]["asset"])
    assert told(latent)["seed"] == "42"
    assert (asked["kind"], asked["genre"], asked["key"]) == ("loop", "house", "D minor")
    assert (asked["bars"], asked["seed"], asked["variations"]) == (2, 42, 1)
    assert asked["curve"]["points"] == [[0, 0.5], [8, 1]]


def test_a_draft_can_be_chosen_while_the_others_are_made(probe):
    probe.submit("early", kind="draft", variations=8, prompt="slow", iterations=20)
    probe.hear("/ditto/job/take", index=0)
    text = json.dumps({"from": {"job": "early"}, "prompt": "", "iterations": 0})
    probe.say("/ditto/job/json", id="chosen", piece=0, of=1, text=text)
    probe.say("/ditto/job/submit", id="chosen")
    assert probe.hear("/ditto/job/accepted", id="chosen")["state"] == "queued"
    probe.say("/ditto/job/cancel", id="early")
    probe.hear("/ditto/job/done", id="chosen")
    probe.say("/ditto/ack", id="early")
    probe.say("/ditto/ack", id="chosen")


@pytest.mark.parametrize("how", ["path", "renamed", "asset", "latent"])
def test_an_earlier_result_is_known_by_its_content(probe, results, how, tmp_path):
    (take,) = drafted(probe, f"known-{how}", seed=11, mood="dark")
    copy = tmp_path / "moved by the DAW.wav"
    copy.write_bytes(Path(take["path"]).read_bytes())
    named = {
        "path": take["path"],
        "renamed": str(copy),
        "asset": take["asset"],
        "latent": str(Store(results).latent(take["asset"])),
    }
    probe.submit(f"from-{how}", **{"from.path": named[how]})
    probe.hear("/ditto/job/done", id=f"from-{how}")
    asked = request_of(probe, f"from-{how}")
    probe.say("/ditto/ack", id=f"from-{how}")
    assert (asked["mood"], asked["seed"]) == ("dark", 11)
    assert asked["from"] == {"path": named["latent"]}


def test_a_redo_of_a_take_has_its_audio_and_its_tempo(probe):
    (take,) = drafted(probe, "take", seed=11, genre="techno", bars=4, position=16)
    fields = {"use": "redo", "from.job": "take", "redo.start": 3, "redo.end": 1, "seed": 12}
    probe.submit("redone", bars=None, **fields)
    probe.hear("/ditto/job/done", id="redone")
    asked = request_of(probe, "redone")
    probe.say("/ditto/ack", id="redone")
    assert asked["source"]["path"] == take["path"]
    assert (asked["genre"], asked["position"], asked["bars"]) == ("techno", 16, None)
    assert (asked["redo"], asked["seed"]) == ({"start": 3, "end": 1}, 12)


def test_null_leaves_out_what_the_earlier_job_had(probe):
    drafted(probe, "plain", genre="house", mood="dark")
    text = json.dumps({"from": {"job": "plain"}, "genre": None, "iterations": 0})
    probe.say("/ditto/job/json", id="free", piece=0, of=1, text=text)
    probe.say("/ditto/job/submit", id="free")
    probe.hear("/ditto/job/done", id="free")
    asked = request_of(probe, "free")
    probe.say("/ditto/ack", id="free")
    assert (asked["genre"], asked["mood"]) == ("", "dark")


def test_an_earlier_result_that_is_not_there_is_named(daemon, probe, results, tmp_path):
    (take,) = drafted(probe, "mine")
    other = tmp_path / "other.wav"
    other.write_bytes(b"RIFF of somebody else")
    long = tmp_path / "long.wav"
    with long.open("wb") as file:
        file.truncate(257 << 20)
    odd = tmp_path / "odd.safetensors"
    odd.write_bytes(b"no header")
    cases = [
        ({"from.job": "never"}, "unknown_job", "from.job"),
        ({"from.job": "mine", "from.take": 1}, "bad_value", "from.take"),
        ({"from.path": str(other)}, "file_missing", "from.path"),
        ({"from.path": str(long)}, "bad_value", "from.path"),
        ({"from.path": "/etc/passwd"}, "path_refused", "from.path"),
        ({"from.path": str(tmp_path / "none.wav")}, "file_missing", "from.path"),
        ({"from.path": "asset:" + "0" * 64}, "file_missing", "from.path"),
        ({"from.path": str(odd)}, "broken_file", "from"),
    ]
    for number, (fields, code, argument) in enumerate(cases):
        probe.submit(f"lost-{number}", **fields)
        said = probe.hear(FAIL, command="/ditto/job/submit")
        assert (said["code"], said["argument"]) == (code, argument)
        assert said["sentence"].endswith((".", '"'))
    stranger = Probe(daemon.port, "another")
    stranger.submit("theirs", **{"from.job": "mine"})
    assert stranger.hear(FAIL, command="/ditto/job/submit")["code"] == "not_owner"
    stranger.close()
    Store(results).latent(take["asset"]).unlink()
    probe.submit("swept", **{"from.job": "mine"})
    said = probe.hear(FAIL, command="/ditto/job/submit")
    assert (said["code"], said["argument"]) == ("file_missing", "from.job")
    assert "Render it again" in said["sentence"]


def test_the_asset_of_a_take_is_its_content(probe):
    (take,) = drafted(probe, "content")
    assert take["asset"] == name_of(Path(take["path"]))


class Oscsend:
    """What `oscsend` does: every message from another port, nobody listening there."""

    def __init__(self, daemon_port):
        self.port = daemon_port

    def __call__(self, address, *values):
        once = Probe(self.port)
        once.raw(address, *values)
        once.close()


def test_a_sender_with_another_port_each_time_builds_a_job(daemon):
    ear, send = Probe(daemon.port), Oscsend(daemon.port)
    send("/ditto/hello", "shell", ear.port)
    ear.hear("/ditto/hello.reply")
    send("/ditto/job/new", "shell/1")
    assert ear.hear(OK)["id"] == "1", "replies name the job without the token"
    send("/ditto/job/set", "shell/1", "bars", 2)
    send("/ditto/job/set", "shell/1", "genre", "polka")
    ear.hear(OK, command="/ditto/job/set")
    send("/ditto/job/submit", "shell/1")
    said = ear.hear(FAIL, command="/ditto/job/submit")
    assert (said["id"], said["argument"]) == ("1", "genre")
    send("/ditto/job/set", "shell/1", "genre", "house")
    send("/ditto/job/set", "shell/1", "seed", "seven")
    assert ear.hear(FAIL, command="/ditto/job/set")["argument"] == "seed"
    send("/ditto/job/submit", "shell/1")
    assert ear.hear("/ditto/job/accepted")["id"] == "1"
    assert ear.hear("/ditto/job/done")["takes"] == 1
    send("/ditto/ack", "shell/1")
    ear.close()


def test_a_token_that_never_said_hello_is_nobody(daemon, probe):
    stranger = Probe(daemon.port)
    stranger.raw("/ditto/job/new", "nobody/1")
    said = stranger.hear(FAIL)
    assert (said["code"], said["id"]) == ("no_hello", "1")
    probe.say("/ditto/job/new", id="mine-alone")
    probe.hear(OK)
    ear = Probe(daemon.port, "liar")
    stranger.raw("/ditto/job/cancel", "liar/mine-alone")
    assert ear.hear(FAIL)["code"] == "not_owner"
    stranger.close()
    ear.close()
