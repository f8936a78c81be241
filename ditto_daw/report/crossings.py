"""`python -m ditto_daw.report.crossings --data DIR`: crossings and seams on recorded music.

Each clip of DIR (a folder with a manifest.csv that names files) becomes a loop of 16 beats whose
last 4 are re-made without any model, by the same finishing as a render's:
- "copy": from the clip's own mel, with phases by Griffin-Lim; what a perfect model would give;
- "other": from the mel of another clip in the list, which has nothing in common with the kept part.
What the finishing makes of them is measured as `measures` defines; no tempo is known, so 16 beats
are 16 equal parts of at most 8 seconds.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ditto_daw import signal
from ditto_daw.files.audiofile import read_region
from ditto_daw.files.resampling import resample
from ditto_daw.measures.crossing import CrossingFigures, measure_crossing
from ditto_daw.measures.seam import SeamFigures, measure_seam
from ditto_daw.models.vocoder import inverse
from ditto_daw.rendering.finishing.level import match_level, round_peaks
from ditto_daw.rendering.finishing.stereo import spread
from ditto_daw.rendering.finishing.stitch import joined

BEATS, REMADE = 16, 4
SECONDS = 8
ITERATIONS = 12
SOURCES = ("copy", "other")

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Clip:
    """Kept audio (channels, n) at its own rate, and its mono copy at 44.1 kHz by way of the mel."""

    name: str
    audio: Floats
    rate: int
    copy: Floats


@dataclass(frozen=True)
class Measured:
    """Figures of one clip with one source of new audio; `exact`: kept samples equal the file's."""

    name: str
    source: str
    exact: bool
    crossings: tuple[CrossingFigures, ...]
    seam: SeamFigures

    @property
    def good(self) -> bool:
        """Every crossing within the definition and no kept sample changed."""
        return self.exact and all(crossing.good for crossing in self.crossings)


def main() -> None:
    """Measure every clip, print a table, and write the figures as JSON where asked."""
    parser = argparse.ArgumentParser(description="Crossings and seams on recorded music.")
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv")
    parser.add_argument("--source", choices=SOURCES, action="append", help="both when not given")
    parser.add_argument("--json", type=Path, help="write all figures here")
    given = parser.parse_args()
    torch.set_num_threads(1)
    clips = read_clips(given.data)
    found: list[Measured] = []
    for source in given.source or SOURCES:
        for index, clip in enumerate(clips):
            new = clip.copy if source == "copy" else clips[(index + 5) % len(clips)].copy
            found.append(measure(clip, new, source))
            print(line(found[-1]), flush=True)
        own = [one for one in found if one.source == source]
        print(f"{source}: crossing {sum(m.good for m in own)}/{len(own)}", end=", ")
        print(f"seam {sum(m.seam.good for m in own)}/{len(own)}", flush=True)
    if given.json:
        given.json.write_text(json.dumps([plain(one) for one in found], indent=1))


def read_clips(folder: Path, names: tuple[str, ...] = (), seconds: int = SECONDS) -> list[Clip]:
    """The beginnings of the manifest's clips; only of those in `names`, where given."""
    with (folder / "manifest.csv").open(encoding="utf-8") as rows:
        files = [row["file"] for row in csv.DictReader(rows)]
    return list(_read(folder, [f for f in files if not names or Path(f).stem in names], seconds))


def _read(folder: Path, files: list[str], seconds: int) -> Iterator[Clip]:
    for file in files:
        whole = read_region(folder / file)
        audio = whole.audio[:, : seconds * whole.rate]
        yield Clip(Path(file).stem, audio, whole.rate, copied(audio, whole.rate))


def copied(audio: Floats, rate: int) -> Floats:
    """Mono copy (n,) at 44.1 kHz of audio (channels, n) from its mel, phases by Griffin-Lim."""
    length = round(Fraction(audio.shape[1] * signal.RATE, rate))
    mono = audio.mean(axis=0, keepdims=True).astype(np.float32)
    known = torch.from_numpy(resample(mono, rate, signal.RATE, length))
    magnitude = signal.magnitude(signal.mel(known))
    generator = torch.Generator().manual_seed(0)
    angle = torch.rand(magnitude.shape, generator=generator) * (2.0 * torch.pi)
    spectrum = torch.polar(magnitude, angle)
    for _ in range(ITERATIONS):
        again = signal.spectrum(inverse(spectrum))
        spectrum = magnitude * again / again.abs().clamp_min(1e-9)
    return inverse(spectrum)[0, :length].numpy().astype(np.float64)


def measure(clip: Clip, new: Floats, source: str) -> Measured:
    """Re-make the last beats of a clip with `new` (n,) at 44.1 kHz and measure the result."""
    n = clip.audio.shape[1]
    keep = np.arange(n) < n * (BEATS - REMADE) // BEATS
    wanted = round(Fraction(n * signal.RATE, clip.rate))
    fresh = resample(np.resize(new, wanted)[None], signal.RATE, clip.rate, n)
    level = match_level(fresh, clip.audio, clip.rate, np.flatnonzero(~keep), np.flatnonzero(keep))
    fresh = round_peaks(spread(level, clip.audio, keep, clip.rate))
    result, joints = joined(clip.audio, fresh, keep, clip.rate, wrap=True)
    bars = np.arange(4, BEATS, 4) * n // BEATS
    return Measured(
        clip.name,
        source,
        bool(np.array_equal(result[:, keep], clip.audio[:, keep])),
        tuple(measure_crossing(*j.sides(result, clip.rate), clip.rate, result) for j in joints),
        measure_seam(result, bars, n // BEATS),
    )


def line(one: Measured) -> str:
    """One row of the table."""
    told = [f"{one.name:22s} {one.source:5s} {'pass' if one.good else 'FAIL'}"]
    for c in one.crossings:
        told.append(
            f"hole {c.hole_db:5.2f} dB @ {c.octave:5.0f} step {c.step:4.2f}/{c.plain_step:4.2f}"
        )
    s = one.seam
    told.append(
        f"seam {'pass' if s.good else 'FAIL'} step {s.step:4.2f} flux {s.flux:4.2f} "
        f"rms {s.before_db:+5.1f} {s.after_db:+5.1f} dB"
    )
    return " | ".join(told)


def plain(one: Measured) -> dict[str, Any]:
    """Figures as JSON values."""
    return {**asdict(one), "good": one.good, "seam_good": one.seam.good}


if __name__ == "__main__":
    main()
