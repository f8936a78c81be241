"""The worker's own loop, in a thread, over a real pipe."""

import itertools
import json
import logging
import multiprocessing
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from fake_engine import FakeEngine, load

from ditto_daw.events import Progress
from ditto_daw.files.asset_store import name_of
from ditto_daw.jobs import worker
from ditto_daw.jobs.worker import _PipeClosed, _Worker


class Talk:
    """The server's end of the pipe, with a worker at the other."""

    def __init__(self, folder, engine):
        self.folder = folder
        self.engine = engine
        self.pipe, other = multiprocessing.Pipe()
        self.thread = threading.Thread(target=self._work, args=(other,))
        self.thread.start()

    def _work(self, other):
        try:
            _Worker(other, self.engine).run()
        except _PipeClosed:
            other.close()

    def say(self, do, **order):
        self.pipe.send_bytes(json.dumps({"do": do, **order}).encode())

    def render(self, job, **fields):
        fields = {"id": job, "bars": 1, "output": {"folder": str(self.folder)}, **fields}
        self.say("render", job=job, request=fields)

    def hear(self, *kinds):
        """The next event of one of these kinds."""
        while self.pipe.poll(5):
            event = json.loads(self.pipe.recv_bytes())
            if event["event"] in kinds:
                return event
        raise AssertionError(f"the worker did not say {kinds}")


@pytest.fixture
def talk(tmp_path):
    talk = Talk(tmp_path, load("cpu", tmp_path))
    yield talk
    talk.say("quit")
    talk.thread.join(5)
    assert not talk.thread.is_alive()


def test_a_job_is_rendered_and_its_takes_are_named_as_assets(talk):
    talk.render("a", variations=2)
    assert talk.hear("progress")["job"] == "a"
    done = talk.hear("done")
    assert [take["asset"] for take in done["takes"]] == [
        name_of(Path(take["path"])) for take in done["takes"]
    ]
    assert len(done["takes"]) == 2


def test_a_preview_is_named_as_an_asset(talk):
    talk.render("a", prompt="preview")
    assert talk.hear("preview")["asset"].startswith("asset:")


def test_a_draft_runs_between_two_steps_of_a_loop(talk):
    talk.render("loop", prompt="slow", iterations=500)
    talk.hear("progress")
    talk.render("draft", kind="draft")
    assert talk.hear("done")["job"] == "draft"
    assert talk.hear("progress")["job"] == "loop"
    talk.say("cancel", job="loop")
    assert talk.hear("cancelled")["job"] == "loop"


def test_cancel_closes_the_render(tmp_path):
    closed = threading.Event()

    class Engine(FakeEngine):
        def render(self, request, wish):
            try:
                yield from super().render(request, wish)
            finally:
                closed.set()

    talk = Talk(tmp_path, Engine())
    talk.render("a", prompt="slow", iterations=500)
    talk.hear("progress")
    talk.say("cancel", job="a")
    assert talk.hear("cancelled", "done")["event"] == "cancelled"
    assert closed.is_set()
    assert not list(tmp_path.glob("*.wav"))
    talk.say("quit")
    talk.thread.join(5)


def test_keep_ends_the_job_it_names_and_no_other(talk):
    talk.render("loop", prompt="slow", iterations=500)
    talk.hear("progress")
    talk.render("draft", kind="draft", prompt="slow", iterations=30)
    talk.say("keep", job="loop")
    talk.say("keep", job="unknown")
    done = [talk.hear("done"), talk.hear("done")]
    assert [each["job"] for each in done] == ["draft", "loop"]


def test_every_take_is_told_when_it_is_ready(talk):
    talk.render("d", kind="draft", variations=2, prompt="slow", iterations=12)
    ready = [talk.hear("take"), talk.hear("progress", "done"), talk.hear("take")]
    assert [each["event"] for each in ready] == ["take", "progress", "take"]
    assert [ready[0]["number"], ready[2]["number"]] == [0, 1]
    assert talk.hear("done")["takes"] == [ready[0]["take"], ready[2]["take"]]
    assert ready[0]["take"]["asset"] == name_of(Path(ready[0]["take"]["path"]))


@pytest.mark.parametrize(
    ("prompt", "code", "argument"),
    [
        ("refuse", "broken_file", "source.path"),
        ("crash", "render_failed", ""),
        ("empty", "render_failed", ""),
    ],
)
def test_a_failure_is_told_and_the_next_job_succeeds(talk, prompt, code, argument):
    talk.render("bad", prompt=prompt)
    fail = talk.hear("fail")
    assert (fail["job"], fail["code"], fail["argument"]) == ("bad", code, argument)
    assert fail["message"].endswith(".")
    talk.render("good")
    assert talk.hear("done")["job"] == "good"


def test_a_request_that_does_not_hold_is_told(talk):
    talk.say("render", job="bad", request={"id": "bad"})
    assert talk.hear("fail")["argument"] == "bars"


def test_clean_up_that_fails_does_not_hurt(tmp_path):
    class Engine(FakeEngine):
        def render(self, request, wish):
            try:
                yield Progress("optimising", 0, 1)
                yield from super().render(request, wish)
            finally:
                raise RuntimeError("the device is gone")

    talk = Talk(tmp_path, Engine())
    talk.render("a", prompt="slow", iterations=500)
    talk.hear("progress")
    talk.say("cancel", job="a")
    assert talk.hear("cancelled")["job"] == "a"
    talk.pipe.close()
    talk.thread.join(5)
    assert not talk.thread.is_alive(), "the worker ends with its pipe"


def test_progress_is_told_about_ten_times_a_second(talk, monkeypatch):
    ticks = itertools.count(step=0.02)
    monkeypatch.setattr(worker, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
    talk.render("a", iterations=100)
    steps = []
    while (event := talk.hear("progress", "done"))["event"] == "progress":
        steps.append(event["step"])
    assert 15 <= len(steps) <= 25, "100 steps of 20 ms are 2 s"
    assert steps[0] == 0


@pytest.mark.parametrize("heard", [True, False])
def test_takes_of_which_nobody_heard_go_with_the_worker(tmp_path, heard):
    talk = Talk(tmp_path, load("cpu", tmp_path))
    talk.render("a")
    (take,) = talk.hear("done")["takes"]
    if heard:
        talk.say("heard", job="a")
        assert talk.hear("given")["job"] == "a"
    talk.pipe.close()
    talk.thread.join(5)
    assert Path(take["path"]).exists() == heard


def test_what_the_worker_logs_reaches_the_server(tmp_path):
    ours, other = multiprocessing.Pipe()
    log = logging.Logger("test")
    log.addHandler(worker._Told(other))
    log.warning("two\nlines of %s", "text")
    assert json.loads(ours.recv_bytes()) == {
        "event": "log",
        "level": logging.WARNING,
        "text": "two\nlines of text",
    }
    ours.close()
    log.warning("nobody hears this")


def test_an_idle_worker_gives_memory_back_once_after_each_job(tmp_path, monkeypatch):
    given = threading.Semaphore(0)
    monkeypatch.setattr(worker, "RESTLESS_SECONDS", 0.01)
    monkeypatch.setattr(worker, "_give_back_memory", given.release)
    talk = Talk(tmp_path, load("cpu", tmp_path))
    assert given.acquire(timeout=5)
    assert not given.acquire(timeout=0.2), "it sleeps now"
    talk.render("a")
    talk.hear("done")
    assert given.acquire(timeout=5)
    talk.say("quit")
    talk.thread.join(5)


def test_memory_can_be_given_back_on_every_system():
    worker._give_back_memory()
