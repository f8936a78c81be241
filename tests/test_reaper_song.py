"""A song in REAPER: sections of its regions, heard block by block, one step to undo."""

from itertools import pairwise

import numpy as np
import pytest
import soundfile
from probe import serving
from reaper_host import ENGINE, ESCAPE, NO_SOCKET, hosting, smoothly, waits
from watching import until

pytestmark = [
    pytest.mark.system("lua5.4"),
    pytest.mark.skipif(bool(NO_SOCKET), reason="LuaSocket is not installed here: lua-socket"),
]
RATE = 48_000
BPM = 126
BAR = 240 / BPM
SONG = f"""
song.tempo, song.unrecorded = {BPM}, true
local drums = project.track(song, "Drums")
song.selected_track, song.span = drums, {{ {2 * BAR!r}, {12 * BAR!r} }}
song.marks = {{
  {{ from = 0, to = {4 * BAR!r}, name = "intro: drums only, -9 dB" }},
  {{ from = {4 * BAR!r}, to = {6 * BAR!r}, name = "verse: calm" }},
  {{ from = {8 * BAR!r}, name = "verse 2: calm" }},
  {{ from = {9 * BAR!r}, name = "end" }},
  {{ from = {14 * BAR!r}, name = "too late" }},
}}
set({{ prompt = "slow", seed = 5 }})
local function ditto_items()
  local track = song.tracks[2]
  return track and track.items or {{}}
end
-- What is on the timeline each time that it changes.
local seen, frames = 0, json.array()
local function watch()
  local items = ditto_items()
  if #items == seen then return end
  seen = #items
  local frame = json.array()
  for index, item in ipairs(items) do
    local take = item.takes[1]
    frame[index] = {{
      at = item.values.D_POSITION, length = item.values.D_LENGTH, name = take.texts.P_NAME,
      path = take.source.path,
    }}
  end
  frames[#frames + 1] = frame
end
"""


