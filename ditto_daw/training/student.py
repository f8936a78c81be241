"""Distils the few-step student into the UNet itself, which goes on learning as the teacher.

python -m ditto_daw.training.student --data DIR --teacher RUN --run DIR [--config student]

Shortcut models (Frans et al., arXiv 2410.12557) on the cosine schedule, where a DDIM step from t
to s is a rotation: x_s = cos(d) x_t - sin(d) v with d = (t - s) pi / 2. The student is told the
span t - s and the weight of guidance, and predicts the one v of that rotation. Over a span of zero
it learns the guided v of the teacher; over every longer span it learns to land where its own
average lands in two steps of half the span.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from ditto_daw.models.condition import Condition
from ditto_daw.models.unet import UNet, UNetConfig
from ditto_daw.training import config, pictures
from ditto_daw.training.data import Drop, Pieces, feed, flat_batches
from ditto_daw.training.denoiser import (
    codec_of,
    held_out_batches,
    loss_of,
    spread_times,
    validation_loss,
)
from ditto_daw.training.loop import Learner, Run, half, load_older, place
from ditto_daw.training.weighing import PLAIN, Lasting, Weighing, weighing_of

STEPS = (1, 2, 4, 8)
"""Step counts that the student learns; spans are their inverses."""
GUIDANCE = (1.0, 4.0)
GUIDED_SHARE = 0.25
"""Of the jumps, those over a span of zero."""
ON_STEPS_SHARE = 0.25
"""Of the teacher's own clips, those at the very times at which the student jumps. At t = 1, where
no other clip is, the jumps would otherwise pull the teacher along."""


@dataclass(frozen=True)
class StudentConfig:
    """A run that distils the student.

    `teaching` and `jumping` are the batches, (clips, positions), that keep the teacher and that
    teach the jumps; `power` favours noisy times of the teacher, see `spread_times`; `lasting` is in
    `weighing`.
    """

    teaching: Annotated[tuple[tuple[int, int], ...], config.Range(1, 4096)]
    jumping: Annotated[tuple[tuple[int, int], ...], config.Range(1, 4096)]
    power: Annotated[float, config.Range(0.1, 4.0)]
    training: config.Training
    network: UNetConfig
    drop: Drop
    grid: pictures.Grid
    lasting: Lasting = PLAIN


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


def teaching_times(count: int, power: float) -> Tensor:
    """Times (count,) of the clips that keep the teacher: `spread_times`, some on the steps."""
    times, finest = spread_times(count, power), 2 * STEPS[-1]
    on_steps = torch.rand(count) < ON_STEPS_SHARE
    return torch.where(on_steps, (times * finest).ceil() / finest, times)


@torch.no_grad()
def jump_targets(
    teacher: nn.Module,
    average: nn.Module,
    x: Tensor,
    condition: Condition,
    jumps: tuple[Tensor, Tensor, Tensor],
) -> Tensor:
    """What the student's v (B, C, P) should be at x (B, C, P), by `draw_jumps`' times and spans.

    The teacher does not move: guidance would amplify every drift of its own.
    """
    times, spans, weights = jumps
    guided = int((spans == 0).sum())
    first, rest = condition.rows(slice(guided)), condition.rows(slice(guided, None))
    goal = guided_v(teacher, x[:guided], times[:guided], first, weights[:guided])
    x, times, spans, weights = (part[guided:] for part in (x, times, spans, weights))
    half = 0.5 * spans
    told = torch.stack([torch.where(half < 1.0 / STEPS[-1], 0.0, half), weights], dim=1)
    middle = rotate(x, average(x, times, *rest.tensors(), jump=told).float(), half)
    v = average(middle, times - half, *rest.tensors(), jump=told).float()
    end = rotate(middle, v, half)
    angle = 0.5 * torch.pi * spans[:, None, None]
    return torch.cat([goal.float(), (angle.cos() * x - end) / angle.sin()])


def jump_loss(
    model: nn.Module,
    teacher: nn.Module,
    average: nn.Module,
    latent: Tensor,
    condition: Condition,
    jumps: tuple[Tensor, Tensor, Tensor],
    weighing: Weighing,
) -> Tensor:
    """Squared error of the student's v, weighed, per clip."""
    times, spans, guidance = jumps
    angle = 0.5 * torch.pi * times[:, None, None]
    x = angle.cos() * latent + angle.sin() * torch.randn_like(latent)
    told = torch.stack([spans, guidance], dim=1)
    wanted = jump_targets(teacher, average, x, condition, jumps)
    return weighing(model(x, times, *condition.tensors(), jump=told).float() - wanted, times)


def train(
    plan: StudentConfig,
    data: Path,
    teacher: Path,
    folder: Path,
    device: torch.device,
) -> None:
    """Trains until the minutes are over; `folder` becomes a denoiser's run with a student in it."""
    training = plan.training
    torch.manual_seed(training.seed)
    pieces = Pieces(data)
    run = Run(folder, training.minutes, training.rate)
    model, codec = UNet(plan.network), codec_of(teacher, pieces)
    load_older(model, load_file(teacher / "average.safetensors"))
    frozen = copy.deepcopy(model).eval().requires_grad_(False).to(device)
    learner = Learner(model, training, run, device, codec=codec)
    average = learner.average.module
    weighing = weighing_of(codec, pieces, plan.lasting, str(device))
    held_out = held_out_batches(pieces, codec, device)
    shown = pictures.held_out_clips(pieces, codec, plan.grid)
    make = partial(flat_batches, pieces, codec)
    seed, workers = training.seed + run.step, training.workers
    teaching = feed(partial(make, plan.teaching, plan.drop), seed, device, workers)
    jumping = feed(partial(make, plan.jumping, plan.drop), seed + 1, device, workers)

    def losses() -> dict[str, Tensor]:
        with half(device):
            latent, *told = next(teaching)
            times = teaching_times(len(latent), plan.power).to(device)
            taught = loss_of(learner.model, latent, Condition(*told), times, weighing)
            latent, *told = next(jumping)
            guided = round(GUIDED_SHARE * len(latent))
            one, two, three = (part.to(device) for part in draw_jumps(len(latent), guided))
            jumped = jump_loss(
                learner.model,
                frozen,
                average,
                latent,
                Condition(*told),
                (one, two, three),
                weighing,
            )
        return {
            "loss": taught.mean() + jumped.mean(),
            "teacher": taught.mean(),
            "guided": jumped[:guided].mean(),
            "jumps": jumped[guided:].mean(),
        }

    def check(picture: Path) -> dict[str, float]:
        with half(device):
            rows = pictures.student_rows(average, codec, shown, plan.grid, STEPS[:3])
        pictures.draw(picture, rows, plan.grid.genres)
        return {"held_out": validation_loss(average, held_out, weighing.audible)}

    learner.learn(losses, check)


def main(arguments: list[str] | None = None) -> None:
    parser = config.command(__doc__)
    parser.add_argument("--teacher", type=Path, required=True, help="a denoiser's run")
    plan, args = config.parse(StudentConfig, "student", parser, arguments)
    train(plan, args.data, args.teacher, args.run, place(args.device))


if __name__ == "__main__":
    main()
