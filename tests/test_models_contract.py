"""One contract for every model: the bundled one, and all families with tiny random weights."""

import json
import warnings

import pytest
import soundfile
import torch
from tiny import asked, tiny_model
from tiny_families import BUILDERS, written

from ditto_daw.errors import BadRequest, ModelMissing
from ditto_daw.events import Done
from ditto_daw.models.contract import examined
from ditto_daw.models.families import FAMILIES
from ditto_daw.models.loading import load_model
from ditto_daw.rendering.budget import budgeted, measured
from ditto_daw.rendering.engine import Engine
from ditto_daw.rendering.finishing import crossing
from ditto_daw.requests import catalogue

pytest.importorskip("diffusers")
pytest.importorskip("transformers")

CURVE = {"points": [[0, -3], [2, 3]], "unit": "db"}


@pytest.fixture(scope="module", params=["bundled", *sorted(FAMILIES)])
def model(request, tmp_path_factory):
    if request.param == "bundled":
        return tiny_model()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return budgeted(
            str(written(request.param, tmp_path_factory.mktemp("models") / "tiny")), "cpu"
        )


def test_every_family_has_a_tiny_model_and_an_entry():
    assert set(BUILDERS) == set(FAMILIES) == {entry.pipeline for entry in catalogue.ENTRIES}


def test_the_model_keeps_the_contract(model):
    found = {one.name: one for one in examined(model)}
    assert set(found) == {"shape", "audio", "gradient", "memory", "control"}
    assert [one.found for one in found.values() if not one.good] == []


def test_audio_made_in_tiles_is_the_same(model):
    if model.wraps:
        pytest.skip("the bundled model has no tiles")
    assert min(measured(model).call, measured(model).decode) > 0
    frames = 150
    torch.manual_seed(0)
    latent = torch.randn(1, model.latent_channels, model.positions(frames))
    with torch.no_grad():
        whole = model.audio(latent, frames)
        model.tile = 12
        tiled = model.audio(latent, frames)
        model.tile = 0
    assert tiled.shape == whole.shape
    # Where attention sees all of the latent, it sees a little less of it in a tile.
    assert float((tiled - whole).norm() / whole.norm()) < (
        0.05 if hasattr(model, "depth") else 1e-3
    )


def test_a_loop_has_its_exact_length_in_the_file(model, tmp_path, monkeypatch):
    monkeypatch.setattr(crossing, "STEPS", 2)
    request = asked(
        tmp_path,
        bars="1/2",
        tempo={"tempos": [[0, 97]]},
        curve=CURVE,
        iterations=1,
        model=model.name,
        overlap=1 if not model.wraps else None,
        loop_by="circular" if model.wraps else "mask",
    )
    *_, done = Engine(model, folder=tmp_path).render(request)
    assert isinstance(done, Done)
    (take,) = done.takes
    file = soundfile.info(take.path)
    assert (file.frames, file.samplerate) == (round(44_100 * 2 * 60 / 97), 44_100)
    assert file.channels == 2
    assert take.figures["intensity"]["achieved"] is not None
    if not model.wraps:
        told = take.figures["model"]
        assert (told["name"], told["precision"]) == (model.name, "fp32")
        assert told["free"] > 0


def test_a_model_that_is_not_loaded_is_refused_with_those_that_are(tmp_path):
    engine = Engine(tiny_model(), folder=tmp_path)
    with pytest.raises(BadRequest, match="only bundled") as refused:
        engine.render(asked(tmp_path, model="musicldm"))
    assert refused.value.argument == "model"


def test_a_licence_is_shown_before_the_first_use_and_then_no_more(tmp_path):
    entry, record = catalogue.entry_of("stable-audio-open"), tmp_path / "new" / "licences.json"
    with pytest.raises(BadRequest, match=r"Stability AI .* --accept-licence"):
        catalogue.check_licence(entry, record, accepts=False)
    catalogue.check_licence(entry, record, accepts=True)
    catalogue.check_licence(entry, record, accepts=False)
    assert json.loads(record.read_text()) == [catalogue.STABILITY]
    with pytest.raises(BadRequest, match="no commercial use"):
        catalogue.check_licence(catalogue.entry_of("musicldm"), record, accepts=False)


def test_what_is_missing_is_told_with_its_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(BadRequest, match="neither one of musicldm"):
        catalogue.entry_of("nobody/knows")
    with pytest.raises(ModelMissing, match="ditto-daw models pull musicldm"):
        catalogue.folder_of("musicldm")
    with pytest.raises(ModelMissing, match="copy the folder"):
        catalogue.pull("musicldm")
    monkeypatch.setattr(catalogue, "find_spec", lambda package: None)
    with pytest.raises(ModelMissing, match="pip install"):
        catalogue.folder_of("musicldm")


def test_weights_that_are_no_safetensors_are_not_read(tmp_path):
    folder = written("MusicLDMPipeline", tmp_path / "tiny")
    file = next((folder / "vae").glob("*.safetensors"))
    torch.save({"weight": torch.zeros(1)}, file.with_suffix(".bin"))
    file.unlink()
    with pytest.raises(ModelMissing, match="safetensors"):
        load_model(str(folder))
