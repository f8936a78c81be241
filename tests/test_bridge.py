"""The public client against a live daemon with the fake engine."""

import hashlib
import random
import socket
import threading
import time
from pathlib import Path

import pytest
from ditto_bridge import Client, find_daemon
from probe import Probe, renders, serving

from ditto_daw.errors import (
    AssetMissing,
    BadRequest,
    BrokenFile,
    Cancelled,
    DaemonMissing,
    NotOwner,
    RenderFailed,
    UnknownJob,
)
from ditto_daw.events import Done, Preview, Progress, Ready
from ditto_daw.files.asset_store import name_of
from ditto_daw.wire.messages import FAIL

LONG = {"bars": 1, "prompt": "slow", "iterations": 500}


@pytest.fixture
def client(daemon):
    with Client(port=daemon.port) as client:
        yield client


@pytest.mark.parametrize("small", [False, True])
def test_a_job(client, small):
    request = {"bars": 4, "tempo": {"tempos": [[0, 123]]}, "variations": 2, "seed": 5}
    job = client.submit({**request, "prompt": "preview"}, small=small)
    events = list(job.events())
    assert isinstance(events[0], Progress)
    (preview,) = [event for event in events if isinstance(event, Preview)]
    assert preview.losses == {"intensity": 0.5}
    done = events[-1]
    assert isinstance(done, Done)
    assert [take.seed for take in done.takes] == [5, 6]
    assert done.takes[0].samples == round(16 * 60 / 123 * 44100)
    assert done.takes[0].figures == {"intensity_db": 0.5, "curve": [0.0, 1.0], "verdict": "good"}
    assert job.result()["request"]["variations"] == 2


def test_long_lists_travel_in_pieces(client):
    points = [[n / 16, (n % 7) / 7] for n in range(5000)]
    notes = [[n / 4, 0.25, 40 + n % 40, 1 + n % 127, 0] for n in range(2000)]
    request = {
        "bars": 64,
        "curve": {"points": points, "unit": "unit"},
        "midi": {"notes": notes},
        "iterations": 0,
    }
    by_json, by_messages = client.submit(request), client.submit(request, small=True)
    assert by_json.wait()
    assert by_messages.wait()
    one, other = by_json.result()["request"], by_messages.result()["request"]
    assert len(one["midi"]["notes"]) == 2000
    assert {**one, "id": ""} == {**other, "id": ""}


def test_takes_come_one_by_one_and_each_once(client):
    job = client.submit({"kind": "draft", "bars": 1, "variations": 3, "seed": 5, "iterations": 9})
    events = list(job.events())
    ready = [event for event in events if isinstance(event, Ready)]
    assert [(event.number, event.take.seed) for event in ready] == [(0, 5), (1, 6), (2, 7)]
    assert [event.take.path for event in ready] == [take.path for take in events[-1].takes]
    assert ready[0].take.figures == {"intensity_db": 0.5}, "numbers only, before the end"


def test_stop_and_keep(client):
    job = client.submit(LONG)
    kept = []

    def keep(event):
        if not kept:
            kept.append(event)
            job.keep()

    assert len(job.wait(keep).takes) == 1
    job.keep()


@pytest.mark.parametrize("small", [False, True])
def test_a_job_from_a_take_of_another(client, small):
    done = client.render({"id": f"base-{small}", "kind": "draft", "bars": 2, "genre": "house"})
    by_job = {"from": {"job": f"base-{small}", "take": 0}, "mood": "calm"}
    by_asset = {"from": {"path": done.takes[0].asset}, "mood": "calm"}
    redo = {**by_job, "use": "redo", "redo": {"start": 1, "end": 2}}
    for request in (by_job, by_asset, redo):
        job = client.submit(request, small=small)
        job.wait()
        asked = job.result()["request"]
        assert (asked["genre"], asked["mood"]) == ("house", "calm")


def test_cancel_from_the_callback(client):
    job = client.submit(LONG)
    with pytest.raises(Cancelled):
        job.wait(lambda event: job.cancel())
    assert job.state() == "cancelled"


@pytest.mark.parametrize(("prompt", "error"), [("refuse", BrokenFile), ("crash", RenderFailed)])
def test_a_failure_arrives_as_its_error(client, prompt, error):
    with pytest.raises(error):
        client.render({"bars": 1, "prompt": prompt})


def test_a_refusal_arrives_as_its_error(client):
    with pytest.raises(BadRequest) as refusal:
        client.submit({"bars": 1, "genre": "polka"})
    assert refusal.value.argument == "genre"
    assert "house" in refusal.value.message


