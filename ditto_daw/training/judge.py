"""Trains the judge of `ditto_daw.measures.judge` on a composed set, in a few minutes of one core.

python -m ditto_daw.training.judge --data DIR --out FILE --minutes 5

The first pieces of the set are held out, as everywhere in training. Crops are made louder and
quieter and get a little noise in the mel, as a vocoder's are, so that it listens to the music.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ditto_daw.measures.judge import STRIDE, Judge, Verdict
from ditto_daw.training.data import Pieces
from ditto_daw.training.loop import Run
from ditto_daw.vocabulary import ROLES

CLIPS, FRAMES = 32, 512
HELD_OUT_CLIPS = 512
GAIN, NOISE = 0.4, 0.12
"""Log10 magnitude: crops are moved by up to GAIN, and NOISE is the most that is added."""
WEIGHTS = {"genre": 1.0, "key": 0.5, "roles": 4.0}
COLUMNS = {"genre": 0, "key": 2}
"""Of the set's labels."""
SMOOTHING = 0.05


def role_targets(roles: Tensor) -> Tensor:
    """Activity (B, R, P) of 0 and 1 at every position, from the set's role bits (B, F)."""
    bits = 2 ** torch.arange(len(ROLES))
    active = ((roles.long()[:, None] & bits[:, None]) > 0).float()
    return functional.max_pool1d(active, STRIDE)


def loss_of(verdict: Verdict, batch: dict[str, Tensor]) -> Tensor:
    """Cross-entropies of the clip's words, and of every role at every position."""
    labels = batch["labels"].long()
    total = torch.zeros(())
    for name, column in COLUMNS.items():
        logits, words = getattr(verdict, name), labels[:, column]
        entropy = functional.cross_entropy(logits, words, label_smoothing=SMOOTHING)
        total = total + WEIGHTS[name] * entropy
    heard = functional.binary_cross_entropy_with_logits(verdict.roles, role_targets(batch["roles"]))
    return total + WEIGHTS["roles"] * heard


def disturbed(mel: Tensor, rng: np.random.Generator) -> Tensor:
    """Mels (B, BANDS, F) at other levels and with some noise."""
    gain = torch.from_numpy(rng.uniform(-GAIN, GAIN, (len(mel), 1, 1))).float()
    noise = torch.from_numpy(rng.uniform(0.0, NOISE, (len(mel), 1, 1))).float()
    return mel + gain + noise * torch.randn_like(mel)


@torch.no_grad()
def figures(judge: Judge, pieces: Pieces) -> dict[str, float]:
    """Accuracies on random crops of the held-out pieces, 0..1."""
    rng = np.random.default_rng(1)
    right: dict[str, list[Tensor]] = {name: [] for name in WEIGHTS}
    for _ in range(HELD_OUT_CLIPS // CLIPS):
        batch = pieces.sample(rng, CLIPS, FRAMES, held_out=True)
        verdict = judge(batch["mel"].transpose(1, 2))
        labels = batch["labels"].long()
        for name, column in COLUMNS.items():
            guess = getattr(verdict, name).argmax(dim=1)
            right[name].append((guess == labels[:, column]).float())
        heard = (verdict.roles > 0.0).float() == role_targets(batch["roles"])
        right["roles"].append(heard.float().mean(dim=(1, 2)))
    return {name: float(torch.cat(values).mean()) for name, values in right.items()}


def train(data: Path, out: Path, minutes: float, rate: float, seed: int) -> dict[str, float]:
    """Trains until the minutes are over, writes the judge to `out`; its held-out figures."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    pieces, judge = Pieces(data), Judge()
    optimizer = torch.optim.AdamW(judge.parameters(), rate, weight_decay=0.05)
    with tempfile.TemporaryDirectory(prefix="ditto-judge-") as folder:
        run = Run(Path(folder), minutes, rate)
        going = True
        while going:
            batch = pieces.sample(rng, CLIPS, FRAMES)
            mel = disturbed(batch["mel"].transpose(1, 2), rng)
            with torch.autocast("cpu", torch.bfloat16):
                loss = loss_of(judge(mel), batch)
            run.descend(judge, optimizer, loss)
            going = run.advance()
            if run.step % 100 == 0 or not going:
                run.log(loss=float(loss.detach()))
    found = figures(judge.eval(), pieces)
    judge.save(out, found)
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the judge of rendered music.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    for name, value in train(args.data, args.out, args.minutes, args.rate, args.seed).items():
        print(f"{name}: {value:.1%} right on held-out pieces")


if __name__ == "__main__":
    main()
