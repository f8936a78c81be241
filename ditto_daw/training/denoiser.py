"""Trains the UNet: v-prediction on the cosine schedule, with every condition dropped at times.

python -m ditto_daw.training.denoiser --data DIR --run DIR --minutes 120
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn

from ditto_daw.models.codec import PatchCodec
from ditto_daw.models.condition import Condition
from ditto_daw.models.unet import UNet, UNetConfig
from ditto_daw.training.data import Pieces, batches, codec_error, fit_codec
from ditto_daw.training.loop import Average, Run

SIZES = [(16, 128), (16, 128), (32, 64), (8, 256), (4, 512)]
"""(clips, positions) of a batch: 3, 6, 12 and 24 seconds."""
POWER = 0.7
"""Of the times that are trained on, see `spread_times`."""


def spread_times(count: int, power: float = 1.0) -> Tensor:
    """Times (count,) in 0..1, one in each of `count` equal parts: less noise than free draws.

    A power below 1 visits noisy times more often, where grid, roles and harmony are decided.
    """
    return ((torch.arange(count) + torch.rand(count)) / count) ** power


def audible_weights(codec: PatchCodec) -> Tensor:
    """Weights (C, 1) of mean 1: half even, half each component's share of the mel's variance.

    Evenly weighted, the many small components of fine detail would drown the few that carry
    drums, bass and chords.
    """
    share = codec.scale.square()
    return (0.5 + 0.5 * share / share.mean())[:, None]


def loss_of(
    model: nn.Module, latent: Tensor, condition: Condition, times: Tensor, weights: Tensor
) -> Tensor:
    """Mean squared error of v = alpha eps - sigma x_0 (Salimans and Ho 2022), per clip."""
    alpha = torch.cos(0.5 * torch.pi * times)[:, None, None]
    sigma = torch.sin(0.5 * torch.pi * times)[:, None, None]
    noise = torch.randn_like(latent)
    predicted = model(alpha * latent + sigma * noise, times, *condition.tensors())
    error = predicted.float() - (alpha * noise - sigma * latent)
    return (weights * error.square()).mean(dim=(1, 2))


@torch.no_grad()
def validation_loss(
    model: nn.Module, held_out: list[tuple[Tensor, Condition]], weights: Tensor
) -> float:
    """Loss on the same clips, times and noises at every call."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        losses = [loss_of(model, x, c, spread_times(len(x)), weights).mean() for x, c in held_out]
    return float(torch.stack(losses).mean())


def train(data: Path, folder: Path, minutes: float, rate: float, seed: int, device: str) -> None:
    """Trains until the minutes are over; `folder` keeps checkpoints, codec and log."""
    torch.manual_seed(seed)
    pieces = Pieces(data)
    run = Run(folder, minutes, rate)
    model = UNet(UNetConfig()).to(device)
    average = Average(model)
    optimizer = torch.optim.AdamW(model.parameters(), rate, betas=(0.9, 0.98), weight_decay=0.01)
    codec_file = folder / "codec.safetensors"
    codec = fit_codec(pieces)
    parts = {"model": model, "average": average.module, "codec": codec}
    if codec_file.is_file():
        run.resume(parts, {"adam": optimizer})
    else:
        run.log(codec_error_db=codec_error(codec, pieces))
        run.save(parts, {"adam": optimizer})
    weights = audible_weights(codec).to(device)
    held_source = batches(pieces, codec, 999, [(16, 128)], held_out=True)
    held_out = [next(held_source) for _ in range(4)]
    source = batches(pieces, codec, seed + run.step, SIZES)
    recent: list[float] = []
    going = True
    while going:
        latent, condition = next(source)
        latent = latent.to(device)
        condition = condition.to(torch.device(device))
        with torch.autocast(device, torch.bfloat16):
            times = spread_times(len(latent), POWER).to(device)
            loss = loss_of(model, latent, condition, times, weights).mean()
        run.descend(model, optimizer, loss)
        average.update(model, run.step)
        recent.append(float(loss.detach()))
        going = run.advance()
        if run.step % 200 == 0 or not going:
            run.log(loss=sum(recent) / len(recent), rate=run.learning_rate())
            recent.clear()
        if run.step % 1000 == 0 or not going:
            run.log(held_out=validation_loss(average.module, held_out, weights))
            run.save(parts, {"adam": optimizer})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    train(args.data, args.run, args.minutes, args.rate, args.seed, args.device)


if __name__ == "__main__":
    main()
