"""REAPER's dialog, its tempo maps, items that are no plain span of a file, and the package."""

import importlib.util
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
from ditto_bridge.actions import actions, settings
from lua import BRIDGE
from reaper_host import ESCAPE, NO_SOCKET, Host, smoothly, waits

from ditto_daw.requests.request import Request
from ditto_daw.requests.timeline import tempo_from_json

RATE = 48_000
REAPER = BRIDGE / "reaper"
scripts = [
    pytest.mark.system("lua5.4"),
    pytest.mark.skipif(bool(NO_SOCKET), reason="LuaSocket is not installed here: lua-socket"),
]
HANDED_IN = """
local asked
local rename = os.rename
function os.rename(from, to)
  local ok, problem = rename(from, to)
  if to:find("/requests/") then
    asked = json.decode(io.open(to):read("a"))
    standin.keys = { 27 }
  end
  return ok, problem
end
"""
"""Notes what is handed in, and gives up: no daemon is needed to see the request."""


@pytest.fixture
def host(tmp_path):
    host = waits(tmp_path)
    noise = 0.1 * np.random.default_rng(3).standard_normal((RATE * 4, 2))
    soundfile.write(host.folder / "clip.wav", noise, RATE, subtype="PCM_16")
    return host


def handed_in(host: Host, lua: str) -> dict:
    """The request that a scene hands in, and what else it reports under "more"."""
    told = host.play(
        HANDED_IN
        + 'local clip = os.getenv("DITTO_TEST_PROJECT") .. "/clip.wav"\n'
        + lua
        + "\nscene.report({ asked = asked, more = more })\nos.exit(0)"
    )
    assert told["messages"] == []
    return told


class TestTempo:
    pytestmark = scripts

    def ask(self, host, markers, first, last):
        """The request's tempo map, and REAPER's own samples of every quarter of a span."""
        told = handed_in(
            host,
            f"""
            song.markers = {{ {markers} }}
            song.selected_track = project.track(song, "Drums")
            song.span = {{ {first}, {last} }}
            scene.ready()
            press("New Loop")
            more = json.array()
            for quarter = math.ceil(project.quarter(song, {first})),
                math.floor(project.quarter(song, {last})) do
              more[#more + 1] = json.array({{ quarter, project.time(song, quarter) }})
            end
            """,
        )
        return told["asked"], tempo_from_json(told["asked"]["tempo"]), told["more"]

    def test_steps_and_meters(self, host):
        """Every sample of the daemon's timeline is REAPER's, over changes of tempo and meter."""
        asked, tempo, times = self.ask(
            host,
            """
            { time = 0, bpm = 123.4, over = 3, under = 4 },
            { time = 60 / 123.4 * 6, bpm = 97.25 },
            { time = 60 / 123.4 * 6 + 60 / 97.25 * 3, bpm = 141, over = 7, under = 8 },
            """,
            *(repr(60 / 123.4 * 3), repr(60 / 123.4 * 6 + 60 / 97.25 * 3 + 60 / 141 * 7)),
        )
        assert len(times) >= 13
        for quarter, seconds in times:
            assert tempo.sample(Fraction(quarter), RATE) == round(seconds * RATE)
        assert asked["tempo"]["meters"] == [[0, 3, 4], [9, 7, 8]]
        assert asked["bars"] == 4
        request = Request.from_dict(asked)
        length = round(times[-1][1] * RATE) - round(times[0][1] * RATE)
        assert request.length(RATE) == length

    def test_a_ramp_becomes_steps_that_keep_its_ends(self, host):
        asked, tempo, times = self.ask(
            host,
            "{ time = 0, bpm = 90, over = 4, under = 4, linear = true }, { time = 8, bpm = 150 }",
            *("2.0", "7.0"),
        )
        error = [float(tempo.seconds(Fraction(q))) - seconds for q, seconds in times]
        assert max(map(abs, error)) < 0.001
        ends = tempo.seconds(tempo.quarter(Fraction(0)) + Fraction(16))
        assert float(ends) == pytest.approx(8, abs=1e-6), "16 quarters pass in the 8 s of the ramp"
        assert Request.from_dict(asked).length(RATE) == 5 * RATE

    def test_a_marker_that_comes_late(self, host):
        asked, _, _ = self.ask(host, "{ time = 2, bpm = 60, over = 5, under = 4 }", "0", "2")
        assert asked["tempo"]["tempos"] == [[0, 120], [4, 60]]
        assert asked["tempo"]["meters"] == [[0, 4, 4], [4, 5, 4]]


