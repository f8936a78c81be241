"""Distance to music, and whether what is near is only remembered."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from ditto_daw.measures.distance import statistics
from ditto_daw.measures.nearest import coarse, nearest
from ditto_daw.report.quality.base import Goal, Line, percent, ratio_line, row
from ditto_daw.report.quality.pieces import Pieces
from ditto_daw.report.quality.workshop import Workshop
from ditto_daw.report.quality.yardstick import KINDS, pieces_of

NAMES = {"frechet": "Fréchet", "kernel": "kernel"}
TRAINING_PIECES, AT_ONCE = 2000, 25


@row(order=10, seconds=lambda n, _: 15 + 0.6 * n)
def distance_to_music(shop: Workshop) -> Iterator[Line]:
    """Samples under held-out clips' conditions against other held-out clips."""
    found = shop.yardstick.of_clips(statistics(shop.sample_mels), pieces_of(shop.asked))
    parts = ", ".join(f"{kind} {percent(found[f'kernel, {kind}'].share)}" for kind in KINDS)
    for name, title in NAMES.items():
        one, scale = found[name], shop.yardstick.scales[name]
        marks = f"{one.raw:.3g} between {scale.nothing:.3g} (music) and {scale.everything:.3g}"
        yield Line(
            f"distance to music ({title}), share of the distance of genres",
            one.share,
            one.low,
            one.high,
            len(shop.asked),
            "%",
            Goal("≤", 0.35),
            shop.seed_text,
            f"{marks} (genres)" + (f"; by kind: {parts}" if name == "kernel" else ""),
        )


@row(order=11, seconds=lambda n, _: 20 + 0.5 * n)
def nearest_training_music(shop: Workshop) -> Iterator[Line]:
    """How near samples and held-out clips come to any stretch of the training pieces."""
    training = shop.training
    first = len(training.held_out)
    last = min(training.done, first + TRAINING_PIECES)
    shop.say(f"searching {last - first} training pieces for the samples")
    clips = [coarse(shop.sample_mels), coarse(shop.held.mels(shop.asked))]
    far = nearest(torch.cat(clips), _stretches(training, first, last))
    samples, music = np.split(far, 2)
    near = percent(np.mean(samples < np.percentile(music, 5)))
    yield ratio_line(
        "nearest stretch of training music, samples ÷ held-out clips (medians)",
        list(samples),
        list(music),
        Goal("≥", 1.0),
        seeds=shop.seed_text,
        beside=f"{np.median(samples):.2f} against {np.median(music):.2f} dB; {near} are nearer than"
        f" 95 % of held-out clips; {last - first} pieces",
    )


def _stretches(training: Pieces, first: int, last: int) -> Iterator[Tensor]:
    """The training pieces (B, 20, Q), coarse."""
    for start in range(first, last, AT_ONCE):
        mel = training.arrays["mel"][start : min(start + AT_ONCE, last)].astype(np.float32)
        yield coarse(torch.from_numpy(mel).transpose(1, 2))
