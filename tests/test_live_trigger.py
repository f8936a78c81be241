"""Notes start jobs: the chosen ones, each with its own request, against the real daemon."""

import json
import threading

import pytest
from ditto_bridge import Client
from probe import renders

from ditto_daw.errors import BadRequest, BrokenFile, FileMissing
from ditto_daw.live.trigger import Triggers, read_map


def test_chosen_notes_hand_their_requests_in(daemon, results, tmp_path):
    (tmp_path / "loop.json").write_text(json.dumps({"bars": 1, "prompt": "house"}))
    (tmp_path / "wrong.json").write_text(json.dumps({"bars": -1}))
    triggers = Triggers(read_map([f"60={tmp_path}/loop.json", f"62={tmp_path}/wrong.json"]))
    told = []
    with Client(port=daemon.port) as client:
        client.hello()
        jobs = []

        def submit(request):
            jobs.append(client.submit(request))
            return jobs[-1].id

        for message in (
            *([0x90, 60, 100], [0x80, 60, 0], [0x93, 60, 0]),  # pressed, released, released
            *([0x90, 61, 100], [0xB0, 60, 100], [0xF8], [0x90, 62, 1], [0x99, 60, 1]),
        ):
            triggers.feed(0.0, message)
        triggers.end()
        thread = threading.Thread(target=triggers.run, args=(lambda r: submit(r), told.append))
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
        assert len(jobs) == 2
        for job in jobs:
            job.wait()
    assert [line.split(":")[0] for line in told] == ["note 60", "note 62", "note 60"]
    assert "bars" in told[1]
    assert renders(results) == [job.id for job in jobs]
    assert len({job.id for job in jobs}) == 2


def test_what_cannot_be_read_is_said(tmp_path):
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "half.json").write_text("{")
    for word, error in (
        ("60", BadRequest),
        ("C4=x.json", BadRequest),
        ("128=x.json", BadRequest),
        (f"60={tmp_path}/none.json", FileMissing),
        (f"60={tmp_path}/list.json", BrokenFile),
        (f"60={tmp_path}/half.json", BrokenFile),
    ):
        with pytest.raises(error):
            read_map([word])
