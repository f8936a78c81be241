"""Clips of recorded music with the bundled model: `python -m ditto_daw.report.clips --data DIR`.

Of every clip of DIR (a folder with manifest.csv) 8 seconds are taken as 16 beats, and
- continued: as many beats follow them (`after`), or precede them (`before`);
- filled: the first and the last 4 beats are kept and the 8 beats between them made anew (`fill`).
The first clip is also continued to `--seconds` (`long`), 3 minutes unless told, window by window.
Printed for each: length and kept samples equal to what they must be, every join against the
definition of a crossing, the least and the greatest level of the new music's 8 s stretches against
the clip's, and the seconds it took; of the long one also the process' memory after its third window
and the most after that.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from ditto_daw.events import Done, Progress, Take
from ditto_daw.files.audiofile import read_region
from ditto_daw.rendering.engine import Engine, load
from ditto_daw.report.real import Cut, cut
from ditto_daw.requests.request import Request

USES = ("after", "before", "fill", "long")
SETTLED = 3
"""Windows after which no more memory should be needed."""


@dataclass
class Rendered:
    """A take, and the process' resident memory in MB before each window's vocoder."""

    take: Take
    megabytes: list[float] = field(default_factory=list)


def asked(clip: Cut, use: str, seconds: float, folder: Path, iterations: int | None) -> Request:
    """The request of one case."""
    half, quarter = clip.seconds / 2, clip.seconds / 4
    source: dict[str, Any] = {"path": str(clip.path), "end": clip.seconds, "position": 64}
    data: dict[str, Any] = {
        "id": use,
        "kind": "clip",
        "use": "fill" if use == "fill" else "continue",
        "source": source,
        "tempo": {"tempos": [[0, clip.tempo]]},
        "bars": 2 * clip.beats / 4,
        "iterations": iterations,
        "seed": 1,
        "output": {"folder": str(folder)},
    }
    if use == "before":
        data["side"] = "before"
    if use == "long":
        data["bars"] = round(seconds * clip.tempo / 240)
    if use == "fill":
        data["bars"] = clip.beats / 4
        source["end"] = quarter
        data["next"] = {"path": str(clip.path), "start": half + quarter, "end": clip.seconds}
    return Request.from_dict(data)


def rendered(engine: Engine, request: Request) -> Rendered:
    """The take of a request."""
    megabytes, done = [], None
    for event in engine.render(request):
        if isinstance(event, Progress) and event.stage.startswith("vocoding"):
            megabytes.append(psutil.Process().memory_info().rss / 2**20)
        done = event
    if not isinstance(done, Done):
        raise RuntimeError("the render ended without a result")
    return Rendered(done.takes[0], megabytes)


def measured(clip: Cut, use: str, request: Request, made: Rendered) -> dict[str, Any]:
    """Figures of one case, as JSON values."""
    take, file = made.take, read_region(made.take.path)
    named = [one for one in (request.source, request.following) if one is not None]
    clips = [read_region(one.path, one.start, one.end).audio for one in named]
    kept = [file.audio[:, first:last] for first, last in take.figures["kept"]]
    start, end = request.position, request.tempo.bars(request.position, request.bars or 0)
    if use == "before":
        start, end = request.tempo.bars_before(start, request.bars or 0), start
    found: dict[str, Any] = {
        "clip": clip.path.stem,
        "use": use,
        "seconds_long": round(file.audio.shape[1] / file.rate, 2),
        "length": abs(file.audio.shape[1] - request.tempo.length(start, end, file.rate)) <= 1,
        "exact": all(np.array_equal(*pair) for pair in zip(clips, kept, strict=True)),
        "windows": take.figures["windows"],
        "joins": len(take.figures["crossings"]),
        "good": sum(one["good"] for one in take.figures["crossings"]),
        "crossings": take.figures["crossings"],
        "seconds": take.figures["seconds"],
    }
    fresh = np.ones(file.audio.shape[1], dtype=bool)
    for first, last in take.figures["kept"]:
        fresh[first:last] = False
    stretches = np.array_split(file.audio[:, fresh], max(1, round(fresh.sum() / file.rate / 8)), 1)
    own = _decibels(np.concatenate(kept, axis=1))
    levels = [_decibels(stretch) - own for stretch in stretches]
    found["level_db"] = [round(min(levels), 2), round(max(levels), 2)]
    if len(made.megabytes) > SETTLED:
        found["memory_mb"] = [round(made.megabytes[SETTLED]), round(max(made.megabytes[SETTLED:]))]
    return found


def _decibels(audio: NDArray[np.floating]) -> float:
    """RMS of audio (channels, n) in dB."""
    return float(10.0 * np.log10(np.mean(np.square(audio, dtype=np.float64)) + 1e-12))


def line(one: dict[str, Any]) -> str:
    """One row of the table."""
    verdicts = " ".join(f"{name} {'pass' if one[name] else 'FAIL'}" for name in ("length", "exact"))
    deepest = max(join["hole_db"] for join in one["crossings"])
    steepest = max(join["step"] for join in one["crossings"])
    row = (
        f"{one['clip']:20s} {one['use']:6s} {one['seconds_long']:7.2f} s {verdicts} |"
        f" {one['windows']} windows, joins good {one['good']} of {one['joins']}, worst"
        f" {deepest:.1f} dB {steepest:.2f} | level {one['level_db'][0]:+.1f} to"
        f" {one['level_db'][1]:+.1f} dB | {one['seconds']:.0f} s"
    )
    if "memory_mb" in one:
        row += " | memory {} MB after window 3, at most {} MB later".format(*one["memory_mb"])
    return row


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Clips of recorded music, measured.")
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv")
    parser.add_argument("--use", choices=USES, action="append", help="all when not given")
    parser.add_argument("--seconds", type=float, default=180.0, help="of the long one")
    parser.add_argument("--limit", type=int, default=3, help="only the first clips")
    parser.add_argument("--iterations", type=int, help="the preset's own when not given")
    parser.add_argument("--json", type=Path, help="write all figures here")
    given = parser.parse_args()
    with (given.data / "manifest.csv").open(encoding="utf-8") as rows:
        clips = [given.data / row["file"] for row in csv.DictReader(rows)][: given.limit]
    engine, found = load("auto"), []
    with tempfile.TemporaryDirectory() as folder:
        for number, clip in enumerate(map(cut, clips)):
            for use in given.use or USES:
                if use == "long" and number:
                    continue
                request = asked(clip, use, given.seconds, Path(folder), given.iterations)
                found.append(measured(clip, use, request, rendered(engine, request)))
                print(line(found[-1]), flush=True)
    engine.close()
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
