"""Sample grids: mels of a checkpoint, always of the same seeds and held-out conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import Tensor, nn

from ditto_daw import vocabulary
from ditto_daw.diffusion import latent, schedule
from ditto_daw.diffusion.thresholding import thresholded
from ditto_daw.models.bundled import Bundled, Denoiser
from ditto_daw.models.codec import PATCH, PatchCodec
from ditto_daw.models.condition import Condition, context_features
from ditto_daw.models.unet import UNet
from ditto_daw.models.vocoder import VocoderConfig
from ditto_daw.samplers.base import exhaust
from ditto_daw.samplers.ddim import ddim
from ditto_daw.training.config import ConfigError, Range
from ditto_daw.training.data import HELD_OUT, Pieces, describe

FIRST_FRAME = 512
"""Where the shown stretches begin: 6 s into a piece, after its introduction."""


@dataclass(frozen=True)
class Samples:
    """How the samples of a grid are made: a column per genre."""

    genres: tuple[str, ...]
    steps: Annotated[int, Range(1, 100)]
    guidance: Annotated[float, Range(1.0, 10.0)]

    def __post_init__(self) -> None:
        for genre in self.genres:
            if genre not in vocabulary.GENRES:
                known = ", ".join(vocabulary.GENRES)
                raise ConfigError(f"grid.genres has {genre}; choose among: {known}.")


@dataclass(frozen=True)
class Grid(Samples):
    """A grid of latents, so many positions long."""

    positions: Annotated[int, Range(4, 512)]


def held_out_pieces(labels: NDArray[np.uint8], genres: Sequence[str]) -> list[int]:
    """The held-out piece of each genre that has the most roles, by a set's labels (N, 8)."""
    labels = np.asarray(labels[:HELD_OUT])
    roles = [int(mask).bit_count() for mask in labels[:, 3]]
    chosen = []
    for genre in genres:
        of_genre = np.flatnonzero(labels[:, 0] == vocabulary.GENRES.index(genre))
        if not len(of_genre):
            raise ValueError(f"the set has no {genre} among its first {HELD_OUT} pieces")
        chosen.append(max((int(i) for i in of_genre), key=roles.__getitem__))
    return chosen


def held_out_clips(pieces: Pieces, codec: PatchCodec, grid: Grid) -> tuple[Tensor, Condition]:
    """Latents (G, C, P) of a held-out stretch per genre, and the condition with no known part."""
    frames = PATCH * grid.positions
    start = min(FIRST_FRAME, pieces.mel.shape[1] - frames)
    chosen = held_out_pieces(pieces.truth["labels"], grid.genres)
    crops = [pieces.crop(i, start, frames) for i in chosen]
    batch = {
        name: torch.from_numpy(np.stack([crop[name] for crop in crops]).astype(np.float32))
        for name in crops[0]
    }
    clips = codec.encode(batch["mel"].transpose(1, 2))
    context = context_features(clips, torch.zeros(len(clips), grid.positions))
    return clips, Condition(*describe(batch), context)


def as_bundled(unet: nn.Module, codec: PatchCodec, student_steps: Sequence[int] = ()) -> Bundled:
    """A network in training behind the adapters of the model that renders."""
    assert isinstance(unet, UNet)
    model = Bundled(unet.config, VocoderConfig(width=8, blocks=1))
    model.unet, model.codec, model.student_steps = unet, codec, tuple(student_steps)
    return model


@torch.no_grad()
def sample(denoise: Denoiser, shape: torch.Size, steps: int, clip: float, on: Tensor) -> Tensor:
    """x_0 of `shape` (B, C, P) by DDIM from the seeds 0, 1, ... on the device of `on`."""
    rows, channels, positions = shape
    x = latent.gaussian(range(rows), channels, positions).to(on.device)
    made = exhaust(ddim(thresholded(denoise, clip), x, schedule.step_times(steps)))
    return made.float().cpu()


def teacher_rows(
    unet: nn.Module, codec: PatchCodec, shown: tuple[Tensor, Condition], grid: Grid
) -> dict[str, Tensor]:
    """Mels (G, BANDS, F) by row: held out, sampled from its condition, its first half continued.

    `shown` is what `held_out_clips` gave.
    """
    clips, told = shown
    half = torch.zeros(len(clips), grid.positions)
    half[:, : grid.positions // 2] = 1.0
    context = context_features(clips, half)
    continued = Condition(told.labels, told.roles, told.local, context)
    model, rows = as_bundled(unet, codec), {"held out": codec.decode(clips)}
    on = next(unet.parameters())
    for name, condition in (("made", told), ("continued", continued)):
        denoise = model.denoiser(condition.to(on.device), grid.guidance, wrap=False)
        rows[name] = codec.decode(sample(denoise, clips.shape, grid.steps, Bundled.clip, on))
    return rows


def student_rows(
    unet: nn.Module,
    codec: PatchCodec,
    shown: tuple[Tensor, Condition],
    grid: Grid,
    steps: Sequence[int],
) -> dict[str, Tensor]:
    """Mels (G, BANDS, F) by row: held out, the teacher's, and the student's by number of steps."""
    clips, told = shown
    model, rows = as_bundled(unet, codec, steps), {"held out": codec.decode(clips)}
    on = next(unet.parameters())
    teacher = model.denoiser(told.to(on.device), grid.guidance, wrap=False)
    made = sample(teacher, clips.shape, grid.steps, Bundled.clip, on)
    rows[f"teacher, {grid.steps}"] = codec.decode(made)
    for count in steps:
        denoise = model.student(told.to(on.device), grid.guidance, wrap=False, steps=count)
        made = sample(denoise, clips.shape, count, Bundled.clip, on)
        rows[f"{count} step{'s' * (count > 1)}"] = codec.decode(made)
    return rows


def draw(
    path: Path,
    rows: dict[str, Tensor],
    columns: Sequence[str],
    low: float = -4.0,
    high: float = 0.0,
) -> None:
    """Writes a PNG with a row of mels (B, BANDS, F) per name; low and high end of the colours."""
    figure = Figure(figsize=(2.6 * len(columns), 1.5 * len(rows) + 0.3), layout="tight")
    axes = figure.subplots(len(rows), len(columns), squeeze=False)
    for line, (name, mels) in zip(axes, rows.items(), strict=True):
        line[0].set_ylabel(name)
        for axis, mel in zip(line, mels, strict=True):
            axis.imshow(
                mel.numpy(), origin="lower", aspect="auto", cmap="magma", vmin=low, vmax=high
            )
            axis.set_xticks([])
            axis.set_yticks([])
    for axis, title in zip(axes[0], columns, strict=True):
        axis.set_title(title, fontsize=9)
    figure.savefig(path, dpi=80)
