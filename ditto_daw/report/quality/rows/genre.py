"""Is the genre that was asked for the one that is heard?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from ditto_daw import signal
from ditto_daw.report.quality.base import Goal, Line, line, percent, row
from ditto_daw.report.quality.workshop import FULL, Workshop
from ditto_daw.vocabulary import GENRES


@row(order=20, seconds=lambda given: 1.4 * given.loops)
def genre(shop: Workshop) -> Iterator[Line]:
    """The judge's first guess, on loops asked for by genre, key, tempo and meter alone."""
    loops = shop.rendered
    guesses = []
    for one in loops:
        mel = signal.mel(torch.from_numpy(one.audio))
        guesses.append(int(shop.verdict(mel).genre.argmax()))
    right = np.array([guess == one.genre for guess, one in zip(guesses, loops, strict=True)])
    common = np.array([one.meter == (4, 4) for one in loops])
    wrong = [
        f"{GENRES[number]} {percent(float(right[mine].mean()))}"
        for number in range(len(GENRES))
        if (mine := np.array([one.genre == number for one in loops])).any()
        and right[mine].mean() < 0.8
    ]
    _, figures = shop.judge_and_figures
    full = (shop.held.activity(shop.others) > 0).sum(axis=1) >= FULL
    music = shop.verdict(shop.held.mels(shop.others)).genre.argmax(dim=1).numpy()
    music_right = music == shop.held.labels(shop.others)[:, 0]
    yield line(
        "genre named right (loops asked for by genre, key, tempo, meter)",
        list(right),
        "%",
        Goal("≥", 0.8),
        seeds=shop.loop_text,
        beside=f"4/4 alone {percent(float(right[common].mean()))}; composed held-out clips of three"
        f" and more roles {percent(float(music_right[full].mean()))}, of any"
        f" {percent(figures['genre'])}" + (f"; weak: {', '.join(wrong)}" if wrong else ""),
    )
    samples = shop.verdict(shop.sample_mels).genre.argmax(dim=1).numpy()
    clips = shop.verdict(shop.held.mels(shop.asked)).genre.argmax(dim=1).numpy()
    wanted = shop.held.labels(shop.asked)[:, 0]
    yield line(
        "the same, clips asked for as held-out ones are, single roles too",
        list(samples == wanted),
        "%",
        seeds=shop.seed_text,
        beside=f"those held-out clips themselves {percent(float((clips == wanted).mean()))}",
    )
