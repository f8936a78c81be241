"""How a daemon begins and ends, and what it does when its worker dies."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ditto_bridge import Client, find_daemon, launch_daemon
from probe import Probe, renders, serving

from ditto_daw.errors import DaemonMissing, PortTaken, RenderFailed, WorkerLost
from ditto_daw.wire.messages import FAIL

posix = pytest.mark.skipif(os.name != "posix", reason="Windows knows neither these signals nor ps")


def children(pid):
    out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(word) for word in out.stdout.split()]


def gone(pids, seconds=5.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        states = subprocess.run(
            ["ps", "-o", "stat=", "-p", ",".join(map(str, pids))], capture_output=True, text=True
        ).stdout.split()
        if all(state.startswith("Z") for state in states):
            return True
        time.sleep(0.05)
    return False


def test_hello_is_answered_while_the_model_loads(tmp_path):
    with (
        serving(tmp_path, "load_slowly", ready=False) as launched,
        Client(port=launched.port) as client,
    ):
        assert client.hello().state == "loading"
        job = client.submit({"id": "early", "bars": 1})
        assert job.state() == "queued"
        client.wait_ready()
        assert client.hello().state == "ready"
        assert client.hello().device == "fake"
        assert len(job.wait().takes) == 1


def test_a_second_daemon_exits_at_once_naming_the_port(tmp_path):
    with serving(tmp_path, ready=False) as launched:
        with pytest.raises(PortTaken, match=f"Port {launched.port}"):
            launch_daemon(launched.port, tmp_path, engine="fake_engine:load")
        assert find_daemon(port=launched.port), "the first loses nothing"


def test_the_port_is_free_again_at_once(tmp_path):
    with serving(tmp_path, ready=False) as first, Client(port=first.port) as client:
        client.put_asset(Path(__file__))
    assert not find_daemon(port=first.port, seconds=0.3)
    launch_daemon(first.port, tmp_path, engine="fake_engine:load").close()


@pytest.mark.parametrize("how", ["quit", "SIGTERM", "SIGINT"])
@posix
def test_it_ends_cleanly_and_its_worker_too(tmp_path, how):
    with serving(tmp_path) as launched:
        workers = children(launched.process.pid)
        assert workers
        with Client(port=launched.port) as client:
            client.submit({"bars": 1, "prompt": "slow", "iterations": 500})
            if how == "quit":
                client.quit()
            else:
                launched.process.send_signal(getattr(signal, how))
        assert launched.process.wait(8) == 0
        assert gone(workers, 1)
        assert "Traceback" not in launched.log.read_text()
    assert not list(tmp_path.glob("*.wav"))


@posix
def test_the_worker_does_not_outlive_a_killed_server(tmp_path):
    with serving(tmp_path) as launched:
        workers = children(launched.process.pid)
        assert workers
        launched.process.kill()
        launched.process.wait()
        assert gone(workers)


@posix
def test_a_killed_worker_is_replaced_and_its_job_rendered(tmp_path):
    with serving(tmp_path) as launched, Client(port=launched.port) as client:
        client.wait_ready()  # hello comes before the worker has started
        (worker, *_) = workers = _workers(launched)
        job = client.submit({"id": "survivor", "bars": 1, "prompt": "slow", "iterations": 60})
        events = job.events()
        next(events)
        os.kill(worker, signal.SIGKILL)
        assert len(job.wait().takes) == 1
        assert renders(tmp_path) == ["survivor"] * 2
        assert client.status()["restarts"] == 1
        assert _workers(launched) != workers


def test_a_job_that_kills_its_worker_fails_by_name_and_the_next_succeeds(tmp_path):
    with serving(tmp_path) as launched, Client(port=launched.port) as client:
        with pytest.raises(WorkerLost, match="died twice"):
            client.render({"id": "killer", "bars": 1, "prompt": "die"})
        assert renders(tmp_path) == ["killer"] * 2
        assert len(client.render({"bars": 1}).takes) == 1


def test_a_model_that_cannot_load_is_said(tmp_path):
    with (
        serving(tmp_path, "load_never", ready=False) as launched,
        Client(port=launched.port) as client,
    ):
        with pytest.raises(RenderFailed, match="the weights are not here"):
            client.wait_ready()
        with pytest.raises(RenderFailed, match="the weights are not here"):
            client.submit({"bars": 1})
        assert client.hello().state == "failed"


def test_quit_asks_before_it_ends_the_work_of_others(tmp_path):
    with serving(tmp_path) as launched:
        mine, yours = Probe(launched.port, "mine"), Probe(launched.port, "yours")
        mine.submit("work", prompt="slow", iterations=500)
        mine.hear("/ditto/job/progress")
        yours.say("/ditto/quit")
        assert yours.hear(FAIL)["argument"] == "force"
        yours.say("/ditto/quit", force=True)
        yours.hear("/ditto/bye")
        assert launched.process.wait(8) == 0


def test_leftovers_in_the_results_are_swept_at_the_start(tmp_path):
    leftover = tmp_path / ".ditto-0123.part"
    leftover.write_bytes(b"half")
    with serving(tmp_path, ready=False):
        assert not leftover.exists()


def test_a_daemon_that_does_not_come_up_says_why(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(DaemonMissing, match="did not come up"):
        launch_daemon(0, blocked, engine="fake_engine:load")


def test_the_server_never_imports_torch():
    code = (
        "import sys, ditto_daw.cli, ditto_daw.server.daemon, ditto_daw.jobs.worker, ditto_bridge\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def _workers(launched):
    """Worker processes; not multiprocessing's resource tracker, which has no pipe to us."""
    pids = children(launched.process.pid)
    names = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "-p", ",".join(map(str, pids))],
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    return [int(line.split()[0]) for line in names if "spawn_main" in line]
