"""Loops of recorded music with the bundled model: `python -m ditto_daw.report.real --data DIR`.

Every clip of DIR (a folder with manifest.csv) is repaired: of at most 8 seconds, taken as 16 beats,
the last 4 are made anew. Printed for each: kept samples equal to the file's, both crossings, the
seam, and the seconds it took.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from ditto_daw.audiofile import audio_info, read_region
from ditto_daw.engine import Engine, load
from ditto_daw.events import Done, Take
from ditto_daw.measures.seam import SeamFigures
from ditto_daw.request import Request

BEATS, REMADE, SECONDS = 16, 4, 8.0


def tempo_of(seconds: float) -> float:
    """Quarters per minute at which a clip is BEATS long, within what a request may say."""
    return min(max(60.0 * BEATS / seconds, 20.0), 400.0)


def repair(engine: Engine, clip: Path, folder: Path) -> Take:
    """The clip with its last beats made anew."""
    seconds = min(audio_info(clip).seconds, SECONDS)
    request = {
        "id": "real",
        "use": "repair",
        "source": {"path": str(clip), "start": 0, "end": seconds},
        "tempo": {"tempos": [[0, tempo_of(seconds)]]},
        "repair_beats": REMADE,
        "seed": 1,
        "output": {"folder": str(folder)},
    }
    *_, done = engine.render(Request.from_dict(request))
    if not isinstance(done, Done):
        raise RuntimeError("the render ended without a result")
    return done.takes[0]


def measured(clip: Path, take: Take) -> dict[str, Any]:
    """Figures of one repaired clip, as JSON values."""
    made = read_region(take.path)
    source = read_region(clip).audio[:, : take.samples]
    kept = take.samples - round(REMADE * 60.0 / tempo_of(take.samples / made.rate) * made.rate) - 1
    seam = {name: np.nan if v is None else v for name, v in take.figures["seam"].items()}
    return {
        "clip": clip.stem,
        "exact": bool(np.array_equal(made.audio[:, :kept], source[:, :kept])),
        "crossings": take.figures["crossings"],
        "crossing_good": all(one["good"] for one in take.figures["crossings"]),
        "seam": take.figures["seam"],
        "seam_good": SeamFigures(**seam).good,
        "seconds": take.figures["seconds"],
    }


def line(one: dict[str, Any]) -> str:
    """One row of the table."""
    crossings = ", ".join(f"{c['hole_db']:.1f} dB {c['step']:.2f}" for c in one["crossings"])
    seam = " ".join(
        f"{name} {'-' if value is None else format(value, '.2f')}"
        for name, value in one["seam"].items()
    )
    verdicts = " ".join(
        f"{name} {'pass' if one[key] else 'FAIL'}"
        for name, key in (("exact", "exact"), ("crossing", "crossing_good"), ("seam", "seam_good"))
    )
    return f"{one['clip']:24s} {verdicts} | {crossings} | {seam} | {one['seconds']:.1f} s"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Repaired loops of recorded music, measured.")
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv")
    parser.add_argument("--limit", type=int, default=1000, help="only the first clips")
    parser.add_argument("--json", type=Path, help="write all figures here")
    given = parser.parse_args()
    with (given.data / "manifest.csv").open(encoding="utf-8") as rows:
        clips = [given.data / row["file"] for row in csv.DictReader(rows)][: given.limit]
    engine = load("auto")
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for clip in clips:
            found.append(measured(clip, repair(engine, clip, Path(folder))))
            print(line(found[-1]), flush=True)
    engine.close()
    for name in ("exact", "crossing_good", "seam_good"):
        print(f"{name}: {sum(one[name] for one in found)} of {len(found)}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
