"""Every action of REAPER, from the selection to the item: the very scripts, a real daemon."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from reaper_host import ACCEPTED, NO_SOCKET, accepted_after, hosting

pytestmark = [
    pytest.mark.system("lua5.4"),
    pytest.mark.skipif(bool(NO_SOCKET), reason="LuaSocket is not installed here: lua-socket"),
]
RATE = 48_000
BPM = 126


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    with hosting(tmp_path_factory.mktemp("reaper")) as host:
        noise = 0.1 * np.random.default_rng(3).standard_normal((RATE * 8, 2))
        soundfile.write(host.folder / "clip.wav", noise, RATE, subtype="PCM_24")
        yield host


def bar(number, bpm=BPM):
    """Seconds at a bar line in 4/4."""
    return number * 240 / bpm


SONG = f"""
song.tempo = {BPM}
local drums, keys = project.track(song, "Drums"), project.track(song, "Keys")
local clip = os.getenv("DITTO_TEST_PROJECT") .. "/clip.wav"
"""


def inserted(told, track="ditto Drums"):
    """The only item on a track."""
    (found,) = (each for each in told["tracks"] if each["name"] == track)
    (item,) = found["items"]
    return item


def is_exact(item, start, frames):
    """Position and length of an item, to the sample of its take."""
    values = item["values"]
    rate = item["takes"][0]["values"]["D_PLAYRATE"]
    assert round(values["D_POSITION"] * RATE, 6) == pytest.approx(start * RATE, abs=1e-5)
    assert round(values["D_LENGTH"] * RATE * rate, 5) == frames
    assert soundfile.info(item["takes"][0]["path"]).frames == frames


def is_smooth(told):
    """What holds for every action: one undo step that brings everything back, no message."""
    assert told["messages"] == []
    assert told["undone"]
    assert len(told["undo"]) == 1
    assert "accepted" in told


def test_new_loop_over_the_selected_time(host):
    told = host.play_smoothly(
        SONG
        + f"""
        song.selected_track, song.span = drums, {{ {bar(2)}, {bar(6)} }}
        set({{ prompt = "warm house", seed = 7, bars = 8 }})
        scene.ready()
        press("New Loop")
        """
    )
    is_smooth(told)
    assert [track["name"] for track in told["tracks"]] == ["Drums", "ditto Drums", "Keys"]
    item = inserted(told)
    is_exact(item, bar(2), round(bar(6) * RATE) - round(bar(2) * RATE))
    (take,) = item["takes"]
    assert take["name"] == "New Loop 7 warm house"
    assert Path(take["path"]).parent == host.folder
    assert (item["values"]["B_LOOPSRC"], item["selected"]) == (1, True)
    assert told["undo"] == ["ditto New Loop"]
    asked = host.request(take["about"]["id"])
    assert (asked["position"], asked["bars"]) == (8, 4)
    assert asked["tempo"] == {"tempos": [[0, BPM]], "meters": [[0, 4, 4]]}


def test_new_loop_at_the_cursor(host):
    """From the bar line before it, as many bars as are set."""
    told = host.play(
        SONG
        + f"""
        song.cursor = {bar(3) + 0.7}
        set({{ bars = 2 }})
        scene.ready()
        press("New Loop")
        """
    )
    is_exact(inserted(told, "ditto"), bar(3), round(bar(5) * RATE) - round(bar(3) * RATE))


@pytest.mark.parametrize("rate", [1, 1.25])
def test_extend_loop_from_the_middle_of_an_item(host, rate):
    """Offset, play rate and position are the item's; only the selected span is the clip."""
    told = host.play_smoothly(
        SONG
        + f"""
        local item = project.audio(drums, clip,
          {{ D_POSITION = {bar(1)}, D_LENGTH = {bar(2)}, D_VOL = 0.5 }},
          {{ D_STARTOFFS = 0.5, D_PLAYRATE = {rate}, B_PPITCH = 1 }})
        item.selected, song.span = true, {{ {bar(1)}, {bar(2)} }}
        set({{ bars = 3 }})
        scene.ready()
        press("Extend Loop")
        """
    )
    is_smooth(told)
    item = inserted(told)
    frames = round((bar(5) - bar(1)) * RATE * rate)
    assert abs(soundfile.info(item["takes"][0]["path"]).frames - frames) <= 1
    is_exact(item, bar(1), soundfile.info(item["takes"][0]["path"]).frames)
    assert item["values"]["D_VOL"] == 0.5
    assert item["takes"][0]["values"]["B_PPITCH"] == 1
    asked = host.request(item["takes"][0]["about"]["id"])
    assert (asked["bars"], asked["position"]) == (4, 4)
    assert asked["source"]["start"] == 0.5
    assert asked["source"]["rate"] == rate
    assert Path(asked["source"]["path"]).name == "clip.wav"


def test_repair_loop(host):
    told = host.play_smoothly(
        SONG
        + f"""
        project.audio(drums, clip, {{ D_POSITION = {bar(4)}, D_LENGTH = 3.25 }}).selected = true
        scene.ready()
        press("Repair Loop")
        """
    )
    is_smooth(told)
    is_exact(inserted(told), bar(4), round(3.25 * RATE))


