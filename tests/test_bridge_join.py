"""Two mono files of one clip become one stereo file, sample for sample."""

import numpy as np
import pytest
import soundfile
from ditto_bridge.join import join_channels

from ditto_daw.errors import BadRequest, BrokenFile, RegionOutside

RATE = 48000


@pytest.fixture
def halves(tmp_path):
    audio = np.random.default_rng(1).uniform(-1, 1, (2, 4800)).astype(np.float32)
    paths = [tmp_path / "clip%L.wav", tmp_path / "clip%R.wav"]
    for path, channel in zip(paths, audio, strict=True):
        soundfile.write(path, channel, RATE, "FLOAT")
    return [str(path) for path in paths], audio


@pytest.mark.parametrize("name", ["source", "next", "follow"])
def test_only_the_span_is_joined(tmp_path, halves, name):
    paths, audio = halves
    part = {"path": paths, "start": "100/48000", "end": "1300/48000", "position": 4}
    joined = join_channels({name: part, "id": "j"}, tmp_path / "joined")
    read, rate = soundfile.read(joined[name]["path"], dtype="float32", always_2d=True)
    assert rate == RATE
    assert np.array_equal(read.T, audio[:, 100:1300])
    assert joined == {
        "id": "j",
        name: {"path": joined[name]["path"], "start": 0, "end": None, "position": 4},
    }


def test_the_same_span_is_one_file(tmp_path, halves):
    request = {"source": {"path": halves[0]}}
    first, again = (join_channels(request, tmp_path / "joined") for _ in range(2))
    assert first == again
    assert len(list((tmp_path / "joined").iterdir())) == 1


def test_a_plain_path_is_left_alone(tmp_path):
    request = {"source": {"path": "/clip.wav", "end": 1}, "midi": {"notes": []}}
    assert join_channels(request, tmp_path / "joined") == request


def test_what_does_not_fit_is_refused(tmp_path, halves):
    paths, audio = halves
    shorter, stereo = tmp_path / "short.wav", tmp_path / "stereo.wav"
    soundfile.write(shorter, audio[0, :4000], RATE, "FLOAT")
    soundfile.write(stereo, audio.T, RATE, "FLOAT")
    for wrong, error in (
        ({"path": [paths[0], str(shorter)]}, BrokenFile),
        ({"path": [str(stereo), str(stereo)]}, BrokenFile),
        ({"path": paths, "end": "1"}, RegionOutside),
        ({"path": paths, "start": "one"}, BadRequest),
        ({"path": [*paths, paths[0]]}, BadRequest),
        ({"path": [1, 2]}, BadRequest),
    ):
        with pytest.raises(error):
            join_channels({"source": wrong}, tmp_path / "joined")
