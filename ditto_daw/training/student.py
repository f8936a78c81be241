"""Distils the few-step student into the UNet itself, which goes on learning as the teacher.

python -m ditto_daw.training.student --data DIR --teacher RUN --run DIR --minutes 60

Shortcut models (Frans et al., arXiv 2410.12557) on the cosine schedule, where a DDIM step from t
to s is a rotation: x_s = cos(d) x_t - sin(d) v with d = (t - s) pi / 2. The student is told the
span t - s and the weight of guidance, and predicts the one v of that rotation. Over a span of zero
it learns the guided v of the teacher; over every longer span it learns to land where its own
average lands in two steps of half the span.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from ditto_daw.models.codec import PatchCodec
from ditto_daw.models.condition import Condition
from ditto_daw.models.unet import UNet, UNetConfig
from ditto_daw.training.data import Pieces, batches
from ditto_daw.training.denoiser import (
    POWER,
    audible_weights,
    loss_of,
    spread_times,
    validation_loss,
)
from ditto_daw.training.loop import Average, Run

STEPS = (1, 2, 4, 8)
"""Step counts that the student learns; spans are their inverses."""
GUIDANCE = (1.0, 4.0)
TEACHING = [(4, 128), (8, 64), (2, 256)]
JUMPING = [(12, 128), (24, 64), (6, 256)]
"""(clips, positions) of the data that keep the teacher, and of the jumps."""
GUIDED_SHARE = 0.25
"""Of the jumps, those over a span of zero."""
DECAY = 0.995
"""Of the average that sets the targets: short, because each span waits for the one below it."""


def rotate(x: Tensor, v: Tensor, span: Tensor) -> Tensor:
    """x (B, C, P) carried over `span` (B,) of time by a DDIM step with this v."""
    angle = 0.5 * torch.pi * span[:, None, None]
    return angle.cos() * x - angle.sin() * v


def guided_v(model: nn.Module, x: Tensor, t: Tensor, condition: Condition, w: Tensor) -> Tensor:
    """The teacher's v (B, C, P) under classifier-free guidance of weight w (B,)."""
    both = condition.join(condition.unguided()).tensors()
    asked, free = model(x.repeat(2, 1, 1), t.repeat(2), *both).chunk(2)
    return free + w[:, None, None] * (asked - free)


def draw_jumps(count: int, guided: int) -> tuple[Tensor, Tensor, Tensor]:
    """Times, spans and guidance weights (count,); the first `guided` rows have a span of zero.

    Times are those at which a sampler of one of the step counts calls the network.
    """
    steps = torch.tensor(STEPS)[torch.randint(len(STEPS), (count,))]
    steps[:guided] = 2 * STEPS[-1]
    times = (1 + torch.floor(torch.rand(count) * steps)) / steps
    spans = 1.0 / steps
    spans[:guided] = 0.0
    low, high = GUIDANCE
    return times, spans, low + (high - low) * torch.rand(count)


@torch.no_grad()
def jump_targets(
    average: nn.Module, x: Tensor, condition: Condition, jumps: tuple[Tensor, Tensor, Tensor]
) -> Tensor:
    """What the student's v (B, C, P) should be at x (B, C, P), by `draw_jumps`' times and spans."""
    times, spans, weights = jumps
    guided = int((spans == 0).sum())
    first, rest = condition.rows(slice(guided)), condition.rows(slice(guided, None))
    teacher = guided_v(average, x[:guided], times[:guided], first, weights[:guided])
    x, times, spans, weights = (part[guided:] for part in (x, times, spans, weights))
    half = 0.5 * spans
    told = torch.stack([torch.where(half < 1.0 / STEPS[-1], 0.0, half), weights], dim=1)
    middle = rotate(x, average(x, times, *rest.tensors(), jump=told).float(), half)
    v = average(middle, times - half, *rest.tensors(), jump=told).float()
    end = rotate(middle, v, half)
    angle = 0.5 * torch.pi * spans[:, None, None]
    return torch.cat([teacher.float(), (angle.cos() * x - end) / angle.sin()])


def jump_loss(
    model: nn.Module,
    average: nn.Module,
    latent: Tensor,
    condition: Condition,
    jumps: tuple[Tensor, Tensor, Tensor],
    weights: Tensor,
) -> Tensor:
    """Mean squared error of the student's v, per clip."""
    times, spans, guidance = jumps
    angle = 0.5 * torch.pi * times[:, None, None]
    x = angle.cos() * latent + angle.sin() * torch.randn_like(latent)
    told = torch.stack([spans, guidance], dim=1)
    wanted = jump_targets(average, x, condition, jumps)
    error = model(x, times, *condition.tensors(), jump=told).float() - wanted
    return (weights * error.square()).mean(dim=(1, 2))


def train(
    data: Path, teacher: Path, folder: Path, minutes: float, rate: float, seed: int, device: str
) -> None:
    """Trains until the minutes are over; `folder` becomes a denoiser's run with a student in it."""
    torch.manual_seed(seed)
    pieces = Pieces(data)
    run = Run(folder, minutes, rate)
    model, codec = UNet(UNetConfig()).to(device), PatchCodec()
    codec.load_state_dict(load_file(teacher / "codec.safetensors"))
    known = load_file(teacher / "average.safetensors")
    model.load_state_dict(model.state_dict() | known)
    average = Average(model, DECAY)
    optimizer = torch.optim.AdamW(model.parameters(), rate, betas=(0.9, 0.98), weight_decay=0.01)
    parts = {"model": model, "average": average.module, "codec": codec}
    run.resume(parts, {"adam": optimizer})
    weights = audible_weights(codec).to(device)
    held_source = batches(pieces, codec, 999, [(16, 128)], held_out=True)
    held_out = [next(held_source) for _ in range(4)]
    teaching = batches(pieces, codec, seed + run.step, TEACHING)
    jumping = batches(pieces, codec, seed + run.step + 1, JUMPING)
    recent: dict[str, list[float]] = {"teacher": [], "guided": [], "jumps": []}
    going = True
    while going:
        with torch.autocast(device, torch.bfloat16):
            latent, condition = next(teaching)
            times = spread_times(len(latent), POWER).to(device)
            told = condition.to(torch.device(device))
            taught = loss_of(model, latent.to(device), told, times, weights)
            latent, condition = next(jumping)
            guided = round(GUIDED_SHARE * len(latent))
            one, two, three = (part.to(device) for part in draw_jumps(len(latent), guided))
            told = condition.to(torch.device(device))
            jumped = jump_loss(
                model, average.module, latent.to(device), told, (one, two, three), weights
            )
        run.descend(model, optimizer, taught.mean() + jumped.mean())
        average.update(model, run.step)
        recent["teacher"].append(float(taught.detach().mean()))
        recent["guided"].append(float(jumped.detach()[:guided].mean()))
        recent["jumps"].append(float(jumped.detach()[guided:].mean()))
        going = run.advance()
        if run.step % 100 == 0 or not going:
            means = {name: sum(values) / len(values) for name, values in recent.items()}
            run.log(**means, rate=run.learning_rate())
            for values in recent.values():
                values.clear()
        if run.step % 500 == 0 or not going:
            run.log(held_out=validation_loss(average.module, held_out, weights))
            run.save(parts, {"adam": optimizer})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True, help="a denoiser's run")
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    train(args.data, args.teacher, args.run, args.minutes, args.rate, args.seed, args.device)


if __name__ == "__main__":
    main()
