"""The paper's own network: its size and shapes, its mel, its objective, and a latent through it."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from ditto_daw import signal, vocabulary
from ditto_daw.diffusion import latent, schedule
from ditto_daw.diffusion.gradient import Losses, latent_gradient
from ditto_daw.diffusion.thresholding import thresholded
from ditto_daw.models.paper import (
    BANDS,
    HOP,
    LAST,
    RATE,
    TAG_COUNTS,
    PaperConfig,
    PaperMel,
    PaperUNet,
    tempo_class,
)
from ditto_daw.samplers.base import exhaust
from ditto_daw.samplers.ddim import ddim
from ditto_daw.training import config, paper

pytest.importorskip("diffusers", reason='the paper\'s network needs pip install "ditto-daw[paper]"')

TINY = PaperConfig(widths=(8, 8, 16), blocks=(1, 1, 1), crossed=1, embedding=8, heads=2, groups=4)
FRAMES = 16
PIECES = 70


def tiny() -> PaperUNet:
    """Every weight random, so that tags and time are heard at once."""
    torch.manual_seed(0)
    model = PaperUNet(TINY).requires_grad_(False)
    for parameter in model.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=0.1)
    return model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set whose pieces are sines, one pitch per genre, at 120 quarters per minute."""
    where, frames = tmp_path_factory.mktemp("set"), 32
    genre = np.arange(PIECES) % len(vocabulary.GENRES)
    time = np.arange(frames * signal.HOP) / signal.RATE
    tones = np.sin(2 * np.pi * 220.0 * (1 + genre[:, None]) * time)
    labels = np.zeros((PIECES, 8), np.uint8)
    labels[:, 0], labels[:, 1], labels[:, 3] = genre, 2, 31
    np.save(where / "audio.npy", np.round(16000 * tones).astype(np.int16))
    np.save(where / "labels.npy", labels)
    np.save(where / "tempo.npy", np.full((PIECES, frames), 120, np.float32))
    (where / "done.txt").write_text(str(PIECES))
    return where


@pytest.mark.parametrize(("name", "frames"), [("paper-6s", 512), ("paper-24s", 2048)])
def test_size_and_shape_are_the_papers(name: str, frames: int) -> None:
    plan = config.read(paper.PaperRunConfig, name)
    assert plan.frames == frames
    assert frames * HOP / RATE == pytest.approx(6 if frames == 512 else 24, rel=0.02)
    with torch.device("meta"):
        model = PaperUNet(plan.network)
        image, times = torch.zeros(2, BANDS, frames), torch.zeros(2)
        made = model(image, times, torch.zeros(2, 3, dtype=torch.long))
    assert made.shape == (2, 160, frames)
    assert sum(p.numel() for p in model.parameters()) == pytest.approx(41e6, rel=0.05)


def test_only_the_inner_two_levels_read_the_tags() -> None:
    with torch.device("meta"):
        unet = PaperUNet(PaperConfig()).unet
    assert [hasattr(block, "attentions") for block in unet.down_blocks] == [False] * 3 + [True] * 2
    assert [hasattr(block, "attentions") for block in unet.up_blocks] == [True] * 2 + [False] * 3


def test_a_full_sine_is_the_top_of_the_range_and_silence_its_bottom() -> None:
    samples = 64 * signal.HOP
    sine = torch.sin(2 * torch.pi * 1000.0 * torch.arange(samples) / signal.RATE)
    image = PaperMel()(torch.stack([sine, 1e-3 * sine, torch.zeros(samples)]))
    assert image.shape == (3, BANDS, 64)
    middle = image[:, :, 8:-8]
    loudest = middle[0].amax(dim=0)
    assert (loudest > 1.0 - 6.0 / 80.0).all()
    assert (loudest < 1.0).all()
    below = loudest - middle[1].amax(dim=0)
    assert below.mean() == pytest.approx(60.0 / 80.0, abs=1e-3)
    assert (image[2] == -1.0).all()


def test_frames_lie_where_the_other_mels_do() -> None:
    clicks = torch.zeros(1, 64 * signal.HOP)
    clicks[0, 20 * signal.HOP] = 1.0
    ours, theirs = signal.mel(clicks)[0].sum(dim=0), PaperMel()(clicks)[0].sum(dim=0)
    assert int(ours.argmax()) == int(theirs.argmax()) == 20


def test_tempo_classes_span_the_tempi_that_are_composed() -> None:
    assert [tempo_class(bpm) for bpm in (30, 60, 120, 225, 400)] == [0, 0, 12, 23, 23]


