"""Recorded music through the finishing, without a model: nothing kept changes, crossings hold.

`python -m ditto_daw.report.crossings --data DIR` measures all clips of the folder; here are short
ones of different kinds.
"""

import pytest

from ditto_daw.report.crossings import line, measure, read_clips

NAMES = ("loop_electric", "ambi_piano")


@pytest.fixture(scope="module")
def clips(shared_dir):
    return read_clips(shared_dir / "data" / "real", NAMES, seconds=3)


@pytest.mark.parametrize("shift", [0, 1], ids=["copy", "other"])
def test_crossings_into_new_audio(clips, shift):
    assert len(clips) == len(NAMES)
    for index, clip in enumerate(clips):
        found = measure(clip, clips[(index + shift) % len(clips)].copy, "test")
        assert found.exact
        assert all(crossing.hole_db <= 1.5 for crossing in found.crossings), line(found)
        assert all(crossing.step <= 1.2 for crossing in found.crossings), line(found)
        assert found.seam.step <= 1.0
