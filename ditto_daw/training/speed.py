"""How fast music is composed, played and turned into mels, once its notes are in memory.

    python -m ditto_daw.training.speed --pieces 40 --seed 7

Processor time, so that what else the machine does matters little. A piece is made twice, and the
second time counts: in a set of thousands, nearly every note has been heard before.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from ditto_daw import signal
from ditto_daw.training.bank import Bank, build
from ditto_daw.training.dataset import SECONDS, describe, make
from ditto_daw.training.memory import keep_freed
from ditto_daw.training.mixer import DEFAULT_BANK

CLIP = 6.0
"""Seconds of a clip."""


def clips_per_second(pieces: int, seed: int, bank: Bank) -> float:
    """Clips of six seconds a second of processor time, with mel and truth, no file written."""
    for number in range(pieces):
        make(number, seed, bank)
    began = time.process_time()
    for number in range(pieces):
        score, mono = make(number, seed, bank)
        with torch.no_grad():
            signal.mel(torch.from_numpy(mono))
        describe(score)
    return pieces * SECONDS / CLIP / (time.process_time() - began)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="How fast the training music is made.")
    parser.add_argument("--pieces", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0, help="seed of the set")
    parser.add_argument("--bank", type=Path, default=DEFAULT_BANK)
    options = parser.parse_args()
    torch.set_num_threads(1)
    keep_freed()
    build(options.bank)
    speed = clips_per_second(options.pieces, options.seed, Bank(options.bank))
    print(f"{speed:.1f} six-second clips a second of one core, {options.pieces} pieces")


if __name__ == "__main__":
    main()