class TestSources:
    """A take that is more than a plain span of a file is written to one, as REAPER plays it."""

    pytestmark = scripts

    @pytest.mark.parametrize(
        "change",
        [
            "take.stretch = 2",
            "take.effects = 1",
            "take.values.D_PITCH = 3",
            "take.values.I_CHANMODE = 2",
            "take.values.D_STARTOFFS = -0.5",
            "take.values.D_STARTOFFS = 2.5",
            'take.source.type = "SECTION"',
            'take.source.type = "MP3"',
        ],
    )
    def test_written_through_an_accessor(self, host, change):
        scene = f"""
            local track = project.track(song, "Drums")
            local item = project.audio(track, clip, {{ D_POSITION = 1, D_LENGTH = 3 }})
            local take = item.takes[1]
            function take.sound(time, channel) return channel * math.sin(time) / 4 end
            {change}
            item.selected, song.span = true, {{ 1.5, 3.5 }}
            scene.ready()
            press("Repair Loop")
            """
        told = smoothly(lambda: handed_in(host, scene))
        source = told["asked"]["source"]
        assert "rate" not in source
        assert source["position"] == 3
        audio, rate = soundfile.read(source["path"], dtype="float32")
        assert (rate, audio.shape) == (RATE, (2 * RATE, 2))
        time = 0.5 + np.arange(2 * RATE) / RATE
        assert np.abs(audio - np.sin(time)[:, None] * [0.25, 0.5]).max() < 1e-6
        assert told["turns"] > 10, "written in pieces"

    def test_a_plain_span_is_the_file_itself(self, host):
        told = handed_in(
            host,
            """
            local values = { D_POSITION = 1, D_LENGTH = 2 }
            local track = project.track(song, "Drums")
            project.audio(track, clip, values, { D_STARTOFFS = 0.25 }).selected = true
            scene.ready()
            press("Repair Loop")
            """,
        )
        source = told["asked"]["source"]
        assert source["path"] == str(host.folder / "clip.wav")
        assert Fraction(source["start"]) == Fraction(1, 4)
        assert Fraction(source["end"]) == Fraction(9, 4)

    def test_groove_comes_from_the_selected_clip(self, host):
        told = handed_in(
            host,
            """
            local track = project.track(song, "Drums")
            project.audio(track, clip, { D_LENGTH = 2 }).selected = true
            song.span = { 0, 2 }
            set({ groove = "clip" })
            scene.ready()
            press("New Loop")
            """,
        )
        assert told["asked"]["follow"]["features"] == ["groove"]
        Request.from_dict(told["asked"])


