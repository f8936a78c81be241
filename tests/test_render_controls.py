"""Every control in a whole render with a very small model: its loss and its figure are told."""

import numpy as np
import pytest
from tiny import asked, tiny_model, tones, write_clip

from ditto_daw.errors import FileMissing
from ditto_daw.events import Done, Progress
from ditto_daw.files.store import Store
from ditto_daw.rendering.render import render

CHORDS = {"notes": [[0, 4, 72], [0, 4, 76], [1, 1, 79]]}
LANE = {"points": [[0, -6], [1, 6], [1, None]], "unit": "db"}
SHORT = {"bars": 1, "iterations": 1}


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture
def song(tmp_path):
    """A chord that is struck twice a second."""
    struck = np.tile(np.linspace(1.0, 0.0, 24_000), 6) ** 2
    return str(write_clip(tmp_path / "song.wav", struck * tones(3.0, 48_000), 48_000))


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"structure": "AB", "groove": "grid", "curve": LANE}, "structure groove intensity"),
        ({"midi": CHORDS, "melody": "none", "groove": "midi"}, "harmony groove"),
        ({"follow": ()}, "harmony groove"),
        (
            {"follow": ("intensity", "melody", "structure"), "balance": "auto", "kind": "clip"},
            "intensity melody structure",
        ),
        (
            {"curve": LANE, "intensity_loss": "correlation", "weights": {"intensity": 2}},
            "intensity",
        ),
    ],
)
def test_losses_are_told_and_figures_beside_the_uncontrolled(tmp_path, model, song, fields, names):
    if "follow" in fields:
        features = {"features": list(fields["follow"])} if fields["follow"] else {}
        fields = fields | {"follow": {"path": song, "start": 0.5, **features}}
    events = list(render(asked(tmp_path, **SHORT, **fields), model, Store(tmp_path / "store")))
    told = [event for event in events if isinstance(event, Progress) and event.losses]
    assert isinstance(events[-1], Done)
    (take,) = events[-1].takes
    for name in names.split():
        assert name in told[-1].losses
        assert {"achieved", "uncontrolled", "unit"} <= take.figures[name].keys()


def test_a_recording_that_is_not_there_is_refused_by_name(tmp_path, model):
    follow = {"path": str(tmp_path / "none.wav")}
    with pytest.raises(FileMissing) as refused:
        list(render(asked(tmp_path, **SHORT, follow=follow), model, Store(tmp_path / "store")))
    assert refused.value.argument == "follow.path"