@pytest.mark.parametrize("side", ["after", "before"])
def test_continue(host, side):
    """The result ends on a bar line, or before the clip begins on one."""
    told = host.play_smoothly(
        SONG
        + f"""
        local values = {{ D_POSITION = {bar(4)}, D_LENGTH = {bar(1.5)} }}
        project.audio(drums, clip, values).selected = true
        set({{ side = "{side}", bars = 2 }})
        scene.ready()
        press("Continue")
        """
    )
    is_smooth(told)
    item = inserted(told)
    values = item["values"]
    begins, ends = values["D_POSITION"], values["D_POSITION"] + values["D_LENGTH"]
    assert values["B_LOOPSRC"] == 0
    if side == "after":
        is_exact(item, bar(4), round(bar(8) * RATE) - round(bar(4) * RATE))
    else:
        assert ends == pytest.approx(bar(5.5), abs=1e-9)
        assert begins == pytest.approx(bar(1.5), abs=2 / RATE)
    asked = host.request(item["takes"][0]["about"]["id"])
    assert (asked["kind"], asked["use"], asked["side"]) == ("clip", "continue", side)


def test_fill_gap(host):
    told = host.play_smoothly(
        SONG
        + f"""
        for _, start in ipairs({{ {bar(1)}, {bar(3)} }}) do
          local values = {{ D_POSITION = start, D_LENGTH = {bar(1)} }}
          project.audio(drums, clip, values, {{ D_STARTOFFS = start / 4 }}).selected = true
        end
        scene.ready()
        press("Fill Gap")
        """
    )
    is_smooth(told)
    item = inserted(told)
    is_exact(item, bar(1), round(bar(4) * RATE) - round(bar(1) * RATE))
    asked = host.request(item["takes"][0]["about"]["id"])
    assert asked["next"]["path"] == asked["source"]["path"]
    assert asked["samples"] == round(bar(4) * RATE) - round(bar(1) * RATE)


def test_accompany_notes(host):
    """Only unmuted notes within the item, in quarters from its beginning; a looped item repeats."""
    told = host.play_smoothly(
        SONG
        + f"""
        local notes = {{
          {{ 4, 5, 60, 100, 0 }}, {{ 6.5, 7, 64, 80, 1 }}, {{ 7, 9.5, 67, 90, 0 }},
          {{ 5, 6, 50, 100, 0, true }}, {{ 3, 4.5, 40, 100, 0 }},
        }}
        local values = {{ D_POSITION = {bar(1)}, D_LENGTH = {bar(2)} }}
        project.midi(keys, notes, values, 4).selected = true
        set({{ roles = json.array({{ "bass" }}) }})
        scene.ready()
        press("Accompany")
        """
    )
    is_smooth(told)
    item = inserted(told, "ditto Keys")
    is_exact(item, bar(1), round(bar(3) * RATE) - round(bar(1) * RATE))
    asked = host.request(item["takes"][0]["about"]["id"])
    assert (asked["melody"], asked["harmony"], asked["roles"]) == ("none", True, ["bass"])
    assert asked["midi"]["notes"] == [
        [0, 1, 60, 100, 0],
        [2.5, 0.5, 64, 80, 1],
        [3, 1.5, 40, 100, 0],
        [3, 2.5, 67, 90, 0],
        [4, 1, 60, 100, 0],
        [6.5, 0.5, 64, 80, 1],
        [7, 1, 40, 100, 0],
        [7, 1, 67, 90, 0],
    ]


def test_accompany_a_recording_at_its_level(host):
    told = host.play_smoothly(
        SONG
        + f"""
        local item = project.audio(drums, clip, {{ D_LENGTH = {bar(2)} }}, {{ D_VOL = 0.5 }})
        item.selected = true
        item.takes[1].sound = function() return 0.05 end
        scene.ready()
        press("Accompany")
        """
    )
    is_smooth(told)
    item = inserted(told)
    asked = host.request(item["takes"][0]["about"]["id"])
    assert asked["follow"]["features"] == ["harmony", "groove"]
    assert asked["roles"] == ["drums", "bass", "chords", "pad"]
    # The engine's tone has an RMS of 0.25 / √2.
    volume = item["takes"][0]["values"]["D_VOL"]
    assert volume == pytest.approx(0.5 * 0.05 / (0.25 / 2**0.5), rel=1e-3)


