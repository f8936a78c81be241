"""A song in a real Ardour: sections of its ranges, heard block by block, one step to undo."""

from __future__ import annotations

import time
from contextlib import ExitStack

import numpy as np
import pytest
import soundfile
from ardour_host import Ardour, samples
from ardour_session import (
    RATE,
    TEMPO,
    a_clip,
    a_melody,
    memory,
    placed,
    press,
    remember,
    sidecars,
    tracks,
)
from ditto_bridge.spool import Spool, read_json, write_json
from probe import serving
from watching import until, watching

pytestmark = [pytest.mark.system("ardour", "Xvfb", "xdotool"), pytest.mark.timeout(300)]

BAR = 4 * 60 / TEMPO * RATE
SETTINGS = {"prompt": "slow", "seed": 5}
SONG = {"start": int(2 * BAR), "stop": int(12 * BAR)}
"""On the samples where Ardour has these bar lines: it rounds down."""

RULER = """
local locations = Session:locations ()
local function at (bar) return Temporal.timepos_t.from_ticks (bar * 4 * Temporal.ticks_per_beat) end
local function range (from, to, name) locations:add_range (at (from), at (to)):set_name (name) end
range (0, 4, "intro: drums only, -9 dB")
range (4, 6, "verse: calm")
range (8, 9, "verse 2: calm")
range (9, 30, "end")
range (20, 24, "range2")
return "ruled"
"""
SELECT_TIME = """
local function at (bar) return Temporal.timepos_t.from_ticks (bar * 4 * Temporal.ticks_per_beat) end
Editor:set_loop_range (at ({first}), at ({last}), "loop")
Editor:access_action ("Editor", "select-loop-range")
return Editor:get_selection ().time:start_sample ()
"""

LOCATE = """
Session:request_locate ({sample}, false, ARDOUR.LocateTransportDisposition.MustStop,
  ARDOUR.TransportRequestSource.TRS_UI)
return "located"
"""


@pytest.fixture(scope="module")
def spool(tmp_path_factory):
    return tmp_path_factory.mktemp("spool")


@pytest.fixture(scope="module")
def bridge(spool):
    with serving(spool, engine="patient:load") as daemon, ExitStack() as stack:
        stack.enter_context(watching(spool, daemon.port))
        yield stack


@pytest.fixture(scope="module")
def ardour(tmp_path_factory, spool, bridge):
    folder = tmp_path_factory.mktemp("ardour")
    with Ardour(folder, spool) as ardour:
        ardour.example(a_clip(folder), a_melody(folder), TEMPO)
        assert ardour.probe(RULER) == "ruled"
        yield ardour


def select_time(ardour, first=2, last=12):
    lua = SELECT_TIME.format(first=first, last=last)
    until(lambda: ardour.probe(lua) == str(int(first * BAR)))


def spans(root, prefix):
    """(begin, end) of the regions on tracks whose names begin so, in samples."""
    found = []
    for region in root.find("Playlists").iter("Region"):
        if region.get("name").startswith(prefix):
            length, position = (samples(text) for text in region.get("length").split("@"))
            found.append((position, position + length))
    return sorted(found)


def audio_of(ardour, root, region):
    """The audio (samples, channels) of a region that plays a whole file of the session."""
    sources = {each.get("id"): each for each in root.find("Sources")}
    folder = ardour.session / "interchange" / "song" / "audiofiles"
    names = [sources[region.get(f"source-{channel}")].get("name") for channel in (0, 1)]
    assert region.get("start") == "a0"
    halves = [soundfile.read(folder / name, dtype="float32")[0] for name in names]
    return np.stack(halves, axis=1)


def blocks_there(ardour, count):
    jobs = memory(ardour)["jobs"]
    return bool(jobs) and len(jobs[0].get("blocks", [])) >= count


def test_blocks_are_heard_where_the_whole_will_be(ardour):
    """Every block at its sample, none apart from the next; then the whole in their place."""
    remember(ardour, SETTINGS)
    select_time(ardour)
    before = sidecars(ardour)
    ardour.press("Song")
    until(lambda: blocks_there(ardour, 2), 60)
    during = ardour.saved()
    partly = spans(during, "Song 1 of") + spans(during, "Song 2 of")
    assert partly[0][0] == SONG["start"]
    assert partly[0][1] == partly[1][0]
    assert partly[0][1] == pytest.approx(4 * BAR, abs=1)
    (sidecar,) = until(lambda: sidecars(ardour) - before, 60)
    told = read_json(sidecar)
    after = ardour.saved()
    assert spans(after, "Song 5 slow") == [(SONG["start"], SONG["stop"])]
    assert not [name for name in ("1", "2", "3", "4", "5") if spans(after, f"Song {name} of")]
    ((playlist, region),) = placed(after, "Song 5 slow")
    whole = audio_of(ardour, after, region)
    assert len(whole) == told["take"]["samples"] == told["request"]["samples"]
    for number, (begin, end) in enumerate(partly, 1):
        ((own, block),) = placed(during, f"Song {number} of 5")
        assert own == playlist
        piece = whole[begin - SONG["start"] : end - SONG["start"]]
        assert np.array_equal(audio_of(ardour, during, block), piece)
    assert block.get("scale-amplitude") == region.get("scale-amplitude")
    assert [name for name in tracks(after) if name.startswith("ditto")] == [playlist]