class TestDialog:
    pytestmark = scripts

    def open(self, host, lua):
        return host.play(
            """
            local rows = {}
            local function click(name)
              local place = rows[name]
              standin.mouse.mouse_x, standin.mouse.mouse_y, standin.mouse.mouse_cap = 200, place, 1
            end
            local function release() standin.mouse.mouse_cap = 0 end
            for index, row in ipairs(json.decode(io.open(arg_actions):read("a")).settings) do
              rows[row.name] = 8 + (index - 1) * 22 + 5
            end
            local steps, turn = {}, 0
            local function clicking()
              local step = turn // 2
              turn = turn + 1
              if step % 2 == 0 then release() else
                local name = steps[(step + 1) // 2]
                if name then click(name) else standin.keys = { escape } end
              end
            end
            """.replace("arg_actions", f'"{BRIDGE / "ditto_bridge" / "actions.json"}"').replace(
                "escape", str(ESCAPE)
            )
            + lua
        )

    def test_rows_are_changed_with_a_click(self, host):
        host.spool.write_daemon(
            state="ready", capabilities={"genres": ["house", "drum and bass"], "roles": ["bass"]}
        )
        told = self.open(
            host,
            """
            local track = project.track(song, "Drums")
            project.envelope(track, "Volume", {}, function() return 1 end)
            song.selected_track = track
            steps = { "genre", "roles", "bars", "match_level", "lane", "seed" }
            standin.picks = { 3, 1, 2 }
            standin.inputs = { "a lot", "6,5", "" }
            scene.ready()
            press("Settings", clicking)
            """,
        )
        assert told["messages"] == ["Bars must be a number from 0.25 to 64."]
        assert told["menus"] == ["!free|house|drum and bass", "bass", "!free|Volume"]
        kept = told["kept"]["ditto-daw/settings"]
        for piece in ('"genre":"drum and bass"', '"roles":["bass"]', '"bars":6.5', '"seed":null'):
            assert piece in kept
        assert '"match_level":false' in kept
        assert '"lane":"Volume"' in kept

    def test_without_a_bridge_it_says_why_there_is_no_choice(self, host):
        told = self.open(host, 'steps = { "mood" } scene.ready() press("Settings", clicking)')
        assert "There is nothing to choose yet" in told["messages"][0]

    @pytest.mark.parametrize(("answer", "prompt"), [(6, "dark"), (7, "mine")])
    def test_the_settings_of_a_result_are_recalled(self, host, answer, prompt):
        told = self.open(
            host,
            f"""
            local item = project.audio(project.track(song, "ditto Drums"),
              os.getenv("DITTO_TEST_PROJECT") .. "/clip.wav", {{ D_LENGTH = 2 }})
            item.selected = true
            item.takes[1].texts["P_EXT:ditto-daw"] = json.encode({{
              action = "New Loop", seed = 1234, kind = "loop", use = "new",
              settings = {{ prompt = "dark", seed = json.null }},
            }})
            set({{ prompt = "mine" }})
            standin.answers = {{ {answer} }}
            steps = {{ "match_level" }}
            scene.ready()
            press("Settings", clicking)
            """,
        )
        kept = told["kept"]["ditto-daw/settings"]
        assert f'"prompt":"{prompt}"' in kept
        assert ('"seed":1234' in kept) == (answer == 6)


class TestStandIn:
    """What makes the tests above worth something."""

    pytestmark = scripts

    @pytest.mark.parametrize(
        ("wrong", "problem"),
        [
            ("reaper.GetTrak(0, 0)", "there is no reaper.GetTrak"),
            ("gfx.circel()", "there is no gfx.circel"),
            ("gfx.mouse_z = 1", "there is no gfx.mouse_z"),
            ("reaper.GetTrack(0)", "takes 2 arguments, not 1"),
            ("reaper.GetTrack(0, 0, 0)", "takes 2 arguments, not 3"),
            ("reaper.GetTrack(0, 0.5)", "argument 2 must be integer"),
            ("reaper.GetTrackName(song)", "argument 1 must be MediaTrack"),
            ("reaper.InsertTrackAtIndex(0, true)", "outside an undo block"),
            ('reaper.ExecProcess("sleep 1", 0)', "would wait"),
        ],
    )
    def test_is_strict(self, host, wrong, problem):
        said = host.run(f"print(select(2, pcall(function() {wrong} end)))")
        assert problem in said


@pytest.fixture(scope="module")
def package():
    spec = importlib.util.spec_from_file_location("package", REAPER / "package.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_scripts_are_those_of_the_actions(package):
    written = {path.name: path.read_text(encoding="utf-8") for path in REAPER.glob("ditto-daw_*")}
    assert written == package.scripts()
    assert len(written) == len(actions())


def test_the_index_names_every_file_once(package):
    text = (REAPER / "index.xml").read_text(encoding="utf-8")
    assert text == package.index(package.NOWHERE, package.VERSION)
    sources = list(ET.fromstring(text).iter("source"))
    places = [source.get("file", "ditto-daw_Settings.lua") for source in sources]
    assert len(set(places)) == len(places)
    assert {f"ditto/{path.name}" for path in (REAPER / "ditto").iterdir()} <= set(places)
    assert sum(source.get("main") == "main" for source in sources) == len(actions())
    for source in sources:
        path = source.text.removeprefix(package.NOWHERE).replace("%20", " ")
        assert (BRIDGE.parent / path).is_file()


def test_every_setting_has_a_place_in_a_request(tmp_path):
    """The dialog offers nothing that the scripts then ignore."""
    code = "".join(path.read_text(encoding="utf-8") for path in (REAPER / "ditto").glob("*.lua"))
    for setting in settings():
        assert f"settings.{setting.name}" in code or f'"{setting.name}"' in code


@pytest.mark.parametrize("path", sorted(REAPER.rglob("*.lua")), ids=lambda path: path.stem)
def test_files_stay_readable(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250
    assert max(map(len, Path(path).read_text(encoding="utf-8").splitlines())) <= 110
