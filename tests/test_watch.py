"""The spool watcher: whatever is killed comes back to the same job, and every state is said."""

import json
import os
import signal
import time
from pathlib import Path

import pytest
from ditto_bridge.spool import Spool
from ditto_bridge.watch import Setup, start_command
from probe import renders, serving
from watching import daemon_in, free_port, reply_in, until, watching

SLOW = {"bars": 1, "prompt": "slow", "iterations": 60}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("spool")


@pytest.fixture(scope="module")
def spool(folder, daemon):
    """The spool of one watcher that lasts for the module."""
    with watching(folder, daemon.port):
        spool = Spool(folder)
        daemon_in(spool, "ready")
        yield spool


def test_a_job_from_request_to_takes(spool):
    start = time.monotonic()
    spool.submit("first", {"bars": 4, "variations": 2, "seed": 5, "prompt": "preview"})
    reply_in(spool, "first", "accepted", "running", "done")
    assert time.monotonic() - start < 1
    reply = reply_in(spool, "first", "done")
    assert [take["seed"] for take in reply["takes"]] == [5, 6]
    assert reply["takes"][0]["figures"]["curve"] == [0.0, 1.0]
    assert reply["takes"][0]["samples"] == 352800
    assert Path(reply["takes"][1]["path"]).is_file()
    assert reply["error"] is None
    assert reply["losses"]["intensity"] > 0
    assert Path(reply["preview"]).is_file()
    until(lambda: not spool.waiting())


def test_blocks_of_a_long_clip_are_in_the_reply(spool):
    sections = [{"bars": 1}, {"bars": 2, "genre": "house"}]
    spool.submit("long", {"kind": "clip", "sections": sections})
    blocks = reply_in(spool, "long", "done")["blocks"]
    places = [(one["take"], one["number"], one["of"], one["begin"], one["end"]) for one in blocks]
    assert places == [(0, 0, 2, 0, 44100), (0, 1, 2, 44100, 88200)]
    assert all(Path(one["path"]).is_file() for one in blocks)


def test_the_daemon_introduces_itself(spool):
    said = spool.read_daemon()
    assert said["capabilities"]["genres"][0] == "house"
    assert (said["device"], said["restarts"]) == ("fake", 0)
    assert "watch --serve" in said["start"]
    assert "ditto_daw.cli serve --port" in said["serve"]


def test_the_commands_that_start_it_name_the_models(tmp_path):
    setup = Setup(tmp_path, port=7, models=("bundled", "ace-step"))
    assert start_command(setup).endswith("--model bundled --model ace-step")


@pytest.mark.parametrize(
    ("request_", "argument"),
    [({"bars": 1, "genre": "polka"}, "genre"), ([1], "bars"), ({}, "bars")],
)
def test_a_refusal_names_its_field(spool, request_, argument):
    identity = f"bad-{argument}-{len(request_)}"
    spool.submit(identity, request_)
    reply = reply_in(spool, identity, "failed")
    assert reply["error"]["argument"] == argument
    assert reply["error"]["message"].endswith(".")


def test_half_a_file_is_refused_too(spool):
    (spool.folder / "requests" / "half.json").write_text('{"bars": ', encoding="utf-8")
    assert reply_in(spool, "half", "failed")["error"]["argument"] == "bars"


def test_names_that_are_no_ids_are_left_alone(spool):
    odd = spool.folder / "requests" / "not an id.json"
    odd.write_text("{}", encoding="utf-8")
    spool.submit("after-odd", {"bars": 1})
    reply_in(spool, "after-odd", "done")
    assert odd.exists()
    odd.unlink()


def test_cancel_and_keep(spool):
    spool.submit("stop", SLOW | {"iterations": 500})
    reply_in(spool, "stop", "running")
    spool.wish("cancel", "stop")
    reply = reply_in(spool, "stop", "cancelled")
    assert reply["takes"] == []
    assert reply["error"] is None
    spool.submit("enough", SLOW | {"iterations": 500})
    reply_in(spool, "enough", "running")
    spool.wish("keep", "enough")
    assert len(reply_in(spool, "enough", "done")["takes"]) == 1
    until(lambda: not spool.wishes("cancel") and not spool.wishes("keep"))


def test_a_wish_about_nothing_is_forgotten(spool):
    spool.wish("cancel", "never-was")
    until(lambda: not spool.wishes("cancel"))