def test_the_same_id_twice_is_one_render(daemon, client, results):
    first = client.submit({"id": "same", "bars": 1})
    assert client.submit({"id": "same", "bars": 1}).id == first.id
    done = first.wait()
    assert client.render({"id": "same", "bars": 1}) == done
    with Client(port=daemon.port, token=client.token) as after_a_restart:
        assert after_a_restart.render({"id": "same", "bars": 1}, lambda event: None) == done
    assert renders(results).count("same") == 1


def test_an_ended_job_says_so_every_time(client):
    job = client.submit({**LONG, "id": "ended"})
    job.cancel()
    for _ in range(2):
        with pytest.raises(Cancelled):
            job.wait()
    assert client.job("ended").state() == "cancelled"


def test_a_token_finds_its_job_again(daemon):
    with Client(port=daemon.port, token="dave") as early:
        early.submit({"id": "waiting", "bars": 1})
    with Client(port=daemon.port, token="dave") as late:
        assert len(late.job("waiting").wait().takes) == 1
        with pytest.raises(UnknownJob):
            late.job("never")
    with Client(port=daemon.port, token="eve") as other, pytest.raises(NotOwner):
        other.job("waiting")


def test_two_clients_at_once(daemon):
    outcomes = {}

    def work(name):
        with Client(port=daemon.port, token=name) as client:
            jobs = [client.submit({"id": f"{name}-{n}", "bars": 1}) for n in range(5)]
            outcomes[name] = [take.path for job in jobs for take in job.wait().takes]

    threads = [threading.Thread(target=work, args=(name,)) for name in ("ann", "ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for name, paths in outcomes.items():
        assert len(paths) == 5
        assert all(f"{name}-" in path for path in paths)


def test_three_megabytes_there_and_back(client, tmp_path):
    data = random.Random(3).randbytes(3_000_000)
    source = tmp_path / "clip with spaces ü.wav"
    source.write_bytes(data)
    name = client.put_asset(source)
    assert name == f"asset:{hashlib.sha256(data).hexdigest()}"
    start = time.monotonic()
    assert client.put_asset(source) == name
    assert time.monotonic() - start < 1, "what is there is not sent again"
    copy = client.get_asset(name, tmp_path / "copy.wav")
    assert copy.read_bytes() == data
    job = client.submit({"use": "repair", "source": {"path": name}, "samples": None})
    path = job.result()["request"]["source"]["path"] if job.wait() else ""
    assert path.endswith(name.removeprefix("asset:"))


def test_a_take_is_got_by_its_asset_name(client, tmp_path):
    (take,) = client.render({"bars": 1}).takes
    copy = client.get_asset(take.asset, tmp_path / "take.wav")
    assert name_of(copy) == take.asset
    with pytest.raises(AssetMissing):
        client.get_asset("asset:" + "0" * 64, tmp_path / "none.wav")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["take.wav"]


def test_a_daemon_that_has_forgotten_us_is_told_again(daemon, client):
    client.hello()
    client.token = "frank"  # as after a restart of the daemon: it knows this address otherwise
    with pytest.raises(UnknownJob):
        client.job("nothing")
    stranger = Client(port=daemon.port, token="grace")
    assert len(stranger.submit({"bars": 1}).wait().takes) == 1, "hello is said when it is asked for"


def test_a_port_that_was_anothers_gives_nobody_their_name(daemon):
    before = Probe(daemon.port, "heidi")
    before.close()
    with (
        Client(port=daemon.port, token="ivan") as client,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as same,
    ):
        same.bind(("127.0.0.1", before.port))
        same.connect(before.to)
        client._wire.close()
        client._wire._socket = same
        client.render({"id": "ivans", "bars": 1})
    again = Probe(daemon.port, "heidi")
    again.say("/ditto/job/state", id="ivans")
    assert again.hear(FAIL)["code"] == "not_owner"


def test_nobody_there_is_said_soon():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    start = time.monotonic()
    assert not find_daemon(port=port, seconds=0.3)
    with Client(port=port, patience=0.3) as client:
        with pytest.raises(DaemonMissing, match="ditto-daw serve"):
            client.hello()
        with pytest.raises(DaemonMissing):
            client.put_asset(Path(__file__))
    assert time.monotonic() - start < 2


def test_a_daemon_that_vanishes_is_said(tmp_path):
    with serving(tmp_path) as launched, Client(port=launched.port, patience=2) as client:
        job = client.submit(LONG)
        events = job.events()
        next(events)
        launched.process.kill()
        with pytest.raises(DaemonMissing, match="does not answer any more"):
            list(events)


def test_status_and_ping(client):
    assert client.status()["state"] == "ready"
    assert 0 < client.ping() < 5
    assert client.hello() == client.hello()


def test_a_token_can_be_shared_with_a_patch(daemon, client):
    probe = Probe(daemon.port, client.token)
    client.hello()
    job = client.submit(LONG)
    probe.say("/ditto/job/cancel", id=job.id)
    with pytest.raises(Cancelled):
        job.wait()
