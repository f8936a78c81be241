"""Trains the paper's own network on a GPU: L1 on the noise, class tags dropped at times.

python -m ditto_daw.training.paper --data DIR --run DIR [--config paper-6s] [--minutes 7200]

DIR is a set that keeps the audio of all its pieces (`training.dataset --audio` as many as
`--pieces`). Needs the extra: pip install "ditto-daw[paper]".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
from torch import Tensor, nn

from ditto_daw import signal
from ditto_daw.models.paper import (
    TAG_COUNTS,
    PaperConfig,
    PaperMel,
    PaperUNet,
    tempo_class,
)
from ditto_daw.training import config, pictures
from ditto_daw.training.data import HELD_OUT, feed
from ditto_daw.training.loop import Learner, Run, half, place

HELD_BATCHES = 2


@dataclass(frozen=True)
class PaperRunConfig:
    """A run that trains the paper's network on batches of `clips` images of `frames`.

    `drop` is the chance that a clip's tags are all free, for classifier-free guidance.
    """

    clips: Annotated[int, config.Range(1, 4096)]
    frames: Annotated[int, config.Range(16, 2064)]
    drop: Annotated[float, config.Range(0.0, 1.0)]
    training: config.Training
    network: PaperConfig
    grid: pictures.Samples


class Images:
    """Random stretches of a set's kept audio as the paper's mels, with genre, mood and tempo."""

    def __init__(self, folder: Path, clips: int, frames: int) -> None:
        self.audio = np.load(folder / "audio.npy", mmap_mode="r")
        self.labels = np.load(folder / "labels.npy", mmap_mode="r")
        self.tempo = np.load(folder / "tempo.npy", mmap_mode="r")
        self.done = folder / "done.txt"
        self.clips, self.frames, self.mel = clips, frames, PaperMel()

    def crop(self, piece: int, start: int) -> tuple[np.ndarray, tuple[int, ...]]:
        """Audio of `frames` frames from the frame `start`, and its tags."""
        first, last = start * signal.HOP, (start + self.frames) * signal.HOP
        tempo = float(self.tempo[piece, start + self.frames // 2])
        genre, mood = (int(label) for label in self.labels[piece, :2])
        audio = self.audio[piece, first:last] / np.float32(32768.0)
        return audio, (genre, mood, tempo_class(tempo))

    def stack(self, crops: list[tuple[np.ndarray, tuple[int, ...]]]) -> tuple[Tensor, Tensor]:
        """Images (B, BANDS, F) and tags (B, 3) of crops."""
        audio, tags = zip(*crops, strict=True)
        return self.mel(torch.from_numpy(np.stack(audio))), torch.tensor(tags)

    def batch(self, rng: np.random.Generator, held_out: bool = False) -> tuple[Tensor, Tensor]:
        """A batch of random crops."""
        kept = min(len(self.audio), int(self.done.read_text()))
        low, high = (0, HELD_OUT) if held_out else (HELD_OUT, kept)
        pieces = rng.integers(low, high, size=self.clips)
        room = self.audio.shape[1] // signal.HOP - self.frames
        starts = rng.integers(room + 1, size=self.clips)
        return self.stack([self.crop(int(p), int(s)) for p, s in zip(pieces, starts, strict=True)])


def image_batches(
    folder: Path, clips: int, frames: int, drop: float, seed: int
) -> Iterator[tuple[Tensor, ...]]:
    """Endless batches, with all of a clip's tags free by the chance `drop`; for `feed`."""
    images, rng = Images(folder, clips, frames), np.random.default_rng(seed)
    while True:
        image, tags = images.batch(rng)
        tags[torch.from_numpy(rng.random(clips) < drop)] = torch.tensor(TAG_COUNTS)
        yield image, tags


def loss_of(model: nn.Module, image: Tensor, tags: Tensor) -> Tensor:
    """Mean absolute error of eps at one of 1000 times per clip (appendix K), a scalar."""
    steps = torch.randint(1000, (len(image),), device=image.device)
    times = (steps + 0.5) / 1000.0
    alpha = torch.cos(0.5 * torch.pi * times)[:, None, None]
    sigma = torch.sin(0.5 * torch.pi * times)[:, None, None]
    noise = torch.randn_like(image)
    return (model(alpha * image + sigma * noise, times, tags).float() - noise).abs().mean()


def shown(images: Images, grid: pictures.Samples) -> tuple[Tensor, Tensor]:
    """Images (G, BANDS, F) and tags (G, 3) of the first held-out piece of each genre."""
    first = pictures.held_out_pieces(images.labels, grid.genres)
    return images.stack([images.crop(piece, 0) for piece in first])


def train(plan: PaperRunConfig, data: Path, folder: Path, device: torch.device) -> None:
    """Trains until the minutes are over; `folder` keeps checkpoints, log and grids."""
    training = plan.training
    torch.manual_seed(training.seed)
    images = Images(data, plan.clips, plan.frames)
    run = Run(folder, training.minutes, training.rate)
    learner = Learner(PaperUNet(plan.network), training, run, device)
    average = learner.average.module
    assert isinstance(average, PaperUNet)
    rng = np.random.default_rng(999)
    drawn = [images.batch(rng, held_out=True) for _ in range(HELD_BATCHES)]
    held_out = [(image.to(device), tags.to(device)) for image, tags in drawn]
    examples, told = shown(images, plan.grid)
    make = partial(image_batches, data, plan.clips, plan.frames, plan.drop)
    source = feed(make, training.seed + run.step, device, training.workers)

    def losses() -> dict[str, Tensor]:
        image, tags = next(source)
        with half(device):
            return {"loss": loss_of(learner.model, image, tags)}

    @torch.no_grad()
    def check(picture: Path) -> dict[str, float]:
        with half(device), torch.random.fork_rng():
            torch.manual_seed(0)
            each = [loss_of(average, image, tags) for image, tags in held_out]
            denoise = average.denoiser(told.to(device), plan.grid.guidance)
            made = pictures.sample(
                denoise, examples.shape, plan.grid.steps, PaperUNet.clip, held_out[0][0]
            )
        rows = {"held out": examples, "made": made}
        pictures.draw(picture, rows, plan.grid.genres, low=-0.5, high=1.0)
        return {"held_out": float(torch.stack(each).mean())}

    learner.learn(losses, check)


def main(arguments: list[str] | None = None) -> None:
    parser = config.command(__doc__)
    plan, args = config.parse(PaperRunConfig, "paper-6s", parser, arguments)
    train(plan, args.data, args.run, place(args.device))


if __name__ == "__main__":
    main()
