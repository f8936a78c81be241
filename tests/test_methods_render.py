"""Every method as a job: from the request's field to a take on the disk, or a sentence why not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny import asked, tiny_model, tones, write_clip

from ditto_daw import controls
from ditto_daw.diffusion.presets import PRESETS
from ditto_daw.errors import BadRequest
from ditto_daw.events import Done, Event, Progress
from ditto_daw.files.store import Store
from ditto_daw.methods import METHODS
from ditto_daw.models.bundled import Bundled
from ditto_daw.rendering.finishing import crossing
from ditto_daw.rendering.render import render
from ditto_daw.rendering.studio import Studio, preset_of
from ditto_daw.samplers import exhaust

LANE = {"points": [[0, -6], [2, 6]], "unit": "db"}


@pytest.fixture(scope="module")
def model() -> Bundled:
    return tiny_model()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few steps: what they achieve is tested elsewhere."""
    monkeypatch.setattr(crossing, "STEPS", 2)
    monkeypatch.setitem(PRESETS, "paper-mel", replace(PRESETS["paper-mel"], steps=3))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def job(out: Path, method: str, **fields: Any) -> Any:
    """A lane for what can follow one, else the end of a clip made anew."""
    if METHODS[method].needs_clip:
        path = write_clip(out.parent / "clip.wav", tones(1.5, 44_100), 44_100)
        fields = {"use": "repair", "repair_beats": 1, "source": {"path": str(path)}, **fields}
    else:
        fields = {"bars": "1/2", "curve": LANE, **fields}
    return asked(out, method=method, iterations=2, **fields)


def made(events: list[Event]) -> Done:
    assert isinstance(events[-1], Done)
    return events[-1]


@pytest.mark.parametrize("method", [name for name in METHODS if name != "controlnet"])
def test_a_job_is_rendered_by_the_method_it_names(
    method: str, model: Bundled, out: Path, tmp_path: Path
) -> None:
    events = list(render(job(out, method), model, Store(tmp_path / "store")))
    (take,) = made(events).takes
    assert Path(take.path).is_file()
    stages = [event for event in events if isinstance(event, Progress)]
    assert all(event.step <= event.of for event in stages)
    busy = [event for event in stages if event.stage in ("optimising", "sampling")]
    assert busy[0].stage == ("optimising" if METHODS[method].iterates else "sampling")
    if not METHODS[method].iterates:
        assert busy[-1].step == busy[-1].of


@pytest.mark.parametrize("method", ["doodl", "freedom", "masking"])
def test_a_job_is_cancelled_between_two_calls(
    method: str, model: Bundled, out: Path, tmp_path: Path
) -> None:
    run = render(job(out, method), model, Store(tmp_path / "store"))
    for _ in range(4):
        next(run)
    run.close()
    assert not list(out.iterdir())


def test_a_method_that_cannot_says_so(model: Bundled, out: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for method, fields, sentence in (
        ("masking", {"curve": LANE}, "cannot follow intensity"),
        ("controlnet", {}, "controlnet.safetensors"),
        ("freedom", {"preset": "student"}, "runs on the teacher"),
    ):
        with pytest.raises(BadRequest, match=sentence):
            list(render(job(out, method, **fields), model, store))
    with pytest.raises(BadRequest, match="choose one of"):
        asked(out, method="magic")


def test_a_method_brings_its_preset_unless_one_is_named(model: Bundled, out: Path) -> None:
    assert preset_of(job(out, "ditto-2"), model).steps == PRESETS["ditto-2"].steps
    assert preset_of(job(out, "doodl"), model).steps == 3
    assert preset_of(job(out, "doodl", preset="paper"), model).audible
    assert preset_of(job(out, "ditto"), model).student == PRESETS["default"].student


def test_the_models_sight_of_the_clip_can_be_switched_off(
    model: Bundled, out: Path, tmp_path: Path
) -> None:
    request, store = job(out, "masking"), Store(tmp_path / "store")
    seeing, blind = (Studio.open(request, model, store, context=sight) for sight in (True, False))
    assert seeing.network.rows.context.any()
    assert not blind.network.rows.context.any()
    assert seeing.known is not None
    assert blind.known is not None
    assert torch.equal(seeing.known.latent, blind.known.latent)
    assert torch.equal(seeing.network.rows.local, blind.network.rows.local)
    task = blind.task(blind.beginning())
    x0 = exhaust(METHODS["masking"](task)).x0
    kept = task.known.mask if task.known else None
    assert kept is not None
    torch.testing.assert_close(x0[..., kept], blind.known.latent[..., kept])


def test_guidance_is_the_same_in_one_call_and_in_two(model: Bundled, out: Path) -> None:
    """What FreeDoM makes of a pair is the guided denoiser that samplers call."""
    studio = Studio.open(job(out, "freedom"), model, Store(out))
    x = studio.beginning()
    network, preset = studio.network, replace(studio.preset, guidance=3.0)
    whole = network.denoiser(preset, 3)(x, 0.6)
    torch.testing.assert_close(network.guided(network.pair(x, 0.6), 3.0), whole)


def test_a_task_is_what_the_controls_ask_for(model: Bundled, out: Path) -> None:
    studio = Studio.open(job(out, "ditto", seed=7, variations=2), model, Store(out))
    task = studio.task(studio.beginning())
    assert task.seeds == (7, 8)
    assert task.latent.shape[0] == 2
    assert set(task.tolerances) == {control.name for control in task.controls}
    x0 = torch.zeros_like(task.latent)
    expected = controls.objective(task.controls, model.codec.decode)(x0)
    torch.testing.assert_close(task.objective(x0).total, expected.total)