def test_sections_are_the_ranges_over_the_selected_time(ardour):
    (sidecar,) = sidecars(ardour)
    asked = read_json(sidecar)["request"]
    assert asked["sections"] == [
        {"bars": 2, "name": "intro: drums only, -9 dB"},
        {"bars": 2, "name": "verse: calm"},
        {"bars": 2, "name": ""},
        {"bars": 1, "name": "verse 2: calm"},
        {"bars": 3, "name": "end"},
    ]
    assert (asked["kind"], asked["use"], asked["position"]) == ("clip", "new", 8)


def test_one_step_takes_the_song_back(ardour):
    for step, left in (("undo", 0), ("redo", 1), ("undo", 0)):
        assert ardour.probe(f"Editor:{step} (1) return 1") == "1"
        root = ardour.saved()
        assert len(spans(root, "Song")) == left


def test_a_cancelled_song_leaves_no_block(ardour):
    remember(ardour, SETTINGS)
    select_time(ardour)
    ardour.press("Song")
    until(lambda: blocks_there(ardour, 1), 60)
    assert spans(ardour.saved(), "Song 1 of")
    ardour.press("Cancel")
    until(lambda: not memory(ardour)["jobs"])
    time.sleep(0.3)
    root = ardour.saved()
    assert spans(root, "Song") == []
    assert not [each for each in root.find("Locations") if each.get("name").startswith("ditto ")]


def test_ardour_that_dies_meanwhile_hears_the_song_again(ardour):
    """What was not saved is placed anew; the whole takes the place of all."""
    remember(ardour, SETTINGS)
    select_time(ardour)
    before = sidecars(ardour)
    ardour.press("Song")
    until(lambda: blocks_there(ardour, 1), 60)
    ardour.close()
    ardour.open()
    until(lambda: sidecars(ardour) - before, 60)
    assert spans(ardour.saved(), "Song") == [(SONG["start"], SONG["stop"])]
    assert ardour.probe("Editor:undo (1) return 1") == "1"


def test_a_line_of_the_settings_where_nothing_is_selected(ardour):
    line = "1 intro: drums only; 3/2 verse; 1 chorus: energetic"
    remember(ardour, SETTINGS | {"prompt": "", "sections": line, "seed": None})
    ardour.probe("Editor:get_selection ():clear_all () return 1")
    assert ardour.probe(LOCATE.format(sample=int(2.6 * BAR))) == "located"
    until(lambda: ardour.probe("return Session:transport_sample ()") == str(int(2.6 * BAR)))
    told = press(ardour, "Song")
    assert told["request"]["sections"] == line
    assert told["request"]["seed"] == told["take"]["seed"]
    assert (told["position"], told["take"]["samples"]) == (
        int(2 * BAR),
        int(5.5 * BAR) - int(2 * BAR),
    )


@pytest.mark.parametrize(
    ("settings", "selected"),
    [({}, None), ({"sections": "verse"}, None), ({"sections": "7 a"}, (40, 44))],
)
def test_what_is_missing_is_a_sentence_in_a_window(ardour, settings, selected):
    remember(ardour, SETTINGS | settings)
    ardour.probe("Editor:get_selection ():clear_all () return 1")
    if selected:
        select_time(ardour, *selected)
    ardour.press("Song")
    ardour.answer("^ditto$", "Return")
    assert memory(ardour)["jobs"] == []


def test_a_model_is_chosen_where_there_are_several(ardour, bridge, spool):
    """The last test: nothing watches the spool, and the test says what the daemon has loaded."""
    bridge.close()
    folder = Spool(spool)
    for models, sent in ((["one", "two"], "two"), (["one"], None)):
        said = {"state": "ready", "capabilities": {"models": models}, "updated": time.time() + 600}
        write_json(spool / "daemon.json", said)
        remember(ardour, {"model": "two", "bars": 1})
        ardour.probe("Editor:get_selection ():clear_all () return 1")
        ardour.press("Settings")
        ardour.answer("^ditto: Settings$", "alt+o")
        assert memory(ardour)["settings"]["model"] == "two"
        before = set(folder.waiting())
        ardour.press("New Loop")
        (identity,) = until(lambda known=before: set(folder.waiting()) - known)
        asked = read_json(folder.waiting()[identity])
        assert asked.get("model") == sent
