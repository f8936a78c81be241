"""Do the roles that were asked for play, and no others?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw import signal
from ditto_daw.report.quality.base import Goal, Line, line, percent, row
from ditto_daw.report.quality.workshop import Workshop
from ditto_daw.vocabulary import ROLES

PLAYS = 0.25
"""Share of a clip in which a role plays, at least, to have been asked for; less is left out."""
HEARD = 0.15
"""Share of a clip in which the judge hears a role, for it to be there."""
BANDS_HZ = {"drums": (8000.0, 20_000.0), "bass": (25.0, 110.0)}
"""Where a role is told by energy alone: hats and noise above, bass notes below."""
USUAL = 95.0
"""Percentile of the band's share, in held-out clips without the role, above which it leaks."""

Shares = NDArray[np.float64]


@row(order=40, seconds=lambda given: 0.1 * given.n)
def roles(shop: Workshop) -> Iterator[Line]:
    """The judge's ear for every role, and the energy in the bands of drums and bass."""
    playing = shop.held.activity(shop.asked)
    asked, silent = playing >= PLAYS, playing == 0
    heard = shop.verdict(shop.sample_mels).activity().numpy() >= HEARD
    music = shop.verdict(shop.held.mels(shop.asked)).activity().numpy() >= HEARD
    right, right_music = (np.where(asked, h, ~h) for h in (heard, music))
    counts = asked | silent
    by_role = ", ".join(
        f"{role} {percent(float(right[counts[:, k], k].mean()))}"
        for k, role in enumerate(ROLES)
        if counts[:, k].any()
    )
    yield line(
        "roles as asked, those asked for and those not (judge)",
        list(right[counts]),
        "%",
        Goal("≥", 0.8),
        seeds=shop.seed_text,
        beside=f"{by_role}; composed clips {percent(float(right_music[counts].mean()))}",
    )
    for title, which in (("not asked for and silent", silent), ("asked for and heard", asked)):
        yield line(
            f"roles {title} (judge)",
            list(right[which]),
            "%",
            Goal("≥", 0.8),
            seeds=shop.seed_text,
            beside=f"composed clips {percent(float(right_music[which].mean()))}",
        )
    yield from _by_bands(shop, playing)


def _by_bands(shop: Workshop, playing: Shares) -> Iterator[Line]:
    """Clips without the role whose band is no stronger than in 95 % of such music."""
    music_plays = shop.held.activity(shop.others)
    music, made = shop.held.mels(shop.others), shop.sample_mels
    for role, hertz in BANDS_HZ.items():
        # A kick is in the bass's band, so that bass is told in clips without drums.
        others = [ROLES.index(role)] + ([ROLES.index("drums")] if role == "bass" else [])
        mine, theirs = ((p[:, others] == 0).all(axis=1) for p in (playing, music_plays))
        if mine.sum() < 2 or theirs.sum() < 2:
            continue
        limit = np.percentile(band_level(music[theirs], hertz), USUAL)
        levels = band_level(made[mine], hertz)
        yield line(
            f"{role} not asked for: {hertz[0]:g} to {hertz[1]:g} Hz as quiet as in such music",
            list(levels <= limit),
            "%",
            seeds=shop.seed_text,
            beside=f"level against the whole {np.median(levels):.1f} dB, limit {limit:.1f} dB",
        )


def band_level(mel: Tensor, hertz: tuple[float, float]) -> Shares:
    """Level (N,) in dB of a band of mels (N, BANDS, F) against the whole clip."""
    mean = torch.pow(10.0, 2.0 * mel).mean(dim=-1, keepdim=True)
    power = signal.linear_power(0.5 * torch.log10(mean))
    place = np.arange(power.shape[1]) * signal.RATE / signal.N_FFT
    inside = (place >= hertz[0]) & (place < hertz[1])
    found = power[:, inside].sum(dim=(1, 2)) / power.sum(dim=(1, 2)).clamp_min(1e-20)
    return np.asarray(10.0 * np.log10(found.double().numpy() + 1e-12))
