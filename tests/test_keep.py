"""Which samples stay the clip's own."""

from fractions import Fraction

import numpy as np
import pytest

from ditto_daw.errors import BadRequest
from ditto_daw.files.audiofile import Region
from ditto_daw.rendering.keep import kept_samples
from ditto_daw.requests.request import Request

RATE, SECONDS = 1000, 8
"""Four bars of 4/4 at 120."""


def kept(length=RATE * SECONDS, **fields):
    request = Request.from_dict({"id": "a", "source": {"path": "/loop.wav"}, **fields})
    clip = Region(np.zeros((1, RATE * SECONDS), np.float32), RATE, "PCM_16", 0)
    return kept_samples(request, clip, length)


def redone(start, end, **fields):
    return kept(use="redo", redo={"start": start, "end": end}, **fields)


def runs(keep):
    """[begin, end) of what is re-made, in seconds."""
    edges = np.diff(np.concatenate([[1], keep.astype(int), [1]]))
    begins, ends = np.flatnonzero(edges < 0), np.flatnonzero(edges > 0)
    return [(int(a) / RATE, int(b) / RATE) for a, b in zip(begins, ends, strict=True)]


@pytest.mark.parametrize(
    ("start", "end", "remade"),
    [
        (1, 2, [(2, 4)]),
        (0, 1, [(0, 2)]),
        (3, 4, [(6, 8)]),
        (3, 0, [(6, 8)]),
        (3, 1, [(0, 2), (6, 8)]),
        ("1/2", "3/4", [(1, 1.5)]),
    ],
)
def test_the_bars_are_counted_from_the_beginning_and_may_wrap(start, end, remade):
    assert runs(redone(start, end)) == remade


def test_bars_follow_meter_tempo_and_play_rate():
    tempo = {"tempos": [[0, 120], [7, 60]], "meters": [[0, 7, 8]]}
    assert runs(redone(1, 3, tempo=tempo)) == [(1.75, 7.0)]
    assert runs(redone(0, 1, tempo=tempo, source={"path": "/a.wav", "rate": 2})) == [(0, 3.5)]
    assert runs(redone(0, 1, tempo=tempo, position=7)) == [(0, 3.5)]


@pytest.mark.parametrize(
    ("start", "end", "argument"),
    [(5, 1, "redo.start"), (1, 5, "redo.end"), (4, 1, None), (0, 4, "redo"), (1, "1.001", "redo")],
)
def test_bars_that_are_not_there_are_refused(start, end, argument):
    if argument is None:
        assert runs(redone(start, end)) == [(0, 2)]
        return
    with pytest.raises(BadRequest) as refused:
        redone(start, end)
    assert refused.value.argument == argument
    assert refused.value.message.endswith(".")


def test_a_loop_whose_length_was_rounded_has_its_last_bar():
    length = RATE * SECONDS - 1
    keep = kept(length, use="redo", redo={"start": 3, "end": 4})
    assert runs(keep) == [(6, length / RATE)]


def test_a_repair_keeps_all_but_its_beats_and_an_extension_the_whole_clip():
    assert runs(kept(use="repair", repair_beats=2)) == [(7, 8)]
    assert runs(kept(12_000, use="extend")) == [(8, 12)]
    assert Fraction(runs(kept(use="repair"))[0][0]) == 6


@pytest.mark.parametrize(
    ("fields", "argument"),
    [
        ({"use": "repair", "repair_beats": 16}, "repair_beats"),
        ({"use": "extend", "bars": 4}, "bars"),
        ({"use": "extend", "samples": 8001}, "samples"),
    ],
)
def test_each_part_needs_some_length(fields, argument):
    with pytest.raises(BadRequest) as refused:
        kept(**fields)
    assert refused.value.argument == argument
