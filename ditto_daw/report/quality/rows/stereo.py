"""The stereo stage alone: the middle of stereo music, made wide again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ditto_daw import signal
from ditto_daw.files.audiofile import audio_info, read_region
from ditto_daw.files.resampling import resample
from ditto_daw.measures.image import ImageError, image_error, image_powers, side_db
from ditto_daw.rendering.finishing.bands import filtered
from ditto_daw.rendering.finishing.stereo import decorrelated, uncorrelated
from ditto_daw.rendering.finishing.widen import bundled, side_of
from ditto_daw.report.quality.base import Goal, Line, line, ratio_line, row
from ditto_daw.report.quality.workshop import Workshop

SECONDS = 6.0
HELD_OUT = 0.25
"""Share of the set, its first pieces, that the stage was not trained on."""
SUFFIXES = (".flac", ".ogg", ".wav")
LEAST_WIDE_DB = -35.0
"""A recording whose side is quieter is mono."""

Audio = NDArray[np.floating]


@row(order=70, seconds=lambda given: 40.0)
def stereo(shop: Workshop) -> Iterator[Line]:
    """The image that the stage makes, beside no stage and beside the set's mean image."""
    folder = shop.settings.stereo
    if folder is None:
        return
    pieces = np.load(folder / "audio.npy", mmap_mode="r")
    first = round(HELD_OUT * len(pieces))
    learnt = [image_powers(_scaled(piece), signal.RATE).sum(axis=2) for piece in pieces[first:]]
    mean = np.mean([side_db(powers) for powers in learnt], axis=0)
    sides: dict[str, Callable[[Audio], Audio]] = {
        "stage": lambda middle: side_of(middle, bundled(), wrap=False),
        "mean image": lambda middle: in_mean_image(middle, mean),
        "mono": np.zeros_like,
    }
    yield from _compared("composed", [_scaled(piece) for piece in pieces[:first]], sides)
    if shop.settings.real is not None:
        yield from _compared("recorded", list(recorded(shop.settings.real)), sides)


def in_mean_image(middle: Audio, mean: Audio) -> Audio:
    """The side (n,) that a decorrelator makes of a middle, as loud against it as `mean` (octaves,)
    dB says: what needs no network."""
    other = uncorrelated(middle, decorrelated(middle, signal.RATE), signal.RATE)
    return filtered(other, 10.0 ** (mean / 20.0), signal.RATE)


def _compared(
    title: str, clips: list[Audio], sides: dict[str, Callable[[Audio], Audio]]
) -> Iterator[Line]:
    found: dict[str, list[ImageError]] = {name: [] for name in sides}
    sums = []
    for clip in clips:
        truth, middle = image_powers(clip, signal.RATE), clip.mean(axis=0)
        for name, make in sides.items():
            side = make(middle)
            made = np.stack([middle + side, middle - side])
            found[name].append(image_error(image_powers(made, signal.RATE), truth))
            if name == "stage":
                ratio = np.sqrt(np.mean(made.mean(axis=0) ** 2) / np.mean(middle**2))
                sums.append(abs(signal.decibels(float(ratio))))
    yield line(f"stereo, {title}: level of the mono sum", sums, "dB", Goal("≤", 0.5))
    for figure, name, unit in (
        ("side over middle, per octave", "side_db", " dB"),
        ("side over middle, per octave and 0.4 s", "moving_db", " dB"),
        ("correlation of the channels, per octave", "alike", ""),
    ):
        ours, plain, none = ([getattr(one, name) for one in found[key]] for key in sides)
        told = [f"{np.mean(values):.2f}{unit}" for values in (ours, plain, none)]
        yield ratio_line(
            f"stereo, {title}: error of {figure} ÷ that of the set's mean image",
            ours,
            plain,
            Goal("≤", 1.0),
            middle=np.mean,
            beside=f"{told[0]} against {told[1]}; of mono {told[2]}",
        )


def recorded(folder: Path) -> Iterator[Audio]:
    """The first seconds (2, n) of every stereo clip of a folder."""
    for path in sorted(p for p in folder.iterdir() if p.suffix in SUFFIXES):
        if audio_info(path).channels != 2:
            continue
        region = read_region(path)
        clip = region.audio[:, : round(SECONDS * region.rate)].astype(np.float64)
        wide = resample(clip, region.rate, signal.RATE, clip.shape[1] * signal.RATE // region.rate)
        if side_db(image_powers(wide, signal.RATE).sum(axis=(1, 2))) > LEAST_WIDE_DB:
            yield wide


def _scaled(piece: NDArray[np.int16]) -> Audio:
    return piece.astype(np.float64) / 32768.0
