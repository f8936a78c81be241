"""Workers on other machines: a Ray cluster of two on loopback, one of which is killed."""

import os
import queue
import threading
import time

import pytest
from ditto_bridge import Client
from probe import HERE

from ditto_daw.server.daemon import Config, Daemon

pytest.importorskip("ray", reason="Ray is not installed; it comes with the extra: cluster")

SMALL = {"num_cpus": 1, "object_store_memory": 80 << 20}
QUICK = {"health_check_period_ms": 500, "health_check_failure_threshold": 3}
SECONDS = 240
"""Ray starts a dozen processes for each machine, which takes its time where others work too."""

pytestmark = pytest.mark.timeout(2 * SECONDS)


@pytest.fixture(scope="module")
def machines():
    """Two of them; the engine of these tests can be imported there."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]))
        head = SMALL | {"include_dashboard": False, "_system_config": QUICK}
        cluster = Cluster(initialize_head=True, head_node_args=head)
        cluster.add_node(**SMALL)
        yield cluster
        cluster.shutdown()


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def client(machines, results):
    """A client of a daemon whose two workers are on these machines."""
    daemons: queue.SimpleQueue[Daemon] = queue.SimpleQueue()

    def serve():  # all in one thread, which owns the journal
        daemon = Daemon(Config(results, 0, cluster=machines.address, engine="fake_engine:load"))
        daemons.put(daemon)
        daemon.run()

    thread = threading.Thread(target=serve)
    thread.start()
    daemon = daemons.get()
    with Client(port=daemon.sockets.port, patience=30) as client:
        end = time.monotonic() + SECONDS
        while (devices := client.status()["devices"]).count("fake") < 2:
            assert time.monotonic() < end, devices
            time.sleep(0.1)
        yield client
    daemon.stop()
    thread.join()


def test_files_travel_both_ways_and_variations_are_shared(client, results, tmp_path):
    clip = tmp_path / "clip.wav"
    clip.write_bytes(b"RIFF" * 100_000)
    wanted = {"kind": "draft", "bars": 1, "seed": 1, "variations": 2, "prompt": "copy"}
    takes = client.render(wanted | {"id": "a", "source": {"path": str(clip)}}).takes
    assert [take.seed for take in takes] == [1, 2]
    assert sorted(path.name for path in results.glob("*.wav")) == ["a.0-0.wav", "a.1-0.wav"]
    assert {path.read_bytes() for path in results.glob("*.wav")} == {clip.read_bytes()}


def test_a_machine_is_lost_and_every_job_is_done_once(client, results, machines):
    wanted = {"bars": 1, "prompt": "slow", "iterations": 150}
    jobs = [client.submit(wanted | {"id": f"long-{number}"}) for number in range(2)]
    for job in jobs:
        next(job.events())
    assert [job.state() for job in jobs] == ["running", "running"]
    (second,) = machines.worker_nodes
    machines.remove_node(second, allow_graceful=False)
    for job in jobs:
        assert len(job.wait().takes) == 1
    found = sorted(path.name for path in results.glob("long*"))
    assert found == ["long-0-0.wav", "long-1-0.wav"]
    assert client.status()["restarts"] >= 1
