"""Trains the UNet: v-prediction on the cosine schedule, with every condition dropped at times.

python -m ditto_daw.training.denoiser --data DIR --run DIR [--config denoiser] [--minutes 104]
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from ditto_daw.models.codec import PatchCodec
from ditto_daw.models.condition import Condition
from ditto_daw.models.unet import UNet, UNetConfig
from ditto_daw.training import config, pictures
from ditto_daw.training.data import (
    Drop,
    Pieces,
    batches,
    codec_error,
    feed,
    fit_codec,
    flat_batches,
)
from ditto_daw.training.loop import Learner, Run, half, place
from ditto_daw.training.weighing import PLAIN, Lasting, Weighing, weighing_of


@dataclass(frozen=True)
class DenoiserConfig:
    """A run that trains the UNet.

    `sizes` are the batches to draw from, (clips, positions of 46 ms); `power` favours noisy
    times, see `spread_times`; `lasting` is in `weighing`.
    """

    sizes: Annotated[tuple[tuple[int, int], ...], config.Range(1, 4096)]
    power: Annotated[float, config.Range(0.1, 4.0)]
    training: config.Training
    network: UNetConfig
    drop: Drop
    grid: pictures.Grid
    lasting: Lasting = PLAIN


def spread_times(count: int, power: float = 1.0) -> Tensor:
    """Times (count,) in 0..1, one in each of `count` equal parts: less noise than free draws.

    A power below 1 visits noisy times more often, where grid, roles and harmony are decided.
    """
    return ((torch.arange(count) + torch.rand(count)) / count) ** power


def loss_of(
    model: nn.Module, latent: Tensor, condition: Condition, times: Tensor, weighing: Weighing
) -> Tensor:
    """Squared error of v = alpha eps - sigma x_0 (Salimans and Ho 2022), weighed, per clip."""
    alpha = torch.cos(0.5 * torch.pi * times)[:, None, None]
    sigma = torch.sin(0.5 * torch.pi * times)[:, None, None]
    noise = torch.randn_like(latent)
    predicted = model(alpha * latent + sigma * noise, times, *condition.tensors())
    return weighing(predicted.float() - (alpha * noise - sigma * latent), times)


@torch.no_grad()
def validation_loss(
    model: nn.Module, held_out: list[tuple[Tensor, Condition]], audible: Tensor
) -> float:
    """The plain loss on the same clips, times and noises at every call."""
    weighing = Weighing(audible)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        losses = [
            loss_of(model, x, c, spread_times(len(x)).to(x.device), weighing).mean()
            for x, c in held_out
        ]
    return float(torch.stack(losses).mean())


def held_out_batches(
    pieces: Pieces, codec: PatchCodec, device: torch.device
) -> list[tuple[Tensor, Condition]]:
    """The same four batches of held-out clips (16, C, 128) for every run, on a device."""
    source = batches(pieces, codec, 999, [(16, 128)], held_out=True)
    drawn = [next(source) for _ in range(4)]
    return [(latent.to(device), told.to(device)) for latent, told in drawn]


def codec_of(folder: Path, pieces: Pieces) -> PatchCodec:
    """The codec of a run, fitted to the set where the run has none yet."""
    kept = folder / "codec.safetensors"
    if not kept.is_file():
        return fit_codec(pieces)
    codec = PatchCodec()
    codec.load_state_dict(load_file(kept))
    return codec


def train(plan: DenoiserConfig, data: Path, folder: Path, device: torch.device) -> None:
    """Trains until the minutes are over; `folder` keeps checkpoints, codec, log and grids."""
    training = plan.training
    torch.manual_seed(training.seed)
    pieces = Pieces(data)
    run = Run(folder, training.minutes, training.rate)
    codec = codec_of(folder, pieces)
    learner = Learner(UNet(plan.network), training, run, device, codec=codec)
    if run.step == 0:
        run.log(codec_error_db=codec_error(codec, pieces))
        learner.save()  # the vocoder may begin with this codec
    weighing = weighing_of(codec, pieces, plan.lasting, str(device))
    held_out = held_out_batches(pieces, codec, device)
    shown = pictures.held_out_clips(pieces, codec, plan.grid)
    make = partial(flat_batches, pieces, codec, plan.sizes, plan.drop)
    source = feed(make, training.seed + run.step, device, training.workers)

    def losses() -> dict[str, Tensor]:
        latent, *told = next(source)
        times = spread_times(len(latent), plan.power).to(device)
        with half(device):
            each = loss_of(learner.model, latent, Condition(*told), times, weighing)
        return {"loss": each.mean()}

    def check(picture: Path) -> dict[str, float]:
        model = learner.average.module
        with half(device):
            rows = pictures.teacher_rows(model, codec, shown, plan.grid)
        pictures.draw(picture, rows, plan.grid.genres)
        return {"held_out": validation_loss(model, held_out, weighing.audible)}

    learner.learn(losses, check)


def main(arguments: list[str] | None = None) -> None:
    parser = config.command(__doc__)
    plan, args = config.parse(DenoiserConfig, "denoiser", parser, arguments)
    train(plan, args.data, args.run, place(args.device))


if __name__ == "__main__":
    main()
