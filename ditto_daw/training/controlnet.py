"""Trains the adapter that hears intensity and melody, on the bundled model as it is.

python -m ditto_daw.training.controlnet --data DIR --run DIR [--minutes 40] [--weights FILE]

The UNet is frozen; what the adapter should have heard is read from the clips themselves (Music
ControlNet, arXiv 2311.07069, section III-D). Every checkpoint leaves `controlnet.safetensors` in
the run's folder: the method "controlnet" finds it once it lies beside the model's weights, where
--install puts it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import torch
from torch import Tensor, nn

from ditto_daw import signal
from ditto_daw.controls.melody import SILENT
from ditto_daw.diffusion.schedule import step_times
from ditto_daw.diffusion.thresholding import thresholded
from ditto_daw.models.adapter import FILE, Adapter, AdapterConfig, beside, signals
from ditto_daw.models.bundled import WEIGHTS, Bundled
from ditto_daw.models.codec import PatchCodec
from ditto_daw.models.condition import Condition
from ditto_daw.models.fingerprint import fingerprint
from ditto_daw.models.unet import UNet
from ditto_daw.samplers import SAMPLERS, exhaust
from ditto_daw.training import config
from ditto_daw.training.data import Drop, Pieces, feed, flat_batches
from ditto_daw.training.denoiser import (
    held_out_batches,
    loss_of,
    spread_times,
    validation_loss,
)
from ditto_daw.training.loop import Learner, Run, half, place
from ditto_daw.training.weighing import Weighing, audible_weights

CLEAR = 0.2
"""Share of a frame's chroma from which its strongest pitch class is a melody's; even is 1/12."""
JUDGED, JUDGED_STEPS = 4, 8
"""Held-out clips that a checkpoint is heard on, and the steps that they are sampled in."""


@dataclass(frozen=True)
class Hide:
    """Chances that a control is not asked for, and that it is only asked for outside a span."""

    control: Annotated[float, config.Range(0.0, 1.0)] = 0.3
    span: Annotated[float, config.Range(0.0, 1.0)] = 0.3


@dataclass(frozen=True)
class ControlNetConfig:
    """A run that trains the adapter; `sizes` and `power` are as the denoiser has them."""

    sizes: Annotated[tuple[tuple[int, int], ...], config.Range(1, 4096)]
    power: Annotated[float, config.Range(0.1, 4.0)]
    training: config.Training
    adapter: AdapterConfig
    hide: Hide
    drop: Drop


class Listening(nn.Module):
    """The frozen UNet with the adapter on, as a network that hears one batch's signals."""

    def __init__(self, unet: UNet, adapter: Adapter, heard: Tensor) -> None:
        super().__init__()
        self.unet, self.adapter, self.heard = unet, adapter, heard

    def forward(self, x: Tensor, t: Tensor, *told: Tensor) -> Tensor:
        """v (B, C, P)."""
        v: Tensor = self.unet(x, t, *told, hints=self.adapter(x, t, self.heard))
        return v


@torch.no_grad()
def truth_of(codec: PatchCodec, latent: Tensor) -> tuple[Tensor, Tensor]:
    """Intensity in dB and melody (B, F) of clean latents (B, C, P), as the codec sounds them."""
    mel = codec.decode(latent)
    share, line = signal.chroma(mel).max(dim=1)
    return signal.intensity(mel), torch.where(share >= CLEAR, line, SILENT)


def heard_of(truth: tuple[Tensor, Tensor], hide: Hide) -> Tensor:
    """Signals (B, SIGNALS, P) of intensity and melody (B, F), some of them hidden."""
    intensity, melody = truth
    counts = [_shown(len(line), line.shape[1], hide) for line in truth]
    line = torch.where(counts[1], melody.cpu(), SILENT)
    return signals(intensity, counts[0], line, intensity.shape[-1])


def _shown(count: int, frames: int, hide: Hide) -> Tensor:
    """Frames (count, frames) that are told, bool."""
    shown = (torch.rand(count, 1) >= hide.control).expand(count, frames).clone()
    for row in range(count):
        if torch.rand(()) < hide.span:
            first, last = sorted(torch.randint(frames + 1, (2,)).tolist())
            shown[row, first:last] = False
    return shown


