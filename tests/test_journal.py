"""What a daemon still knows when it comes back, and that it renders everything exactly once."""

import os
import time

import pytest
from ditto_bridge import Client
from probe import Probe, renders, serving

from ditto_daw.jobs.journal import FILE, Entry, Journal
from ditto_daw.jobs.queue import MOST_ENDED, Jobs

REQUEST = {"id": "a", "kind": "loop", "bars": 1}


def entry(identity="a", place=0, state="queued", **other):
    fields = {"acknowledged": False, "request": REQUEST, "takes": {}, "end": {}} | other
    return Entry(identity, "me", place, state, **fields)


def test_what_is_saved_is_read_back_in_order(tmp_path):
    journal = Journal(tmp_path / FILE)
    takes = {1: {"path": "b.wav"}, 0: {"path": "ä \0.wav"}}
    saved = [entry("late", 7), entry("early", 2, "done", takes=takes, acknowledged=True)]
    for each in saved:
        journal.save(each)
    journal.save(saved[0]._replace(state="running"))
    journal.close()
    again = list(Journal(tmp_path / FILE).entries())
    assert again == [saved[1], saved[0]._replace(state="running")]


def test_a_killed_writer_leaves_every_row(tmp_path):
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    if (child := os.fork()) == 0:
        journal = Journal(tmp_path / FILE)
        for place in range(50):
            journal.save(entry(f"j{place}", place))
        os._exit(9)  # without closing anything
    os.waitpid(child, 0)
    assert len(list(Journal(tmp_path / FILE).entries())) == 50


@pytest.mark.parametrize(
    "rubbish", [b"no database at all" * 300, b"SQLite format 3\0" + b"\1" * 5000]
)
def test_a_damaged_file_is_put_aside(tmp_path, rubbish, caplog):
    (tmp_path / FILE).write_bytes(rubbish)
    journal = Journal(tmp_path / FILE)
    journal.save(entry())
    assert [each.id for each in journal.entries()] == ["a"]
    assert (tmp_path / FILE).with_suffix(".damaged").read_bytes() == rubbish
    assert "put aside" in caplog.text


def test_a_row_that_cannot_be_read_does_not_take_the_others(tmp_path, caplog):
    journal = Journal(tmp_path / FILE)
    journal.save(entry("good"))
    journal.save(entry("bad", 1))
    journal._base.execute("UPDATE jobs SET request = '{' WHERE id = 'bad'")
    assert [each.id for each in journal.entries()] == ["good"]
    assert "job bad" in caplog.text


def test_the_journal_is_as_bounded_as_the_memory(tmp_path):
    journal = Journal(tmp_path / FILE)
    jobs = Jobs(journal, most_queued=10**6)
    for number in range(MOST_ENDED + 20):
        job = jobs.new(f"j{number}", f"client {number}")
        jobs.submit(job, REQUEST)
        jobs.begin(job)
        jobs.end(job, "done", {})
    assert len(list(journal.entries())) == len(list(jobs)) == MOST_ENDED
    assert next(journal.entries()).id == "j20"


def test_jobs_come_back_with_their_places(tmp_path):
    journal = Journal(tmp_path / FILE)
    jobs = Jobs(journal)
    for identity in ("first", "second"):
        jobs.submit(jobs.new(identity, "me"), REQUEST)
    jobs.begin(jobs.known("first"))
    again = Jobs(journal)
    assert [job.state for job in again] == ["running", "queued"]
    third = again.new("third", "me")
    again.submit(third, REQUEST)
    assert third.order == 2


def test_a_killed_daemon_finishes_what_it_had_accepted_exactly_once(tmp_path):
    with serving(tmp_path) as first:
        probe = Probe(first.port, "me")
        probe.submit("done")
        probe.hear("/ditto/job/done", id="done")
        probe.submit("underway", prompt="slow", iterations=40)
        probe.submit("waiting")
        probe.hear("/ditto/job/accepted", id="waiting")
        probe.hear("/ditto/job/progress", id="underway")
        first.process.kill()
        first.process.wait()
        first.log.unlink()
    time.sleep(0.3)  # the worker sees the pipe's end, and takes its half-done work along
    with serving(tmp_path) as second, Client(port=second.port, token="me") as client:
        for identity in ("done", "underway", "waiting"):
            assert len(client.job(identity).wait().takes) == 1
        assert len(client.render({"id": "done", "bars": 1}).takes) == 1, "the same job, not anew"
    assert renders(tmp_path) == ["done", "underway", "underway", "waiting"]
    assert sorted(path.name for path in tmp_path.glob("*.wav")) == [
        "done-0.wav",
        "underway-0.wav",
        "waiting-0.wav",
    ]
