"""The whole render with a very small model: every kind and use, to the file on the disk."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from tiny import asked, tiny_model, tones, write_clip

from ditto_daw.diffusion.latent import HEALTHY_RATIO
from ditto_daw.diffusion.presets import PRESETS
from ditto_daw.errors import BadRequest, DittoError, OutputRefused, RenderFailed
from ditto_daw.events import Done, Preview, Progress
from ditto_daw.files.store import Store
from ditto_daw.rendering import engine
from ditto_daw.rendering.finishing import crossing
from ditto_daw.rendering.render import render
from ditto_daw.rendering.studio import preset_of

LANE = {"curve": {"points": [[0, -6], [2, 6]], "unit": "db"}}
TUNE = {"midi": {"notes": [[0, 1, 72], [1, 1, 76]]}}
HALF_A_BAR = {"bars": "1/2", "iterations": 1}


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """How well a crossing is solved is tested where it is made."""
    monkeypatch.setattr(crossing, "STEPS", 2)
    monkeypatch.setattr(crossing, "STRETCHES", 1)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def clip(folder, rate=44_100, seconds=1.0, subtype="PCM_16"):
    return {"path": str(write_clip(folder / "clip.wav", tones(seconds, rate), rate, subtype))}


def takes_of(events):
    assert isinstance(events[-1], Done)
    return events[-1].takes


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_a_draft_is_one_plain_pass_of_the_exact_length(model, out, store, rate):
    fields = {"kind": "draft", "bars": "1/2", "tempo": {"tempos": [[0, 97]]}}
    events = list(render(asked(out, output={"rate": rate}, **fields), model, store))
    (take,) = takes_of(events)
    info = soundfile.info(take.path)
    wanted = round(2 * 60 * rate / 97)
    assert (info.frames, info.samplerate, info.channels, info.subtype) == (
        (wanted, rate, 2, "PCM_24")
    )
    assert (take.samples, take.rate, take.seed) == (wanted, rate, 5)
    stages = [event.stage for event in events[:-1] if isinstance(event, Progress)]
    assert stages == ["reading", *["sampling"] * stages.count("sampling"), "vocoding"]
    assert stages.count("sampling") > 2
    assert not list(store.previews.iterdir())
    assert [path.name for path in out.iterdir()] == [Path(take.path).name]


@pytest.mark.parametrize(("wish", "figure"), [(LANE, "intensity"), (TUNE, "melody")])
def test_a_new_loop_reports_its_steps_its_preview_and_what_it_achieved(
    model, out, store, wish, figure
):
    events = list(render(asked(out, **HALF_A_BAR | wish), model, store))
    (take,) = takes_of(events)
    steps = [e for e in events if isinstance(e, Progress) and e.losses]
    assert steps[-1].step == steps[-1].of == 1
    assert set(steps[-1].losses) == {figure}
    assert steps[0].seconds_left > 0
    (preview,) = [event for event in events if isinstance(event, Preview)]
    assert Path(preview.path).parent == store.previews
    assert soundfile.info(preview.path).frames == take.samples == 44_100
    assert {"achieved", "uncontrolled", "unit"} <= set(take.figures[figure])
    assert abs(take.figures["latent"]["norm"] - 1.0) <= HEALTHY_RATIO


def test_lane_and_melody_together(model, out, store):
    (take,) = takes_of(list(render(asked(out, **HALF_A_BAR | LANE | TUNE), model, store)))
    assert {"intensity", "melody"} <= set(take.figures)


@pytest.mark.parametrize("wish", [{}, LANE, TUNE])
def test_a_repair_keeps_the_clip_bit_for_bit(model, out, store, tmp_path, wish):
    source = clip(tmp_path, 48_000)
    before = Path(source["path"]).read_bytes()
    request = asked(
        out, use="repair", source=source, repair_beats="1/2", iterations=len(wish), **wish
    )
    (take,) = takes_of(list(render(request, model, store)))
    own, _ = soundfile.read(source["path"], dtype="int16")
    made, rate = soundfile.read(take.path, dtype="int16")
    assert (made.shape, rate, soundfile.info(take.path).subtype) == ((48_000, 2), 48_000, "PCM_16")
    assert np.array_equal(made[:36_000], own[:36_000])
    assert not np.array_equal(made[36_000:], own[36_000:])
    assert Path(source["path"]).read_bytes() == before


@pytest.mark.parametrize("wish", [{}, LANE])
def test_an_extension_begins_with_the_whole_clip(model, out, store, tmp_path, wish):
    source = clip(tmp_path, 44_100, subtype="FLOAT")
    request = asked(out, use="extend", source=source, bars="3/4", iterations=len(wish), **wish)
    (take,) = takes_of(list(render(request, model, store)))
    own, _ = soundfile.read(source["path"], dtype="float32")
    made, _ = soundfile.read(take.path, dtype="float32")
    assert made.shape == (66_150, 2)
    assert np.array_equal(made[:44_100], own)


def test_at_another_rate_the_length_is_exact_too(model, out, store, tmp_path):
    output = {"rate": 96_000, "depth": 32}
    fields = {"use": "extend", "source": clip(tmp_path, 48_000), "bars": "5/7", "iterations": 0}
    (take,) = takes_of(list(render(asked(out, output=output, **fields), model, store)))
    info = soundfile.info(take.path)
    assert (info.frames, info.samplerate) == (round(5 / 7 * 2 * 96_000), 96_000)
    assert (info.channels, info.subtype) == (2, "FLOAT")


def test_variations_differ_and_each_seed_renders_its_take_again(model, out, store):
    fields = {"kind": "draft", "bars": "1/2"}
    one, two = takes_of(list(render(asked(out, variations=2, **fields), model, store)))
    assert (one.seed, two.seed) == (5, 6)
    (again,) = takes_of(list(render(asked(out, seed=6, **fields), model, store)))
    audio = [soundfile.read(take.path)[0] for take in (one, two, again)]
    assert not np.allclose(audio[0], audio[1], atol=1e-3)
    assert np.allclose(audio[1], audio[2], atol=1e-3)
    assert again.path != two.path  # nothing is overwritten


def test_the_same_seed_gives_the_same_file(model, out, store):
    request = asked(out, **HALF_A_BAR | LANE)
    audio = [
        soundfile.read(takes_of(list(render(request, model, store)))[0].path)[0] for _ in range(2)
    ]
    assert np.array_equal(*audio)


@pytest.mark.parametrize("variations", [1, 2])
def test_a_render_may_be_closed_at_every_yield_and_leaves_no_file(
    model, out, store, monkeypatch, variations
):
    few = replace(PRESETS["default"], plain_steps=2)
    monkeypatch.setitem(PRESETS, "default", few)
    request = asked(out, kind="draft", bars="1/4", variations=variations)
    count = len(list(render(request, model, store)))
    for path in out.iterdir():
        path.unlink()
    for yields in range(1, count):
        events = render(request, model, store)
        for _ in range(yields):
            next(events)
        events.close()
        assert list(out.iterdir()) == []


def test_a_take_that_cannot_be_written_takes_the_others_along(model, out, store, monkeypatch):
    from ditto_daw.rendering import takes as module

    written = []

    def failing(path, *rest):
        if written:
            raise OutputRefused("output.folder", "The disk is full.")
        written.append(path)
        return real(path, *rest)

    real = module.write_atomic
    monkeypatch.setattr(module, "write_atomic", failing)
    with pytest.raises(OutputRefused):
        list(render(asked(out, kind="draft", bars="1/4", variations=2), model, store))
    assert written
    assert list(out.iterdir()) == []


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("part", ["unet", "vocoder"])
@pytest.mark.parametrize("wish", [{"kind": "draft"}, LANE])
def test_weights_that_are_no_numbers_fail_by_name_and_leave_no_file(out, store, part, wish):
    broken = tiny_model()
    with torch.no_grad():
        for parameter in getattr(broken, part).parameters():
            parameter.fill_(float("nan"))
    with pytest.raises(RenderFailed):
        list(render(asked(out, **HALF_A_BAR | wish), broken, store))
    assert list(out.iterdir()) == []


def test_a_failure_names_its_argument_before_anything_is_rendered(model, out, store):
    for fields, argument in (
        ({"preset": "loudest"}, "preset"),
        ({"use": "repair", "source": {"path": str(out / "none.wav")}}, "source.path"),
        ({"midi": {"notes": [[50, 1, 60]]}}, "midi"),
    ):
        with pytest.raises(DittoError) as refused:
            list(render(asked(out, **fields), model, store))
        assert refused.value.argument == argument
    assert list(out.iterdir()) == []


def test_strength_is_a_share_of_the_presets_iterations(model, out):
    full = PRESETS["default"].iterations
    assert preset_of(asked(out), model).iterations == full
    assert preset_of(asked(out, strength=0.5), model).iterations == round(0.5 * full)
    assert preset_of(asked(out, strength=0.5, iterations=7), model).iterations == 7
    with pytest.raises(BadRequest, match="default"):
        preset_of(asked(out, preset="loudest"), model)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_renders_a_lane(model, out, store, name):
    request = asked(out, bars="1/2", preset=name, iterations=2, **LANE)
    *_, done = render(request, model, store)
    (take,) = done.takes
    assert soundfile.info(take.path).frames == take.samples


def test_a_model_without_a_student_says_which_preset_to_take(out, store):
    alone = tiny_model()
    alone.student_steps = ()
    with pytest.raises(BadRequest, match="teacher"):
        list(render(asked(out, preset="student"), alone, store))


def test_the_engine_renders_from_a_file_of_weights_and_closes(model, out, tmp_path):
    model.save(tmp_path / "weights.safetensors")
    loaded = engine.load("cpu", tmp_path, tmp_path / "weights.safetensors")
    assert loaded.device == "cpu (bundled in fp32, 8 at once)"
    events = list(loaded.render(asked(out, bars="1/4", iterations=1, **LANE)))
    (preview,) = [event for event in events if isinstance(event, Preview)]
    assert Path(preview.path).is_file()
    loaded.close()
    with pytest.raises(RuntimeError, match="closed"):
        loaded.render(asked(out))
