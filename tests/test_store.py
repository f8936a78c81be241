"""What is kept of renders: found by content, bounded, and read without a model."""

import os

import numpy as np
import pytest
from safetensors.numpy import save_file

from ditto_daw.errors import BrokenFile
from ditto_daw.files.paths import temporary_name
from ditto_daw.files.store import Store, told

ASSET = "asset:" + "a" * 64


def test_a_latent_is_found_by_its_take_and_counts_as_used(tmp_path):
    store = Store(tmp_path)
    assert store.find(ASSET) is None
    path = store.latent(ASSET)
    path.write_bytes(b"latent")
    os.utime(path, (1, 1))
    assert store.find(ASSET) == path
    assert path.stat().st_mtime > 1


@pytest.mark.parametrize("folder", ["latents", "previews"])
def test_what_was_used_longest_ago_goes_first(tmp_path, folder):
    store = Store(tmp_path, most_bytes=250)
    files = [getattr(store, folder) / f"{number}.bin" for number in range(4)]
    for number, path in enumerate(files):
        path.write_bytes(b"x" * 100)
        os.utime(path, (1000 - number, 1000 - number))
    store.sweep()
    assert [path.exists() for path in files] == [True, True, False, False]


def test_previews_and_leftovers_go_and_latents_stay(tmp_path):
    store = Store(tmp_path)
    (store.previews / "a.wav").write_bytes(b"RIFF")
    store.latent(ASSET).write_bytes(b"latent")
    for each in (store.latents, store.previews):
        temporary_name(each).write_bytes(b"half")
    store.tidy()
    assert not list(store.previews.iterdir())
    assert list(store.latents.iterdir()) == [store.find(ASSET)]


def test_a_latent_tells_of_itself(tmp_path):
    path = tmp_path / "one.safetensors"
    save_file({"latent": np.zeros((2, 3), np.float32)}, path, {"seed": "7", "model": "ü"})
    assert told(path) == {"seed": "7", "model": "ü"}


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"\xff" * 64, b"\2\0\0\0\0\0\0\0{}", b"\2\0\0\0\0\0\0\0[]"]
)
def test_anything_else_is_refused(tmp_path, content):
    path = tmp_path / "one.safetensors"
    path.write_bytes(content)
    with pytest.raises(BrokenFile, match=r"one\.safetensors"):
        told(path)
