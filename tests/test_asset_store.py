import hashlib
import os

import pytest

from ditto_daw.errors import AssetMissing, BadRequest, OutputRefused
from ditto_daw.files.asset_store import MOST_PARTS, Assets, name_of

DATA = bytes(range(256)) * 40
HASH = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def assets(tmp_path):
    store = Assets(tmp_path / "store")
    yield store
    store.close()


def put(store, data, step=1000):
    sha256 = hashlib.sha256(data).hexdigest()
    for offset in range(0, len(data), step):
        store.put(sha256, len(data), offset, data[offset : offset + step])
    return sha256


def test_in_pieces_and_out_again(assets):
    assert put(assets, DATA) == HASH
    out = b""
    while len(out) < len(DATA):
        size, piece = assets.get(HASH, len(out), 999)
        assert size == len(DATA)
        out += piece
    assert out == DATA
    assert assets.path(f"asset:{HASH}").read_bytes() == DATA


def test_repeated_and_early_pieces_change_nothing(assets):
    assert assets.put(HASH, len(DATA), 0, b"") == 0
    assert assets.put(HASH, len(DATA), 0, DATA[:100]) == 100
    assert assets.put(HASH, len(DATA), 0, DATA[:100]) == 100
    assert assets.put(HASH, len(DATA), 500, DATA[500:]) == 100
    assert assets.put(HASH, len(DATA), 100, DATA[100:]) == len(DATA)
    assert assets.put(HASH, len(DATA), 0, DATA) == len(DATA)


def test_half_a_file_is_no_asset(assets):
    assets.put(HASH, len(DATA), 0, DATA[:100])
    with pytest.raises(AssetMissing):
        assets.get(HASH, 0, 10)


def test_bytes_of_another_hash_are_refused_and_forgotten(assets):
    with pytest.raises(BadRequest, match="SHA-256"):
        assets.put(HASH, len(DATA), 0, bytes(len(DATA)))
    assert assets.put(HASH, len(DATA), 0, b"") == 0


def test_more_bytes_than_announced_are_refused(assets):
    with pytest.raises(BadRequest, match="announced"):
        assets.put(HASH, 10, 0, DATA)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "/" * 64])
def test_a_name_that_is_no_hash_reaches_no_file(assets, name):
    for call in (
        lambda: assets.put(name, 10, 0, b"x"),
        lambda: assets.get(name, 0, 10),
        lambda: assets.path(name),
    ):
        with pytest.raises(BadRequest, match="64 hexadecimal digits"):
            call()


def test_the_oldest_go_when_it_is_full(tmp_path):
    store = Assets(tmp_path, most_bytes=2500)
    names = []
    for number in range(4):
        names.append(put(store, bytes([number]) * 1000))
        os.utime(tmp_path / names[-1], (number, number))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names[2:])
    with pytest.raises(BadRequest, match="over"):
        store.put(HASH, 2501, 0, b"x")


def test_files_that_arrive_at_once_are_few(assets, tmp_path):
    for number in range(MOST_PARTS + 5):
        data = bytes([number]) * 100
        assets.put(hashlib.sha256(data).hexdigest(), 100, 0, data[:10])
    assert len(list((tmp_path / "store").iterdir())) == MOST_PARTS


def test_leftovers_are_swept(tmp_path):
    (tmp_path / f"{HASH}.part").write_bytes(b"half")
    (tmp_path / HASH).write_bytes(DATA)
    Assets(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [HASH]


def test_a_take_elsewhere_can_be_got_by_its_hash(assets, tmp_path):
    take = tmp_path / "take.wav"
    take.write_bytes(DATA)
    assert name_of(take) == f"asset:{HASH}"
    assets.link(name_of(take), take)
    assert assets.get(HASH, 0, 20000) == (len(DATA), DATA)
    take.unlink()
    with pytest.raises(AssetMissing, match="put it again"):
        assets.get(HASH, 0, 10)


def test_a_folder_that_vanished_is_said(assets, tmp_path):
    (tmp_path / "store").rmdir()
    with pytest.raises(OutputRefused, match="cannot store"):
        assets.put(HASH, len(DATA), 0, DATA)
