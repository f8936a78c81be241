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


@row(order=10, seconds=lambda given: 15 + 0.8 * given.n)
def distance_to_music(shop: Workshop) -> Iterator[Line]:
    """Samples under held-out clips' conditions against other held-out clips."""
    groups, made = pieces_of(shop.asked), statistics(shop.sample_mels)
    shares = shop.yardstick.shares(made, groups)
    copied = shop.yardstick.shares(statistics(shop.copied_mels), groups)
    parts = ", ".join(
        f"{kind} {percent(shares[f'kernel, {kind}'])} ({percent(copied[f'kernel, {kind}'])})"
        for kind in KINDS
    )
    for name, title in NAMES.items():
        scale = shop.yardstick.scales[name]
        one = scale.of(made, groups)
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
            f"{shop.settings.decoder}; {marks} (genres); the clips asked for, through codec and"
            f" vocoder alone, {percent(copied[name])}"
            + (f"; by kind: {parts}" if name == "kernel" else ""),
        )


@row(order=11, seconds=lambda given: 20 + 0.5 * given.n)
def nearest_training_music(shop: Workshop) -> Iterator[Line]:
    """How near samples and held-out clips come to any stretch of the training pieces."""
    training = shop.training
    first = len(training.held_out)
    last = min(training.done, first + TRAINING_PIECES)
    shop.say(f"searching {last - first} training pieces for the samples")
    # Codec and vocoder blur, and what is blurred is nearer to anything: held-out clips go the same
    # way as samples do. The clips as they were composed stand beside it.
    mels = (shop.sample_mels, shop.copied_mels, shop.held.mels(shop.asked))
    far = nearest(torch.cat([coarse(part) for part in mels]), _stretches(training, first, last))
    samples, copied, composed = np.split(far, 3)
    near = percent(np.mean(samples < np.percentile(copied, 5)))
    yield ratio_line(
        "nearest stretch of training music, samples ÷ held-out clips (medians)",
        list(samples),
        list(copied),
        Goal("≥", 1.0),
        seeds=shop.seed_text,
        beside=f"{np.median(samples):.2f} against {np.median(copied):.2f} dB through codec and"
        f" vocoder, {np.median(composed):.2f} as composed; {near} are nearer than 95 % of held-out"
        f" clips; {last - first} pieces",
    )


def _stretches(training: Pieces, first: int, last: int) -> Iterator[Tensor]:
    """The training pieces (B, 20, Q), coarse."""
    for start in range(first, last, AT_ONCE):
        mel = training.arrays["mel"][start : min(start + AT_ONCE, last)].astype(np.float32)
        yield coarse(torch.from_numpy(mel).transpose(1, 2))
