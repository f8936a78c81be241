"""Several workers as one: stand-ins that say what a test puts in, then real fake ones."""

import os
import signal
import time

import psutil
import pytest
from ditto_bridge import Client
from probe import Probe, renders, serving

from ditto_daw.errors import Cancelled
from ditto_daw.jobs import fleet
from ditto_daw.jobs.fleet import Fleet
from ditto_daw.jobs.posts import Post

LOOP = {"id": "a", "kind": "loop", "bars": 1, "variations": 1, "seed": 5, "from": None}
DRAFT = LOOP | {"kind": "draft"}


class StandIn:
    """In place of a supervisor."""

    def __init__(self, post, wake, patience):
        self.post, self.device, self.state, self.note, self.restarts = post, "none", "ready", "", 0
        self.saying, self.told, self.busy = [], [], None

    def start(self):
        self.told.append("start")

    def render(self, name, request):
        self.told.append((name, request["seed"], request["variations"]))

    def keep(self, name):
        self.told.append(f"keep {name}")

    def cancel(self, name):
        self.told.append(f"cancel {name}")

    def heard(self, name):
        self.saying.append({"event": "given", "job": name})

    def watch(self, busy):
        self.busy = busy

    def events(self):
        said, self.saying = self.saying, []
        return said


class Crew:
    """A fleet of stand-ins."""

    def __init__(self, count):
        self.woken = 0
        post = Post("some:engine", "cpu", None)
        self.fleet = Fleet([post] * count, self._wake)
        self.workers = self.fleet._workers

    def _wake(self):
        self.woken += 1

    def say(self, worker, kind, name, **more):
        """What the fleet makes of what a worker says."""
        self.workers[worker].saying.append({"event": kind, "job": name, **more})
        return self.fleet.events()

    def done(self, worker, name, *takes):
        """Only when its takes are given is a part done."""
        assert self.say(worker, "done", name, takes=[{"path": take} for take in takes]) == []
        return self.fleet.events()

    def die(self, worker):
        self.workers[worker].state = "loading"
        self.workers[worker].saying.append({"event": "lost", "pid": 7})
        return self.fleet.events()

    def given(self):
        return [
            [told for told in worker.told if isinstance(told, tuple)] for worker in self.workers
        ]


@pytest.fixture
def crew(monkeypatch):
    monkeypatch.setattr(fleet, "Supervisor", StandIn)
    return Crew


def test_jobs_go_to_the_least_busy_and_a_draft_joins_where_it_must(crew):
    two = crew(2)
    for job in ("a", "b"):
        assert two.fleet.takes(False)
        two.fleet.render(job, LOOP)
    assert not two.fleet.takes(False)
    for job in ("c", "d"):
        assert two.fleet.takes(True)
        two.fleet.render(job, DRAFT)
    assert not two.fleet.takes(True), "nothing joins a draft"
    assert two.given() == [[("a", 5, 1), ("c", 5, 1)], [("b", 5, 1), ("d", 5, 1)]]
    two.fleet.watch()
    assert [worker.busy for worker in two.workers] == [True, True]
    (done,) = two.done(1, "b", "b.wav")
    assert (done["job"], done["takes"]) == ("b", [{"path": "b.wav"}])
    assert not two.fleet.takes(False)


@pytest.mark.parametrize(
    ("variations", "waiting", "shares"),
    [
        (8, 0, [(5, 2), (7, 3), (10, 3)]),
        (2, 0, [(5, 1), (6, 1)]),
        (1, 0, [(5, 1)]),
        (8, 1, [(5, 4), (9, 4)]),
        (8, 64, [(5, 8)]),
    ],
)
def test_variations_are_shared_by_who_is_idle(crew, variations, waiting, shares):
    three = crew(3)
    three.fleet.render("a", LOOP | {"variations": variations}, waiting)
    assert [(seed, count) for given in three.given() for _, seed, count in given] == shares


def test_seeds_go_round_and_an_unnamed_one_is_the_same_for_all(crew):
    two = crew(2)
    two.fleet.render("a", LOOP | {"variations": 2, "seed": 2**32 - 1})
    assert [given[0][1] for given in two.given()] == [2**32 - 1, 0]
    two = crew(2)
    two.fleet.render("a", LOOP | {"variations": 2, "seed": None})
    first, second = (given[0][1] for given in two.given())
    assert second == (first + 1) % 2**32


def test_what_leans_away_from_an_earlier_result_is_not_divided(crew):
    two = crew(2)
    two.fleet.render("a", LOOP | {"variations": 4, "from": {"path": "x"}})
    assert two.given() == [[("a", 5, 4)], []]


