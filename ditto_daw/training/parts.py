"""The five players: each turns a figure and a harmony into notes, bar by bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from ditto_daw.training.styles import Meter, Mood, Style, accent, fit, grounded
from ditto_daw.training.theory import Chord, in_scale, nearest, voicing

STEP = 0.25
DRUM_NOTES = {
    "kick": 36, "rim": 37, "snare": 38, "clap": 39, "hat": 42, "pedal": 44, "open": 46,
    "crash": 49, "ride": 51, "tamb": 54, "conga": 63, "shaker": 70, "perc": 75,
}  # fmt: skip
BACKBEAT = ("snare", "clap", "rim")
"""Voices that answer the first beat; the others stress it."""
TOMS = (48, 45, 41)
FORCE = {"X": 1.0, "x": 0.75, "o": 0.35}


@dataclass(frozen=True)
class Event:
    """A note in quarters, before swing and human timing."""

    start: float
    length: float
    pitch: int
    velocity: float


@dataclass(frozen=True)
class Bar:
    """A bar of the form: where it begins, how much goes on, and whether a section turns here."""

    index: int
    start: float
    energy: float
    first: bool
    last: bool
    drums: bool = True
    """Whether drums play in it: where none do, the other roles mark its first beat."""


@dataclass(frozen=True)
class Piece:
    """What all players share."""

    style: Style
    mood: Mood
    meter: Meter
    bar: float
    scale: tuple[int, ...]
    """Pitch classes of the key."""
    chord_at: Callable[[float], Chord]
    chord_end: Callable[[float], float]


def figures(drawn: str, piece: Piece, sign: str) -> dict[bool, str]:
    """A drawn figure in the piece's meter: as it is over drums, and grounded where there are none.

    Off-beat figures need a beat to be heard against: without one they would be heard as on it.
    """
    steps = round(piece.bar / STEP)
    carried = fit(drawn, piece.meter)
    return {True: carried, False: grounded(carried, steps, sign)}


def onsets(figure: str, bar: Bar, steps: int) -> Iterator[tuple[int, str, int]]:
    """(step, sign, held steps) of every note of a bar; figures of two bars alternate."""
    turns = len(figure) // steps
    text = figure[(bar.index % turns) * steps :][:steps]
    for step, sign in enumerate(text):
        if sign not in ".-":
            held = 1
            while step + held < steps and text[step + held] == "-":
                held += 1
            yield step, sign, held


def drums(piece: Piece, bars: list[Bar], rng: Random) -> list[Event]:
    """A groove with ghost notes thinned by density, fills at section ends, crashes after them."""
    steps = round(piece.bar / STEP)
    groove = {v: fit(f, piece.meter) for v, f in rng.choice(piece.style.drums).items()}
    groove["kick"] = grounded(groove.get("kick", "." * steps), steps, "X")
    notes: list[Event] = []
    for bar in bars:
        fills = bar.last and bar.energy > 0.4 and rng.random() < 0.6
        fill_from = steps - rng.choice((2, 4, 4, 8)) if fills else steps
        for voice, figure in groove.items():
            if bar.energy < 0.35 and voice not in ("kick", "hat", "ride", "shaker"):
                continue
            for step, sign, _ in onsets(figure, bar, steps):
                ghost = step and sign == "o" and rng.random() > piece.mood.density
                if ghost or (step >= fill_from and voice != "kick"):
                    continue
                stress = accent(step, piece.meter)
                if voice in BACKBEAT:
                    stress = max(stress, 0.7)
                elif step == 0:
                    sign = "X"
                elif voice == "kick":
                    stress *= 0.85
                force = FORCE[sign] * stress * rng.uniform(0.94, 1.0)
                start = bar.start + step * STEP
                notes.append(Event(start, STEP, DRUM_NOTES[voice], force))
        if fills:
            notes += _fill(bar, range(fill_from, steps), piece.style.triplets, rng)
        if bar.first and bar.index and rng.random() < 0.6:
            notes.append(Event(bar.start, 4 * STEP, DRUM_NOTES["crash"], rng.uniform(0.5, 0.8)))
    return notes


def _fill(bar: Bar, steps: range, eighths: bool, rng: Random) -> list[Event]:
    """Strokes that grow towards the next bar, on eighths where those are what swings."""
    kind = rng.choice(("roll", "toms", "stutter"))
    notes = []
    for i, step in enumerate(steps):
        if (eighths or kind == "stutter") and step % 2:
            continue
        pitch = TOMS[3 * i // len(steps)] if kind == "toms" else DRUM_NOTES["snare"]
        force = 0.35 + 0.3 * i / len(steps)
        notes.append(Event(bar.start + step * STEP, STEP, pitch, force))
    return notes


def bass(piece: Piece, bars: list[Bar], rng: Random) -> list[Event]:
    """Roots, fifths, octaves, walking steps and approaches under the harmony."""
    steps = round(piece.bar / STEP)
    figure = grounded(fit(rng.choice(piece.style.bass), piece.meter), steps, "R")
    centre = rng.choice((33, 36, 38, 40))
    notes: list[Event] = []
    last = centre
    for bar in bars:
        for step, sign, held in onsets(figure, bar, steps):
            start = bar.start + step * STEP
            chord = piece.chord_at(start)
            root = nearest(chord.root, centre)
            if sign == "A":
                goal = nearest(piece.chord_at(bar.start + piece.bar).root, centre)
                pitch = goal + rng.choice((-1, 1, -2, 7))
            elif sign == "W":
                pitch = in_scale(last + rng.choice((-4, -3, 3, 4)), chord.tones)
                pitch = min(max(pitch, centre - 8), centre + 14)
            else:
                tone = {"F": 2, "T": 1}.get(sign, 0)
                pitch = root + (chord.tones[tone] - chord.root) % 12 + 12 * (sign == "O")
            last = pitch
            root_like = 1.0 if sign in "RW" else 0.85
            length = min(held * STEP, piece.chord_end(start) - start)
            length *= 0.95 if held > 1 else 0.8
            force = root_like * accent(step, piece.meter) * rng.uniform(0.92, 1.0)
            notes.append(Event(start, length, pitch, force))
    return notes


def chords(piece: Piece, bars: list[Bar], rng: Random) -> list[Event]:
    """The harmony in close position, struck or broken by a figure."""
    drawn = rng.choice(piece.style.chords)
    played = figures(drawn, piece, "0" if "0" in drawn else "x")
    centre = rng.choice((55, 58, 60, 62, 64))
    steps = round(piece.bar / STEP)
    notes: list[Event] = []
    previous: tuple[int, ...] = ()
    for bar in bars:
        for step, sign, held in onsets(played[bar.drums], bar, steps):
            start = bar.start + step * STEP
            pitches = voicing(piece.chord_at(start).tones, previous, centre)
            previous = pitches
            length = min(held * STEP, piece.chord_end(start) - start) * 0.92
            force = rng.uniform(0.92, 1.0) * accent(step, piece.meter)
            if sign.isdigit():
                turn, tone = divmod(int(sign), len(pitches))
                notes.append(Event(start, length * 1.5, pitches[tone] + 12 * turn, force))
                if step == 0:
                    notes.append(Event(start, 4 * STEP, pitches[0] - 12, force))
            else:
                notes += [Event(start, length, pitch, force) for pitch in pitches]
    return notes


def pad(piece: Piece, bars: list[Bar], rng: Random) -> list[Event]:
    """Each chord held to its end, struck anew at every bar line."""
    centre = rng.choice((60, 64, 67, 72))
    notes: list[Event] = []
    previous: tuple[int, ...] = ()
    for bar in bars:
        at = bar.start
        while at < bar.start + piece.bar - 1e-6:
            pitches = voicing(piece.chord_at(at).tones[:4], previous, centre)
            previous = pitches
            end = min(piece.chord_end(at), bar.start + piece.bar)
            force = 0.9 if at == bar.start else 0.5
            notes += [Event(at, 0.98 * (end - at), pitch, force) for pitch in pitches]
            at = end
    return notes


def lead(piece: Piece, bars: list[Bar], rng: Random) -> list[Event]:
    """A motif of one or two bars that returns, with chord tones on the beats.

    Its contour is a bounded walk; every fourth bar answers with another contour.
    """
    drawn = rng.choice(piece.style.lead)
    played = figures(drawn, piece, "0" if "0" in drawn else "x")
    steps = round(piece.bar / STEP)
    beat = 6 if piece.meter == (6, 8) else 4
    centre = rng.choice((69, 72, 74, 76, 79))
    contours = [_contour(len(played[True]), rng) for _ in range(2)]
    notes: list[Event] = []
    for bar in bars:
        contour = contours[bar.index % 4 == 3]
        figure = played[bar.drums]
        offset = (bar.index % max(1, len(figure) // steps)) * steps
        chosen = list(onsets(figure, bar, steps))
        for number, (step, sign, held) in enumerate(chosen):
            start = bar.start + step * STEP
            tones = piece.chord_at(start).tones
            if sign.isdigit():
                ladder = sorted(nearest(tone, centre) for tone in tones)
                turn, tone = divmod(int(sign), len(ladder))
                pitch = ladder[tone] + 12 * turn
            else:
                goal = round(centre + contour[offset + step])
                strong = step % beat == 0 or number == len(chosen) - 1
                pitch = in_scale(goal, tones[:3] if strong else piece.scale)
            length = held * STEP * (0.95 if held > 1 else 0.85)
            force = accent(step, piece.meter) * rng.uniform(0.92, 1.0)
            notes.append(Event(start, length, pitch, force))
    return notes


def _contour(length: int, rng: Random) -> list[float]:
    """A walk in semitones that is drawn back to its centre."""
    height, walk = 0.0, []
    for _ in range(length):
        height += rng.choice((-5, -3, -2, -2, -1, 0, 1, 2, 2, 3, 4)) - 0.15 * height
        walk.append(height)
    return walk


PLAYERS: dict[str, Callable[[Piece, list[Bar], Random], list[Event]]] = {
    "drums": drums,
    "bass": bass,
    "chords": chords,
    "lead": lead,
    "pad": pad,
}
