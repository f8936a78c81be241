"""The demo's page: every take to hear, to see, and in figures beside what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from ditto_daw.demo.scenes import Material, Scene
from ditto_daw.events import Take
from ditto_daw.files.midifile import notes_from_file
from ditto_daw.measures import melody
from ditto_daw.music.notes import melody_line
from ditto_daw.report import Section, page, picture, player, plots, table

Row = tuple[str, str, str, bool | None]
"""Name, achieved, without control, and whether the figure is within its limit."""


@dataclass(frozen=True)
class Result:
    """A finished job: its take, its sound before control (None for none), seconds it took."""

    scene: Scene
    take: Take
    before: Path | None
    seconds: float


def sheet(given: Material, results: list[Result], seconds: float) -> str:
    """The whole page as HTML."""
    lead = (
        f"Four jobs, sent over OSC to a daemon on this machine, in {seconds:.0f} seconds."
        f" The clip counts as {given.bars} bars at {given.tempo:.5g} quarters a minute."
    )
    start = Section("What went in", "The clip as it came.", (player(given.clip, given.clip.name),))
    return page("ditto-daw demo", [start, *(_section(given, result) for result in results)], lead)


def figure_rows(result: Result) -> list[Row]:
    """Every figure of a take in words."""
    told = result.take.figures
    rows: list[Row] = [
        (
            "length",
            f"{result.take.samples} of {told['wanted_samples']} samples",
            "",
            result.take.samples == told["wanted_samples"],
        )
    ]
    if "intensity" in told:
        rows.append(_pair("intensity error", told["intensity"], "{:.2f} dB²"))
    if "melody" in told:
        rows.append(_pair("melody accuracy", told["melody"], "{:.0%}"))
    seam = told["seam"]
    rows.append(("seam: step at the wrap", _words(seam["step"], "{:.2f} × p99.9"), "", None))
    rows.append(("seam: flux at the wrap", _words(seam["flux"], "{:.2f} × bar lines"), "", None))
    beats = " / ".join(_words(seam[name], "{:+.1f} dB") for name in ("before_db", "after_db"))
    rows.append(("seam: beats beside the wrap", beats, "", None))
    names = ("kept to new", "new to kept")
    for name, crossing in zip(names, told["crossings"], strict=False):
        words = f"deepest hole {crossing['hole_db']:.1f} dB, step {crossing['step']:.2f}"
        rows.append((f"crossing, {name}", words, "", bool(crossing["good"])))
    rows.append(("time", f"{result.seconds:.1f} s", "", None))
    return rows


def _pair(name: str, figure: dict[str, Any], form: str) -> Row:
    return name, _words(figure["achieved"], form), _words(figure.get("uncontrolled"), form), None


def _words(value: float | None, form: str) -> str:
    return "–" if value is None else form.format(value)


def _section(given: Material, result: Result) -> Section:
    audio, rate = soundfile.read(result.take.path, always_2d=True)
    audio = audio.T
    seconds = audio.shape[1] / rate
    told, request = result.take.figures, result.scene.request
    blocks = [player(result.take.path, "The result, as a loop", loop=True)]
    if result.before:
        blocks.append(player(result.before, "The same seed before control", loop=True))
    marks = [given.seconds / 2] if request["use"] == "extend" else []
    if request["use"] == "repair":
        marks = [seconds - float(request["repair_beats"]) * 60.0 / given.tempo]
    blocks.append(picture(plots.spectrogram(audio, rate, marks), "Spectrogram"))
    if "intensity" in told:
        blocks.append(_lane(told["intensity"], seconds))
    if "melody" in told:
        blocks.append(_notes(given, audio, rate, seconds))
    blocks.append(picture(plots.seam(audio, rate), "The wrap: end, then beginning"))
    blocks += [picture(plots.seam(audio, rate, at), "From kept to new audio") for at in marks]
    rows = figure_rows(result)
    heads = ("figure", "achieved", "without control")
    blocks.append(table(heads, [row[:3] for row in rows], [row[3] for row in rows]))
    return Section(result.scene.title, result.scene.lead, tuple(blocks))


def _lane(figure: dict[str, Any], seconds: float) -> str:
    times = np.linspace(0.0, seconds, len(figure["target_db"]))
    return picture(
        plots.curve(times, figure["achieved_db"], figure["target_db"]),
        "Intensity: the lane and the result",
    )


def _notes(given: Material, audio: np.ndarray, rate: int, seconds: float) -> str:
    """Chroma of the result under the line of the MIDI clip."""
    energy = melody.chroma(audio, rate)
    quarters = np.linspace(0.0, seconds * given.midi_tempo / 60.0, energy.shape[1])
    wanted = np.full(len(quarters), -1)
    for note in melody_line(notes_from_file(given.midi), "top"):
        wanted[(quarters >= note.start) & (quarters < note.end)] = note.pitch % 12
    return picture(plots.chroma(energy, seconds, wanted), "Pitch classes, and the melody asked for")
