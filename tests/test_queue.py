import pytest

from ditto_daw.errors import BadRequest, NotOwner, QueueFull, UnknownJob
from ditto_daw.jobs.queue import ENDED, MOST_BUILDING, MOST_ENDED, MOST_OF_ONE, NEXT, Jobs


def submitted(jobs, identity, kind="loop"):
    job = jobs.new(identity, "me")
    jobs.submit(job, {"id": identity, "kind": kind})
    return job


def ids(some):
    return [job.id for job in some]


def test_drafts_go_before_loops_and_each_in_order():
    jobs = Jobs()
    for identity, kind in [("l1", "loop"), ("d1", "draft"), ("l2", "loop"), ("d2", "draft")]:
        submitted(jobs, identity, kind)
    assert ids(jobs.queued()) == ["d1", "d2", "l1", "l2"]


def test_the_next_job_is_one_that_is_taken():
    jobs = Jobs()
    assert jobs.next(lambda draft: True) is None
    loop = submitted(jobs, "l1")
    assert jobs.next(lambda draft: draft) is None, "there is room for a draft only"
    assert jobs.next(lambda draft: True) is loop
    draft = submitted(jobs, "d1", "draft")
    assert jobs.next(lambda draft: draft) is draft
    assert jobs.next(lambda draft: False) is None


def test_a_job_that_goes_back_keeps_its_place():
    jobs = Jobs()
    first = submitted(jobs, "l1")
    first.move("running")
    submitted(jobs, "l2")
    first.move("queued")
    assert ids(jobs.queued()) == ["l1", "l2"]


def test_clients_are_served_in_turn():
    jobs = Jobs()
    for identity in ("a1", "a2", "a3"):
        jobs.submit(jobs.new(identity, "a"), {})
    for identity in ("b1", "b2"):
        jobs.submit(jobs.new(identity, "b"), {})
    assert ids(jobs.queued()) == ["a1", "b1", "a2", "b2", "a3"]
    for _ in range(3):
        job = jobs.next(lambda draft: True)
        jobs.begin(job)
        jobs.end(job, "done", {})
    jobs.submit(jobs.new("c1", "c"), {})
    jobs.submit(jobs.new("b3", "b"), {})
    assert ids(jobs.queued()) == ["b2", "c1", "a3", "b3"], "a newcomer has neither debt nor credit"


def test_one_client_cannot_fill_the_queue():
    jobs = Jobs()
    for number in range(MOST_OF_ONE):
        submitted(jobs, f"a{number}")
    with pytest.raises(QueueFull, match=f"{MOST_OF_ONE} jobs of yours"):
        submitted(jobs, "too many")
    jobs.submit(jobs.new("b", "you"), {})


@pytest.mark.parametrize("state", NEXT)
def test_the_state_machine(state):
    for other in NEXT:
        jobs = Jobs()
        job = jobs.new("j", "me")
        job.state = state
        if other in NEXT[state]:
            job.move(other)
            assert job.state == other
        else:
            with pytest.raises(ValueError, match="cannot go"):
                job.move(other)


def test_the_queue_is_bounded_by_name():
    jobs = Jobs(most_queued=2)
    submitted(jobs, "a")
    submitted(jobs, "b")
    with pytest.raises(QueueFull, match="2 jobs are waiting"):
        submitted(jobs, "c")
    assert jobs.get("c", "me").state == "building", "it can be submitted again later"


def test_owners():
    jobs = Jobs()
    jobs.new("a", "me")
    with pytest.raises(NotOwner):
        jobs.get("a", "you")
    with pytest.raises(NotOwner):
        jobs.new("a", "you")
    with pytest.raises(UnknownJob):
        jobs.get("b", "me")


def test_an_id_is_used_once():
    jobs = Jobs()
    assert jobs.new("a", "me") is jobs.new("a", "me")
    submitted(jobs, "a")
    with pytest.raises(BadRequest, match="take a new id"):
        jobs.new("a", "me")


def test_memory_is_bounded():
    jobs = Jobs(most_queued=10**6)
    for number in range(1000):
        jobs.new(f"b{number}", "me")
        job = submitted(jobs, f"j{number}")
        job.move("running")
        jobs.end(job, "done", {})
    states = [job.state for job in jobs]
    assert MOST_BUILDING - 1 <= states.count("building") <= MOST_BUILDING
    assert sum(state in ENDED for state in states) == MOST_ENDED
    assert jobs.ended == 1000
    assert [jobs.known(each) is None for each in ("j999", "b999", "j0")] == [False, False, True]
