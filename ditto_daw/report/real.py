"""Loops of recorded music with the bundled model: `python -m ditto_daw.report.real --data DIR`.

Every clip of DIR (a folder with manifest.csv) is repaired: of at most 8 seconds, taken as 16 beats,
the last 4 are made anew. With `--use extend` the first half of these is kept and extended to all,
with `--use new` nothing of it is, but its tempo and length (its name gives the seed). With
`--loop-by mask` the loop is closed by the paper's masks and not by a model that runs round.
Printed for each: length and kept samples equal to what they must be, both crossings, the seam, and
the seconds it took. Counted too: seams by the literal definition, and those of the clips untouched,
only cut and played round.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ditto_daw.events import Done, Take
from ditto_daw.files.audiofile import audio_info, read_region
from ditto_daw.measures.seam import SeamFigures, measure_seam
from ditto_daw.rendering.engine import Engine, load
from ditto_daw.requests.request import Request
from ditto_daw.requests.uses import LOOPINGS

REMADE, SECONDS, FASTEST = 4, 8.0, 400.0
USES = ("repair", "extend", "new")


@dataclass(frozen=True)
class Cut:
    """A clip's first seconds, taken as whole beats."""

    path: Path
    seconds: float

    @property
    def beats(self) -> int:
        """16, or 8 where 16 would be faster than a request may be."""
        return 16 if 60.0 * 16 / self.seconds <= FASTEST else 8

    @property
    def tempo(self) -> float:
        """Quarters per minute at which it is so many beats long, within what a request may say."""
        return max(60.0 * self.beats / self.seconds, 20.0)


def cut(clip: Path) -> Cut:
    """What is taken of a file."""
    return Cut(clip, min(audio_info(clip).seconds, SECONDS))


def render(
    engine: Engine,
    clip: Cut,
    use: str,
    folder: Path,
    loop_by: str = "circular",
    iterations: int | None = None,
) -> Take:
    """The clip with its last beats made anew, its first half extended to its length, or a new loop
    as long."""
    end = clip.seconds if use == "repair" else clip.seconds / 2
    request: dict[str, Any] = {
        "id": "real",
        "use": use,
        "source": {"path": str(clip.path), "start": 0, "end": end},
        "tempo": {"tempos": [[0, clip.tempo]]},
        "repair_beats": REMADE,
        "loop_by": loop_by,
        "iterations": iterations,
        "seed": 1,
        "output": {"folder": str(folder)},
    }
    if use == "new":
        seed = zlib.crc32(clip.path.stem.encode())
        request |= {"source": None, "bars": clip.beats / 4, "seed": seed}
    *_, done = engine.render(Request.from_dict(request))
    if not isinstance(done, Done):
        raise RuntimeError("the render ended without a result")
    return done.takes[0]


def measured(clip: Cut, take: Take, use: str) -> dict[str, Any]:
    """Figures of one clip, as JSON values."""
    made, whole = read_region(take.path), read_region(clip.path)
    samples = round(clip.seconds * whole.rate)
    # Where kept audio ends is rounded; one sample before it is kept for certain.
    share = {"new": 0.0, "extend": 0.5, "repair": 1.0 - REMADE / clip.beats}[use]
    kept = max(0, int(samples * share) - 1)
    seam: dict[str, Any] = {
        name: np.nan if value is None else value for name, value in take.figures["seam"].items()
    }
    found = SeamFigures(**seam)
    return {
        "clip": clip.path.stem,
        "length": made.audio.shape[1] == take.figures["wanted_samples"],
        "exact": not kept or bool(np.array_equal(made.audio[:, :kept], whole.audio[:, :kept])),
        "crossing": all(one["good"] for one in take.figures["crossings"]),
        "level": found.level_good,
        "seam": found.good,
        "literal": found.literally_good,
        "untouched": untouched(whole.audio[:, :samples], clip.beats).good,
        "figures": take.figures["seam"],
        "crossings": take.figures["crossings"],
        "seconds": take.figures["seconds"],
    }


def untouched(audio: NDArray[np.floating], beats: int) -> SeamFigures:
    """The seam of a clip (channels, n) that is only cut and played round."""
    beat = audio.shape[1] / beats
    return measure_seam(audio, np.round(np.arange(4, beats, 4) * beat).astype(int), round(beat))


VERDICTS = ("length", "exact", "crossing", "level", "seam")
"""What a row says pass or FAIL of; two more are only counted."""


def line(one: dict[str, Any]) -> str:
    """One row of the table."""
    verdicts = " ".join(f"{name} {'pass' if one[name] else 'FAIL'}" for name in VERDICTS)
    crossings = ", ".join(f"{c['hole_db']:.1f} dB {c['step']:.2f}" for c in one["crossings"])
    seam = " ".join(
        f"{name} {'-' if value is None else format(float(value), '.2f')}"
        for name, value in one["figures"].items()
    )
    return f"{one['clip']:20s} {verdicts} | {crossings} | {seam} | {one['seconds']:.1f} s"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Loops of recorded music, measured.")
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv")
    parser.add_argument("--use", choices=USES, default="repair")
    parser.add_argument("--loop-by", choices=LOOPINGS, default="circular")
    parser.add_argument("--iterations", type=int, help="the preset's own when not given")
    parser.add_argument("--limit", type=int, default=1000, help="only the first clips")
    parser.add_argument("--json", type=Path, help="write all figures here")
    given = parser.parse_args()
    with (given.data / "manifest.csv").open(encoding="utf-8") as rows:
        clips = [given.data / row["file"] for row in csv.DictReader(rows)][: given.limit]
    engine = load("auto")
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for clip in map(cut, clips):
            take = render(engine, clip, given.use, Path(folder), given.loop_by, given.iterations)
            found.append(measured(clip, take, given.use))
            print(line(found[-1]), flush=True)
    engine.close()
    for name in (*VERDICTS, "literal", "untouched"):
        print(f"{name}: {sum(bool(one[name]) for one in found)} of {len(found)}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
