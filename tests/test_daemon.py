"""The daemon's loop without a worker process: what goes wrong inside does not end it."""

import pytest
from probe import Probe

from ditto_daw import osc
from ditto_daw.messages import FAIL, encode
from ditto_daw.server.commands import COMMANDS
from ditto_daw.server.daemon import Config, Daemon
from ditto_daw.server.sockets import UdpPeer

TAKE = {"path": "/tmp/a.wav", "samples": 10, "rate": 44100, "seed": 1}
PROGRESS = {"event": "progress", "stage": "optimising", "step": 1, "of": 2}


class StandIn:
    """In place of the supervisor: says what the test puts in."""

    state, device, note, restarts = "ready", "none", "", 0

    def __init__(self):
        self.saying = []
        self.given = []
        self.heard_of = []

    def events(self):
        said, self.saying = self.saying, []
        return said

    def render(self, job, request):
        self.given.append(job)

    def cancel(self, job):
        self.given.append(f"cancel {job}")

    def heard(self, job):
        self.heard_of.append(job)

    def watch(self, busy):
        pass


class Desk:
    """A daemon whose loop is turned by hand."""

    def __init__(self, folder):
        self.daemon = Daemon(Config(folder, 0))
        self.worker = self.daemon.supervisor = StandIn()
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


def test_a_dead_worker_gives_its_jobs_back_once(desk):
    desk.start("a")
    desk.say({"event": "lost"})
    assert desk.worker.given == ["a", "a"]
    desk.say({"event": "lost"})
    assert desk.probe.hear("/ditto/job/fail")["code"] == "worker_lost"


def test_a_dead_worker_has_cancelled_what_was_to_be_cancelled(desk):
    desk.start("a")
    desk.tell("/ditto/job/cancel", id="a")
    assert desk.worker.given == ["a", "cancel a"]
    desk.say({"event": "lost"})
    desk.probe.hear("/ditto/job/cancelled", id="a")


@pytest.mark.parametrize("how", ["again", "cancel"])
def test_takes_that_a_dead_worker_had_told_go_with_it(desk, tmp_path, how):
    path = tmp_path / "draft.wav"
    path.write_bytes(b"RIFF")
    desk.start("a")
    take = {**TAKE, "path": str(path)}
    desk.say({"event": "take", "number": 0, "take": take, "job": "a"})
    assert desk.probe.hear("/ditto/job/take", id="a")["path"] == str(path)
    if how == "cancel":
        desk.tell("/ditto/job/cancel", id="a")
    half = tmp_path / ".ditto-0123.part"
    half.write_bytes(b"RI")
    desk.say({"event": "lost"})
    assert not path.exists()
    assert not half.exists()
    job = desk.daemon.jobs.known("a")
    assert job.takes == {}
    assert job.state == ("cancelled" if how == "cancel" else "running")


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
