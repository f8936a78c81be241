"""REAPER's scripts over OSC, where LuaSocket is installed: nothing watches a spool."""

import time

import pytest
from probe import serving
from reaper_host import (
    ACCEPTED,
    ENGINE,
    ESCAPE,
    NO_SOCKET,
    SLOW,
    Playing,
    accepted_after,
    lines,
    said_after,
    waits,
)
from watching import until

from ditto_daw.jobs.journal import FILE

pytestmark = [
    pytest.mark.system("lua5.4"),
    pytest.mark.skipif(bool(NO_SOCKET), reason="LuaSocket is not installed here: lua-socket"),
]


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    folder = tmp_path_factory.mktemp("osc")
    with serving(folder, engine=ENGINE) as daemon:
        host = waits(folder, daemon.port)
        host.transport = "osc"
        yield host


def test_a_job(host):
    told = host.play_smoothly(
        SLOW
        + """
        set({ prompt = "größer 🎵 loops", bars = 2, seed = 3, variations = 2 })
        press("New Loop")
        """
    )
    assert told["messages"] == []
    takes = told["tracks"][1]["items"][0]["takes"]
    assert [take["about"]["seed"] for take in takes] == [3, 4]
    assert takes[0]["name"] == "New Loop 3 größer 🎵 loops"
    assert host.request(takes[0]["about"]["id"])["prompt"] == "größer 🎵 loops"
    assert (host.folder.parent / FILE).exists()


def test_how_soon_a_job_is_accepted(host):
    assert accepted_after(host) <= ACCEPTED


def test_a_long_request_travels_in_pieces(host):
    told = host.play_smoothly(
        SLOW
        + """
        local notes = {}
        for index = 0, 999 do
          notes[index + 1] = { index / 100, index / 100 + 0.01, 40 + index % 40, 99, 0 }
        end
        project.midi(song.tracks[1], notes, { D_LENGTH = 6 }).selected = true
        set({ variations = 8 })
        press("Accompany")
        """
    )
    takes = told["tracks"][1]["items"][0]["takes"]
    assert len(takes) == 8
    assert len(host.request(takes[0]["about"]["id"])["midi"]["notes"]) == 1000


def test_a_refusal(host):
    told = host.play(SLOW + 'set({ bars = 1, key = "H minor" }) press("New Loop")')
    assert "key" in told["messages"][0]


def test_cancel(host):
    told = host.play(
        SLOW + f'press("New Loop", once(0.4, function() standin.keys = {{ {ESCAPE} }} end))'
    )
    assert told["undo"] == []


def test_a_killed_daemon(tmp_path):
    with serving(tmp_path, engine=ENGINE) as daemon:
        port = daemon.port
        host = waits(tmp_path, port)
        host.transport = "osc"
        playing = Playing(host, SLOW + 'press("New Loop")')
        log = tmp_path / "media" / "renders.log"
        until(log.exists)
        killed = time.time()
        daemon.process.kill()
        time.sleep(2)
    with serving(tmp_path, engine=ENGINE, port=port):
        told = playing.end()
    assert said_after(told, killed, "The daemon is not running.") <= 2
    assert told["undo"] == ["ditto New Loop"]


def test_without_a_daemon_the_spool_is_taken(tmp_path):
    host = waits(tmp_path)
    host.transport = "osc"
    told = host.play(
        SLOW + f'press("New Loop", once(1, function() standin.keys = {{ {ESCAPE} }} end))'
    )
    assert "The ditto bridge is not running." in lines(told)[0]
