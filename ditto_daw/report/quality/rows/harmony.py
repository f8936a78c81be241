"""Do key and chords sound as they were asked for?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw import signal
from ditto_daw.measures.harmony import right_key, transposed_fits
from ditto_daw.report.quality.base import Goal, Line, line, percent, row
from ditto_daw.report.quality.workshop import FULL, Workshop

LEAST_SHARE = 0.5
"""Of a clip in which chords were asked for, for it to count."""
FRAME = signal.HOP / signal.RATE


@row(order=30, seconds=lambda given: 0.15 * given.n)
def harmony(shop: Workshop) -> Iterator[Line]:
    """The target as asked against its eleven transpositions, by the KL divergence to the chroma."""
    chords = shop.held.cut("chords", shop.asked)
    counted = np.flatnonzero((chords.sum(axis=2) > 0).mean(axis=1) >= LEAST_SHARE)
    made = [_fits(shop.samples[i].numpy(), chords[i]) for i in counted]
    with_audio = [i for i in counted if shop.asked[i].piece < shop.held.audio_pieces]
    music = [_fits(shop.held.audio([shop.asked[i]])[0].numpy(), chords[i]) for i in with_audio]
    beside = f"fit {np.mean([fit[0] for fit in made]):.2f} nats, next best {_others(made):.2f}"
    if music:
        beside += f"; composed clips {percent(float(np.mean([right_key(f) for f in music])))},"
        beside += f" fit {np.mean([fit[0] for fit in music]):.2f} (n {len(music)})"
    yield line(
        "key and chords as asked: right key fits best",
        [right_key(fit) for fit in made],
        "%",
        Goal("≥", 0.8),
        seeds=shop.seed_text,
        beside=beside,
    )
    composed = [_named_key(shop, mel[None], int(key)) for mel, key in _full(shop)]
    yield line(
        "key alone asked: named right among its transpositions (judge)",
        [
            _named_key(shop, signal.mel(torch.from_numpy(one.audio)), one.key)
            for one in shop.rendered
        ],
        "%",
        seeds=shop.loop_text,
        beside=f"composed held-out clips of three and more roles {percent(np.mean(composed))}",
    )


def _full(shop: Workshop) -> Iterator[tuple[Tensor, int]]:
    """Mel (BANDS, F) and key of held-out clips in which enough plays for a key to be told."""
    many = (shop.held.activity(shop.others) > 0).sum(axis=1) >= FULL
    for mel, labels, full in zip(
        shop.held.mels(shop.others), shop.held.labels(shop.others), many, strict=True
    ):
        if full:
            yield mel, labels[2]


def _named_key(shop: Workshop, mel: Tensor, key: int) -> bool:
    """The judge finds the key likelier than every transposition of it, mel (1, BANDS, F)."""
    mode = shop.verdict(mel).key[0].unflatten(0, (2, 12))[key // 12]
    return int(mode.argmax()) == key % 12


def _fits(audio: NDArray[np.floating], chords: NDArray[np.floating]) -> NDArray[np.float64]:
    return transposed_fits(audio[None], signal.RATE, chords, FRAME)


def _others(fits: list[NDArray[np.float64]]) -> float:
    """Mean fit of the best wrong key."""
    return float(np.mean([fit[1:].min() for fit in fits]))
