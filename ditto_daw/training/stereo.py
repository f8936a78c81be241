"""Trains the stereo stage on composed mixes, which it composes first where DIR has too few.

    python -m ditto_daw.training.stereo --data DIR --run RUN [--bank BANK] [--install]

Every checkpoint leaves `stereo.safetensors` in RUN; `--install` puts it beside the bundled model's
weights when the minutes are over.

What is learnt is not the side's waveform, which a middle does not tell, but its power against the
middle's over patches of bands and frames of several sizes, and what the two have in common, whose
sign is free: a mix and its mirror image sound from the same middle.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ditto_daw import signal
from ditto_daw.models.stereo import FILE, WEIGHTS, Stereo, StereoConfig
from ditto_daw.training import config, pictures
from ditto_daw.training.data import feed
from ditto_daw.training.loop import Learner, Run, half, place
from ditto_daw.training.mixer import DEFAULT_BANK
from ditto_daw.training.stereo_set import Mixes, write

PATCHES = ((2, 4), (8, 16), (16, 86))
"""Bands and frames over which powers are compared."""
SOURCE = (2, 86)
"""The same of what middle and side have in common: an instrument stays where it is for a while."""
FLOOR = 1e-5
"""Of the middle's power: a side 50 dB below it is none."""
COMMON_WEIGHT = 0.5
SHOWN, CHECKED = 4, 6
"""Held-out clips in a picture, and batches that judge a checkpoint."""


@dataclass(frozen=True)
class StereoRunConfig:
    """A run that trains the stereo stage on batches of so many clips of so many frames, of a set of
    so many pieces of `piece_frames`."""

    pieces: Annotated[int, config.Range(2, 1e6)]
    piece_frames: Annotated[int, config.Range(32, 8192)]
    clips: Annotated[int, config.Range(1, 4096)]
    frames: Annotated[int, config.Range(32, 4096)]
    training: config.Training
    network: StereoConfig


def batches(powers: Tensor, clips: int, frames: int, seed: int) -> Iterator[tuple[Tensor, ...]]:
    """Endless (mel, powers) of random places of the pieces (N, 3, BANDS, F), at random levels."""
    rng = np.random.default_rng(seed)
    while True:
        starts = rng.integers(powers.shape[-1] - frames + 1, size=clips)
        pieces = rng.integers(len(powers), size=clips)
        found = [powers[p, ..., s : s + frames] for p, s in zip(pieces, starts, strict=True)]
        gain = torch.from_numpy(10.0 ** rng.uniform(-1.2, 0.4, (clips, 1, 1, 1))).float()
        truth = torch.stack(found) * gain
        yield signal.mel_of(truth[:, 0]), truth


def loss_of(found: tuple[Tensor, Tensor], truth: Tensor) -> dict[str, Tensor]:
    """What to descend, how far the powers are from the truth (dB), and how far what the side has in
    common with the middle is (correlation)."""
    ratio, share = found
    middle, side, common = truth.unbind(1)
    off = torch.zeros((), device=truth.device)
    for patch in PATCHES:
        own, wanted, beside = (pooled(x, patch) for x in (ratio * middle, side, middle))
        least = FLOOR * beside + 1e-9
        off = off + 10.0 * torch.log10((own + least) / (wanted + least)).abs().mean()
    off = off / len(PATCHES)
    beside = (pooled(middle, SOURCE) * pooled(side, SOURCE)).sqrt() + 1e-9
    own = pooled(ratio.sqrt() * share * middle, SOURCE) / beside
    wanted = pooled(common, SOURCE) / beside
    apart = [(own - sign * wanted).abs().mean(dim=(1, 2)) for sign in (1.0, -1.0)]
    alike = torch.minimum(*apart).mean()
    return {"loss": 0.1 * off + COMMON_WEIGHT * alike, "db": off, "common": alike}


def pooled(x: Tensor, patch: tuple[int, int]) -> Tensor:
    """Means of (B, BANDS, F) over patches; the last frames may be left over."""
    frames = min(patch[1], x.shape[-1])
    return functional.avg_pool2d(x[:, None], (patch[0], frames))[:, 0]


def train(plan: StereoRunConfig, data: Path, folder: Path, device: torch.device) -> None:
    """Trains until the minutes are over; `folder` keeps checkpoints, log and the stage's file."""
    training = plan.training
    torch.manual_seed(training.seed)
    run = Run(folder, training.minutes, training.rate)
    learner = Learner(Stereo(plan.network), training, run, device)
    run.log(parameters=float(sum(p.numel() for p in learner.model.parameters())))
    mixes = Mixes(data)
    make = partial(batches, mixes.powers(), plan.clips, plan.frames)
    source = feed(make, training.seed + run.step, device, training.workers)
    others = batches(mixes.powers(held_out=True), plan.clips, plan.frames, 0)
    held_out = [tuple(x.to(device) for x in next(others)) for _ in range(CHECKED)]

    def losses() -> dict[str, Tensor]:
        mel, truth = next(source)
        with half(device):
            found = learner.model(mel)
        return loss_of(found, truth)

    @torch.no_grad()
    def check(picture: Path) -> dict[str, float]:
        stage = learner.average.module
        assert isinstance(stage, Stereo)
        about = {"minutes": f"{run.spent / 60:.1f}", "steps": str(run.step)}
        stage.save(folder / FILE, about)
        found = [(stage(mel), truth) for mel, truth in held_out]
        (ratio, _), truth = found[0]
        rows = {
            "middle": held_out[0][0][:SHOWN],
            "side": _log(truth[:SHOWN, 1]),
            "side made": _log((ratio * truth[:, 0])[:SHOWN]),
        }
        shown = {name: row.cpu() for name, row in rows.items()}
        pictures.draw(picture, shown, [f"held out {k + 1}" for k in range(SHOWN)])
        told = [loss_of(*pair) for pair in found]
        return {f"held_out_{k}": float(torch.stack([t[k] for t in told]).mean()) for k in told[0]}

    learner.learn(losses, check)


def _log(power: Tensor) -> Tensor:
    """Band powers as a mel shows them, a little lower or higher."""
    return 0.5 * torch.log10(power.clamp_min(1e-4)) - 2.0


def main(arguments: list[str] | None = None) -> None:
    parser = config.command(__doc__)
    parser.add_argument("--bank", type=Path, default=DEFAULT_BANK, help="notes of the instruments")
    parser.add_argument(
        "--install", action="store_true", help="put the stage beside the weights when done"
    )
    plan, args = config.parse(StereoRunConfig, "stereo", parser, arguments)
    write(args.data, plan.pieces, plan.piece_frames, plan.training.seed, args.bank)
    train(plan, args.data, args.run, place(args.device))
    if args.install:
        shutil.copyfile(args.run / FILE, WEIGHTS)


if __name__ == "__main__":
    main()
