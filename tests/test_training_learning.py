"""Learning: what a batch tells the network, what it hides, and a run that stops and goes on."""

import json
import pickle
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.image import imread
from torch import nn

from ditto_daw import signal, vocabulary
from ditto_daw.models import condition
from ditto_daw.models.bundled import Bundled
from ditto_daw.models.codec import CHANNELS, PATCH, PatchCodec
from ditto_daw.training import config, data, denoiser, export, loop, student, vocoder
from ditto_daw.training.weighing import Weighing, audible_weights

PIECES, FRAMES, HEARD = 80, 512, 96


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of noise in the form that `ditto_daw.training.dataset` writes."""
    where, rng = tmp_path_factory.mktemp("set"), np.random.default_rng(0)
    audio = rng.integers(-3000, 3000, (PIECES, HEARD * signal.HOP)).astype(np.int16)
    arrays = {
        "audio": audio,
        "mel": rng.uniform(-4, -1, (PIECES, FRAMES, signal.BANDS)).astype(np.float16),
        "tempo": np.full((PIECES, FRAMES), 240, np.float32),
        "quarter_phase": rng.random((PIECES, FRAMES)).astype(np.float16),
        "bar_phase": rng.random((PIECES, FRAMES)).astype(np.float16),
        "chords": rng.integers(0, 2, (PIECES, FRAMES, 12)).astype(np.uint8),
        "roles": np.full((PIECES, FRAMES), 0b00101, np.uint8),
        "meter": np.full(PIECES, 2, np.uint8),
        "labels": np.tile(np.array([3, 1, 20, 31, 0, 0, 0, 0], np.uint8), (PIECES, 1)),
    }
    for name, array in arrays.items():
        np.save(where / f"{name}.npy", array)
    (where / "done.txt").write_text(str(PIECES))
    return where


def test_a_batch_describes_its_own_crop(folder: Path) -> None:
    batch = data.Pieces(folder).sample(np.random.default_rng(1), 3, 32)
    labels, roles, local = data.describe(batch)
    assert labels.tolist() == [[3, 1, 20]] * 3
    assert roles.tolist() == [[1, 0, 1, 0, 0, 1]] * 3
    assert local.shape == (3, condition.LOCAL_CHANNELS, 32 // PATCH)
    assert (local[:, 1] == 1.0).all()  # log2(240 / 120)
    meters = local[:, 2 + 4 * condition.HARMONICS : condition.GRID_CHANNELS]
    assert meters.argmax(dim=1).unique().tolist() == [2]


def test_held_out_pieces_are_never_trained_on(folder: Path) -> None:
    pieces = data.Pieces(folder)
    drawn: list[int] = []
    pieces.crop = lambda piece, start, frames: (
        drawn.append(piece)
        or {  # type: ignore[method-assign,assignment,func-returns-value]
            "mel": np.zeros(1)
        }
    )
    pieces.sample(np.random.default_rng(2), 200, 16)
    assert min(drawn) >= data.HELD_OUT
    drawn.clear()
    pieces.sample(np.random.default_rng(2), 200, 16, held_out=True)
    assert max(drawn) < data.HELD_OUT


def test_what_is_hidden_looks_like_what_nobody_asked_for() -> None:
    rows, drop = 4000, data.Drop()
    labels = torch.tensor([[1, 2, 3]]).repeat(rows, 1)
    roles = torch.ones(rows, len(vocabulary.ROLES) + 1)
    local = torch.ones(rows, condition.LOCAL_CHANNELS, 2)
    labels, roles, local = data.hide(np.random.default_rng(0), labels, roles, local, drop)
    free = labels == torch.tensor(condition.LABEL_COUNTS)
    expected = drop.all + (1 - drop.all) * drop.label
    assert free.float().mean(dim=0).tolist() == pytest.approx([expected] * 3, abs=0.03)
    hidden = (roles == 0).all(dim=1)
    assert (hidden | (roles == 1).all(dim=1)).all()
    chords = (local[:, condition.GRID_CHANNELS :] == 0).all(dim=2).all(dim=1)
    everything = drop.all + (1 - drop.all) * drop.chords
    assert float(chords.float().mean()) == pytest.approx(everything, abs=0.03)


def test_half_of_the_clips_have_no_context_and_no_clip_is_all_context() -> None:
    known = data.hidden_parts(np.random.default_rng(0), 2000, 64)
    share = known.mean(dim=1)
    assert float((share == 0).float().mean()) == pytest.approx(0.5, abs=0.05)
    assert set(known.unique().tolist()) == {0.0, 1.0}
    starts, ends = known[:, 0] == 1, known[:, -1] == 1
    for continuation, lead_in in ((starts & ~ends, True), (ends & ~starts, True)):
        assert bool(continuation.any()) is lead_in


def test_a_batch_shows_its_known_part_and_nothing_else(folder: Path) -> None:
    pieces, codec = data.Pieces(folder), PatchCodec()
    latent, told = next(data.batches(pieces, codec, 5, [(8, 12)]))
    known = told.context[:, CHANNELS:]
    assert torch.equal(told.context[:, :CHANNELS], latent * known)


def test_the_right_answer_has_no_loss_and_noise_has_the_one_of_v() -> None:
    latent = torch.randn(64, CHANNELS, 8)
    none = condition.Condition(*(torch.zeros(64, 1) for _ in range(4)))
    weights = Weighing(audible_weights(PatchCodec()))
    times = denoiser.spread_times(64)

    def oracle(x: torch.Tensor, t: torch.Tensor, *_: torch.Tensor) -> torch.Tensor:
        alpha = torch.cos(0.5 * torch.pi * t)[:, None, None]
        sigma = torch.sin(0.5 * torch.pi * t)[:, None, None]
        return (alpha * x - latent) / sigma

    right = denoiser.loss_of(oracle, latent, none, times, weights)  # type: ignore[arg-type]
    assert right.max() < 1e-4
    silent = denoiser.loss_of(lambda x, *_: 0 * x, latent, none, times, weights)  # type: ignore[arg-type,return-value]
    assert float(silent.mean()) == pytest.approx(1.0, abs=0.03)


def test_audible_weights_favour_what_carries_the_mel() -> None:
    codec = PatchCodec()
    codec.scale.copy_(torch.linspace(2.0, 0.1, CHANNELS))
    weights = audible_weights(codec)[:, 0]
    assert float(weights.mean()) == pytest.approx(1.0)
    assert (weights.diff() < 0).all()


def test_times_are_spread_over_the_whole_chain() -> None:
    even, noisy = denoiser.spread_times(1000), denoiser.spread_times(1000, 0.7)
    assert torch.histc(even, 10, 0, 1).tolist() == pytest.approx([100] * 10, abs=1)
    assert float(noisy.mean()) == pytest.approx(1 / 1.7, abs=0.01)


def test_a_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    def parts() -> tuple[nn.Linear, loop.Average, torch.optim.AdamW]:
        model = nn.Linear(3, 2)
        return model, loop.Average(model), torch.optim.AdamW(model.parameters(), 0.1)

    run = loop.Run(tmp_path, 1.0, 0.1)
    model, average, optimizer = parts()
    for _ in range(5):
        optimizer.zero_grad()
        model(torch.ones(1, 3)).sum().backward()
        optimizer.step()
        average.update(model, run.step)
        assert run.advance()
    saved = {"model": model, "average": average.module}
    run.save(saved, {"adam": optimizer})
    run.log(loss=1.0)
    again = loop.Run(tmp_path, 1.0, 0.1)
    other, other_average, other_optimizer = parts()
    again.resume({"model": other, "average": other_average.module}, {"adam": other_optimizer})
    assert again.step == 5
    assert again.spent == pytest.approx(run.spent)
    assert torch.equal(other.weight, model.weight)
    assert torch.equal(other_average.module.weight, average.module.weight)
    states = other_optimizer.state_dict()["state"]
    assert torch.equal(states[0]["exp_avg"], optimizer.state_dict()["state"][0]["exp_avg"])
    assert json.loads((tmp_path / "log.jsonl").read_text())["loss"] == 1.0


def test_the_rate_warms_up_and_settles(tmp_path: Path) -> None:
    run = loop.Run(tmp_path, 1.0, 1.0)
    assert run.learning_rate() == pytest.approx(1 / 200)
    run.step, run.spent = 300, 30.0
    assert run.learning_rate() == pytest.approx(0.05 + 0.95 / 2)
    run.spent = 60.0
    assert run.learning_rate() == pytest.approx(0.05)
    assert not run.advance()


def test_a_checkpoint_from_before_the_student_goes_on(tmp_path: Path) -> None:
    """Weights and moments of a network that had no `jump` layer yet."""

    class Grown(nn.Module):
        def __init__(self, jumps: bool) -> None:
            super().__init__()
            self.first = nn.Linear(3, 2)
            if jumps:
                self.jump = nn.Linear(2, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.first(x)

    training = config.read(denoiser.DenoiserConfig, "denoiser").training
    cpu = torch.device("cpu")

    def learner(jumps: bool) -> loop.Learner:
        return loop.Learner(Grown(jumps), training, loop.Run(tmp_path, 1.0, 0.1), cpu)

    old = learner(jumps=False)
    old.run.descend(old.model, old.adam, old.model(torch.ones(1, 3)).sum())
    old.run.advance()
    old.save()
    new = learner(jumps=True)
    assert new.run.step == 1
    assert torch.equal(new.model.get_parameter("first.weight"), old.model.first.weight)
    before = new.model.get_parameter("jump.weight").detach().clone()
    new.run.descend(new.model, new.adam, new.model(torch.ones(1, 3)).sum())
    assert int(new.adam.state[new.model.get_parameter("first.weight")]["step"]) == 2
    assert torch.equal(new.model.get_parameter("jump.weight"), before)
    with pytest.raises(ValueError, match=r"lacks first\.bias"):
        loop.load_older(Grown(True), {"first.weight": torch.zeros(2, 3)})


@pytest.mark.filterwarnings("ignore:This DataLoader will create")
def test_processes_prepare_batches_with_seeds_of_their_own(folder: Path) -> None:
    make = partial(data.flat_batches, data.Pieces(folder), PatchCodec(), [(2, 8)], data.Drop())
    own = next(make(7))
    assert torch.equal(next(data.feed(make, 7, torch.device("cpu"), 2))[0], own[0])
    away = iter(data.prepared(make, 7, workers=2, pin=False))
    first, second = next(away), next(away)
    assert all(torch.equal(a, b) for a, b in zip(first, own, strict=True))
    assert not torch.equal(first[0], second[0])


def test_another_process_maps_the_set_itself(folder: Path) -> None:
    packed = pickle.dumps(data.Pieces(folder))
    assert len(packed) < 1000
    assert len(pickle.loads(packed)) == PIECES


TINY = {
    "widths": "[8, 16, 16]",
    "blocks": "1",
    "heads": "2",
    "embedding": "16",
    "sizes": "[[2, 8]]",
    "teaching": "[[2, 8]]",
    "jumping": "[[4, 8]]",
    "genres": '["lofi"]',
    "positions": "16",
    "clips": "2",
    "frames": "16",
    "width": "8",
    "after": "0",
}


def tiny(name: str, where: Path) -> str:
    """A configuration that ships, with sizes for a test."""
    lines = (config.CONFIGS / f"{name}.toml").read_text().splitlines()
    keys = [line.split(" = ")[0] for line in lines]
    small = [f"{k} = {TINY[k]}" if k in TINY else x for k, x in zip(keys, lines, strict=True)]
    path = where / f"{name}.toml"
    path.write_text("\n".join(small) + "\n")
    return str(path)


def test_from_nothing_to_a_model_with_a_student(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "loudness_of", lambda pieces: {})  # the set has one genre
    unet, jumps, sound = (tmp_path / name for name in ("unet", "student", "vocoder"))
    usual = ["--data", str(folder), "--minutes", "0.001", "--device", "cpu"]
    denoiser.main([*usual, "--run", str(unet), "--config", tiny("denoiser", tmp_path)])
    codec = str(unet / "codec.safetensors")
    name = tiny("vocoder", tmp_path)
    listened = ["--run", str(sound), "--codec", codec]
    vocoder.main([*usual, *listened, "--config", name])
    vocoder.main([*usual, *listened, "--minutes", "0.002"])
    jury = torch.load(sound / "jury.optimizer", weights_only=True)["state"]
    steps = json.loads((sound / "state.json").read_text())["step"]
    assert int(jury[0]["step"]) == steps > 1
    name = tiny("student", tmp_path)
    student.main([*usual, "--run", str(jumps), "--teacher", str(unet), "--config", name])
    for run in (unet, jumps, sound):
        lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
        assert np.isfinite(lines[-1]["held_out"])
        picture = imread(run / "grids" / f"step-{lines[-1]['step']:07d}.png")
        assert picture.std() > 0.05
    for run, steps in ((unet, ()), (jumps, student.STEPS)):
        target = tmp_path / "weights" / "model.safetensors"
        export.export(folder, run, sound, "tiny", target)
        model = Bundled.load(target)
        assert model.student_steps == steps
        assert model.unet.config.widths == (8, 16, 16)
        assert model.vocoder.config.width == 8


def test_the_vocoders_distance_is_zero_for_the_same_sound(folder: Path) -> None:
    mel, audio = vocoder.Clips(folder, PatchCodec(), 0, clips=3, frames=20).batch()
    assert mel.shape == (3, signal.BANDS, 20)
    assert audio.shape == (3, 20 * signal.HOP)
    assert float(vocoder.distance(audio, audio)) == pytest.approx(0.0, abs=1e-6)
    assert float(vocoder.distance(0.5 * audio, audio)) > 0.3
