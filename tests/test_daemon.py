"""The daemon's loop without a worker process: what goes wrong inside does not end it."""

import pytest
from probe import Probe

from ditto_daw.server.commands import COMMANDS
from ditto_daw.server.daemon import Config, Daemon
from ditto_daw.server.sockets import UdpPeer
from ditto_daw.wire import osc
from ditto_daw.wire.messages import FAIL, encode

TAKE = {"path": "/tmp/a.wav", "samples": 10, "rate": 44100, "seed": 1}
ENDS = ("done", "fail", "cancelled")
PROGRESS = {"event": "progress", "stage": "optimising", "step": 1, "of": 2}


class StandIn:
    """In place of the fleet: has one worker, and says what the test puts in."""

    state, devices, note, restarts = "ready", "none", "", 0

    def __init__(self):
        self.saying = []
        self.given = []
        self.busy = set()
        self.heard_of = []

    def events(self):
        said, self.saying = self.saying, []
        self.busy -= {event["job"] for event in said if event["event"] in ENDS}
        return said

    def takes(self, draft):
        return self.state == "ready" and not self.busy

    def render(self, job, request, waiting=0):
        self.given.append(job)
        self.busy.add(job)

    def cancel(self, job):
        self.given.append(f"cancel {job}")

    def heard(self, job):
        self.heard_of.append(job)

    def watch(self):
        pass


class Desk:
    """A daemon whose loop is turned by hand."""

    def __init__(self, folder):
        self.daemon = Daemon(Config(folder, 0))
        self.worker = self.daemon.fleet = StandIn()
        self.probe = Probe(self.daemon.sockets.port)
        self.peer = UdpPeer("127.0.0.1", self.probe.port)
        self.tell("/ditto/hello", token="me")

    def tell(self, address, **named):
        self.daemon.handle(self.peer, encode(address, **named))

    def start(self, job):
        self.tell("/ditto/job/json", id=job, piece=0, of=1, text='{"bars": 1}')
        self.tell("/ditto/job/submit", id=job)

    def say(self, *events):
        self.worker.saying += events
        self.daemon._turn()


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.probe.close()
    desk.daemon.sockets.close()


def test_a_command_that_breaks_is_answered_and_logged(desk, monkeypatch, caplog):
    monkeypatch.setitem(COMMANDS, "/ditto/ping", lambda *_: 1 / 0)
    desk.tell("/ditto/ping")
    assert desk.probe.hear(FAIL, command="/ditto/ping")["code"] == "render_failed"
    assert "ZeroDivisionError" in caplog.text
    desk.tell("/ditto/sync", number=2)
    assert desk.probe.hear("/ditto/synced")["number"] == 2


def test_an_event_that_breaks_does_not_lose_the_next(desk, caplog):
    desk.start("a")
    desk.start("b")
    assert desk.worker.given == ["a"]
    desk.say(
        {**PROGRESS, "job": "a", "stage": 7},
        {"event": "applause", "job": "a"},
        {**PROGRESS, "job": "nobody"},
        {**PROGRESS, "job": "b"},
        {"event": "done", "job": "a", "takes": [{**TAKE, "samples": "many"}]},
    )
    assert desk.worker.given == ["a", "b"], "the next job starts even when this one cannot be told"
    desk.say({"event": "done", "job": "b", "takes": [TAKE]})
    assert desk.probe.hear("/ditto/job/done")["id"] == "b"
    assert "goes on" in caplog.text


def test_figures_that_no_packet_can_carry_stay_in_the_result(desk):
    desk.start("a")
    figures = {"huge": 1e300, "none": None, "fine": 0.5, "nan": float("nan"), "text": "good"}
    figures |= {f"figure-{n}": 1.0 for n in range(500)}
    desk.say({"event": "done", "job": "a", "takes": [{**TAKE, "figures": figures}]})
    rows = dict(desk.probe.hear("/ditto/job/take")["rows"])
    assert rows["fine"] == 0.5
    assert not {"huge", "none", "nan", "text"} & set(rows)
    desk.tell("/ditto/job/result", id="a", piece=0)
    assert '"huge": 1e+300' in desk.probe.hear("/ditto/job/result.reply")["text"]


@pytest.mark.parametrize("then", ["again", "cancelled"])
def test_takes_that_are_undone_go_and_what_a_dead_process_left(desk, tmp_path, then):
    paths = [tmp_path / f"draft-{number}.wav" for number in range(2)]
    desk.start("a")
    for number, path in enumerate(paths):
        path.write_bytes(b"RIFF")
        take = {**TAKE, "path": str(path)}
        desk.say({"event": "take", "number": number, "take": take, "job": "a"})
        assert desk.probe.hear("/ditto/job/take", id="a")["path"] == str(path)
    theirs, others = tmp_path / ".ditto-7-0123.part", tmp_path / ".ditto-77-0123.part"
    for half in (theirs, others):
        half.write_bytes(b"RI")
    desk.say({"event": "undone", "job": "a", "numbers": [0], "pid": 7})
    assert not theirs.exists()
    assert others.exists(), "another process still writes it"
    assert [path.exists() for path in paths] == [False, True]
    job = desk.daemon.jobs.known("a")
    assert (job.state, list(job.takes), job.attempts) == ("running", [1], 2)
    if then == "cancelled":
        desk.tell("/ditto/job/cancel", id="a")
        desk.say({"event": "cancelled", "job": "a"})
        desk.probe.hear("/ditto/job/cancelled", id="a")
        assert not paths[1].exists()
        assert job.takes == {}


def test_done_may_be_faster_than_cancel(desk):
    desk.start("a")
    desk.tell("/ditto/job/cancel", id="a")
    desk.say({"event": "done", "job": "a", "takes": [TAKE]})
    desk.probe.hear("/ditto/job/done", id="a")


def test_jobs_that_wait_fail_when_no_worker_comes(desk):
    desk.worker.state = "loading"
    desk.start("a")
    desk.worker.state, desk.worker.note = "failed", "The weights are gone."
    desk.say({"event": "broken"})
    assert desk.probe.hear("/ditto/job/fail")["sentence"] == "The weights are gone."


def test_what_a_refusal_quotes_is_cut_to_a_packet(desk):
    text = '{"bars": 1, "genre": "' + "\\u00e4\\u0000" * 1500 + '"}'
    desk.tell("/ditto/job/json", id="a", piece=0, of=1, text=text[:8000])
    desk.tell("/ditto/job/submit", id="a")
    assert desk.probe.hear(FAIL)["argument"] in ("genre", "json")
    desk.daemon.handle(desk.peer, osc.build("/ditto/job/set", [("s", "a"), ("s", "ä" * 3000)]))
    assert desk.probe.hear(FAIL)["argument"] == "field"
