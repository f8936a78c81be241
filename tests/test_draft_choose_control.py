"""Drafts one by one, a render from one of them, previews, stop and keep, some bars once more."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import load_file
from tiny import asked, tiny_model, tones, write_clip

from ditto_daw.diffusion.presets import PRESETS
from ditto_daw.errors import OutputRefused
from ditto_daw.events import Done, Preview, Progress, Ready, Wish
from ditto_daw.files.asset_store import name_of
from ditto_daw.files.store import Store, told
from ditto_daw.rendering import takes as writing
from ditto_daw.rendering.finishing import crossing
from ditto_daw.rendering.render import render

LANE = {"curve": {"points": [[0, 24]], "unit": "db"}}
"""Louder than can be reached, so that the search goes on."""
SHORT = {"bars": "1/2"}


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(crossing, "STEPS", 2)
    few = replace(PRESETS["default"], steps=2, plain_steps=2)
    monkeypatch.setitem(PRESETS, "default", few)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def run(events, wish=None, when=lambda event: False):
    """All events; the wish becomes "keep" after the first for which `when` holds."""
    heard = []
    for event in events:
        heard.append(event)
        if wish and when(event):
            wish.keep = True
    return heard


def takes_of(events):
    assert isinstance(events[-1], Done)
    return events[-1].takes


def begun_from(take, **fields):
    """What the server makes of "from": the latent's own file."""
    return {"from": {"path": take.latent}, **fields}


def test_each_draft_is_told_as_soon_as_it_is_on_the_disk(model, out, store):
    events = run(render(asked(out, kind="draft", variations=3, **SHORT), model, store))
    ready = [(place, event) for place, event in enumerate(events) if isinstance(event, Ready)]
    assert [event.number for _, event in ready] == [0, 1, 2]
    assert [event.take.seed for _, event in ready] == [5, 6, 7]
    assert [event.take for _, event in ready] == list(takes_of(events))
    sampling = [place for place, event in enumerate(events) if event == Progress("sampling", 4, 6)]
    assert ready[1][0] < sampling[-1] < ready[2][0], "the third is begun when the second is told"
    assert len({name_of(Path(event.take.path)) for _, event in ready}) == 3


def test_a_take_comes_with_its_latent(model, out, store):
    (take,) = takes_of(run(render(asked(out, kind="draft", **SHORT), model, store)))
    assert take.asset == name_of(Path(take.path))
    assert take.latent == str(store.find(take.asset))
    about = told(Path(take.latent))
    assert (about["sampler"], about["steps"], about["seed"]) == ("ddim", "2", "5")
    assert about["length"] == str(take.samples)
    assert json.loads(about["request"])["kind"] == "draft"
    assert load_file(take.latent)["latent"].shape == (128, 20)


def test_a_draft_again_from_its_latent_is_the_same_music(model, out, store):
    fields = {"kind": "draft", **SHORT}
    (first,) = takes_of(run(render(asked(out, seed=3, **fields), model, store)))
    again = asked(out, **begun_from(first, seed=8, **fields))
    (second,) = takes_of(run(render(again, model, store)))
    audio = [soundfile.read(take.path)[0] for take in (first, second)]
    assert np.array_equal(*audio)


def test_a_guided_render_begins_where_the_draft_was(model, out, store):
    (draft,) = takes_of(run(render(asked(out, kind="draft", seed=3, **SHORT), model, store)))
    fields = {"iterations": 3, **SHORT, **LANE}
    (warm,) = takes_of(run(render(asked(out, **begun_from(draft, **fields)), model, store)))
    (cold,) = takes_of(run(render(asked(out, seed=9, **fields), model, store)))
    start, one, other = (load_file(take.latent)["latent"] for take in (draft, warm, cold))

    def alike(a, b):
        return float(torch.nn.functional.cosine_similarity(a.flatten(), b.flatten(), dim=0))

    assert alike(start, one) > 0.9 > 0.2 > abs(alike(start, other))
    assert not torch.equal(start, one)


@pytest.mark.parametrize(("seconds", "share"), [(0.0, 1e9), (1e9, 1e9), (0.0, 1e-9)])
def test_what_became_better_is_heard_but_not_too_often(
    model, out, store, monkeypatch, seconds, share
):
    monkeypatch.setattr(writing, "PREVIEW_SECONDS", seconds)
    monkeypatch.setattr(writing, "PREVIEW_SHARE", share)
    events = run(render(asked(out, iterations=3, **SHORT, **LANE), model, store))
    previews = [event for event in events if isinstance(event, Preview)]
    better = {e.losses["intensity"] for e in events if isinstance(e, Progress) and e.losses}
    assert len(better) > 2
    losses = [preview.losses["intensity"] for preview in previews]
    assert losses == sorted(better if (seconds, share) == (0.0, 1e9) else {max(better)})[::-1]
    sounds = [soundfile.read(preview.path)[0] for preview in previews]
    assert all(not np.array_equal(one, other) for one, other in pairwise(sounds))
    assert len(sounds[0]) == 44_100


@pytest.mark.parametrize("after", [0, 2])
def test_stop_and_keep_renders_the_best_so_far(model, out, store, after):
    wish = Wish()

    def when(event):
        return isinstance(event, Progress) and event.losses and event.step == after

    request = asked(out, iterations=400, **SHORT, **LANE)
    events = run(render(request, model, store, wish), wish, when)
    (take,) = takes_of(events)
    assert (take.figures["stopped_at"], take.figures["steps"]) == (after, 400)
    assert max(e.step for e in events if isinstance(e, Progress) and e.losses) == after
    intensity = take.figures["intensity"]
    assert (intensity["achieved"] < intensity["uncontrolled"]) == bool(after)


