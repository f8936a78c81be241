"""Trains the vocoder on composed audio, with mels as the denoiser will give them.

python -m ditto_daw.training.vocoder --data DIR --codec FILE --run DIR --minutes 60
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from ditto_daw import signal
from ditto_daw.measures.spectra import distance
from ditto_daw.models.codec import PatchCodec
from ditto_daw.models.vocoder import Vocoder, VocoderConfig
from ditto_daw.training.data import HELD_OUT
from ditto_daw.training.loop import Average, Run

CLIPS, FRAMES, EDGE = 12, 64, 4
"""Clips and frames of a batch; EDGE frames at both ends do not count in the loss."""


class Clips:
    """Random stretches of the audio that the data set keeps for its first pieces."""

    def __init__(self, folder: Path, codec: PatchCodec, seed: int) -> None:
        self.audio = np.load(folder / "audio.npy", mmap_mode="r")
        self.done = folder / "done.txt"
        self.codec = codec
        self.rng = np.random.default_rng(seed)

    def batch(self, held_out: bool = False) -> tuple[Tensor, Tensor]:
        """Mel (B, BANDS, FRAMES) and audio (B, FRAMES * HOP); half of the mels coded."""
        count, length = self.audio.shape
        count = min(count, int(self.done.read_text()))
        low, high = (0, HELD_OUT) if held_out else (HELD_OUT, count)
        span = FRAMES * signal.HOP
        piece = self.rng.integers(low, high, size=CLIPS)
        start = self.rng.integers((length - span) // signal.HOP, size=CLIPS) * signal.HOP
        crops = [self.audio[p, s : s + span] for p, s in zip(piece, start, strict=True)]
        audio = torch.from_numpy(np.stack(crops).astype(np.float32) / 32768.0)
        gain = torch.from_numpy(10 ** self.rng.uniform(-0.6, 0.2, size=(CLIPS, 1))).float()
        audio = audio * gain
        mel = signal.mel(audio)
        mel[::2] = self.codec.decode(self.codec.encode(mel[::2]))
        return mel, audio


def loss_of(model: nn.Module, mel: Tensor, audio: Tensor) -> tuple[Tensor, Tensor]:
    """Training loss and the multi-resolution distance, away from the crop's ends."""
    edge = EDGE * signal.HOP
    made, real = model(mel)[:, edge:-edge], audio[:, edge:-edge]
    apart = distance(made, real)
    return apart + 2.0 * (signal.mel(made) - signal.mel(real)).abs().mean(), apart


def train(data: Path, codec_file: Path, folder: Path, minutes: float, rate: float) -> None:
    """Trains until the minutes are over; `folder` keeps checkpoints and log."""
    torch.manual_seed(0)
    codec = PatchCodec()
    codec.load_state_dict(load_file(codec_file))
    run = Run(folder, minutes, rate)
    model = Vocoder(VocoderConfig())
    average = Average(model)
    optimizer = torch.optim.AdamW(model.parameters(), rate, betas=(0.8, 0.95), weight_decay=0.01)
    parts = {"model": model, "average": average.module}
    run.resume(parts, {"adam": optimizer})
    clips = Clips(data, codec, seed=run.step)
    held_out = [Clips(data, codec, seed=k).batch(held_out=True) for k in range(3)]
    recent: list[float] = []
    going = True
    while going:
        mel, audio = clips.batch()
        with torch.autocast("cpu", torch.bfloat16):
            loss, _ = loss_of(model, mel, audio)
        run.descend(model, optimizer, loss)
        average.update(model, run.step)
        recent.append(float(loss.detach()))
        going = run.advance()
        if run.step % 100 == 0 or not going:
            run.log(loss=sum(recent) / len(recent), rate=run.learning_rate())
            recent.clear()
        if run.step % 500 == 0 or not going:
            with torch.no_grad():
                apart = [float(loss_of(average.module, *pair)[1]) for pair in held_out]
            run.log(held_out=sum(apart) / len(apart))
            run.save(parts, {"adam": optimizer})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--codec", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=5e-4)
    args = parser.parse_args()
    train(args.data, args.codec, args.run, args.minutes, args.rate)


if __name__ == "__main__":
    main()
