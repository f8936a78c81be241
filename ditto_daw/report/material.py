"""Lanes and lead sheets that the figures of control are measured with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ditto_daw.files.midifile import notes_from_file

BUNDLED_MELODY = Path(__file__).resolve().parents[1] / "material" / "melody.mid"
LEAD_SHEETS = Path("../shared/data/symbolic/lead_sheets.json")
SHAPES = ("linear", "tanh", "cosine")
DEPTHS_DB = (6.0, 9.0, 12.0)
POINTS = 65
BAR = 4
FEWEST_NOTES, LEAST_SOUNDING = 6, 0.6
"""A stretch of a lead sheet needs this many notes, and this share of it must sound."""


@dataclass(frozen=True)
class Lane:
    """One intensity curve: a name for the table, and points as a request takes them."""

    name: str
    points: list[list[float]]


@dataclass(frozen=True)
class Tune:
    """A melody on channel 1 of notes as a request takes them; chords, if any, on channel 2."""

    name: str
    notes: list[list[Any]]


def lanes(quarters: float, depths: tuple[float, ...] = DEPTHS_DB) -> list[Lane]:
    """Rises of three shapes and of every depth (dB) over a loop, and each of them flipped."""
    place = np.linspace(0.0, 1.0, POINTS)
    shapes = {
        "linear": 2.0 * place - 1.0,
        "tanh": np.tanh(6.0 * (place - 0.5)) / np.tanh(3.0),
        "cosine": -np.cos(2.0 * np.pi * place),
    }
    found = []
    for depth in depths:
        for shape in SHAPES:
            for flipped in (False, True):
                values = depth * shapes[shape] * (-1.0 if flipped else 1.0)
                points = np.stack([place * quarters, values], axis=1).tolist()
                found.append(Lane(f"{shape}{' flipped' if flipped else ''} {depth:g} dB", points))
    return found


def tunes(quarters: float, sheets: Path = LEAD_SHEETS) -> list[Tune]:
    """The first full stretch of every lead sheet in 4/4, or the bundled melody in twelve keys."""
    if not sheets.is_file():
        bundled = [note.to_list() for note in notes_from_file(BUNDLED_MELODY)]
        return [Tune(f"melody.mid {up:+d}", _higher(bundled, up)) for up in range(-6, 6)]
    pieces = json.loads(sheets.read_text(encoding="utf-8"))["pieces"]
    found = [_stretch(piece, quarters) for piece in pieces if piece["time_sig"] == "4/4"]
    return [tune for tune in found if tune is not None]


def _higher(notes: list[list[Any]], semitones: int) -> list[list[Any]]:
    return [[start, length, pitch + semitones, *rest] for start, length, pitch, *rest in notes]


def _stretch(piece: dict[str, Any], quarters: float) -> Tune | None:
    """The first whole bars of a piece in which enough sounds."""
    begin = float(piece["pickup"] or 0.0)
    while begin + quarters <= piece["beats"]:
        notes = _within(piece["notes"], begin, quarters)
        if len(notes) >= FEWEST_NOTES and sum(row[1] for row in notes) >= LEAST_SOUNDING * quarters:
            return Tune(piece["title"], notes + _chords(piece["chords"], begin, quarters))
        begin += BAR
    return None


def _within(notes: list[list[float]], begin: float, quarters: float) -> list[list[Any]]:
    """Melody notes [start, length, pitch, velocity, channel] that begin inside the stretch."""
    inside = [row for row in notes if begin <= row[0] < begin + quarters and row[2] > 0]
    return [
        [start - begin, min(length, begin + quarters - start), pitch, 100, 0]
        for start, pitch, length in inside
        if length > 0
    ]


def _chords(chords: list[list[Any]], begin: float, quarters: float) -> list[list[Any]]:
    """The symbols as notes from C3 upwards, each held until the next one."""
    ends = [chord[0] for chord in chords[1:]] + [begin + quarters]
    rows = []
    for (onset, _, _, _, classes), end in zip(chords, ends, strict=True):
        first, last = max(onset, begin), min(end, begin + quarters)
        if last > first:
            rows += [[first - begin, last - first, 48 + pitch, 80, 1] for pitch in classes]
    return rows
