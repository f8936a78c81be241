"""Joins trained parts into the bundled model, with its capabilities beside it.

The denoiser's run may be a student's: then the model has a student.

python -m ditto_daw.training.export --data DIR --denoiser RUN --vocoder RUN --name NAME
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from ditto_daw import signal, vocabulary
from ditto_daw.models.bundled import WEIGHTS, Bundled, GenreLoudness
from ditto_daw.models.unet import UNetConfig
from ditto_daw.models.vocoder import VocoderConfig
from ditto_daw.rendering.plan import LONGEST_SECONDS, SHORTEST_SECONDS
from ditto_daw.training.config import KEPT, read
from ditto_daw.training.data import Pieces
from ditto_daw.training.denoiser import DenoiserConfig
from ditto_daw.training.loop import load_older
from ditto_daw.training.student import STEPS, StudentConfig
from ditto_daw.training.vocoder import VocoderRunConfig


def loudness_of(pieces: Pieces) -> dict[str, GenreLoudness]:
    """What the smoothed intensity of each genre's full arrangements does over the whole set."""
    genre = np.asarray(pieces.truth["labels"][: len(pieces), 0])
    table = {}
    for index, name in enumerate(vocabulary.GENRES):
        chosen = np.flatnonzero(genre == index)[:60]
        mels = torch.from_numpy(np.stack([pieces.mel[i] for i in chosen]).astype(np.float32))
        curves = signal.intensity(mels.transpose(1, 2)).numpy()
        quiet, loud = np.percentile(curves, [5, 95])
        table[name] = GenreLoudness(float(curves.mean()), float(quiet), float(loud))
    return table


def networks(denoiser: Path, vocoder: Path, student: bool) -> tuple[UNetConfig, VocoderConfig]:
    """The sizes that two runs were begun with; the defaults where a run keeps no configuration."""
    unet, sound = UNetConfig(), VocoderConfig()
    if (denoiser / KEPT).is_file():
        kept = denoiser / KEPT
        unet = (read(StudentConfig, kept) if student else read(DenoiserConfig, kept)).network
    if (vocoder / KEPT).is_file():
        sound = read(VocoderRunConfig, vocoder / KEPT).network
    return unet, sound


def export(data: Path, denoiser: Path, vocoder: Path, name: str, target: Path) -> None:
    """Writes `target` (safetensors) and capabilities.json in its folder."""
    weights = load_file(denoiser / "average.safetensors")
    # The last layer of the jump begins at zero, and only a student moves it.
    student = bool(weights.get("jump.2.weight", torch.zeros(1)).any())
    model = Bundled(*networks(denoiser, vocoder, student))
    load_older(model.unet, weights)
    model.student_steps = STEPS if student else ()
    model.codec.load_state_dict(load_file(denoiser / "codec.safetensors"))
    model.vocoder.load_state_dict(load_file(vocoder / "average.safetensors"))
    model.loudness = loudness_of(Pieces(data))
    target.parent.mkdir(parents=True, exist_ok=True)
    model.save(target)
    capabilities = {
        "model": name,
        "sample_rate": signal.RATE,
        "genres": vocabulary.GENRES,
        "moods": vocabulary.MOODS,
        "roles": vocabulary.ROLES,
        "limits": {"shortest_seconds": SHORTEST_SECONDS, "longest_seconds": LONGEST_SECONDS},
    }
    text = json.dumps(capabilities, indent=2) + "\n"
    (target.parent / "capabilities.json").write_text(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--denoiser", type=Path, required=True)
    parser.add_argument("--vocoder", type=Path, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--target", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    export(args.data, args.denoiser, args.vocoder, args.name, args.target)


if __name__ == "__main__":
    main()
