"""Long clips of several windows with a very small model: sections, blocks, memory."""

import gc
from dataclasses import replace

import numpy as np
import pytest
import soundfile
import torch
from tiny import asked, tiny_model, tones, write_clip

from ditto_daw.diffusion.presets import PRESETS
from ditto_daw.events import Block, Progress, Wish
from ditto_daw.files.store import Store
from ditto_daw.models.conditioned import Conditioned
from ditto_daw.rendering import windows
from ditto_daw.rendering.finishing import crossing
from ditto_daw.rendering.render import render
from ditto_daw.vocabulary import GENRES

RATE = 8_000
LATENT = 128
SONG = {"kind": "clip", "tempo": {"tempos": [[0, 120]]}, "iterations": 0, "bars": None}


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Views of half a bar, so that a few seconds are a long form."""
    monkeypatch.setattr(crossing, "STEPS", 1)
    monkeypatch.setattr(crossing, "STRETCHES", 1)
    monkeypatch.setattr(windows, "VIEW_SECONDS", 2.6)
    monkeypatch.setattr(windows, "LEAST_MADE_SECONDS", 1.0)
    monkeypatch.setattr(windows, "LONGEST_SECONDS", 2.0)
    few = replace(PRESETS["default"], steps=1, plain_steps=1)
    monkeypatch.setitem(PRESETS, "default", few)


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def events_of(model, out, wish=None, **fields):
    store = Store(out.parent / "store")
    return store, list(render(asked(out, **SONG | fields), model, store, wish))


def blocks_of(events):
    return [event for event in events if isinstance(event, Block)]


def raw(path):
    return soundfile.read(path, dtype="int32", always_2d=True)[0]


@pytest.mark.parametrize(("rate", "clip"), [(None, False), (48_000, False), (None, True)])
def test_blocks_one_after_the_other_are_the_take_sample_for_sample(
    model, out, tmp_path, rate, clip
):
    fields = {"bars": "9/4", "output": {"rate": rate}}
    if clip:
        source = write_clip(tmp_path / "clip.wav", tones(0.6, RATE), RATE)
        fields |= {"use": "continue", "source": {"path": str(source)}}
    _, events = events_of(model, out, **fields)
    (take,), blocks = events[-1].takes, blocks_of(events)
    assert take.figures["windows"] == len(blocks) > 1
    assert take.samples == round(4.5 * (RATE if clip else rate or 44_100))
    assert np.array_equal(np.concatenate([raw(one.path) for one in blocks]), raw(take.path))
    assert [one.number for one in blocks] == list(range(blocks[0].of))
    assert [one.begin for one in blocks] == [0, *(one.end for one in blocks[:-1])]
    assert blocks[-1].end == take.samples
    assert {one.rate for one in blocks} == {take.rate}
    told = [getattr(one, "stage", "block") for one in events]
    for one in blocks:
        assert told.index(f"vocoding, block {one.number + 1} of {one.of}") < events.index(one)


def test_what_is_heard_first_and_made_last_has_no_blocks(model, out, tmp_path):
    source = write_clip(tmp_path / "clip.wav", tones(0.6, RATE), RATE)
    fields = {"use": "continue", "side": "before", "source": {"path": str(source)}, "bars": 2}
    _, events = events_of(model, out, **fields)
    assert events[-1].takes[0].figures["windows"] > 1
    assert blocks_of(events) == []


def test_a_cancel_at_any_yield_leaves_no_file(model, out):
    request = asked(out, **SONG | {"bars": 2})
    store = Store(out.parent / "store")
    count = len(list(render(request, model, store)))
    for folder in (out, store.previews, store.latents):
        for path in folder.iterdir():
            path.unlink()
    for yields in range(1, count):
        events = render(request, model, store)
        for _ in range(yields):
            next(events)
        events.close()
        assert [*out.iterdir(), *store.previews.iterdir()] == []


def test_every_view_is_told_its_section_s_words(model, out, monkeypatch):
    told = []
    real = Conditioned.denoiser

    def spy(self, preset, steps):
        told.append((self.rows.labels[0, 0].item(), self.rows.local.shape[-1]))
        return real(self, preset, steps)

    monkeypatch.setattr(Conditioned, "denoiser", spy)
    sections = [
        {"bars": 1, "genre": "house"},
        {"bars": "1/2", "prompt": "techno"},
        {"bars": "3/2"},
    ]
    _, events = events_of(model, out, sections=sections, genre="jazz")
    names = [(*GENRES, "free")[label] for label, _ in told]
    assert list(dict.fromkeys(names)) == ["house", "techno", "jazz"]
    assert names == sorted(names, key=["house", "techno", "jazz"].index)
    assert events[-1].takes[0].samples == 6 * 44_100


def test_a_short_clip_of_sections_is_rendered_at_once(model, out):
    _, events = events_of(model, out, sections=[{"bars": "1/2"}, {"bars": "1/2", "genre": "rock"}])
    assert events[-1].takes[0].figures["windows"] == 1
    assert blocks_of(events) == []


def test_sections_intensities_are_met_along_the_whole(model, out):
    sections = [{"bars": 1, "intensity": -9}, {"bars": 1}, {"bars": 1, "intensity": 3}]
    _, events = events_of(model, out, sections=sections, iterations=1)
    found = events[-1].takes[0].figures["intensity"]
    assert found["target_db"][0] == pytest.approx(-20 - 9, abs=1)
    assert found["target_db"][-1] == pytest.approx(-20 + 3, abs=1)
    assert found["achieved"] is not None


def test_enough_is_enough_and_the_length_stays(model, out):
    wish, stages = Wish(), []
    request = asked(out, **SONG | {"bars": 3, "iterations": 50, "curve": {"points": [[0, 0]]}})
    for event in render(request, model, Store(out.parent / "store"), wish):
        wish.keep = wish.keep or isinstance(event, Block)
        stages.append(event)
    (take,) = stages[-1].takes
    assert take.samples == 6 * 44_100
    first = next(number for number, one in enumerate(stages) if isinstance(one, Block))
    later = {one.stage.split(",")[0] for one in stages[first:] if isinstance(one, Progress)}
    assert later == {"sampling", "vocoding"}


def latents_alive():
    gc.collect()
    tensors = (one for one in gc.get_objects() if type(one) is torch.Tensor)
    return sum(one.ndim == 3 and one.shape[1] == LATENT for one in tensors)


def test_no_more_latents_live_from_block_to_block(model, out):
    events = render(asked(out, **SONG | {"bars": 6}), model, Store(out.parent / "store"))
    alive = [latents_alive() for event in events if isinstance(event, Block)]
    assert len(alive) > 3
    assert max(alive[1:]) == alive[1] > 0
