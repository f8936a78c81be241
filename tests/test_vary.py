"""Variations: of a clip of one's own, and of a latent that was kept."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import load_file, save_file
from tiny import asked, tiny_model, tones, write_clip

from ditto_daw.diffusion.latent import norm_ratio
from ditto_daw.errors import BadRequest
from ditto_daw.events import Done, Progress
from ditto_daw.files.store import Store, told
from ditto_daw.rendering import vary
from ditto_daw.rendering.conditioning import clip_mel
from ditto_daw.rendering.latent_file import read_latent
from ditto_daw.rendering.render import render
from ditto_daw.rendering.studio import Studio
from ditto_daw.rendering.warm import AGAIN

LANE = {"points": [[0, -6], [2, 6]], "unit": "db"}
LOUD = {"points": [[0, 8]], "unit": "db"}
BAR = {"bars": "1/2", "tempo": 120}


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(vary, "ITERATIONS", 8)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def source(folder, rate=44_100, channels=2):
    return {"path": str(write_clip(folder / "clip.wav", tones(1.0, rate, channels), rate))}


def made(request, model, store):
    events = list(render(request, model, store))
    assert isinstance(events[-1], Done)
    return events[-1].takes, [event.stage for event in events if isinstance(event, Progress)]


def earlier(folder, model, store, **fields):
    (take,), _ = made(asked(folder, **{**BAR, "seed": 9, **fields}), model, store)
    return take


@pytest.mark.parametrize(("kind", "rate"), [("loop", 48_000), ("clip", 44_100)])
def test_a_clip_of_one_s_own_is_inverted_and_keeps_its_length(tmp_path, model, store, kind, rate):
    clip = source(tmp_path, rate)
    request = asked(tmp_path, kind=kind, use="vary", source=clip, tempo=120, variations=2)
    takes, stages = made(request, model, store)
    assert stages.index("inverting") < stages.index("sampling") < stages.index("vocoding")
    for take in takes:
        info = soundfile.info(take.path)
        assert (info.frames, info.samplerate, info.channels) == (rate, rate, 2)
        origin = take.figures["origin"]
        assert 0.0 < origin["inversion_error"] < 0.1
        assert origin["codec_floor"] > 0.0
        assert abs(take.figures["latent"]["norm"] - 1.0) < 0.15
    first, second = (load_file(take.latent)["latent"] for take in takes)
    assert not torch.equal(first, second)


def test_the_amount_leads_from_the_clip_to_new_music(tmp_path, model, store):
    """Of the mel: nearest at 0, farther with every step."""
    clip, apart = source(tmp_path), []
    for amount in (0.0, 0.6, 1.0):
        request = asked(tmp_path, use="vary", source=clip, tempo=120, amount=amount)
        (take,), _ = made(request, model, store)
        wanted = model.codec.encode(clip_mel(Studio.open(request, model, store).plan)[None])
        clean = load_file(take.latent)["clean"][None]
        apart.append(float((clean - wanted).square().mean() / wanted.square().mean()))
    assert all(near < far for near, far in pairwise(apart)), apart
    assert apart[0] < 0.8 * apart[-1]


def test_level_and_image_are_the_clip_s(tmp_path, model, store):
    audio = tones(1.0, 44_100)
    audio[1] *= 0.25
    clip = {"path": str(write_clip(tmp_path / "left.wav", audio, 44_100))}
    (take,), _ = made(asked(tmp_path, use="vary", source=clip, amount=0), model, store)
    heard = soundfile.read(take.path)[0].T
    # Of the octaves in which the clip sounds: about its lowest tone.
    low = np.abs(np.fft.rfft(heard))[:, 95:125]
    left, right = np.sqrt(np.mean(low**2, axis=1))
    assert 8.0 < 20 * np.log10(left / right) < 20.0


def test_a_lane_moves_the_clip(tmp_path, model, store):
    request = asked(
        tmp_path, use="vary", source=source(tmp_path), tempo=120, curve=LOUD, iterations=8
    )
    (take,), stages = made(request, model, store)
    assert stages.index("inverting") < stages.index("optimising")
    assert take.figures["intensity"]["achieved"] < take.figures["intensity"]["uncontrolled"]
    assert "target.intensity" in load_file(take.latent)


def test_an_amount_of_nothing_repeats_an_earlier_result(tmp_path, model, store):
    take = earlier(tmp_path, model, store, kind="draft")
    again = asked(tmp_path, use="vary", amount=0, **{**BAR, "from": {"path": take.latent}})
    (same,), stages = made(again, model, store)
    assert "inverting" not in stages
    assert "optimising" not in stages
    one, other = (load_file(each.latent)["clean"] for each in (take, same))
    assert torch.allclose(one, other, atol=1e-4)
    assert same.figures["origin"]["latent"] == "taken as it is"


def test_the_amount_leads_away_from_a_latent(tmp_path, model, store):
    kept = read_latent(Path(earlier(tmp_path, model, store, kind="draft").latent))
    path = next(store.latents.iterdir())
    alike = []
    for amount in (0.0, 0.3, 0.7, 1.0):
        fields = {**BAR, "from": {"path": str(path)}, "seed": kept.seed}
        request = asked(tmp_path, use="vary", amount=amount, **fields)
        x = Studio.open(request, model, store).beginning()
        alike.append(float(torch.cosine_similarity(x[0].flatten(), kept.latent.flatten(), dim=0)))
        assert abs(float(norm_ratio(x)) - 1.0) < 0.05
    assert all(one > other for one, other in pairwise(alike))
    assert alike[0] > 0.999
    assert abs(alike[-1]) < 0.05


def test_the_same_lane_again_needs_a_few_steps_and_another_one_all(tmp_path, model, store):
    take = earlier(tmp_path, model, store, curve=LANE, iterations=2)
    held = {"path": take.latent}
    same = asked(tmp_path, use="vary", curve=LANE, **{**BAR, "from": held})
    turned = asked(tmp_path, use="vary", curve=LOUD, **{**BAR, "from": held})
    counted = asked(tmp_path, use="vary", curve=LANE, iterations=17, **{**BAR, "from": held})
    iterations = [
        Studio.open(request, model, store).preset.iterations for request in (same, turned, counted)
    ]
    assert iterations == [AGAIN, 60, 17]
    for preview in store.previews.iterdir():
        preview.unlink()
    _, stages = made(same, model, store)
    assert "optimising" in stages
    assert not list(store.previews.iterdir())


def test_what_was_made_in_another_way_is_inverted_again_and_said(tmp_path, model, store):
    take = earlier(tmp_path, model, store, kind="draft", preset="teacher")
    request = asked(tmp_path, use="vary", amount=0, **{**BAR, "from": {"path": take.latent}})
    (again,), stages = made(request, model, store)
    assert "inverting" in stages
    origin = again.figures["origin"]
    assert origin["latent"] == "inverted again"
    assert origin["differs"] == ["network", "steps"]
    before, after = (load_file(each.latent)["clean"] for each in (take, again))
    assert float((before - after).square().mean()) < 0.1 * float(before.square().mean())


def test_a_latent_of_another_model_is_refused_by_name(tmp_path, model, store):
    take = earlier(tmp_path, model, store, kind="draft")
    request = asked(tmp_path, use="vary", **{**BAR, "from": {"path": take.latent}})
    with pytest.raises(BadRequest, match="another model") as refused:
        Studio.open(request, tiny_model(seed=1), store)
    assert refused.value.argument == "from"


def test_a_file_of_an_earlier_version_still_does(tmp_path, model, store):
    """Without clean latent, targets, network and guidance."""
    take = earlier(tmp_path, model, store, kind="draft")
    names = ("model", "sampler", "steps", "length", "rate", "seed", "request")
    about = {name: text for name, text in told(Path(take.latent)).items() if name in names}
    old = tmp_path / "old.safetensors"
    save_file({"latent": load_file(take.latent)["latent"]}, old, about)
    request = asked(tmp_path, use="vary", amount=0, **{**BAR, "from": {"path": str(old)}})
    (again,), stages = made(request, model, store)
    assert "inverting" not in stages
    one, other = (load_file(each.latent)["latent"] for each in (take, again))
    assert torch.allclose(one, other)


def test_the_file_says_everything_that_a_preset_needs(tmp_path, model, store):
    take = earlier(tmp_path, model, store, curve=LANE, iterations=1)
    about, tensors = told(Path(take.latent)), load_file(take.latent)
    assert set(about) == {
        *("model", "network", "guidance", "sampler", "steps"),
        *("length", "rate", "phase", "seed", "request"),
    }
    assert (about["network"], about["guidance"], about["steps"]) == ("student", "2", "8")
    assert json.loads(about["phase"]) == [0.0, 0.0]
    assert set(tensors) == {"latent", "clean", "target.intensity"}
    kept = read_latent(Path(take.latent))
    assert torch.equal(kept.targets["intensity"], tensors["target.intensity"])
    assert kept.latent.shape == kept.clean.shape
