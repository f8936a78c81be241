"""The model card's figures, on pieces that were never trained on.

python -m ditto_daw.training.evaluate --data DIR
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from ditto_daw import signal
from ditto_daw.measures.spectra import distance, griffin_lim
from ditto_daw.models.bundled import WEIGHTS, Bundled
from ditto_daw.training.data import Pieces, batches, codec_error
from ditto_daw.training.denoiser import validation_loss
from ditto_daw.training.vocoder import EDGE, Clips
from ditto_daw.training.weighing import audible_weights

BATCHES = 4


@torch.no_grad()
def evaluate(data: Path, weights: Path) -> dict[str, float]:
    """Figures by name: codec error in dB, v-loss, and multi-resolution STFT distances."""
    model, pieces = Bundled.load(weights), Pieces(data)
    source = batches(pieces, model.codec, 999, [(16, 128)], held_out=True)
    held_out = [next(source) for _ in range(BATCHES)]
    edge = EDGE * signal.HOP
    apart: dict[str, list[float]] = {"vocoder": [], "griffin_lim": []}
    loudness = []
    for seed in range(BATCHES):
        mel, audio = Clips(data, model.codec, seed).batch(held_out=True)
        made = model.vocoder(mel)
        loudness.append((signal.intensity_audio(made) - signal.intensity_audio(audio)).abs().mean())
        for name, sound in (("vocoder", made), ("griffin_lim", griffin_lim(mel))):
            apart[name].append(float(distance(sound[:, edge:-edge], audio[:, edge:-edge])))
    return {
        "unet_parameters": float(sum(p.numel() for p in model.unet.parameters())),
        "vocoder_parameters": float(sum(p.numel() for p in model.vocoder.parameters())),
        "codec_error_db": codec_error(model.codec, pieces),
        "held_out_loss": validation_loss(model.unet, held_out, audible_weights(model.codec)),
        "vocoder_distance": sum(apart["vocoder"]) / BATCHES,
        "griffin_lim_distance": sum(apart["griffin_lim"]) / BATCHES,
        "vocoder_loudness_error_db": float(torch.stack(loudness).mean()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    print(json.dumps(evaluate(args.data, args.weights), indent=2))


if __name__ == "__main__":
    main()
