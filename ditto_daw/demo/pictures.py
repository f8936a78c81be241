"""`python -m ditto_daw.demo.pictures --demo DIR --out docs/pictures`: a finished demo in pictures.

Everything is drawn from the demo's own WAVs and its figures.json; nothing is rendered.
"""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from PIL import Image

from ditto_daw import signal
from ditto_daw.demo.run import FIGURES
from ditto_daw.files.midifile import notes_from_file
from ditto_daw.measures import melody
from ditto_daw.measures.intensity import measure_intensity
from ditto_daw.music.notes import melody_line
from ditto_daw.report import plots

LANE, EXTENSION, MELODY, SEAM = "lane.png", "extension.png", "melody.png", "seam.png"
NAMES = (LANE, EXTENSION, MELODY, SEAM)
COLOURS = 128
"""A picture with a palette has a third of the bytes."""

Audio = NDArray[np.float64]
Job = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Draw the pictures of a demo folder and print their sizes."""
    parser = argparse.ArgumentParser(description="Draw the README's pictures from a demo.")
    parser.add_argument("--demo", type=Path, required=True, help="a folder that the demo wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for the PNGs")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    for name, png in pictures(given.demo).items():
        (given.out / name).write_bytes(png)
        print(f"{given.out / name} {len(png) / 1000:.0f} kB")
    return 0


def pictures(demo: Path) -> dict[str, bytes]:
    """PNGs by file name. FileNotFoundError where the folder is no finished demo."""
    jobs = json.loads((demo / FIGURES).read_text(encoding="utf-8"))["jobs"]
    extended = _take(demo, jobs["extend"])
    drawn = {
        LANE: _lane(demo, jobs["intensity"]),
        EXTENSION: plots.spectrogram(*extended, marks=[_join(jobs["extend"])]),
        MELODY: _melody(demo, jobs["accompany"]),
        SEAM: plots.seam(*extended),
    }
    return {name: with_palette(png) for name, png in drawn.items()}


def with_palette(png: bytes) -> bytes:
    """The same picture in COLOURS colours, transparent where it was."""
    stream = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGBA").quantize(COLOURS, Image.Quantize.FASTOCTREE).save(
            stream, format="png", optimize=True
        )
    return stream.getvalue()


def _lane(demo: Path, job: Job) -> bytes:
    """The lane, the loop under it, and what the same seed did without control."""
    audio, rate = _take(demo, job)
    free, free_rate = _read(demo / "intensity-uncontrolled.wav")
    told = np.array(job["take"]["figures"]["intensity"]["target_db"])
    achieved, before = (
        measure_intensity(loop.mean(axis=0, keepdims=True), hertz, told).achieved
        for loop, hertz in ((audio, rate), (free, free_rate))
    )
    times = np.arange(achieved.size) * signal.HOP / signal.RATE
    target = np.interp(times, np.linspace(0.0, times[-1], told.size), told)
    return plots.curve(times, achieved, target, before)


def _melody(demo: Path, job: Job) -> bytes:
    """Pitch classes of the accompaniment under the line that it was asked to play."""
    audio, rate = _take(demo, job)
    seconds = audio.shape[1] / rate
    energy = melody.chroma(audio, rate)
    tempo = job["request"]["tempo"]["tempos"][0][1]
    quarters = np.linspace(0.0, seconds * tempo / 60.0, energy.shape[1])
    wanted = np.full(energy.shape[1], -1)
    for note in melody_line(notes_from_file(_midi(demo, job)), "top"):
        wanted[(quarters >= float(note.start)) & (quarters < float(note.end))] = note.pitch % 12
    return plots.chroma(energy, seconds, wanted)


def _join(job: Job) -> float:
    """Seconds at which the clip ends and the new bars begin."""
    source = job["request"]["source"]
    return float(source["end"]) - float(source["start"])


def _take(demo: Path, job: Job) -> tuple[Audio, int]:
    return _read(demo / Path(job["take"]["path"]).name)


def _midi(demo: Path, job: Job) -> Path:
    """The demo's own copy of the clip where it has one: the folder may have been moved."""
    path = Path(job["request"]["midi"]["path"])
    copy = demo / path.name
    return copy if copy.is_file() else path


def _read(path: Path) -> tuple[Audio, int]:
    audio, rate = soundfile.read(path, dtype="float64", always_2d=True)
    return audio.T, rate


if __name__ == "__main__":
    raise SystemExit(main())