def test_the_adapter_gives_back_the_image_of_a_right_eps(monkeypatch: pytest.MonkeyPatch) -> None:
    model, image, noise = tiny(), torch.rand(2, BANDS, FRAMES), torch.randn(2, BANDS, FRAMES)
    monkeypatch.setattr(model, "forward", lambda x, t, tags: noise.repeat(len(x) // 2, 1, 1))
    tags = torch.tensor([[1, 2, 3], [4, 5, 6]])
    for guidance in (1.0, 3.0):
        denoise = model.denoiser(tags, guidance)
        for t in (0.25, 0.9):
            x = schedule.alpha(t) * image + schedule.sigma(t) * noise
            assert torch.allclose(denoise(x, t), image, atol=1e-4)
    assert torch.isfinite(model.denoiser(tags, 1.0)(noise, 1.0)).all()


def test_tags_matter_and_guidance_leads_away_from_no_tags() -> None:
    model, x = tiny(), torch.randn(1, BANDS, FRAMES)
    free = torch.tensor([TAG_COUNTS])
    asked = model.denoiser(torch.tensor([[1, 2, 3]]), 1.0)(x, 0.5)
    unasked = model.denoiser(free, 1.0)(x, 0.5)
    assert (asked - unasked).abs().max() > 1e-3
    guided = model.denoiser(torch.tensor([[1, 2, 3]]), 3.0)(x, 0.5)
    assert torch.allclose(guided, unasked + 3.0 * (asked - unasked), atol=1e-4)


def test_the_gradient_reaches_the_latent_through_two_steps() -> None:
    model = tiny().double()
    denoise = thresholded(model.denoiser(torch.tensor([[1, 2, 3]]), 2.0), PaperUNet.clip)
    x, times = latent.gaussian([0], BANDS, FRAMES).double(), schedule.step_times(2, LAST)

    def value(image: torch.Tensor) -> torch.Tensor:
        return image.square().mean(dim=(1, 2))

    def objective(image: torch.Tensor) -> Losses:
        return Losses(value(image), {})

    gradient = exhaust(latent_gradient(denoise, x, ddim, times, objective))[1]
    assert gradient is not None
    direction, small = torch.randn_like(x), 1e-6
    with torch.no_grad():
        ahead, behind = (
            value(exhaust(ddim(denoise, x + sign * small * direction, times))) for sign in (1, -1)
        )
    slope = float((ahead - behind)[0]) / (2 * small)
    assert slope != 0.0
    assert float((gradient * direction).sum()) == pytest.approx(slope, rel=1e-4)


def test_no_noise_foreseen_has_the_mean_magnitude_of_noise() -> None:
    image, tags = torch.zeros(64, BANDS, FRAMES), torch.zeros(64, 3, dtype=torch.long)
    silent = paper.loss_of(lambda x, t, tags: 0 * x, image, tags)  # type: ignore[arg-type]
    assert float(silent) == pytest.approx((2 / torch.pi) ** 0.5, abs=0.01)


def test_a_batch_has_its_pieces_tags_and_some_have_none(folder: Path) -> None:
    image, tags = next(paper.image_batches(folder, 400, FRAMES, 0.25, seed=0))
    assert image.shape == (400, BANDS, FRAMES)
    free = (tags == torch.tensor(TAG_COUNTS)).all(dim=1)
    assert float(free.float().mean()) == pytest.approx(0.25, abs=0.06)
    assert (tags[~free][:, 1:] == torch.tensor([2, 12])).all()
    peak = image.mean(dim=2).argmax(dim=1)
    lowest, next_one = (peak[tags[:, 0] == genre] for genre in (4, 5))  # 64 are held out
    assert int(lowest.max()) < int(next_one.min())


def test_training_steps_lower_the_loss(folder: Path) -> None:
    torch.manual_seed(0)
    model = PaperUNet(TINY)
    adam = torch.optim.Adam(model.parameters(), 1e-2)
    batches = paper.image_batches(folder, 2, FRAMES, 0.1, seed=0)
    losses = []
    for _ in range(20):
        loss = paper.loss_of(model, *next(batches))
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(float(loss.detach()))
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])


def test_a_run_leaves_weights_log_grid_and_what_it_was(folder: Path, tmp_path: Path) -> None:
    text = (config.CONFIGS / "paper-6s.toml").read_text()
    sizes = "\nwidths = [8, 8]\nblocks = [1, 1]\ncrossed = 1\nembedding = 8\nheads = 2\ngroups = 4"
    before, after = text.split("[network]")
    text = before + "[network]" + sizes + "\n\n[grid]" + after.split("[grid]")[1]
    for old, new in (
        ("clips = 24", "clips = 2"),
        ("frames = 512", f"frames = {FRAMES}"),
        ("steps = 20", "steps = 2"),
    ):
        assert old in text
        text = text.replace(old, new)
    mine, run = tmp_path / "tiny.toml", tmp_path / "run"
    mine.write_text(text)
    data = ["--data", str(folder), "--run", str(run), "--device", "cpu", "--minutes", "0.001"]
    paper.main(["--config", str(mine), *data])
    paper.main(data)  # goes on, by the configuration that the run keeps
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    held_out = [line for line in lines if "held_out" in line]
    assert len(held_out) == 2
    assert held_out[1]["step"] > held_out[0]["step"]
    assert len(list((run / "grids").glob("*.png"))) == 2
    assert (run / config.KEPT).read_text() == text
