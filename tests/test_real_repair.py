"""Recorded music through the bundled model: a clip repaired into a loop."""

import numpy as np
import pytest
import soundfile
from tiny import MULTIPLE, asked

from ditto_daw.events import Done
from ditto_daw.models.bundled import WEIGHTS, Bundled
from ditto_daw.rendering.engine import Engine
from ditto_daw.rendering.plan import make_plan


@pytest.mark.parametrize(("name", "tempo"), [("loop_electric.flac", 97)])
def test_a_recorded_clip_is_repaired_and_its_kept_part_is_untouched(
    shared_dir, tmp_path, name, tempo
):
    if not WEIGHTS.is_file():
        pytest.skip("no weights in the package: the bundled model was not tried on real music")
    path = shared_dir / "data" / "real" / name
    fields = {"use": "repair", "source": {"path": str(path)}, "tempo": tempo, "iterations": 2}
    request = asked(tmp_path, repair_beats=1, output={"depth": 32}, **fields)
    kept = int(make_plan(request, MULTIPLE).keep.sum())
    engine = Engine(Bundled.load())
    events = list(engine.render(request))
    engine.close()
    assert isinstance(events[-1], Done)
    (take,) = events[-1].takes
    own, rate = soundfile.read(path, dtype="float32", always_2d=True)
    made, made_rate = soundfile.read(take.path, dtype="float32", always_2d=True)
    assert (made.shape, made_rate) == (own.shape, rate)
    assert np.isfinite(made).all()
    assert 0 < kept < len(own)
    assert np.array_equal(made[:kept], own[:kept])
    power = [np.mean(part**2) for part in (made[kept:], own[:kept])]
    assert abs(10 * np.log10(power[0] / power[1])) < 10.0
    assert take.figures["seam"]["step"] <= 1.0
