"""Where a render begins: noise, or what an earlier one kept."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tiny import planned, tiny_model

from ditto_daw.diffusion.latent import gaussian, norm_ratio
from ditto_daw.errors import BadRequest, BrokenFile
from ditto_daw.events import Take
from ditto_daw.files.audiofile import Region
from ditto_daw.files.store import Store, told
from ditto_daw.models.fingerprint import fingerprint
from ditto_daw.rendering.conditioning import known_patches
from ditto_daw.rendering.latent_file import keep_latent, read_latent
from ditto_daw.rendering.warm import beginning, kept_of
from ditto_daw.requests.request import Request

BAR = 44_100 * 2
ASSET = "asset:" + "c" * 64
CHANNELS = 128


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture
def kept(tmp_path, model):
    """The latent of a draft of one bar, its file, and how to change what that says."""

    def keep(**about):
        store, plan = Store(tmp_path), planned(tmp_path, kind="draft")
        latent = gaussian([77], CHANNELS, plan.frames // 4)[0]
        take = Take(str(tmp_path / "draft.wav"), BAR, 44_100, 77, asset=ASSET)
        how = {"model": fingerprint(model), "sampler": "ddim", "steps": "12", **about}
        return latent, keep_latent(store, take, {"latent": latent}, plan, how)

    return keep


def begun(folder, model, path, **fields):
    plan = planned(folder, **{"from": {"path": path}, "seed": 77, **fields})
    positions = plan.frames // 4
    return plan, beginning(plan, model, positions, kept_of(plan, model, positions))


def test_without_an_earlier_result_it_is_the_noise_of_the_seeds(tmp_path, model):
    plan = planned(tmp_path, variations=2)
    positions = plan.frames // 4
    assert torch.equal(
        beginning(plan, model, positions, None), gaussian([5, 6], CHANNELS, positions)
    )


def test_the_file_says_what_a_later_job_must_know(tmp_path, model, kept):
    _, path = kept()
    about = told(Store(tmp_path).latent(ASSET))
    assert path == str(Store(tmp_path).latent(ASSET))
    assert set(about) == {"model", "sampler", "steps", "length", "rate", "seed", "phase", "request"}
    assert (about["length"], about["rate"], about["seed"]) == (str(BAR), "44100", "77")
    assert Request.from_dict(json.loads(about["request"])).kind == "draft"


def test_a_latent_that_cannot_be_written_costs_nothing(tmp_path, model):
    store = Store(tmp_path / "store")
    store.latents.rmdir()
    take = Take("/a.wav", BAR, 44_100, 7, asset=ASSET)
    assert keep_latent(store, take, {"latent": torch.zeros(2, 3)}, planned(tmp_path), {}) == ""


def test_the_first_variation_is_the_earlier_latent_and_the_others_lean_away(tmp_path, model, kept):
    latent, path = kept()
    _, x = begun(tmp_path, model, path, variations=3, curve={"points": [[0, 3]]})
    assert torch.equal(x[0], latent)
    for other in x[1:]:
        alike = torch.nn.functional.cosine_similarity(other.flatten(), latent.flatten(), dim=0)
        assert 0.8 < float(alike) < 0.92
    assert float((norm_ratio(x) - 1).abs().max()) < 0.05
    assert not torch.equal(x[1], x[2])


def test_a_redo_takes_it_where_audio_is_kept(tmp_path, model, kept, monkeypatch):
    latent, path = kept()
    plan = planned(tmp_path, seed=9, **{"from": {"path": path}})
    request = Request.from_dict(
        plan.request.to_dict()
        | {"use": "redo", "bars": None, "source": {"path": "/loop.wav"}}
        | {"redo": {"start": "1/4", "end": "1/2"}}
    )
    clip = Region(torch.zeros(1, BAR).numpy(), 44_100, "PCM_16", 0)
    keep = torch.arange(BAR).numpy() % BAR
    plan = replace(plan, request=request, clip=clip, keep=(keep < BAR // 4) | (keep >= BAR // 2))
    positions, known = plan.frames // 4, known_patches(plan, model)
    x = beginning(plan, model, positions, read_latent(Path(path)))[0]
    assert 0.6 < float(known.float().mean()) < 0.76
    assert torch.equal(x[:, known], latent[:, known])
    assert torch.equal(x[:, ~known], gaussian([9], CHANNELS, positions)[0][:, ~known])


@pytest.mark.parametrize(
    ("fields", "argument", "words"),
    [
        ({"bars": 2}, "bars", "2.00 s and this job 4.00 s"),
        ({"bars": None, "samples": 100_000}, "samples", "as many bars"),
        ({"tempo": {"meters": [[0, 3, 4]]}, "bars": "4/3"}, "tempo", "same tempo map"),
        ({"position": 1}, "tempo", "position"),
        ({"tempo": 60, "bars": "1/2"}, "tempo", "beats elsewhere"),
    ],
)
def test_another_length_or_grid_is_refused_by_name(tmp_path, model, kept, fields, argument, words):
    _, path = kept()
    with pytest.raises(BadRequest, match=words) as refused:
        begun(tmp_path, model, path, **fields)
    assert refused.value.argument == argument


@pytest.mark.parametrize("fields", [{"position": 4}, {"tempo": 120.5}])
def test_whole_bars_later_or_a_little_faster_is_the_same_grid(tmp_path, model, kept, fields):
    latent, path = kept()
    assert torch.equal(begun(tmp_path, model, path, **fields)[1][0], latent)


def test_another_model_s_latent_is_refused(tmp_path, model, kept):
    _, path = kept(model=fingerprint(tiny_model(seed=1)))
    with pytest.raises(BadRequest, match=r"another model.*seed 77") as refused:
        begun(tmp_path, model, path)
    assert refused.value.argument == "from"


def test_the_fingerprint_is_of_the_weights(model):
    assert fingerprint(tiny_model()) == fingerprint(model) != fingerprint(tiny_model(seed=1))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"length": None}, "length"),
        ({"rate": "0"}, "division"),
        ({"seed": "seven"}, "seven"),
        ({"request": "{}"}, "id"),
        ({"request": "["}, "Expecting"),
    ],
)
def test_a_file_that_lacks_something_is_broken(tmp_path, model, kept, change, words):
    latent, path = kept()
    about = {name: text for name, text in (told(Path(path)) | change).items() if text is not None}
    odd = tmp_path / "odd.safetensors"
    save_file({"latent": latent}, odd, about)
    with pytest.raises(BrokenFile, match=rf"odd\.safetensors.*{words}"):
        begun(tmp_path, model, str(odd))


def test_a_file_without_a_latent_or_cut_short_is_broken(tmp_path, model, kept):
    _, path = kept()
    odd = tmp_path / "odd.safetensors"
    save_file({"other": torch.zeros(2, 3)}, odd, told(Path(path)))
    with pytest.raises(BrokenFile, match="latent"):
        begun(tmp_path, model, str(odd))
    Path(path).write_bytes(Path(path).read_bytes()[:-4])
    with pytest.raises(BrokenFile, match="render it again"):
        begun(tmp_path, model, path)
