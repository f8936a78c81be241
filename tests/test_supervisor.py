"""Real worker processes: they start, die, and are started again."""

import os
import signal
import sys
import threading
import time

import pytest

from ditto_daw.jobs.posts import Post
from ditto_daw.jobs.supervisor import MOST_STILLBORN, Supervisor


class Watch:
    """A supervisor and a way to wait for what its worker says."""

    def __init__(self, factory, folder, **options):
        self.woken = threading.Event()
        post = Post(f"fake_engine:{factory}", "cpu", folder)
        self.supervisor = Supervisor(post, self.woken.set, **options)
        self.supervisor.start()
        self.heard = []

    def until(self, kind, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if kind in self.heard:
                del self.heard[: self.heard.index(kind) + 1]
                return
            self.woken.wait(0.1)
            self.woken.clear()
            self.heard += [event["event"] for event in self.supervisor.events()]
        raise AssertionError(f"no {kind}, only {self.heard}")


@pytest.fixture
def watch(request, tmp_path):
    watch = Watch(request.param, tmp_path)
    yield watch
    watch.supervisor.close()


def alive(pid):
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


@pytest.mark.parametrize("watch", ["load"], indirect=True)
def test_a_life(watch, tmp_path):
    supervisor = watch.supervisor
    assert supervisor.state == "loading"
    watch.until("ready")
    assert (supervisor.state, supervisor.device) == ("ready", "fake")
    request = {"id": "a", "bars": 1, "output": {"folder": str(tmp_path)}}
    supervisor.render("a", request)
    watch.until("done")

    first = supervisor.pid
    os.kill(first, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    watch.until("lost")
    watch.until("ready")
    assert supervisor.restarts == 1
    assert supervisor.pid != first
    supervisor.render("b", {**request, "id": "b", "prompt": "slow", "iterations": 500})
    watch.until("progress")
    supervisor.cancel("b")
    watch.until("cancelled")

    second = supervisor.pid
    start = time.monotonic()
    supervisor.close()
    assert time.monotonic() - start < 3
    assert not alive(second)


@pytest.mark.parametrize("watch", ["load"], indirect=True)
def test_a_file_that_a_dying_worker_could_not_tell_of_goes_with_it(watch, tmp_path):
    watch.until("ready")
    request = {"id": "a", "bars": 1, "prompt": "die", "output": {"folder": str(tmp_path)}}
    watch.supervisor.render("a", request)
    watch.until("lost")
    assert not list(tmp_path.glob("*.wav")), "the job begins anew and would be there twice"


@pytest.mark.parametrize("watch", ["load_never"], indirect=True)
def test_an_engine_that_cannot_load_is_said_and_not_tried_again(watch):
    watch.until("broken")
    watch.until("lost")
    assert watch.supervisor.state == "failed"
    assert "the weights are not here" in watch.supervisor.note
    assert watch.supervisor.restarts == 0


@pytest.mark.parametrize("watch", ["load_dying"], indirect=True)
def test_a_worker_that_dies_while_loading_is_given_up(watch):
    for _ in range(MOST_STILLBORN):
        watch.until("lost")
    assert watch.supervisor.state == "failed"
    assert "log" in watch.supervisor.note


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot stop a process for a while")
@pytest.mark.parametrize("watch", ["load"], indirect=True)
def test_a_worker_that_hangs_blocks_nobody_and_can_be_ended(watch):
    watch.until("ready")
    pid = watch.supervisor.pid
    os.kill(pid, signal.SIGSTOP)
    start = time.monotonic()
    for number in range(200):
        watch.supervisor.render(str(number), {"id": "x", "prompt": "x" * 4000})
    assert time.monotonic() - start < 0.5, "the pipe holds 64 kB; the rest must not wait here"
    watch.supervisor.close(patience=0.2)
    assert not alive(pid)


def test_a_worker_that_hangs_is_lost_and_started_again(tmp_path, caplog):
    watch = Watch("load", tmp_path, patience=0.5)
    watch.until("ready")
    watch.supervisor.watch(busy=False)
    assert watch.supervisor.restarts == 0
    request = {"id": "a", "bars": 1, "prompt": "hang", "output": {"folder": str(tmp_path)}}
    watch.supervisor.render("a", request)
    first, end = watch.supervisor.pid, time.monotonic() + 10
    while "lost" not in watch.heard and time.monotonic() < end:
        watch.supervisor.watch(busy=True)
        watch.heard += [event["event"] for event in watch.supervisor.events()]
        time.sleep(0.05)
    watch.until("ready")
    assert watch.supervisor.restarts == 1
    assert not alive(first)
    assert "said nothing" in caplog.text
    watch.supervisor.close()
