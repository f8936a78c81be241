"""The adapter: deaf before it is trained, trained by one command, found by the method."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from composed_set import write_set
from tiny import asked, tiny_model
from torch import Tensor, nn

from ditto_daw import signal
from ditto_daw.diffusion.schedule import step_times
from ditto_daw.errors import BadRequest
from ditto_daw.files.store import Store
from ditto_daw.models.adapter import SIGNALS, Adapter, AdapterConfig, beside, signals
from ditto_daw.models.bundled import Bundled
from ditto_daw.rendering.studio import Studio
from ditto_daw.samplers import exhaust
from ditto_daw.training import config, controlnet
from ditto_daw.training.data import HELD_OUT, Pieces, flat_batches
from ditto_daw.training.denoiser import loss_of
from ditto_daw.training.weighing import Weighing

CURVE = {"points": [[0, -6.0], [4, 6.0]], "unit": "db"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("set"), HELD_OUT + 6)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    tiny_model().save(path)
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """The configuration that ships, with sizes for a test."""
    text = (config.CONFIGS / "controlnet.toml").read_text()
    text = text.replace("[[16, 128], [32, 64], [8, 256]]", "[[2, 16]]").replace(
        "width = 96", "width = 8"
    )
    path = tmp_path / "small.toml"
    path.write_text(text)
    return path


def adapter_of(model: Bundled) -> Adapter:
    return Adapter(model.unet.config, AdapterConfig(width=8))


def test_signals_say_what_is_asked_for_and_what_is_not() -> None:
    intensity = torch.full((8,), -13.0)
    counts = torch.tensor([True] * 4 + [False] * 4)
    melody = torch.tensor([-1, -1, -1, -1, 9, 9, 2, 2])
    heard = signals(intensity, counts, melody, 8)
    assert heard.shape == (SIGNALS, 2)
    assert heard[:2].tolist() == [[1.0, 0.0], [1.0, 0.0]]
    assert heard[14].tolist() == [0.0, 1.0]
    assert heard[2 + 9].tolist() == heard[2 + 2].tolist() == [0.0, 0.5]
    assert float(heard[2:14].sum()) == 1.0
    assert not signals(None, None, None, 8).any()
    assert signals(intensity.expand(3, 8), None, None, 8).shape == (3, SIGNALS, 2)


def test_an_untrained_adapter_changes_nothing() -> None:
    model = tiny_model()
    x, t = torch.randn(2, 128, 16), torch.tensor([0.3, 0.9])
    hints = adapter_of(model)(x, t, torch.randn(2, SIGNALS, 16))
    assert [tuple(hint.shape) for hint in hints] == [(2, 8, 16), (2, 16, 8), (2, 16, 4)]
    assert not any(hint.any() for hint in hints)


def test_hints_reach_the_network_and_wrap_with_it() -> None:
    model, adapter = tiny_model(), adapter_of(tiny_model())
    for layer in adapter.leave:
        nn.init.normal_(layer.weight)
    x, t, heard = torch.randn(1, 128, 16), torch.tensor([0.5]), torch.randn(1, SIGNALS, 16)
    moved = [hint.roll(4 // 2**i, 2) for i, hint in enumerate(adapter(x, t, heard, wrap=True))]
    again = adapter(x.roll(4, 2), t, heard.roll(4, 2), wrap=True)
    for one, other in zip(moved, again, strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)
    folder = Path()
    task = Studio.open(asked(folder, curve=CURVE), model, Store(folder))
    rows = task.network.rows
    with_hints = model.denoiser(rows, 1.0, wrap=True, hear=lambda x, t: adapter(x, t, wide(x)))
    x = torch.randn(1, 128, task.positions)
    assert (with_hints(x, 0.5) - model.denoiser(rows, 1.0, wrap=True)(x, 0.5)).abs().max() > 1e-3


def wide(x: Tensor) -> Tensor:
    return torch.ones(len(x), SIGNALS, x.shape[-1])


def test_what_is_heard_is_read_from_the_clips(data: Path) -> None:
    model, plan = tiny_model(), config.read(controlnet.ControlNetConfig, "controlnet")
    latent = next(flat_batches(Pieces(data), model.codec, [(4, 32)], plan.drop, 0))[0]
    intensity, melody = controlnet.truth_of(model.codec, latent)
    assert intensity.shape == melody.shape == (4, 128)
    torch.testing.assert_close(intensity, signal.intensity(model.codec.decode(latent)))
    assert int(melody.min()) >= -1
    assert int(melody.max()) <= 11


class Obedient(nn.Module):
    """A network that says what it is hinted at, and knows nothing itself."""

    def __init__(self) -> None:
        super().__init__()
        self.say = nn.Conv1d(8, 128, 1, bias=False).requires_grad_(False)

    def forward(self, x: Tensor, t: Tensor, *told: Tensor, hints: list[Tensor]) -> Tensor:
        return self.say(hints[0])  # type: ignore[no-any-return]


def test_it_learns_to_hear_what_a_model_cannot_know() -> None:
    """Clips that swell as their signal says, seen through almost pure noise."""
    torch.manual_seed(0)
    adapter, model = adapter_of(tiny_model()), Obedient()
    level = torch.randn(8, 1, 16)
    latent = level * model.say.weight[None, :, 0]
    heard = torch.cat([level, torch.ones(8, 1, 16), torch.zeros(8, 13, 16)], dim=1)
    told = controlnet.Condition(*(torch.zeros(8, 1, 16) for _ in range(4)))
    shares, times = torch.ones(128, 1), torch.full((8,), 0.999)

    def loss(heard: Tensor) -> Tensor:
        """With noise of its own every time: a clip must not be known by its noise."""
        network = controlnet.Listening(model, adapter, heard)  # type: ignore[arg-type]
        return loss_of(network, latent, told, times, Weighing(shares)).mean()

    adam, before = torch.optim.Adam(adapter.parameters(), 0.02), float(loss(heard).detach())
    for _ in range(60):
        adam.zero_grad()
        loss(heard).backward()
        adam.step()
    with torch.no_grad():
        after, misled = float(loss(heard)), float(loss(heard.flip(0)))
    assert after < 0.3 * before
    assert misled > before, "it listens, and does not only learn the mean"


def test_what_is_hidden_is_not_told() -> None:
    torch.manual_seed(0)
    truth = (torch.full((400, 64), -20.0), torch.full((400, 64), 7))
    heard = controlnet.heard_of(truth, controlnet.Hide(control=0.3, span=0.5))
    silent = (heard[:, 1] == 0).all(dim=1).float().mean()
    assert float(silent) == pytest.approx(0.3, abs=0.08)
    assert ((heard[:, 1] == 0) == (heard[:, 0] == 0)).all()
    whole = (heard[:, 14] == 1).all(dim=1).float().mean()
    assert 0.3 < float(whole) < 0.42
    assert (controlnet.heard_of(truth, controlnet.Hide(0.0, 0.0))[:, 1] == 1).all()


def test_one_command_trains_resumes_and_installs(
    data: Path, weights: Path, settings: Path, tmp_path: Path
) -> None:
    run, folder = tmp_path / "run", tmp_path / "out"
    folder.mkdir()
    request = asked(folder, method="controlnet", curve=CURVE, bars=0.5)
    model = Bundled.load(weights)
    with pytest.raises(BadRequest, match=r"controlnet\.safetensors.*training"):
        _made(request, model, tmp_path)
    usual = ["--data", str(data), "--run", str(run), "--weights", str(weights), "--device", "cpu"]
    controlnet.main([*usual, "--config", str(settings), "--minutes", "0.001"])
    first = (run / "log.jsonl").read_text()
    assert '"db2"' in first
    assert '"melody"' in first
    assert not beside(weights).exists()
    controlnet.main([*usual, "--minutes", "0.002", "--install"])
    assert len((run / "log.jsonl").read_text()) > len(first)
    made = _made(request, model, tmp_path)
    assert torch.isfinite(made).all()
    other = tmp_path / "other" / "model.safetensors"
    other.parent.mkdir()
    tiny_model(seed=1).save(other)
    beside(other).write_bytes(beside(weights).read_bytes())
    with pytest.raises(BadRequest, match="another model"):
        _made(request, Bundled.load(other), tmp_path)


def _made(request: object, model: Bundled, folder: Path) -> Tensor:
    studio = Studio.open(request, model, Store(folder))  # type: ignore[arg-type]
    task = studio.task(studio.beginning())
    task = replace(task, preset=replace(task.preset, steps=2))
    return exhaust(studio.method(task)).x0  # type: ignore[no-any-return]


def test_errors_are_those_of_clips_made_anew(data: Path) -> None:
    model = tiny_model()
    plan = config.read(controlnet.ControlNetConfig, "controlnet")
    latent, *told = next(flat_batches(Pieces(data), model.codec, [(2, 32)], plan.drop, 0))
    found = controlnet.errors(model, adapter_of(model), latent, controlnet.Condition(*told))
    assert found["db2"] == pytest.approx(found["plain_db2"])
    assert 0.0 <= found["melody"] <= 1.0
    assert len(step_times(controlnet.JUDGED_STEPS)) == controlnet.JUDGED_STEPS + 1
