"""Clips window by window with a very small model, to the file on the disk."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from tiny import asked, tiny_model, tones, write_clip

from ditto_daw.diffusion.presets import PRESETS
from ditto_daw.errors import BadRequest
from ditto_daw.events import Done, Preview, Progress, Ready, Wish
from ditto_daw.files.store import Store, told
from ditto_daw.measures.intensity import measure_intensity
from ditto_daw.models.conditioned import Conditioned
from ditto_daw.rendering import windows
from ditto_daw.rendering.finishing import crossing
from ditto_daw.rendering.render import render

RATE, SECONDS = 8_000, 2
"""Files of this rate are small; the model has its own."""
SHORT = {"kind": "clip", "tempo": {"tempos": [[0, 120]]}, "iterations": 1}


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """How well a crossing is solved is tested where it is made, and short windows chain as well."""
    monkeypatch.setattr(crossing, "STEPS", 1)
    monkeypatch.setattr(crossing, "STRETCHES", 1)
    monkeypatch.setattr(windows, "VIEW_SECONDS", 3.0)
    monkeypatch.setattr(windows, "TOGETHER", 1)
    monkeypatch.setattr(windows, "LEAST_MADE_SECONDS", 1.5)
    monkeypatch.setattr(windows, "LONGEST_SECONDS", 4.0)
    few = replace(PRESETS["default"], steps=1, plain_steps=1)
    monkeypatch.setitem(PRESETS, "default", few)
    monkeypatch.setitem(PRESETS, "student", few)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def clip(folder, subtype="PCM_24", name="clip.wav", seconds=SECONDS, rate=RATE):
    return str(write_clip(folder / name, tones(seconds, rate), rate, subtype))


def finished(model, store, out, wish=None, **fields):
    events = list(render(asked(out, **SHORT | fields), model, store, wish))
    assert isinstance(events[-1], Done)
    return events[-1].takes, events


def raw(path, frames=slice(None)):
    """The file's own numbers, as integers where it has integers."""
    kind = "float64" if soundfile.info(path).subtype in ("FLOAT", "DOUBLE") else "int32"
    return soundfile.read(path, dtype=kind, always_2d=True)[0][frames]


@pytest.mark.parametrize(
    ("side", "subtype"), [("after", "PCM_16"), ("before", "PCM_24"), ("after", "FLOAT")]
)
def test_a_continued_clip_is_in_the_file_bit_for_bit(model, store, out, tmp_path, side, subtype):
    source = clip(tmp_path, subtype)
    fields = {"use": "continue", "side": side, "source": {"path": source}, "bars": "5/2"}
    (take,), events = finished(model, store, out, **fields)
    info = soundfile.info(take.path)
    assert (info.frames, info.samplerate, info.subtype) == (5 * RATE, RATE, subtype)
    ((first, last),) = take.figures["kept"]
    assert (first, last) == ((0, 2 * RATE) if side == "after" else (3 * RATE, 5 * RATE))
    assert np.array_equal(raw(take.path, slice(first, last)), raw(source))
    made = np.delete(raw(take.path), np.s_[first:last], axis=0)
    assert (made.reshape(6, -1).std(axis=1) > 0).all()
    assert take.figures["windows"] == len(take.figures["crossings"]) == 2
    steps = [(e.step, e.of) for e in events if isinstance(e, Progress) and "optimising" in e.stage]
    assert steps == sorted(steps)
    assert steps[-1] == (2, 2)
    assert take.figures["position"] == (0 if side == "after" else -6)
    previews = [event.path for event in events if isinstance(event, Preview)]
    assert len(set(previews)) == len(previews) == 2


