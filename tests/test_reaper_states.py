"""What can go wrong around a job in REAPER: each is said, and each has a way out."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from probe import serving
from reaper_host import (
    ENGINE,
    ENTER,
    ESCAPE,
    NO_SOCKET,
    SLOW,
    Playing,
    hosting,
    lines,
    said_after,
    waits,
)
from watching import daemon_in, free_port, reply_in, until, watching

pytestmark = [
    pytest.mark.system("lua5.4"),
    pytest.mark.skipif(bool(NO_SOCKET), reason="LuaSocket is not installed here: lua-socket"),
]


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    with hosting(tmp_path_factory.mktemp("states")) as host:
        yield host


def only_request(spool):
    """The id of the job that has been handed in."""
    return next(iter(until(spool.waiting)))


def test_cancel_by_the_window(host):
    told = host.play(
        SLOW
        + f"""
        set({{ prompt = "slow", bars = 1, seed = 99 }})
        press("New Loop", once(0.5, function() standin.keys = {{ {ESCAPE} }} end))
        """
    )
    assert (told["undo"], told["messages"], len(told["tracks"])) == ([], [], 1)
    until(lambda: not host.spool.waiting())
    assert not list(host.folder.glob("*-99-*.wav"))


def test_cancel_by_its_action(host):
    """Another script, as REAPER runs it, beside the one that follows the job."""
    told = host.play(
        SLOW
        + """
        press("New Loop", once(0.5, function()
          standin.ext["ditto-daw/cancel"] = "as the Cancel script writes it"
        end))
        local kept = standin.ext["ditto-daw/cancel"]
        press("Cancel")
        assert(standin.ext["ditto-daw/cancel"] ~= kept)
        """
    )
    assert told["undo"] == []
    until(lambda: not host.spool.waiting())


def test_a_script_that_is_ended_takes_its_job_along(host):
    host.run(
        SLOW
        + """
        pcall(press, "New Loop", function(since)
          if since > 0.5 then
            standin.stop()
            error("REAPER ends the script")
          end
        end)
        """
    )
    until(lambda: not host.spool.waiting())


def test_a_closed_window_lets_the_job_go_on(host):
    told = host.play(SLOW + 'press("New Loop", once(0.2, function() standin.keys = { -1 } end))')
    assert told["undo"] == ["ditto New Loop"]


def test_a_daemon_that_is_killed_during_a_job(tmp_path):
    """Said within 2 s; it is started again by the window's button, and the job is done."""
    with serving(tmp_path, engine=ENGINE) as daemon:
        port = daemon.port
        host = waits(tmp_path, port)
        with watching(host.spool.folder, port):
            daemon_in(host.spool, "ready")
            long = SLOW + 'set({ prompt = "slow", bars = 1 }) press("New Loop")'
            playing = Playing(host, long)
            identity = only_request(host.spool)
            reply_in(host.spool, identity, "running")
            killed = time.time()
            daemon.process.kill()
            daemon_in(host.spool, "missing")
            time.sleep(0.3)
            with serving(tmp_path, engine=ENGINE, port=port):
                told = playing.end()
    assert said_after(told, killed, "The daemon is not running.") <= 2
    assert any("The daemon was started again" in line for line in lines(told)[-3:])
    assert told["undo"] == ["ditto New Loop"]
    assert len(list(host.folder.glob("*.wav"))) == 1


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the bridge's process is found in /proc")
def test_the_bridge_is_started_from_the_window(tmp_path):
    """Nothing runs: the window says so, asks for the command once, and the job is done."""
    host = waits(tmp_path)
    spool = host.spool.folder
    command = (
        f"{sys.executable} -m ditto_bridge.cli --port {free_port()} watch --serve --spool {spool}"
        f" --engine {ENGINE} --results {tmp_path}"
    )
    try:
        told = host.play(
            SLOW
            + f"""
            standin.inputs = {{ "{command}" }}
            function standin.on_execute(line)
              os.execute(line .. " >/dev/null 2>&1 &")
            end
            press("New Loop", once(0.4, function() standin.keys = {{ {ENTER} }} end))
            """
        )
    finally:
        for pid in processes(str(spool)):
            os.kill(pid, signal.SIGTERM)
        until(lambda: not processes(str(spool)))
    shown = lines(told)
    assert "The ditto bridge is not running." in shown[0]
    assert any("The daemon is being started." in line for line in shown)
    assert told["offered"][0].endswith("watch --serve")
    assert told["executed"] == [command]
    assert told["kept"]["ditto-daw/start"] == command
    assert told["undo"] == ["ditto New Loop"]


def test_a_bridge_that_does_not_come_up(tmp_path):
    """After a while another way is told; Escape gives up."""
    host = waits(tmp_path)
    told = host.play(
        SLOW
        + f"""
        standin.inputs = {{ "false" }}
        local shift, real = 0, standin.clock
        function standin.clock() return real() + shift end
        press("New Loop", function(since)
          if since > 0.2 and #standin.executed == 0 then standin.keys = {{ {ENTER} }} end
          if since > 0.6 then shift = 21 end
          if since > 1 then standin.keys = {{ {ESCAPE} }} end
        end)
        """
    )
    assert any("watch --serve" in line for line in lines(told)), lines(told)
    assert told["undo"] == []


def test_a_watcher_that_is_killed(tmp_path):
    with serving(tmp_path, engine=ENGINE) as daemon:
        host = waits(tmp_path, daemon.port)
        with watching(host.spool.folder, daemon.port) as watcher:
            daemon_in(host.spool, "ready")
            playing = Playing(host, SLOW + 'press("New Loop")')
            reply_in(host.spool, only_request(host.spool), "running", "accepted")
            killed = time.time()
            watcher.kill()
            watcher.wait()
            time.sleep(2.4)
        with watching(host.spool.folder, daemon.port):
            told = playing.end()
    assert said_after(told, killed, "The ditto bridge is not running.") <= 2.5
    assert told["undo"] == ["ditto New Loop"]


def test_another_project_is_in_view_when_it_is_ready(host):
    told = host.play(
        SLOW
        + """
        local other = project.new({ path = song.path })
        standin.projects[2] = other
        press("New Loop", function(since)
          standin.project = since > 0.2 and since < 2.5 and other or song
        end)
        """
    )
    assert any("its project is in view again" in line for line in lines(told))
    assert len(told["tracks"]) == 2
    assert told["undone"]


def test_a_project_that_was_closed(host):
    told = host.play(
        SLOW
        + """
        local other = project.new({ path = song.path })
        press("New Loop", once(0.2, function()
          standin.project, standin.projects = other, { other }
        end))
        """
    )
    assert told["messages"][0].startswith("The project was closed. The result is /")
    assert told["undo"] == []


def test_a_source_that_was_deleted_meanwhile(host):
    """The result still comes, on a track at the end."""
    told = host.play(
        SLOW + 'press("New Loop", once(0.2, function() table.remove(song.tracks) end))'
    )
    assert [track["name"] for track in told["tracks"]] == ["ditto"]


def processes(word):
    """Process ids of this user's bridges and daemons whose command line holds a word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode().split("\0")
        except OSError:
            continue
        if "ditto_bridge.cli" in words and word in words:
            found.append(int(path.parent.name))
    return found
