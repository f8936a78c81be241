"""Trains the vocoder on composed audio, with mels as the denoiser will give them.

First by spectra alone, then against discriminators, too (`adversary`).

python -m ditto_daw.training.vocoder --data DIR --codec FILE --run DIR [--config vocoder]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from ditto_daw import signal
from ditto_daw.measures.spectra import distance
from ditto_daw.models.codec import PatchCodec
from ditto_daw.models.vocoder import Vocoder, VocoderConfig
from ditto_daw.training import config, pictures
from ditto_daw.training.adversary import Adversary, AdversaryConfig
from ditto_daw.training.data import HELD_OUT, feed
from ditto_daw.training.loop import Learner, Run, half, place

EDGE = 4
"""Frames at both ends of a crop that do not count in the loss."""
SHOWN = 4
"""Held-out clips in a sample grid."""


@dataclass(frozen=True)
class VocoderRunConfig:
    """A run that trains the vocoder on batches of so many clips of so many frames."""

    clips: Annotated[int, config.Range(1, 4096)]
    frames: Annotated[int, config.Range(16, 2048)]
    training: config.Training
    network: VocoderConfig
    adversary: AdversaryConfig


class Clips:
    """Random stretches of the audio that the data set keeps for its first pieces."""

    def __init__(
        self, folder: Path, codec: PatchCodec, seed: int, clips: int = 12, frames: int = 64
    ) -> None:
        self.audio = np.load(folder / "audio.npy", mmap_mode="r")
        self.done = folder / "done.txt"
        self.codec, self.clips, self.frames = codec, clips, frames
        self.rng = np.random.default_rng(seed)

    def batch(self, held_out: bool = False) -> tuple[Tensor, Tensor]:
        """Mel (B, BANDS, F) and audio (B, F * HOP); half of the mels coded."""
        count, length = self.audio.shape
        count = min(count, int(self.done.read_text()))
        low, high = (0, HELD_OUT) if held_out else (HELD_OUT, count)
        span = self.frames * signal.HOP
        piece = self.rng.integers(low, high, size=self.clips)
        start = self.rng.integers((length - span) // signal.HOP, size=self.clips) * signal.HOP
        crops = [self.audio[p, s : s + span] for p, s in zip(piece, start, strict=True)]
        audio = torch.from_numpy(np.stack(crops).astype(np.float32) / 32768.0)
        gain = torch.from_numpy(10 ** self.rng.uniform(-0.6, 0.2, size=(self.clips, 1))).float()
        audio = audio * gain
        mel = signal.mel(audio)
        mel[::2] = self.codec.decode(self.codec.encode(mel[::2]))
        return mel, audio


def clip_batches(
    folder: Path, codec: PatchCodec, clips: int, frames: int, seed: int
) -> Iterator[tuple[Tensor, ...]]:
    """Endless batches of `Clips`, for `feed`."""
    source = Clips(folder, codec, seed, clips, frames)
    while True:
        yield source.batch()


def inner(audio: Tensor) -> Tensor:
    """Audio (B, n) away from its ends."""
    edge = EDGE * signal.HOP
    return audio[:, edge:-edge]


def loss_of(made: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
    """Loss by spectra, and the multi-resolution distance in it, of audio (B, n)."""
    apart = distance(made, real)
    return apart + 2.0 * (signal.mel(made) - signal.mel(real)).abs().mean(), apart


def train(
    plan: VocoderRunConfig,
    data: Path,
    codec_file: Path,
    folder: Path,
    device: torch.device,
) -> None:
    """Trains until the minutes are over; `folder` keeps checkpoints, log and grids."""
    training = plan.training
    torch.manual_seed(training.seed)
    codec = PatchCodec()
    codec.load_state_dict(load_file(codec_file))
    run = Run(folder, training.minutes, training.rate)
    rival = Adversary(plan.adversary, device)
    optimizers: dict[str, torch.optim.Optimizer] = {"jury": rival.adam}
    network = Vocoder(plan.network)
    learner = Learner(network, training, run, device, optimizers, jury=rival.jury)
    make = partial(clip_batches, data, codec, plan.clips, plan.frames)
    source = feed(make, training.seed + run.step, device, training.workers)
    drawn = [Clips(data, codec, k).batch(held_out=True) for k in range(3)]
    held_out = [(mel.to(device), audio.to(device)) for mel, audio in drawn]

    def losses() -> dict[str, Tensor]:
        mel, audio = next(source)
        with half(device):
            made = learner.model(mel)
        made, real = inner(made.float()), inner(audio)
        loss, apart = loss_of(made, real)
        if run.spent < 60.0 * plan.adversary.after:
            return {"loss": loss, "distance": apart}
        jury, against = rival.learn(made, real), rival.against(made, real)
        return {"loss": loss + against, "distance": apart, "against": against, "jury": jury}

    @torch.no_grad()
    def check(picture: Path) -> dict[str, float]:
        made = [learner.average.module(mel) for mel, _ in held_out]
        rows = {
            "heard": signal.mel(held_out[0][1][:SHOWN]).cpu(),
            "made": signal.mel(made[0][:SHOWN]).cpu(),
        }
        pictures.draw(picture, rows, [f"held out {k + 1}" for k in range(len(rows["made"]))])
        pairs = zip(made, held_out, strict=True)
        apart = [distance(inner(m), inner(audio)) for m, (_, audio) in pairs]
        return {"held_out": float(torch.stack(apart).mean())}

    learner.learn(losses, check)


def main(arguments: list[str] | None = None) -> None:
    parser = config.command(__doc__)
    parser.add_argument("--codec", type=Path, required=True, help="codec.safetensors of a run")
    plan, args = config.parse(VocoderRunConfig, "vocoder", parser, arguments)
    train(plan, args.data, args.codec, args.run, place(args.device))


if __name__ == "__main__":
    main()