def test_a_gap_is_filled_and_both_clips_stay(model, store, out, tmp_path):
    left, right = clip(tmp_path), clip(tmp_path, "PCM_16", "next.wav", 1.5)
    fields = {"source": {"path": left}, "next": {"path": right, "start": 0.5}, "use": "fill"}
    for beats in (1, 9):
        (take,), _ = finished(model, store, out, samples=(6 + beats) * RATE // 2, **fields)
        audio = raw(take.path)
        assert len(audio) == (6 + beats) * RATE // 2
        assert np.array_equal(audio[: 2 * RATE], raw(left))
        assert np.array_equal(audio[-RATE:], raw(right, slice(RATE // 2, None)))
        assert len(take.figures["crossings"]) == take.figures["windows"] + 1


@pytest.mark.parametrize(("start", "end"), [("1/4", "1/2"), (0, "1/4"), ("3/4", 1)])
def test_bars_of_a_clip_are_made_anew_and_the_rest_stays(model, store, out, tmp_path, start, end):
    source = clip(tmp_path)
    redo = {"start": start, "end": end}
    (take,), _ = finished(model, store, out, use="redo", source={"path": source}, redo=redo)
    first, last = (round(Fraction(bar) * 2 * RATE) for bar in (start, end))
    own, made = raw(source), raw(take.path)
    assert own.shape == made.shape
    inside = np.zeros(len(own), dtype=bool)
    inside[first:last] = True
    assert np.array_equal(own[~inside], made[~inside])
    assert not np.array_equal(own[inside], made[inside])
    assert len(take.figures["crossings"]) == (2 if first > 0 and last < len(own) else 1)


def test_a_new_clip_of_many_windows_has_its_length_and_fades_at_its_ends(model, store, out):
    (take,), _ = finished(model, store, out, bars="5/2", iterations=0)
    audio = raw(take.path)
    assert audio.shape == (5 * 44_100, 2)
    assert take.figures["windows"] == 4
    assert max(np.abs(audio[:4]).max(), np.abs(audio[-4:]).max()) < 0.05 * np.abs(audio).max()


def test_another_output_rate_gives_the_exact_length(model, store, out, tmp_path):
    fields = {"use": "continue", "source": {"path": clip(tmp_path)}, "bars": "12/7"}
    (take,), _ = finished(model, store, out, output={"rate": 48_000, "depth": 16}, **fields)
    info = soundfile.info(take.path)
    assert (info.frames, info.subtype) == (round(12 / 7 * 2 * 48_000), "PCM_16")
    assert take.figures["kept"] == [[0, 2 * 48_000]]


def test_a_lane_counts_over_all_windows_from_the_clips_own_mean(model, store, out, tmp_path):
    source = clip(tmp_path, seconds=2.0)
    lane = {"points": [[0, -6], [10, 6]]}
    fields = {"use": "continue", "source": {"path": source}, "bars": "5/2", "curve": lane}
    (take,), _ = finished(model, store, out, **fields)
    found = take.figures["intensity"]
    assert {"achieved", "uncontrolled", "target_db", "achieved_db", "unit"} <= set(found)
    own = soundfile.read(source)[0].T
    mean = measure_intensity(own, RATE, np.zeros(50), wrap=False).achieved.mean()
    # The lane runs on from -6 + 12 * 4 / 10 dB at the clip's end to 6 dB at the result's.
    wanted = mean + np.array([-6 + 12 * 4 / 10, 6])
    assert [found["target_db"][0], found["target_db"][-1]] == pytest.approx(wanted, abs=1.0)
    assert np.all(np.diff(found["target_db"]) > -0.2)


def test_nothing_wraps(model, store, out, tmp_path, monkeypatch):
    seen = set()
    real = Conditioned.__init__

    def spy(self, *given, **named):
        real(self, *given, **named)
        seen.add(self.wrap)

    monkeypatch.setattr(Conditioned, "__init__", spy)
    fields = {"use": "continue", "source": {"path": clip(tmp_path)}, "bars": "3/2"}
    (take,), _ = finished(model, store, out, **fields)
    assert seen == {False}
    assert "seam" not in take.figures
    finished(model, store, out, bars="1/2")
    assert seen == {False}


def test_variations_follow_one_another_each_from_its_seed(model, store, out, tmp_path):
    fields = {"use": "continue", "source": {"path": clip(tmp_path)}, "bars": "3/2", "iterations": 0}
    (one, two), events = finished(model, store, out, variations=2, **fields)
    assert [event.number for event in events if isinstance(event, Ready)] == [0, 1]
    (again,), _ = finished(model, store, out, seed=6, **fields)
    assert (two.seed, again.seed) == (6, 6)
    assert np.array_equal(raw(two.path), raw(again.path))
    assert not np.array_equal(raw(one.path), raw(two.path))
    of = {event.of for event in events if isinstance(event, Progress) and "sampling" in event.stage}
    assert len(of) == 1


def test_whoever_has_enough_gets_the_whole_length_at_once(model, store, out, tmp_path):
    fields = {"use": "continue", "source": {"path": clip(tmp_path)}, "bars": "5/2"}
    wish = Wish()
    stages = []
    for event in render(asked(out, **SHORT | fields | {"iterations": 9}), model, store, wish):
        wish.keep = True
        if isinstance(event, Progress):
            stages.append((event.stage, event.losses))
    (take,) = event.takes
    assert take.samples == 5 * RATE
    assert not any(losses for _, losses in stages)


def test_it_may_be_closed_at_every_yield_and_leaves_no_file(model, store, out, tmp_path):
    fields = {"use": "continue", "source": {"path": clip(tmp_path)}, "bars": "5/4", "iterations": 0}
    request = asked(out, **SHORT | fields)
    count = len(list(render(request, model, store)))
    for path in out.iterdir():
        path.unlink()
    for yields in range(1, count):
        events = render(request, model, store)
        for _ in range(yields):
            next(events)
        events.close()
        assert list(out.iterdir()) == []


def test_the_latent_of_a_chain_says_that_nothing_begins_with_it(model, store, out, tmp_path):
    fields = {"use": "continue", "source": {"path": clip(tmp_path)}, "bars": 2, "iterations": 0}
    (take,), _ = finished(model, store, out, **fields)
    assert told(Path(take.latent))["windows"] == str(take.figures["windows"])
    with pytest.raises(BadRequest, match="windows") as refused:
        finished(model, store, out, bars=1, **{"from": {"path": take.latent}})
    assert refused.value.argument == "from"


@pytest.mark.parametrize("use", ["new", "extend", "repair"])
def test_a_loop_is_closed_by_masks(model, store, out, tmp_path, use):
    source = clip(tmp_path)
    fields = {"kind": "loop", "use": use, "loop_by": "mask", "overlap": 1}
    fields |= {"repair_beats": 1} if use == "repair" else {"bars": "3/2"}
    if use != "new":
        fields["source"] = {"path": source}
    (take,), events = finished(model, store, out, **fields)
    info = soundfile.info(take.path)
    assert info.frames == info.samplerate * (2 if use == "repair" else 3)
    if use != "new":
        kept = slice(2 * RATE if use == "extend" else 3 * RATE // 2)
        assert np.array_equal(raw(take.path, kept), raw(source, kept))
    assert {"step", "flux", "before_db"} <= set(take.figures["seam"])
    assert len(take.figures["crossings"]) == (1 if use == "new" else 2)
    losses = [set(event.losses) for event in events if isinstance(event, Progress)]
    asked_for = {"loop"} if use == "new" else {"reference", "recurrence"}
    assert any(asked_for <= one for one in losses)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_broken_model_leaves_no_file(store, out, tmp_path):
    broken = tiny_model()
    with torch.no_grad():
        for parameter in broken.vocoder.parameters():
            parameter.fill_(float("nan"))
    fields = {"use": "continue", "source": {"path": clip(tmp_path)}, "bars": 2, "iterations": 0}
    with pytest.raises(Exception, match="no"):
        finished(broken, store, out, **fields)
    assert list(out.iterdir()) == []
