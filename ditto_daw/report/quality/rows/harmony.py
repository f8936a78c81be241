"""Do key and chords sound as they were asked for?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ditto_daw import signal
from ditto_daw.harmony import MAJOR, MINOR
from ditto_daw.measures.harmony import right_key, transposed_fits
from ditto_daw.report.quality.base import Goal, Line, line, percent, row
from ditto_daw.report.quality.workshop import Workshop
from ditto_daw.resampling import resample

LEAST_SHARE = 0.5
"""Of a clip in which chords were asked for, for it to count."""
FRAME = signal.HOP / signal.RATE


@row(order=30, seconds=lambda n, _: 0.15 * n)
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
    yield line(
        "key alone asked: fits better than its transpositions",
        [right_key(_profile_fits(one.audio, one.rate, one.key)) for one in shop.rendered],
        "%",
        seeds=shop.seed_text,
        beside="by the profiles of Krumhansl and Kessler; a loop may dwell on another degree",
    )


def _fits(audio: NDArray[np.floating], chords: NDArray[np.floating]) -> NDArray[np.float64]:
    return transposed_fits(audio[None], signal.RATE, chords, FRAME)


def _profile_fits(audio: NDArray[np.floating], rate: int, key: int) -> NDArray[np.float64]:
    """Fits of a key's profile, held for the whole of the audio (1, n)."""
    profile = np.roll(MAJOR if key < 12 else MINOR, key % 12)
    mono = resample(audio, rate, signal.RATE, round(audio.shape[1] * signal.RATE / rate))
    frames = signal.frames_for(mono.shape[1])
    return transposed_fits(mono, signal.RATE, np.tile(profile, (frames, 1)), FRAME)


def _others(fits: list[NDArray[np.float64]]) -> float:
    """Mean fit of the best wrong key."""
    return float(np.mean([fit[1:].min() for fit in fits]))
