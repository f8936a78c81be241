"""The vocoder alone: the mel of real audio, made audible again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.files.audiofile import read_region
from ditto_daw.files.resampling import resample
from ditto_daw.measures.spectra import distance, griffin_lim, mel_error_db
from ditto_daw.report.quality.base import Goal, Line, line, ratio_line, row
from ditto_daw.report.quality.pieces import FRAMES
from ditto_daw.report.quality.workshop import Workshop

CLIPS = 24
EDGE = 8
"""Frames at both ends that do not count: there neither way knows the surroundings."""
SUFFIXES = (".flac", ".ogg", ".wav")


@row(order=60, seconds=lambda given: 2.2 * min(given.n, CLIPS) + 45)
def vocoder(shop: Workshop) -> Iterator[Line]:
    """Copy-synthesis beside Griffin-Lim of the same mel, of composed and of recorded music."""
    held = shop.training if shop.training.audio_pieces else shop.held
    pieces = [p for p in held.held_out if p < held.audio_pieces]
    if pieces:
        crops = held.crops(pieces, min(shop.settings.n, CLIPS), shop.settings.seed)
        yield from _compared(shop, "composed", list(held.audio(crops)[:, None]))
    if shop.settings.real is not None:
        yield from _compared(shop, "recorded", list(recorded(shop.settings.real)))


@torch.no_grad()
def _compared(shop: Workshop, title: str, clips: list[Tensor]) -> Iterator[Line]:
    shop.say(f"copying {len(clips)} {title} clips with the vocoder and Griffin-Lim")
    apart: list[tuple[float, float]] = []
    errors: list[tuple[float, float]] = []
    for clip in clips:
        mel = signal.mel(clip)
        copies = shop.model.vocoder.refined(mel), griffin_lim(mel)
        span = slice(EDGE * signal.HOP, -EDGE * signal.HOP)
        apart.append(
            (
                float(distance(copies[0][:, span], clip[:, span])),
                float(distance(copies[1][:, span], clip[:, span])),
            )
        )
        inner = slice(EDGE, -EDGE)
        errors.append(mel_error_db(signal.mel(copies[0])[..., inner], mel[..., inner]))
    ours, yardstick = np.array(apart).T
    yield ratio_line(
        f"vocoder, {title}: spectral distance ÷ Griffin-Lim 64",
        list(ours),
        list(yardstick),
        Goal("≤", 0.8),
        middle=np.mean,
        beside=f"{ours.mean():.3f} against {yardstick.mean():.3f}",
    )
    mean, rms = np.array(errors).T
    yield line(
        f"vocoder, {title}: mel error, mean absolute",
        list(mean),
        "dB",
        Goal("≤", 2.0),
        beside=f"root mean square {rms.mean():.2f} dB",
    )


def recorded(folder: Path) -> Iterator[Tensor]:
    """The first six seconds (1, samples) of every clip of a folder, its channels added."""
    for path in sorted(p for p in folder.iterdir() if p.suffix in SUFFIXES):
        region = read_region(path)
        mono = region.audio.mean(axis=0, keepdims=True)
        length = round(mono.shape[1] * signal.RATE / region.rate)
        wide = resample(mono, region.rate, signal.RATE, length)
        frames = min(length // signal.HOP, FRAMES)
        yield torch.from_numpy(wide[:, : frames * signal.HOP].astype(np.float32))