@pytest.fixture(scope="module", params=["spool", "osc"])
def host(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "spool":
        with hosting(folder) as host:
            yield host
        return
    with serving(folder, engine=ENGINE) as daemon:
        host = waits(folder, daemon.port)
        host.transport = "osc"
        yield host


def played(host, lua):
    """A scene that reports the frames that it saw as `frames`."""
    return host.play(SONG + lua + "\nscene.report({ frames = frames })\nos.exit(0)")


def test_blocks_are_heard_where_the_whole_will_be(host):
    told = smoothly(lambda: played(host, 'scene.ready() press("Song", watch)'))
    assert told["messages"] == []
    assert told["undo"] == ["ditto Song"]
    assert told["undone"], "one step takes all of it back, the track of the blocks too"
    own = told["tracks"][1]
    assert own["name"] == "ditto Drums"
    (item,) = own["items"]
    (take,) = item["takes"]
    whole, rate = soundfile.read(take["path"], dtype="float32")
    frames = round(12 * BAR * RATE) - round(2 * BAR * RATE)
    assert (rate, len(whole)) == (RATE, frames)
    assert item["values"]["D_POSITION"] == pytest.approx(2 * BAR, abs=1e-9)
    assert round(item["values"]["D_LENGTH"] * RATE, 5) == frames
    assert item["values"]["B_LOOPSRC"] == 0
    assert len(told["frames"]) >= 3, "blocks come one by one"
    last = max(told["frames"], key=len)
    for earlier, later in pairwise(last):
        assert later["at"] == pytest.approx(earlier["at"] + earlier["length"], abs=1e-9)
    for number, block in enumerate(last, 1):
        assert block["name"] == f"Song {number} of 5"
        begin = (block["at"] - item["values"]["D_POSITION"]) * RATE
        assert begin == pytest.approx(round(begin), abs=1e-4)
        piece, _ = soundfile.read(block["path"], dtype="float32")
        assert len(piece) == round(block["length"] * RATE)
        assert np.array_equal(piece, whole[round(begin) : round(begin) + len(piece)])
    asked = host.request(take["about"]["id"])
    assert asked["position"] == 8
    sections = asked["sections"]
    assert [section["bars"] for section in sections] == [2, 2, 2, 1, 3]
    assert [section.get("letter", "") for section in sections] == ["A", "B", "", "B", "C"]
    assert [section.get("prompt", "") for section in sections[:4]] == [
        *("drums only", "calm", "", "calm")
    ]
    assert sections[0]["intensity"] == -9


def test_a_cancelled_song_leaves_the_project_as_it_was(host):
    told = played(
        host,
        f"""
        scene.ready()
        press("Song", function()
          watch()
          if seen >= 1 then standin.keys = {{ {ESCAPE} }} end
        end)
        """,
    )
    assert len(told["frames"]) >= 1
    assert told["undo"] == []
    assert [track["name"] for track in told["tracks"]] == ["Drums"]
    assert told["undone"]


def test_a_script_that_is_ended_takes_its_blocks_along(host):
    host.run(
        SONG
        + """
        scene.ready()
        pcall(press, "Song", function()
          watch()
          if seen >= 1 then standin.stop() error("REAPER ends the script") end
        end)
        assert(seen >= 1 and #song.tracks == 1, #song.tracks)
        """
    )
    until(lambda: not host.spool.waiting())


def test_a_block_that_the_producer_removes_stays_away(host):
    told = played(
        host,
        """
        scene.ready()
        local removed = false
        press("Song", function()
          watch()
          if not removed and seen >= 1 then
            removed = true
            table.remove(ditto_items(), 1)
          end
        end)
        """,
    )
    assert told["messages"] == []
    assert len(told["tracks"][1]["items"]) == 1


def test_a_line_of_the_settings_from_the_bar_at_the_cursor(host):
    told = played(
        host,
        f"""
        song.span, song.cursor = {{ 0, 0 }}, {3.7 * BAR!r}
        set({{ sections = "1 intro: drums only; 3/2 verse; 1 chorus: energetic" }})
        scene.ready()
        press("Song")
        """,
    )
    (item,) = told["tracks"][1]["items"]
    assert item["values"]["D_POSITION"] == pytest.approx(3 * BAR, abs=1e-9)
    frames = round(6.5 * BAR * RATE) - round(3 * BAR * RATE)
    assert round(item["values"]["D_LENGTH"] * RATE, 5) == frames
    about = item["takes"][0]["about"]
    asked = host.request(about["id"])
    assert [section["bars"] for section in asked["sections"]] == [1, 1.5, 1]
    assert asked["seed"] == about["seed"], "made up here: a daemon that comes back makes the same"


def test_without_markers_the_selected_time_is_one_long_clip(host):
    told = played(host, 'song.marks = {} scene.ready() press("Song")')
    asked = host.request(told["tracks"][1]["items"][0]["takes"][0]["about"]["id"])
    assert (asked["kind"], asked["sections"]) == ("clip", [])
    assert asked["samples"] == round(12 * BAR * RATE) - round(2 * BAR * RATE)


@pytest.mark.parametrize(
    ("scene", "sentence"),
    [
        ("song.span = { 0, 0 }", "Select the time of the song"),
        ('song.span = { 0, 0 } set({ sections = "verse" })', "begins with its number of bars"),
        ('song.span = { 0, 0 } set({ sections = " ; " })', "are empty"),
        (
            'song.marks = {} set({ sections = "7 verse" })',
            "have 7 bars in all and the selected time has 10",
        ),
    ],
)
def test_what_is_missing_is_said(host, scene, sentence):
    told = played(host, scene + ' scene.ready() press("Song")')
    assert sentence in told["messages"][0]
    assert (told["undo"], len(told["tracks"])) == ([], 1)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    return waits(tmp_path_factory.mktemp("alone"))


@pytest.mark.parametrize(("models", "sent"), [(["one", "two"], "two"), (["one"], None)])
def test_a_model_is_sent_where_there_are_several(alone, models, sent):
    alone.spool.write_daemon(state="ready", capabilities={"models": models})
    told = alone.play(
        f"""
        song.span = {{ 0, 2 }}
        set({{ model = "two" }})
        local asked
        press("New Loop", function(since)
          local list = io.popen("ls " .. os.getenv("DITTO_DAW_SPOOL") .. "/requests"):read("a")
          local name = list:match("%S+")
          if name and not asked then
            local path = os.getenv("DITTO_DAW_SPOOL") .. "/requests/" .. name
            asked = json.decode(io.open(path):read("a"))
            os.remove(path)
            standin.keys = {{ {ESCAPE} }}
          end
        end)
        scene.report({{ asked = asked }})
        os.exit(0)
        """
    )
    assert told["asked"].get("model") == sent


@pytest.mark.parametrize(
    ("models", "menu", "chosen"),
    [
        (["one", "two"], "!free|one|two", '"model":"one"'),
        (["one"], "!new track|takes", '"place":"takes"'),
    ],
)
def test_a_model_is_asked_for_where_there_are_several(alone, models, menu, chosen):
    """Its row is the last one, and is not there where there is nothing to choose."""
    alone.spool.write_daemon(state="ready", capabilities={"models": models})
    told = alone.play(
        f"""
        standin.picks = {{ 2 }}
        local turn = 0
        press("Settings", function()
          turn = turn + 1
          standin.mouse.mouse_x, standin.mouse.mouse_y = 200, standin.mouse.h - 49
          standin.mouse.mouse_cap = turn == 2 and 1 or 0
          if turn > 4 then standin.keys = {{ {ESCAPE} }} end
        end)
        """
    )
    assert told["menus"] == [menu]
    assert chosen in told["kept"]["ditto-daw/settings"]
