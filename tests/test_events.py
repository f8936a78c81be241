import json

import pytest

from ditto_daw.events import Block, Done, Preview, Progress, Ready, Take, event_from_dict

TAKE = Take("/tmp/a.wav", 352800, 44100, 7, {"intensity_db": 0.8}, None, None)


@pytest.mark.parametrize(
    "event",
    [
        Progress("optimising", 3, 20, {"intensity": 1.5}, 12.5),
        Progress("loading", 0, 1),
        Preview("/tmp/best.wav", {"melody": 0.25}),
        Block(1, 2, 4, "/tmp/block.wav", 88200, 132300, 44100, "asset:0"),
        Ready(2, TAKE),
        Done((TAKE, TAKE)),
        Done(()),
    ],
)
def test_an_event_survives_json(event):
    assert event_from_dict(json.loads(json.dumps(event.to_dict()))) == event


def test_an_unknown_event_is_refused():
    with pytest.raises(KeyError):
        event_from_dict({"event": "applause"})
