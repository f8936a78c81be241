"""`python -m ditto_daw.report.inversion --data DIR`: how near each inversion comes to a recording.

Stretches of recorded music are inverted in every way of `ditto_daw.inversion`, at four weights of
guidance, through the teacher's DDIM steps, as the paper's table 7 has it. Printed is the mean
squared difference of log-mels where 80 dB count as 1: to what the codec makes of the recording
("above the codec"), and to the recording itself, beside the codec's own floor.

A clip's genre is the manifest's where the vocabulary knows it, else one in turn, so that guidance
has something to push towards; the model is told no tempo.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.diffusion.latent import correlation, norm_ratio
from ditto_daw.diffusion.presets import Preset
from ditto_daw.files.audiofile import read_region
from ditto_daw.files.resampling import resample
from ditto_daw.inversion import INVERSIONS, Sought, likeness
from ditto_daw.models.bundled import Bundled
from ditto_daw.models.condition import LABEL_COUNTS, LOCAL_CHANNELS, Condition
from ditto_daw.models.wordless import Wordless
from ditto_daw.rendering.engine import choose_device
from ditto_daw.samplers import exhaust
from ditto_daw.vocabulary import GENRES, ROLES

BUNDLED = Path(__file__).resolve().parents[1] / "material" / "clip.flac"
GUIDANCES = (0.0, 1.0, 4.0, 7.5)


@dataclass(frozen=True)
class Clip:
    """A stretch of recorded music: where it lies, and the genre that the model is told."""

    path: Path
    begin: Fraction
    genre: str


@dataclass(frozen=True)
class Measured:
    """One way at one weight: errors of every clip, the latents' health, and the seconds spent."""

    way: str
    guidance: float
    above: tuple[float, ...]
    raw: tuple[float, ...]
    norm: float
    correlation: float
    seconds: float


def clips_of(folder: Path | None, count: int, seconds: float) -> list[Clip]:
    """The folder's first recordings that are long enough, else stretches of the bundled clip."""
    if folder is None:
        found = [
            Clip(BUNDLED, Fraction(turn, 2), GENRES[turn % len(GENRES)]) for turn in range(count)
        ]
    else:
        with (folder / "manifest.csv").open(encoding="utf-8") as rows:
            told = [row for row in csv.DictReader(rows) if float(row["seconds"]) >= seconds]
        genres = [
            row["genre"] if row["genre"] in GENRES else GENRES[number % len(GENRES)]
            for number, row in enumerate(told)
        ]
        found = [
            Clip(folder / row["file"], Fraction(0), genre)
            for row, genre in zip(told, genres, strict=True)
        ]
    return found[:count]


def mel_of(clip: Clip, frames: int) -> Tensor:
    """Mel (BANDS, F) of a clip, its channels added by power."""
    region = read_region(clip.path, clip.begin)
    length = round(region.audio.shape[1] * signal.RATE / region.rate)
    audio = resample(region.audio, region.rate, signal.RATE, length)[:, : frames * signal.HOP]
    mel = signal.mel(torch.from_numpy(audio.astype(np.float32)))
    return 0.5 * torch.log10((10.0 ** (2.0 * mel)).mean(dim=0))


def network_of(model: Bundled, genres: Sequence[str], positions: int) -> Wordless:
    """The model told of the genres alone, one row each."""
    count, free = len(genres), LABEL_COUNTS[1:]
    labels = torch.tensor([[GENRES.index(genre), *free] for genre in genres])
    rows = Condition(
        labels,
        torch.zeros(count, len(ROLES) + 1),
        torch.zeros(count, LOCAL_CHANNELS, positions),
        torch.zeros(count, model.unet.config.latent + 1, positions),
    )
    return Wordless(model, rows.to(model.device), wrap=False)


def measured(way: str, sought: Sought, mel: Tensor, model: Bundled) -> Measured:
    """One way on all clips at once; mel (B, BANDS, F) of the recordings."""
    began = time.monotonic()
    found = exhaust(INVERSIONS[way](sought))
    spent = time.monotonic() - began
    with torch.no_grad():
        again = exhaust(found.clean())
        above = sought.objective(again).total
        raw = ((model.codec.decode(again) - mel) / 4.0).square().mean(dim=(1, 2))
    return Measured(
        way,
        sought.preset.guidance,
        tuple(above.tolist()),
        tuple(raw.tolist()),
        float(norm_ratio(found.latent).mean()),
        float(correlation(found.latent).mean()),
        spent,
    )


def _interval(values: Sequence[float]) -> str:
    mean, spread = float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return f"{mean:.5f} +- {1.96 * spread / math.sqrt(len(values)):.5f}"


def main() -> None:
    """Invert, print the table, and write every figure as JSON where asked."""
    parser = argparse.ArgumentParser(description="How near each inversion comes to a recording.")
    parser.add_argument("--data", type=Path, help="folder with manifest.csv; else the bundled clip")
    parser.add_argument("--n", type=int, default=4, help="clips")
    parser.add_argument("--seconds", type=float, default=6.0, help="of each clip, about")
    parser.add_argument("--steps", type=int, default=20, help="of the sampler")
    parser.add_argument("--ways", nargs="+", choices=list(INVERSIONS), default=list(INVERSIONS))
    parser.add_argument("--guidance", nargs="+", type=float, default=list(GUIDANCES))
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", type=Path, help="write all figures here")
    given = parser.parse_args()
    model = Bundled.load(device=choose_device(given.device))
    multiple = model.frame_multiple
    frames = max(1, int(given.seconds * signal.FRAMES_PER_SECOND / multiple)) * multiple
    clips = clips_of(given.data, given.n, frames / signal.FRAMES_PER_SECOND)
    mel = torch.stack([mel_of(clip, frames) for clip in clips]).to(model.device)
    clean = model.codec.encode(mel)
    floor = ((model.codec.decode(clean) - mel) / 4.0).square().mean(dim=(1, 2)).tolist()
    network = network_of(model, [clip.genre for clip in clips], clean.shape[-1])
    print(
        f"{len(clips)} clips of {frames / signal.FRAMES_PER_SECOND:.2f} s, {given.steps} DDIM steps"
        f" of the teacher, {os.cpu_count()} processors; the codec's floor {_interval(floor)}"
    )
    found = []
    for guidance in given.guidance:
        preset = Preset(guidance=guidance, steps=given.steps, shell=None)
        objective = likeness(clean, model.codec.decode)
        for way in given.ways:
            sought = Sought(clean, network, preset, objective, tuple(range(len(clips))))
            one = measured(way, sought, mel, model)
            found.append(one)
            print(
                f"w {guidance:3g} {way:9} above the codec {_interval(one.above)}"
                f"  to the recording {_interval(one.raw)}  |x_T|/sqrt(d) {one.norm:.3f}"
                f"  correlation {one.correlation:.3f}  {one.seconds:.0f} s",
                flush=True,
            )
    if given.json:
        told: dict[str, Any] = {
            "clips": [[clip.path.name, float(clip.begin), clip.genre] for clip in clips],
            "floor": floor,
            "rows": [asdict(one) for one in found],
        }
        given.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
