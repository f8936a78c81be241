"""The report on clips, with a very small model and a clip that is written here."""

import pytest
import soundfile
from tiny import tiny_model, tones, write_clip

from ditto_daw.rendering.engine import Engine
from ditto_daw.rendering.finishing import crossing
from ditto_daw.report.clips import asked, line, measured, rendered
from ditto_daw.report.real import cut


@pytest.fixture
def clip(tmp_path, monkeypatch):
    monkeypatch.setattr(crossing, "STEPS", 1)
    return cut(write_clip(tmp_path / "chord.wav", tones(4.0, 8_000), 8_000))


@pytest.mark.parametrize(("use", "seconds"), [("after", 8), ("before", 8), ("fill", 4)])
def test_a_case_says_whether_length_kept_samples_and_joins_are_right(clip, tmp_path, use, seconds):
    engine = Engine(tiny_model())
    request = asked(clip, use, 180, tmp_path, 0)
    found = measured(clip, use, request, rendered(engine, request))
    engine.close()
    assert (found["length"], found["exact"], found["windows"]) == (True, True, 1)
    assert found["seconds_long"] == seconds
    assert found["joins"] == (2 if use == "fill" else 1)
    assert "length pass exact pass" in line(found)


def test_a_changed_sample_and_a_missing_one_fail(clip, tmp_path):
    engine = Engine(tiny_model())
    request = asked(clip, "after", 180, tmp_path, 0)
    made = rendered(engine, request)
    engine.close()
    audio, rate = soundfile.read(made.take.path, always_2d=True)
    audio[100] += 0.01
    soundfile.write(made.take.path, audio[:-2], rate, "PCM_24")
    found = measured(clip, "after", request, made)
    assert (found["length"], found["exact"]) == (False, False)
    assert "length FAIL exact FAIL" in line(found)


def test_the_long_one_has_as_many_bars_as_the_seconds_hold(clip, tmp_path):
    assert clip.tempo == 240
    assert asked(clip, "long", 180, tmp_path, None).bars == 180