def test_keep_before_anything_is_found_waits_for_the_first(model, out, store):
    request = asked(out, iterations=400, **SHORT, **LANE)
    (take,) = takes_of(run(render(request, model, store, Wish(keep=True))))
    assert take.figures["stopped_at"] == 0


def test_keep_among_drafts_keeps_those_that_are_ready(model, out, store):
    wish = Wish()
    request = asked(out, kind="draft", variations=8, **SHORT)
    events = run(
        render(request, model, store, wish),
        wish,
        lambda event: event == Progress("sampling", 3, 16),
    )
    assert [take.seed for take in takes_of(events)] == [5, 6]
    assert len(list(out.iterdir())) == 2


def test_keep_while_a_take_is_vocoded_just_finishes(model, out, store):
    wish = Wish()
    request = asked(out, iterations=1, variations=2, **SHORT, **LANE)
    events = run(render(request, model, store, wish), wish, lambda event: isinstance(event, Ready))
    assert len(takes_of(events)) == 2
    assert "stopped_at" not in takes_of(events)[0].figures


def test_takes_that_were_told_go_with_a_cancel_and_with_a_failure(model, out, store, monkeypatch):
    request = asked(out, kind="draft", variations=3, **SHORT)
    events = render(request, model, store)
    for event in events:
        if isinstance(event, Ready) and event.number == 1:
            break
    assert len(list(out.iterdir())) == 2
    events.close()
    assert list(out.iterdir()) == []
    assert list(store.latents.iterdir()) == []

    def full(*anything):
        raise OutputRefused("output.folder", "The disk is full.")

    events = render(request, model, store)
    while not isinstance(next(events), Ready):
        pass
    monkeypatch.setattr(writing, "write_atomic", full)
    with pytest.raises(OutputRefused):
        list(events)
    assert list(out.iterdir()) == []


def loop(folder, rate=44_100, subtype="PCM_24"):
    """A request to redo bars of a clip; one lasts a second."""
    path = write_clip(folder / "loop.wav", tones(2, rate), rate, subtype)
    return {"source": {"path": str(path)}, "tempo": 240, "use": "redo"}


def read(path, kind):
    return soundfile.read(path, dtype=kind, always_2d=True)[0]


@pytest.mark.parametrize(
    ("start", "end", "remade", "rate", "subtype", "kind"),
    [
        (1, 2, [(1, 2)], 44_100, "PCM_16", "int16"),
        (0, 1, [(0, 1)], 48_000, "PCM_24", "int32"),
        (1, 0, [(1, 2)], 44_100, "FLOAT", "float32"),
        ("3/2", "1/2", [(0, 0.5), (1.5, 2)], 44_100, "PCM_24", "int32"),
    ],
)
def test_a_redo_changes_its_bars_and_nothing_else(
    model, out, store, tmp_path, start, end, remade, rate, subtype, kind
):
    asks = loop(tmp_path, rate, subtype)
    request = asked(out, redo={"start": start, "end": end}, iterations=0, **asks)
    (take,) = takes_of(run(render(request, model, store)))
    before, after = read(asks["source"]["path"], kind), read(take.path, kind)
    assert after.shape == before.shape == (2 * rate, 2)
    assert soundfile.info(take.path).subtype == subtype
    second = np.arange(2 * rate) / rate
    inside = np.any([(second >= a) & (second < b) for a, b in remade], axis=0)
    assert np.array_equal(after[~inside], before[~inside])
    changed = np.any(after != before, axis=1)
    for a, b in remade:
        assert changed[(second >= a) & (second < b)].mean() > 0.9
    assert len(take.figures["crossings"]) == 2


def test_a_redo_under_a_lane_is_guided_and_keeps_the_rest(model, out, store, tmp_path):
    asks = loop(tmp_path)
    request = asked(out, redo={"start": 1, "end": 0}, iterations=2, **asks, **LANE)
    (take,) = takes_of(run(render(request, model, store)))
    before, after = read(asks["source"]["path"], "int32"), read(take.path, "int32")
    assert np.array_equal(after[:44_100], before[:44_100])
    assert "intensity" in take.figures


def test_a_redo_of_an_earlier_result_has_its_latent_and_another_seed_other_music(model, out, store):
    first = asked(out, kind="draft", bars=2, tempo=240, genre="house")
    (draft,) = takes_of(run(render(first, model, store)))
    asks = {"use": "redo", "redo": {"start": 1, "end": 2}, "tempo": 240, "iterations": 0}
    asks |= {"source": {"path": draft.path}, "genre": "house"}
    made = []
    for seed in (1, 2, 1):
        request = asked(out, **begun_from(draft, seed=seed, **asks))
        (take,) = takes_of(run(render(request, model, store)))
        made.append(take)
    latents = [load_file(take.latent)["latent"] for take in (draft, *made)]
    positions = latents[0].shape[1]
    outside = torch.ones(positions, dtype=torch.bool)
    outside[0] = False
    outside[positions // 2 - 1 :] = False
    assert torch.equal(latents[1][:, outside], latents[0][:, outside])
    assert not torch.equal(latents[1], latents[2])
    audio = [read(take.path, "int32")[:, 0] for take in (draft, *made)]
    for one in audio[1:]:
        assert np.array_equal(one[:44_100], audio[0][:44_100])
    middle = slice(50_000, 80_000)
    assert np.array_equal(audio[1], audio[3])
    assert not np.array_equal(audio[1][middle], audio[2][middle])
    assert not np.array_equal(audio[1][middle], audio[0][middle])
