"""What the tables measure beside the controls: distances, CLAP where it is, variance, tables."""

import sys
import types

import numpy as np
import pytest
import torch
from composed_set import write_set
from safetensors.torch import save_file
from tiny import tiny_model, tones, write_clip

from ditto_daw import signal
from ditto_daw.errors import FileMissing
from ditto_daw.evaluate import music as musics
from ditto_daw.evaluate.base import Block, Entry, Outcome, Trial
from ditto_daw.evaluate.clap import RATE, Clap
from ditto_daw.evaluate.columns import COLUMNS, Summary
from ditto_daw.evaluate.experiments.control import training_hours
from ditto_daw.evaluate.lab import Lab, Settings
from ditto_daw.evaluate.music import Music
from ditto_daw.evaluate.recorded import recorded
from ditto_daw.evaluate.write import rows_of
from ditto_daw.measures import distance
from ditto_daw.models.adapter import beside


@pytest.fixture
def lab(tmp_path):
    return Lab(tiny_model(), Settings(n=4, frames=64), tmp_path)


@pytest.fixture(scope="module")
def music(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(musics, "CLIPS", 12)
        return Music.of(write_set(tmp_path_factory.mktemp("set"), 40), 1)


def test_the_distance_of_a_set_is_near_to_itself_and_far_from_noise(lab, music, monkeypatch):
    monkeypatch.setattr(distance, "RESAMPLES", 20)
    rng = np.random.default_rng(0)
    noise = [lab.features(rng.standard_normal(64 * signal.HOP).astype(np.float32)) for _ in "1234"]
    far = music.distance(noise)
    assert far.share > 1.0
    lab.__dict__["music"] = music
    outcomes = [Outcome(features=one) for one in noise]
    told = COLUMNS["distance"].of(lab, outcomes)
    assert (told.value, told.n) == (far.share, 4)
    assert music.distance(noise[:1]) is None
    few = COLUMNS["distance"].of(lab, outcomes[:1])
    assert (COLUMNS["distance"].bounded(few), few.n) == ("–", 1)


def test_without_a_set_or_clap_the_columns_say_absent(lab):
    assert lab.music is None
    for name in ("distance", "fad_clap", "clap"):
        found = COLUMNS[name].of(lab, [Outcome({"intensity": 1.0}, (0.0,) * 153)] * 3)
        assert COLUMNS[name].bounded(found) == "absent"


def test_a_folder_that_is_no_set_is_one_sentence(tmp_path):
    with pytest.raises(FileMissing, match="no composed set"):
        Music.of(tmp_path, 1)


class FakeClap:
    """What `transformers` offers, at the size of a test: an embedding of two values."""

    device = "cpu"

    @classmethod
    def from_pretrained(cls, weights, local_files_only):
        assert local_files_only
        if weights == "missing":
            raise OSError("not in the cache")
        return cls()

    def to(self, device):
        return self

    def eval(self):
        return self

    def __call__(self, given, sampling_rate=None, return_tensors=None):
        assert sampling_rate in (None, RATE)

        class Batch(dict):
            def to(self, device):
                return self

        return Batch(given=given)

    def get_audio_features(self, given):
        return torch.tensor([[3.0 * len(given) / RATE, 0.0]])

    def get_text_features(self, given):
        return types.SimpleNamespace(pooler_output=torch.tensor([[3.0, 4.0]]))


@pytest.fixture
def transformers(monkeypatch):
    fake = types.ModuleType("transformers")
    for name in ("AutoTokenizer", "ClapFeatureExtractor", "ClapModel"):
        setattr(fake, name, FakeClap)
    monkeypatch.setitem(sys.modules, "transformers", fake)


def test_clap_s_score_is_the_cosine_of_sound_and_sentence(transformers):
    clap = Clap.here()
    heard, read = clap.heard(np.zeros(signal.RATE, np.float32)), clap.read("A house bright song")
    assert np.allclose(heard, [1.0, 0.0])
    assert heard @ read == pytest.approx(0.6)


def test_clap_is_only_where_package_and_weights_are(monkeypatch, transformers):
    assert Clap.here(weights="missing") is None
    monkeypatch.setitem(sys.modules, "transformers", None)
    assert Clap.here() is None


def test_fad_is_the_distance_of_two_gaussians(music):
    rng = np.random.default_rng(1)
    theirs = rng.standard_normal((4000, 3))
    both = Music(music.scale, theirs)
    assert both.fad(theirs) == pytest.approx(0.0, abs=1e-6)
    assert both.fad(theirs + np.array([3.0, 0.0, 4.0])) == pytest.approx(25.0, rel=1e-6)
    # Same mean, twice the deviation: tr(C1 + C2 - 2 (C1 C2)^1/2) is the trace of one covariance.
    wide = theirs.mean(axis=0) + 2.0 * (theirs - theirs.mean(axis=0))
    assert both.fad(wide) == pytest.approx(np.trace(np.cov(theirs.T)), rel=1e-6)
    assert both.fad(theirs[:1]) is None


def test_a_recording_that_is_too_short_comes_again(tmp_path):
    write_clip(tmp_path / "a.wav", tones(1.0, 44100), 44100)
    mel = recorded(tmp_path, 0, 258)
    assert mel.shape == (signal.BANDS, 258)
    assert torch.isfinite(mel).all()
    assert not torch.equal(mel, recorded(tmp_path, 1, 258))


def trial(method):
    return Trial("control", "intensity", method, "teacher")


def test_rows_are_compared_pair_by_pair(lab):
    entries = tuple(Entry(name, trial(name), {"intensity": 9.0}) for name in ("ditto", "other"))
    for number, (ours, theirs) in enumerate([(1.0, 2.0), (5.0, 7.0), (2.0, None)]):
        lab.journal.add(trial("ditto").at(number), Outcome({"intensity": ours}), 1.0)
        if theirs is not None:
            lab.journal.add(trial("other").at(number), Outcome({"intensity": theirs}), 1.0)
    one, other = rows_of(lab, Block("", ("intensity",), entries, "ditto"), 4)
    assert (one.n, one.apart, other.n) == (3, None, 2)
    assert one.found["intensity"].value == pytest.approx(8 / 3)
    assert (other.apart.value, other.apart.n) == (1.5, 2)


def test_a_value_is_told_with_its_interval_where_it_has_one():
    column = COLUMNS["melody"]
    assert column.bounded(Summary(0.8, 0.7, 0.9, 5)) == "80.0 % [70.0, 90.0]"
    assert column.bounded(Summary(0.8, 0.8, 0.8, 1)) == "80.0 %"
    assert column.bounded(Summary(float("nan"))) == "–"
    assert COLUMNS["intensity"].told(1234.5) == "1234"


def test_hours_of_training_are_the_adapter_s_own(lab, tmp_path):
    lab.model.file = tmp_path / "tiny.safetensors"
    save_file({"x": torch.zeros(1)}, beside(lab.model.file), {"minutes": "90"})
    assert training_hours(lab, trial("controlnet")) == 1.5
    assert training_hours(lab, trial("ditto")) == 0.0