def test_a_lane_is_the_intensity(host):
    """The fader's way is undone; the curve is the gain in dB around its mean."""
    told = host.play_smoothly(
        SONG
        + f"""
        song.selected_track, song.span = drums, {{ {bar(2)}, {bar(4)} }}
        local function fader(time)
          local gain = time < {bar(3)} and 0.5 or 1
          return 716.2178 * gain ^ 0.25
        end
        local points = {{ {bar(2.1)}, {bar(3)} }}
        local more = {{ chunk = "<VOLENV2", mode = 1 }}
        project.envelope(drums, "Volume", points, fader, more)
        set({{ lane = "Volume" }})
        scene.ready()
        press("New Loop")
        """
    )
    is_smooth(told)
    (take,) = inserted(told)["takes"]
    asked = host.request(take["about"]["id"])
    points = asked["curve"]["points"]
    assert asked["curve"]["unit"] == "db"
    assert [points[0][0], points[-1][0]] == [0, 8]
    quiet = [value for quarter, value in points if quarter < 4]
    loud = [value for quarter, value in points if quarter > 4]
    assert max(quiet) == pytest.approx(min(quiet), abs=1e-6)
    assert loud[0] - quiet[0] == pytest.approx(20 * np.log10(2), abs=1e-4)
    on_grid = [value for quarter, value in points if quarter * 4 == int(quarter * 4)]
    assert np.mean(on_grid) == pytest.approx(0, abs=1e-6)
    assert 20 * np.log10(take["values"]["D_VOL"]) == pytest.approx(-loud[0], abs=1e-4)


def test_any_other_lane_is_a_curve_from_0_to_1(host):
    told = host.play(
        SONG
        + f"""
        song.selected_track, song.span = drums, {{ 0, {bar(1)} }}
        local function ramp(time) return -20 + 40 * time / {bar(1)} end
        project.envelope(drums, "Filter / ReaEQ", {{}}, ramp, {{ effect = 0, parameter = 3 }})
        set({{ lane = "Filter / ReaEQ" }})
        scene.ready()
        press("New Loop")
        """
    )
    curve = host.request(inserted(told)["takes"][0]["about"]["id"])["curve"]
    assert curve["unit"] == "unit"
    assert [curve["points"][0], curve["points"][-1]] == [[0, 0], [4, 1]]


def test_redo_bars(host):
    """The selected time names the bars; the whole item is the clip, and its takes stay."""
    told = host.play_smoothly(
        SONG
        + f"""
        project.audio(drums, clip, {{ D_POSITION = {bar(2)}, D_LENGTH = {bar(4)} }}).selected = true
        song.span = {{ {bar(3)}, {bar(4.5)} }}
        set({{ place = "takes" }})
        scene.ready()
        press("Re-do Bars")
        """
    )
    is_smooth(told)
    assert [track["name"] for track in told["tracks"]] == ["Drums", "Keys"]
    item = told["tracks"][0]["items"][0]
    assert ["name" in take for take in item["takes"]] == [False, True]
    assert host.request(item["takes"][1]["about"]["id"])["redo"] == {"start": 1, "end": 2.5}


def test_vary_in_takes(host):
    told = host.play_smoothly(
        SONG
        + f"""
        project.audio(drums, clip, {{ D_POSITION = 0, D_LENGTH = {bar(2)} }}).selected = true
        set({{ amount = 0.6, variations = 3, seed = 40 }})
        scene.ready()
        press("Vary")
        """
    )
    is_smooth(told)
    item = inserted(told)
    assert [take["about"]["seed"] for take in item["takes"]] == [40, 41, 42]
    assert [take["about"]["take"] for take in item["takes"]] == [0, 1, 2]
    assert host.request(item["takes"][0]["about"]["id"])["amount"] == 0.6


def test_a_draft_is_chosen(host):
    """Several takes to audition; the one that is active is what a new loop starts from."""
    told = host.play(
        SONG
        + f"""
        song.selected_track, song.span = drums, {{ {bar(1)}, {bar(3)} }}
        set({{ drafts = 3, prompt = "dark techno", seed = 5 }})
        press("Draft")
        local draft = song.tracks[2].items[1]
        draft.active, song.span = 2, {{ 0, 0 }}
        set({{}})
        scene.ready()
        song.undo = {{}}
        press("New Loop")
        """
    )
    assert told["undone"]
    draft, loop = told["tracks"][1]["items"][0], told["tracks"][2]["items"][0]
    assert [take["about"]["kind"] for take in draft["takes"]] == ["draft"] * 3
    assert told["tracks"][2]["name"] == "ditto Drums", "the first has no room there"
    assert loop["values"]["D_POSITION"] == draft["values"]["D_POSITION"]
    asked = host.request(loop["takes"][0]["about"]["id"])
    assert (asked["prompt"], asked["seed"], asked["bars"]) == ("dark techno", 6, 2)
    assert asked["from"]["path"].endswith(".safetensors")


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ("Extend Loop", "Select an audio item first."),
        ("Fill Gap", "Select the two items"),
        ("Accompany", "Select a MIDI item or an audio item"),
        ("Re-do Bars", "Select an audio item first."),
    ],
)
def test_what_is_missing_is_said(host, action, sentence):
    told = host.play(SONG + f'scene.ready() press("{action}")')
    assert sentence in told["messages"][0]
    assert told["undo"] == []


def test_a_refusal_is_shown(host):
    told = host.play(
        SONG
        + """
        song.selected_track = drums
        set({ bars = 2, key = "H minor" })
        scene.ready()
        press("New Loop")
        """
    )
    assert "key" in told["messages"][0]
    assert (told["undo"], len(told["tracks"])) == ([], 2)


def test_how_soon_a_job_is_accepted(host):
    assert accepted_after(host) <= ACCEPTED