@torch.no_grad()
def errors(base: Bundled, adapter: Adapter, latent: Tensor, told: Condition) -> dict[str, float]:
    """Squared dB and share of right pitch classes of clips made anew from what was heard in them,
    with the adapter and, as "plain", without it."""
    wanted = truth_of(base.codec, latent)
    heard = signals(wanted[0], None, wanted[1], wanted[0].shape[-1]).to(latent)
    noise = torch.randn(latent.shape, generator=torch.Generator().manual_seed(0)).to(latent)
    found: dict[str, float] = {}
    for name, hear in (("", lambda x, t: adapter(x, t, heard)), ("plain_", None)):
        denoise = thresholded(base.denoiser(told, 1.0, wrap=False, hear=hear), base.clip)
        made = exhaust(SAMPLERS["ddim"](denoise, noise, step_times(JUDGED_STEPS)))
        intensity, _ = truth_of(base.codec, made)
        line = signal.chroma(base.codec.decode(made)).argmax(dim=1)
        voiced = wanted[1] != SILENT
        found[f"{name}db2"] = float((intensity - wanted[0]).square().mean())
        found[f"{name}melody"] = float((line == wanted[1])[voiced].float().mean())
    return found


def train(
    plan: ControlNetConfig, data: Path, weights: Path, folder: Path, device: torch.device
) -> None:
    """Trains until the minutes are over; `folder` keeps checkpoints, log and the adapter's file."""
    training = plan.training
    torch.manual_seed(training.seed)
    base, pieces = Bundled.load(weights, str(device)), Pieces(data)
    run = Run(folder, training.minutes, training.rate)
    learner = Learner(Adapter(base.unet.config, plan.adapter), training, run, device)
    codec = PatchCodec()
    codec.load_state_dict(base.codec.state_dict())
    shares = audible_weights(codec).to(device)
    weighing = Weighing(shares)
    held_out = held_out_batches(pieces, codec, device)
    make = partial(flat_batches, pieces, codec, plan.sizes, plan.drop)
    source = feed(make, training.seed + run.step, device, training.workers)
    with half(device):
        run.log(
            parameters=float(sum(p.numel() for p in learner.model.parameters())),
            held_out_without=validation_loss(base.unet, held_out, shares),
        )

    def losses() -> dict[str, Tensor]:
        latent, *told = next(source)
        heard = heard_of(truth_of(base.codec, latent), plan.hide).to(device)
        times = spread_times(len(latent), plan.power).to(device)
        with half(device):
            network = Listening(base.unet, learner.model, heard)  # type: ignore[arg-type]
            return {"loss": loss_of(network, latent, Condition(*told), times, weighing).mean()}

    def check(picture: Path) -> dict[str, float]:
        adapter = learner.average.module
        assert isinstance(adapter, Adapter)
        about = {"minutes": f"{run.spent / 60:.1f}", "steps": str(run.step)}
        adapter.save(folder / FILE, fingerprint(base), base.unet.config, about)
        found = []
        for latent, told in held_out:
            hidden = Hide(0.0, 0.0)
            heard = heard_of(truth_of(base.codec, latent), hidden).to(device)
            with half(device):
                network = Listening(base.unet, adapter, heard)
                found.append(validation_loss(network, [(latent, told)], shares))
        latent, told = held_out[0]
        judged = errors(base, adapter, latent[:JUDGED], told.rows(slice(JUDGED)))
        return {"held_out": sum(found) / len(found)} | judged

    learner.learn(losses, check)


def main(arguments: list[str] | None = None) -> None:
    parser = config.command(__doc__)
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="the model to listen for")
    parser.add_argument(
        "--install", action="store_true", help="put the adapter beside the weights when done"
    )
    plan, args = config.parse(ControlNetConfig, "controlnet", parser, arguments)
    train(plan, args.data, args.weights, args.run, place(args.device))
    if args.install:
        shutil.copyfile(args.run / FILE, beside(args.weights))


if __name__ == "__main__":
    main()