def test_parts_are_gathered_in_order(crew):
    two = crew(2)
    two.fleet.render("a", LOOP | {"variations": 4})
    assert two.say(1, "progress", "a/1", step=3) == [], "one part at a time tells how far it is"
    assert two.say(0, "progress", "a/0", step=1)[0]["job"] == "a"
    assert two.say(1, "preview", "a/1") == []
    (ready,) = two.say(1, "take", "a/1", number=1, take={})
    assert (ready["job"], ready["number"]) == ("a", 3)
    assert two.say(1, "block", "a/1", take=0, number=7)[0]["take"] == 2
    assert two.done(1, "a/1", "2", "3") == []
    (done,) = two.done(0, "a/0", "0", "1")
    assert [take["path"] for take in done["takes"]] == ["0", "1", "2", "3"]
    assert two.fleet.takes(False)


def test_keep_and_cancel_reach_all_parts(crew):
    two = crew(2)
    two.fleet.render("a", LOOP | {"variations": 2})
    two.fleet.keep("a")
    assert [worker.told[-1] for worker in two.workers] == ["keep a/0", "keep a/1"]
    two.fleet.cancel("a")
    assert [worker.told[-1] for worker in two.workers] == ["cancel a/0", "cancel a/1"]
    assert two.say(0, "cancelled", "a/0") == []
    assert two.done(1, "a/1", "1")[0] == {"event": "cancelled", "job": "a"}, "half is not done"
    assert two.fleet.takes(False)


def test_done_of_a_whole_job_is_faster_than_its_cancel(crew):
    one = crew(1)
    one.fleet.render("a", LOOP)
    one.fleet.cancel("a")
    assert one.done(0, "a", "0")[0]["event"] == "done"
    assert one.say(0, "cancelled", "a") == []


def test_what_a_worker_has_given_outlives_it(crew):
    two = crew(2)
    two.fleet.render("a", LOOP | {"variations": 4})
    two.done(0, "a/0", "0", "1")
    assert [said["event"] for said in two.die(0)] == ["lost"]
    (done,) = two.done(1, "a/1", "2", "3")
    assert [take["path"] for take in done["takes"]] == ["0", "1", "2", "3"]


def test_parts_of_a_dead_worker_are_rendered_again_even_when_done_but_not_given(crew):
    two = crew(2)
    two.fleet.render("a", LOOP | {"variations": 4})
    two.fleet.keep("a")
    two.say(0, "done", "a/0", takes=[{"path": "0"}, {"path": "1"}])
    two.workers[0].saying.clear()
    lost, undone = two.die(0)
    assert (lost["event"], undone["numbers"], undone["pid"]) == ("lost", [0, 1], 7)
    assert two.given()[0] == [("a/0", 5, 2)], "nobody is free yet"
    assert two.done(1, "a/1", "2", "3") == []
    assert two.workers[1].told[-2:] == [("a/0", 5, 2), "keep a/0"]
    (done,) = two.done(1, "a/0", "0 again", "1 again")
    assert [take["path"] for take in done["takes"]] == ["0 again", "1 again", "2", "3"]


def test_a_second_death_ends_the_job_and_stops_the_rest(crew):
    three = crew(3)
    three.fleet.render("a", LOOP | {"variations": 2})
    three.die(0)
    assert three.given()[2] == [("a/0", 5, 1)]
    assert [said["event"] for said in three.die(2)] == ["lost", "undone"]
    assert three.workers[1].told[-1] == "cancel a/1"
    (fail,) = three.say(1, "cancelled", "a/1")
    assert (fail["event"], fail["code"]) == ("fail", "worker_lost")


def test_a_death_while_cancelling_is_a_cancel(crew):
    one = crew(1)
    one.fleet.render("a", LOOP)
    one.fleet.cancel("a")
    assert [said["event"] for said in one.die(0)] == ["lost", "undone", "cancelled"]


def test_a_job_that_waits_for_a_worker_can_be_cancelled(crew):
    one = crew(1)
    one.fleet.render("a", LOOP)
    one.die(0)
    one.fleet.cancel("a")
    assert one.woken
    assert one.fleet.events() == [{"event": "cancelled", "job": "a"}]


@pytest.mark.parametrize("code", ["out_of_memory", "render_failed"])
def test_what_one_device_cannot_do_another_one_tries(crew, code):
    two = crew(2)
    two.fleet.render("a", LOOP)
    (undone,) = two.say(0, "fail", "a", code=code)
    assert (undone["event"], undone["numbers"]) == ("undone", [0])
    assert two.given() == [[("a", 5, 1)], [("a", 5, 1)]]
    (fail,) = two.say(1, "fail", "a", code=code)
    assert fail["code"] == code