def test_one_watcher_at_a_time(spool, daemon, capfd):
    with watching(spool.folder, daemon.port) as second:
        assert second.wait(20) == 1
    assert "Another ditto-bridge watches" in capfd.readouterr().err


def test_a_killed_watcher(folder, tmp_path):
    """Its silence is noticed, the next one follows the same job, which is rendered once."""
    spool = Spool(tmp_path / "spool")
    with serving(tmp_path) as daemon:
        with watching(spool.folder, daemon.port) as watcher:
            spool.submit("one", SLOW)
            reply_in(spool, "one", "running")
            watcher.kill()
            watcher.wait()
            start = time.monotonic()
            daemon_in(spool, "no_bridge")
            assert time.monotonic() - start <= 2.1
        spool.submit("two", {"bars": 1})
        with watching(spool.folder, daemon.port):
            reply_in(spool, "one", "done")
            reply_in(spool, "two", "done")
        assert daemon_in(spool, "no_bridge"), "said at once when it ends in order"
    assert sorted(renders(tmp_path)) == ["one", "two"]


def test_a_job_that_ended_as_the_watcher_did(tmp_path):
    """Killed between the last reply and the tidying up: it is not handed in again."""
    spool = Spool(tmp_path / "spool")
    request = spool.folder / "taken" / "old.json"
    request.write_text(json.dumps({"bars": 1}), encoding="utf-8")
    reply = {"id": "old", "state": "done", "takes": []}
    (spool.folder / "replies" / "old.json").write_text(json.dumps(reply), encoding="utf-8")
    with watching(spool.folder, free_port()):
        until(lambda: not request.exists())
    assert spool.read_reply("old") == reply


def test_a_killed_daemon(tmp_path):
    """Said within 2 s; the job waits, goes on with the next daemon, and is there once."""
    spool, port = Spool(tmp_path / "spool"), free_port()
    with watching(spool.folder, port):
        spool.submit("patient", SLOW)
        reply_in(spool, "patient", "waiting")
        assert daemon_in(spool, "missing")["note"].endswith(".")
        with serving(tmp_path, port=port) as daemon:
            reply_in(spool, "patient", "running")
            daemon.process.kill()
            start = time.monotonic()
            daemon_in(spool, "missing")
            reply_in(spool, "patient", "waiting")
            assert time.monotonic() - start <= 2
        with serving(tmp_path, port=port):
            reply = reply_in(spool, "patient", "done")
            assert daemon_in(spool, "ready")["restarts"] == 1
    assert [Path(take["path"]).name for take in reply["takes"]] == ["patient-0.wav"]
    until(lambda: not spool.waiting())


def test_cancel_while_the_daemon_is_away(tmp_path):
    """The host is answered at once; a daemon that comes back with the job is told then."""
    spool, port = Spool(tmp_path / "spool"), free_port()
    with watching(spool.folder, port):
        spool.submit("new", SLOW)
        reply_in(spool, "new", "waiting")
        spool.wish("cancel", "new")
        reply_in(spool, "new", "cancelled", seconds=1)
        with serving(tmp_path, port=port) as daemon:
            spool.submit("known", SLOW)
            reply_in(spool, "known", "running")
            daemon.process.kill()
            daemon_in(spool, "missing")
            spool.wish("cancel", "known")
            reply_in(spool, "known", "cancelled", seconds=1)
        with serving(tmp_path, port=port):
            until(lambda: not spool.waiting())
    assert spool.read_reply("known")["state"] == "cancelled"
    assert not list(tmp_path.glob("*.wav"))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the daemon's process is found in /proc")
def test_a_watcher_that_serves(tmp_path):
    """It starts the daemon, starts it again when it is killed, and takes it along at the end."""
    spool, port = Spool(tmp_path / "spool"), free_port()
    engine = ("--engine", "fake_engine:load", "--results", str(tmp_path))
    with watching(spool.folder, port, "--serve", *engine):
        daemon_in(spool, "ready")
        spool.submit("crash", SLOW)
        reply_in(spool, "crash", "running")
        (pid,) = daemons(port)
        os.kill(pid, signal.SIGKILL)
        daemon_in(spool, "loading", "missing", seconds=2)
        reply_in(spool, "crash", "done", seconds=30)
    assert not daemons(port)


def daemons(port):
    """Process ids of the daemons on a port."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode().split("\0")
        except OSError:
            continue
        if "ditto_daw.cli" in words and str(port) in words:
            found.append(int(path.parent.name))
    return found
