"""The README's pictures follow from a demo's files alone."""

import io
import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from ditto_daw.demo.pictures import LANE, NAMES, main, pictures
from ditto_daw.demo.run import FIGURES
from ditto_daw.demo.scenes import material, scenes

RATE = 44_100
MOST_BYTES = 400_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    """A finished demo's folder with noise for music, moved since its figures were written."""
    folder = tmp_path_factory.mktemp("demo")
    bundled = Path(str(files("ditto_daw") / "material"))
    (folder / "melody.mid").write_bytes((bundled / "melody.mid").read_bytes())
    given = material(bundled / "clip.flac", folder / "melody.mid", own_clip=False)
    generator = np.random.default_rng(0)
    jobs = {}
    for scene in scenes(given, Path("/elsewhere")):
        audio = 0.1 * generator.standard_normal((8 * RATE, 2))
        soundfile.write(folder / f"{scene.name}.wav", audio, RATE)
        figures = {"intensity": {"target_db": [-30.0, -20.0, -30.0]}}
        jobs[scene.name] = {
            "request": scene.request,
            "take": {"path": f"/elsewhere/{scene.name}.wav", "figures": figures},
        }
    soundfile.write(folder / "intensity-uncontrolled.wav", audio / 2, RATE)
    (folder / FIGURES).write_text(json.dumps({"jobs": jobs}), encoding="utf-8")
    return folder


def test_pictures_are_complete_and_light(demo, tmp_path, capsys):
    assert main(["--demo", str(demo), "--out", str(tmp_path / "pictures")]) == 0
    assert capsys.readouterr().out.count(" kB\n") == len(NAMES)
    found = sorted((tmp_path / "pictures").iterdir())
    assert [path.name for path in found] == sorted(NAMES)
    assert sum(path.stat().st_size for path in found) < MOST_BYTES
    for path in found:
        with Image.open(path) as image:
            image.load()
            assert image.width > 900
            assert image.convert("RGBA").getextrema()[3] == (0, 255), "clear ground, solid ink"


def test_the_lane_picture_follows_the_sound(demo):
    before = pictures(demo)[LANE]
    audio, rate = soundfile.read(demo / "intensity.wav", always_2d=True)
    ramp = np.linspace(0.05, 1.0, len(audio))[:, None]
    soundfile.write(demo / "intensity.wav", audio * ramp, rate)
    after = pictures(demo)[LANE]
    first, second = (
        np.array(Image.open(io.BytesIO(png)).convert("RGBA")) for png in (before, after)
    )
    assert (first != second).any(axis=2).mean() > 0.002


def test_a_folder_without_a_demo_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=FIGURES):
        pictures(tmp_path)