def test_a_refusal_of_one_part_is_that_of_the_job(crew):
    two = crew(2)
    two.fleet.render("a", LOOP | {"variations": 2})
    assert two.say(1, "fail", "a/1", code="broken_file") == []
    assert two.workers[0].told[-1] == "cancel a/0"
    assert two.say(0, "fail", "a/0", code="broken_file")[0]["code"] == "broken_file"


def test_a_worker_tells_of_further_devices(crew):
    one = crew(1)
    one.workers[0].saying.append({"event": "ready", "others": ["cuda:1", "cuda:2"]})
    one.fleet.events()
    assert [worker.post.device for worker in one.workers] == ["cpu", "cuda:1", "cuda:2"]
    assert one.workers[2].told == ["start"]
    one.workers[0].saying.append({"event": "ready", "others": ["cuda:1", "cuda:2"]})
    one.fleet.events()
    assert len(one.workers) == 3


def test_states_are_told_together(crew):
    two = crew(2)
    first, second = two.workers
    first.device, second.device = "cuda:0", "cuda:1"
    assert (two.fleet.state, two.fleet.devices) == ("ready", "cuda:0, cuda:1")
    second.state, second.note = "failed", "It has no memory."
    assert (two.fleet.state, two.fleet.note) == ("ready", "It has no memory.")
    first.state = "loading"
    assert two.fleet.state == "loading"
    assert two.fleet.devices == "cuda:0 (loading), cuda:1 (failed)"


def test_when_all_have_failed_so_do_the_jobs(crew):
    one = crew(1)
    one.fleet.render("a", LOOP)
    one.workers[0].note = "The weights are gone."
    one.workers[0].saying.append({"event": "lost", "pid": 7})
    one.workers[0].state = "failed"
    assert [said["event"] for said in one.fleet.events()] == ["lost", "undone", "fail"]


# From here on with real processes.


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A daemon with two workers."""
    folder = tmp_path_factory.mktemp("pair")
    with serving(folder, device="cpu,cpu") as launched, Client(port=launched.port) as client:
        end = time.monotonic() + 30
        while client.status()["devices"] != "fake, fake":
            assert time.monotonic() < end
            time.sleep(0.02)
        launched.folder = folder
        yield launched


@pytest.fixture
def client(pair):
    with Client(port=pair.port) as client:
        yield client


def workers_of(launched):
    server = psutil.Process(launched.process.pid)
    return [each for each in server.children() if "spawn_main" in " ".join(each.cmdline())]


def test_two_jobs_run_at_once_and_a_third_one_waits(pair, client):
    assert client.hello().device == "fake, fake"
    long = {"bars": 1, "prompt": "slow", "iterations": 500}
    jobs = [client.submit(long | {"id": f"long-{number}"}) for number in range(3)]
    for job in jobs[:2]:
        next(job.events())
    assert [job.state() for job in jobs] == ["running", "running", "queued"]
    assert len(client.render({"id": "d", "kind": "draft", "bars": 1}).takes) == 1
    for job in jobs[::-1]:
        job.cancel()
        with pytest.raises(Cancelled):
            job.wait()
    assert renders(pair.folder).count("long-2") == 0


def test_variations_come_back_as_one_result(pair, client):
    wanted = {"id": "b", "kind": "draft", "bars": 1, "seed": 9, "variations": 5}
    takes = client.render(wanted).takes
    assert [take.seed for take in takes] == [9, 10, 11, 12, 13]
    assert sorted(renders(pair.folder))[:2] == ["b.0", "b.1"]
    assert sorted(path.name for path in pair.folder.glob("b.*.wav")) == [
        *("b.0-0.wav", "b.0-1.wav"),
        *("b.1-0.wav", "b.1-1.wav", "b.1-2.wav"),
    ]


def test_cancel_leaves_nothing_of_any_part(pair):
    probe = Probe(pair.port, "canceller")
    probe.submit("c", kind="draft", variations=4, prompt="slow", iterations=30)
    probe.hear("/ditto/job/take")
    probe.say("/ditto/job/cancel", id="c")
    probe.hear("/ditto/job/cancelled", id="c")
    probe.say("/ditto/ack", id="c")
    probe.close()
    assert not list(pair.folder.glob("c.*.wav"))


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL")
def test_a_killed_worker_is_no_loss(pair, client):
    wanted = {"id": "k", "kind": "draft", "bars": 1, "variations": 4, "seed": 1, "prompt": "slow"}
    job = client.submit(wanted | {"iterations": 40})
    next(job.events())
    os.kill(workers_of(pair)[1].pid, signal.SIGKILL)
    assert [take.seed for take in job.wait().takes] == [1, 2, 3, 4]
    assert sorted(path.name for path in pair.folder.glob("k.*.wav")) == [
        *("k.0-0.wav", "k.0-1.wav"),
        *("k.1-0.wav", "k.1-1.wav"),
    ]
    assert client.status()["restarts"] == 1
