"""From MIDI messages with times to notes and lanes in quarters, and to files and requests."""

import csv
import random

import mido
import pytest

from ditto_daw.errors import BadRequest
from ditto_daw.files.midifile import notes_from_file
from ditto_daw.live.clock import CONTINUE, START, STOP, TICK, Follower, Steady
from ditto_daw.live.record import Options, keep, request
from ditto_daw.live.recorded import write_midi
from ditto_daw.live.recorder import Recorder, Recording, quantised
from ditto_daw.music.notes import Note
from ditto_daw.requests.request import Request

ON, OFF, CC = 0x92, 0x82, 0xB0
"""Notes on channel 3."""


def steady(quarters=8.0, controller=None):
    """At 120: a quarter is half a second; the recording begins at second 10."""
    return Recorder(Steady(120, 10.0), quarters, controller)


def test_notes_are_in_quarters_from_the_beginning():
    recorder = steady()
    for seconds, message in (
        (8.0, [ON, 40, 90]),  # in the count-in: not meant
        (8.5, [OFF, 40, 0]),
        (9.9, [ON, 60, 100]),  # a fifth of a quarter early: the first note
        (10.5, [ON, 60, 0]),  # a note-on of velocity 0 ends it
        (11.0, [ON, 62, 80]),
        (11.25, [ON, 62, 70]),  # again before it has ended
        (13.5, [ON, 64, 60]),  # held beyond the end
        (14.5, [ON, 65, 60]),  # after the end
    ):
        recorder.feed(seconds, message)
    assert not recorder.is_over(13.9)
    assert recorder.is_over(14.0)
    assert recorder.result().notes == (
        Note(0.0, 1.0, 60, 100, 2),
        Note(2.0, 0.5, 62, 80, 2),
        Note(2.5, 5.5, 62, 70, 2),
        Note(7.0, 1.0, 64, 60, 2),
    )


def test_a_controller_is_a_lane_from_where_it_stood():
    recorder = steady(4.0, controller=7)
    for seconds, message in (
        (9.0, [CC, 7, 127]),
        (9.5, [CC, 1, 3]),  # another controller
        (10.5, [CC, 7, 0]),
        (11.0, [ON, 60, 90]),
        (12.5, [CC, 7, 127]),  # after the end
    ):
        recorder.feed(seconds, message)
    recording = recorder.result()
    assert recording.lane == ((0.0, 1.0), (1.0, 0.0))
    assert recording.notes == ()


def ticks(follower, tempo, first, count, jitter=0.0):
    rng = random.Random(2)
    for number in range(count):
        late = rng.uniform(0, jitter)
        follower.feed(first + number * 60 / tempo / 24 + late, TICK)


def test_the_clock_of_another_machine():
    follower = Follower()
    assert follower.quarter(1.0) is None
    ticks(follower, 126, 0.0, 5)  # it runs, but nobody has pressed Start
    assert follower.quarter(1.0) is None
    follower.feed(2.0, START)
    ticks(follower, 126, 2.0, 24 * 8 + 1)
    for quarter in (0.0, 0.4, 3.7, 7.9):
        assert follower.quarter(2.0 + quarter * 60 / 126) == pytest.approx(quarter, abs=1e-6)
    assert follower.tempo == pytest.approx(126, abs=1e-6)
    # Where no tick comes, the music stands still after the next one was due.
    assert follower.quarter(60.0) == pytest.approx(8 + 1 / 24)


def test_jitter_stays_small_and_a_stop_holds():
    follower = Follower(before=4.0)
    follower.feed(0.0, START)
    ticks(follower, 93, 0.0, 24 * 12, jitter=0.005)
    assert follower.tempo == pytest.approx(93, rel=0.005)
    assert follower.quarter(6 * 60 / 93) == pytest.approx(2.0, abs=0.02)
    follower.feed(8.0, STOP)
    at = follower.quarter(9.0)
    ticks(follower, 93, 9.0, 24)
    assert follower.quarter(20.0) == at
    follower.feed(20.0, CONTINUE)
    ticks(follower, 93, 20.0, 24)
    assert follower.quarter(21.0) == pytest.approx(at + 1, abs=1 / 24)


def test_quantised_notes_lie_on_the_grid_and_in_the_loop():
    notes = (
        Note(0.06, 0.4, 60, 50),
        Note(0.1, 0.55, 60, 90),  # falls upon the first and is louder
        Note(1.2, 0.05, 62, 70),
        Note(3.9, 0.3, 64, 70),  # nearest to the end, which is the beginning
        Note(3.5, 2.0, 65, 70),
    )
    result = quantised(Recording(notes, (), 4.0, 120.0), 0.25)
    assert result.notes == (
        Note(0.0, 0.25, 64, 70),
        Note(0.0, 0.5, 60, 90),
        Note(1.25, 0.25, 62, 70),
        Note(3.5, 0.5, 65, 70),
    )


def test_the_file_holds_the_notes(tmp_path):
    notes = tuple(Note(n * 0.5, 0.5, 60 + n % 5, 64 + n, 2) for n in range(16))
    path = tmp_path / "melody.mid"
    write_midi(Recording(notes, (), 8.0, 126.0), path, (7, 8))
    assert notes_from_file(path) == notes
    messages = mido.MidiFile(path).tracks[0]
    assert mido.tempo2bpm(messages[0].tempo) == pytest.approx(126, abs=1e-3)
    assert (messages[1].numerator, messages[1].denominator) == (7, 8)
    assert sum(message.time for message in messages) == 8 * 480
    assert [path.name for path in tmp_path.iterdir()] == ["melody.mid"]


def test_what_is_recorded_is_a_target(tmp_path):
    lane = Recording((), ((0.0, 1.0), (2.0, 0.5)), 8.0, 126.003)
    options = Options("", None, (4, 4), 2.0, controller=7, decibels=(-24.0, 0.0))
    asked = Request.from_dict(request(lane, options, "warm house") | {"id": "r"})
    assert asked.curve.points == ((0.0, 0.0), (2.0, -12.0))
    assert (asked.curve.unit, asked.bars, asked.prompt) == ("db", 2, "warm house")
    assert asked.tempo.tempos == ((0, 126),)
    keep(lane, tmp_path / "lane.csv", options)
    with (tmp_path / "lane.csv").open(newline="") as file:
        assert [[float(x) for x in row] for row in csv.reader(file)] == [[0, 0], [2, -12]]
    with pytest.raises(BadRequest, match=r"\.csv"):
        keep(lane, tmp_path / "lane.mid", options)
    notes = Recording((Note(0.0, 1.0, 60),), (), 8.0, 126.0)
    plain = Options("", 126.0, (4, 4), 2.0)
    assert Request.from_dict(request(notes, plain, "") | {"id": "r"}).midi.notes == notes.notes
    unit = Options("", 126.0, controller=7)
    assert request(lane, unit, "")["curve"] == {"points": [[0, 1], [2, 0.5]], "unit": "unit"}
