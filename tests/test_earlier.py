"""What a job takes over from an earlier latent that is given as a file."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from ditto_daw.errors import BrokenFile, FileMissing
from ditto_daw.files.asset_store import Assets
from ditto_daw.files.paths import Roots
from ditto_daw.files.store import Store
from ditto_daw.requests.request import Request
from ditto_daw.server.earlier import Finder

BEFORE = {"id": "a", "kind": "clip", "bars": 4, "genre": "jazz", "seed": 3, "position": 8}
CLIP = {"path": "/clip.wav", "position": 8, "rate": 2}


@pytest.fixture
def finder(tmp_path):
    assets = Assets(tmp_path / "assets")
    return Finder(None, "me", Roots([tmp_path]), assets, Store(tmp_path / "store"))


def latent(folder: Path, name="preset.safetensors", request=BEFORE, **about) -> dict[str, str]:
    told = {"request": json.dumps(Request.from_dict(request).to_dict()), "seed": "3", **about}
    save_file({"latent": np.ones((2, 3), np.float32)}, folder / name, told)
    return {"path": str(folder / name)}


def test_a_variation_of_a_file_takes_over_words_kind_and_length_but_no_seed(tmp_path, finder):
    held = latent(tmp_path)
    request = Request.from_dict(finder.fill({"id": "b", "use": "vary", "from": held}))
    assert (request.kind, request.use, request.genre) == ("clip", "vary", "jazz")
    assert (request.bars, request.position, request.seed) == (4, 8, None)
    assert request.earlier.path == held["path"]


def test_what_is_named_wins(tmp_path, finder):
    asked = {"id": "b", "use": "vary", "from": latent(tmp_path), "genre": "rock", "seed": 1}
    request = Request.from_dict(finder.fill({**asked, "amount": 0.7}))
    assert (request.genre, request.seed, request.amount) == ("rock", 1, 0.7)


def test_a_variation_of_what_had_no_length_of_its_own_lasts_as_long(tmp_path, finder):
    before = {"id": "a", "use": "vary", "source": CLIP, "tempo": 120}
    held = latent(tmp_path, request=before, length="96000", rate="48000")
    request = Request.from_dict(finder.fill({"id": "b", "use": "vary", "from": held}))
    assert (request.samples, request.output.rate) == (96_000, 48_000)
    assert request.source is None
    assert float(request.file_tempo.tempo_at(8)) == 60.0


def test_a_file_that_does_not_tell_its_length_is_broken(tmp_path, finder):
    held = latent(tmp_path, request={"id": "a", "use": "vary", "source": CLIP})
    with pytest.raises(BrokenFile, match="its length"):
        finder.fill({"id": "b", "use": "vary", "from": held})


def test_a_latent_is_known_under_any_name(tmp_path, finder):
    held = latent(tmp_path, name="my favourite.preset")
    assert finder.fill({"id": "b", "use": "vary", "from": held})["genre"] == "jazz"


def test_anything_else_is_not_taken_for_one(tmp_path, finder):
    (tmp_path / "song.wav").write_bytes(b"RIFF" * 100)
    with pytest.raises(FileMissing, match=r"song\.wav"):
        finder.fill({"id": "b", "use": "vary", "from": {"path": str(tmp_path / "song.wav")}})
