"""Compose a clip from genre, mood, key, meter, tempo and roles: seeded, with all truth kept."""

from __future__ import annotations

import dataclasses
import math
from random import Random

import numpy as np
from numpy.typing import NDArray

from ditto_daw.training.genres import STYLES
from ditto_daw.training.parts import PLAYERS, Bar, Event, Piece
from ditto_daw.training.score import Note, Score, Span, Timeline
from ditto_daw.training.styles import MOODS, Mood, Style
from ditto_daw.training.theory import MAJOR_SCALES, SCALES, Chord, chord, tonic_and_mode
from ditto_daw.vocabulary import METERS, ROLES

Quarters = NDArray[np.float64]

ELECTRONIC = ("house", "techno", "drum and bass")
HUMAN = 0.0012
TIMING_LIMIT = 0.003
"""Players stray from the grid by at most so many seconds, electronic ones much less."""
SWING_LIMIT = 0.007
"""Sixteenths swing by at most so many seconds: they stay on the straight grid to the ear. Eighths
swing to exact triplets, which are a grid of their own."""


def default_tempo(genre: str, mood: str, rng: Random) -> float:
    """A tempo of the genre, towards its fast or slow end by mood."""
    low, high = STYLES[genre].tempo
    share = min(max(rng.gauss(MOODS[mood].speed, 0.25), 0.0), 1.0)
    return low + share * (high - low)


def compose(
    genre: str,
    mood: str,
    key: str,
    meter: tuple[int, int] = (4, 4),
    tempo: float | None = None,
    seconds: float = 24.0,
    roles: tuple[str, ...] = ROLES,
    seed: int = 0,
    *,
    plain: bool = False,
) -> Score:
    """Compose `seconds` of music; the same arguments give the same score.

    The clip is cut from a longer form at a random place, a tenth of clips change tempo and a third
    are automated in level. `plain` begins on a first beat and does none of this, with every role
    playing throughout. Raises ValueError for a word outside the vocabulary.
    """
    _check(genre, mood, meter, roles)
    rng = Random(f"{genre}/{mood}/{key}/{meter}/{seed}")
    style, temper = STYLES[genre], MOODS[mood]
    bar = meter[0] * 4 / meter[1]
    bpm = tempo if tempo is not None else default_tempo(genre, mood, rng)
    begin = 0.0 if plain else rng.uniform(0, 8 * bar)
    timeline = _timeline(bpm, bar, begin, seconds, steady=plain or rng.random() > 0.1, rng=rng)
    bars = _form(timeline, bar, seconds, rng, plain)
    piece, spans = _harmony(style, temper, key, meter, bar, bars, rng)
    present = _arrangement(bars, roles, rng, plain)
    bars = [dataclasses.replace(b, drums="drums" in present[b.index]) for b in bars]
    swing = _swing(style, meter, bpm, rng)
    loose = (0.0005 if genre in ELECTRONIC else HUMAN) * (0 if plain else 1)
    parts: dict[str, tuple[Note, ...]] = {}
    for role in ROLES:
        player = Random(f"{role}/{rng.random()}")
        events = PLAYERS[role](piece, [b for b in bars if role in present[b.index]], player)
        if role not in roles:
            events = []
        force = {b.index: 0.5 + 0.5 * b.energy for b in bars}
        parts[role] = _perform(events, timeline, style, swing, loose, role, force, rng)
    heard = [s for s in spans if set(present[math.floor(s.start / bar + 1e-6)]) - {"drums"}]
    starts = [timeline.second(b.start) for b in bars if b.first]
    lines = [timeline.second(b.start) for b in bars]
    return Score(
        genre,
        mood,
        key,
        meter,
        seconds,
        timeline,
        parts,
        _sounds(style, rng),
        tuple(heard),
        () if plain else _levels(starts, lines, seconds, rng),
        () if plain else _sweep(genre, starts, seconds, rng),
        temper.brightness + rng.uniform(-0.5, 0.5),
        -18 + 6 * (temper.force - 0.75) + rng.uniform(-2.5, 2.5),
        style.sidechain * rng.choice((0.0, 1.0, 1.0)),
        seed,
    )


def _check(genre: str, mood: str, meter: tuple[int, int], roles: tuple[str, ...]) -> None:
    for word, known in ((genre, tuple(STYLES)), (mood, tuple(MOODS)), (meter, METERS)):
        if word not in known:
            raise ValueError(f"{word!r} is not one of {', '.join(map(str, known))}.")
    if not roles or set(roles) - set(ROLES):
        raise ValueError(f"Roles {roles!r} must be some of {', '.join(ROLES)}.")


def _timeline(
    bpm: float, bar: float, begin: float, seconds: float, steady: bool, rng: Random
) -> Timeline:
    """Constant tempo, or a step at a bar line, or a ramp in steps of a quarter."""
    first = math.floor(begin / bar - 2) * bar
    count = math.ceil((seconds / 60 * bpm * 1.4 + begin - first) / bar + 4)
    points = first + np.arange(0, count * bar + 0.5, 1.0)
    tempi = np.full(len(points) - 1, bpm)
    if not steady:
        ratio = rng.choice((0.8, 0.85, 0.9, 0.95, 1.05, 1.1, 1.15, 1.25))
        middle = round((begin + seconds / 60 * bpm * rng.uniform(0.2, 0.8)) / bar) * bar
        width = rng.choice((0.0, 4 * bar))
        progress = np.clip((points[:-1] - middle) / width, 0, 1) if width else points[:-1] >= middle
        tempi = bpm * ratio ** np.asarray(progress, float)
    at = np.concatenate([[0.0], np.cumsum(60 / tempi)])
    return Timeline(points, at - np.interp(begin, points, at), bar)


def _form(tl: Timeline, bar: float, seconds: float, rng: Random, plain: bool) -> list[Bar]:
    """Bars in sections of four or eight, each with its own energy."""
    first = math.floor(float(tl.at(np.array([0.0]))[0]) / bar + 1e-9) - (0 if plain else 1)
    last = math.ceil(float(tl.at(np.array([seconds]))[0]) / bar - 1e-9)
    bars: list[Bar] = []
    length, done, energy = rng.choice((4, 4, 4, 8)), 0, rng.uniform(0.5, 1.0)
    done = 0 if plain else first % 4
    for index in range(first, last):
        start = done == 0
        done += 1
        end = done == length
        bars.append(Bar(index, index * bar, 0.8 if plain else energy, start, end))
        if end:
            done, length = 0, rng.choice((4, 4, 8))
            energy = rng.choice((0.3, 0.5, 0.7, 0.85, 1.0, 1.0))
    return bars


def _arrangement(
    bars: list[Bar], roles: tuple[str, ...], rng: Random, plain: bool
) -> dict[int, tuple[str, ...]]:
    """Which roles play in each bar: some sections leave some out, never all."""
    present: dict[int, tuple[str, ...]] = {}
    playing = roles
    for bar in bars:
        if (bar.first or not present) and not plain:
            playing = roles
            if rng.random() < 0.4 and len(roles) > 1:
                kept = tuple(r for r in roles if rng.random() < 0.65)
                playing = kept or (rng.choice(roles),)
        present[bar.index] = playing
    return present


def _harmony(
    style: Style,
    mood: Mood,
    key: str,
    meter: tuple[int, int],
    bar: float,
    bars: list[Bar],
    rng: Random,
) -> tuple[Piece, list[Span]]:
    tonic, mode = tonic_and_mode(key)
    family = [s for s in SCALES if (s in MAJOR_SCALES) == (mode == "major")]
    scales = [s for s in mood.scales if s in family]
    scales += [s for s in style.scales.get(mode, ()) if s in family]
    scale = rng.choice(scales or [family[0]])
    degrees = rng.choice(style.progressions[mode])
    span = rng.choice(style.bars_per_chord) * bar
    if meter != (4, 4):
        span = max(span, bar)
    size = rng.choice(style.chord_size)
    built = [chord(tonic, scale, degree, size) for degree in degrees]

    def chord_at(quarter: float) -> Chord:
        return built[math.floor(quarter / span + 1e-6) % len(built)]

    def chord_end(quarter: float) -> float:
        return (math.floor(quarter / span + 1e-6) + 1) * span

    spans, unit = [], min(span, bar)
    for each in bars:
        for i in range(round(bar / unit)):
            at = each.start + i * unit
            spans.append(Span(at, at + unit, chord_at(at).tones))
    classes = tuple(sorted((tonic + step) % 12 for step in SCALES[scale]))
    return Piece(style, mood, meter, bar, classes, chord_at, chord_end), spans


def _swing(style: Style, meter: tuple[int, int], bpm: float, rng: Random) -> float:
    """Where the off-beat falls within its pair: 2/3 exactly, or close to the middle.

    Meters in eighths have no pairs of eighths to swing.
    """
    drawn = rng.uniform(*style.swing)
    if style.triplets:
        return 2 / 3 if meter[1] == 4 else 0.5
    return min(drawn, 0.5 + SWING_LIMIT * bpm / 60 / (2 * style.swing_unit))


def _perform(
    events: list[Event],
    timeline: Timeline,
    style: Style,
    swing: float,
    loose: float,
    role: str,
    force: dict[int, float],
    rng: Random,
) -> tuple[Note, ...]:
    """Swing, human timing and section dynamics; notes in clip seconds, in order."""
    ordered = sorted(events, key=lambda e: (e.start, e.pitch))
    spans = np.array([(e.start, e.start + e.length) for e in ordered]).reshape(-1, 2)
    seconds = timeline.when(_swung(spans, 2 * style.swing_unit, swing)).tolist()
    notes = []
    for event, (start, end) in zip(ordered, seconds, strict=True):
        start += min(max(rng.gauss(0, loose), -TIMING_LIMIT), TIMING_LIMIT)
        level = force.get(math.floor(event.start / timeline.bar + 1e-6), 1.0)
        length = max(end - start, 0.03)
        notes.append(Note(start, length, event.pitch, event.velocity * level, event.start))
    return tuple(notes)


def _swung(quarters: Quarters, pair: float, swing: float) -> Quarters:
    """Where positions fall when the middle of every pair falls at `swing` of it."""
    whole, part = np.divmod(quarters, pair)
    part /= pair
    bent = np.where(part < 0.5, 2 * part * swing, swing + (2 * part - 1) * (1 - swing))
    return (whole + bent) * pair


def _sounds(style: Style, rng: Random) -> dict[str, str]:
    """One sound per role: a kit, an own synth with its variation, or a General MIDI program."""
    sounds = {"drums": f"{rng.choice(style.kits)}:{rng.randrange(8)}"}
    for role, names in style.sounds.items():
        name = rng.choice(names)
        if name.startswith("gm"):
            sounds[role] = f"{rng.choice(('fluid', 'muse'))}:{name[2:]}"
        else:
            sounds[role] = f"{name}:{rng.randrange(6)}"
    return sounds


def _levels(
    starts: list[float], lines: list[float], seconds: float, rng: Random
) -> tuple[tuple[float, float], ...]:
    """Level automation of a third of clips: ramps, fades, or steps at sections and a bar line."""
    if rng.random() > 1 / 3:
        return ()
    kind = rng.choice(("steps", "ramp", "fade in", "fade out", "wave", "drop"))
    if kind == "ramp":
        return ((0.0, rng.uniform(-12, 0)), (seconds, rng.uniform(-12, 0)))
    if kind == "fade in":
        return ((0.0, -24.0), (rng.uniform(3, 14), 0.0))
    if kind == "fade out":
        return ((seconds - rng.uniform(3, 14), 0.0), (seconds, -24.0))
    if kind == "wave":
        turns = sorted(rng.uniform(0, seconds) for _ in range(6))
        return tuple((t, rng.uniform(-14, 0)) for t in turns)
    points: list[tuple[float, float]] = []
    for start in sorted({0.0, *starts, rng.choice(lines)}):
        level = rng.uniform(-12, 0) if kind == "steps" else rng.choice((-14.0, 0.0))
        if points:
            points.append((start - 0.006, points[-1][1]))
        points.append((start, level))
    return tuple(points)


def _sweep(
    genre: str, starts: list[float], seconds: float, rng: Random
) -> tuple[tuple[float, float], ...]:
    """A low-pass that opens or closes over the clip, in a fifth of electronic clips."""
    if genre not in (*ELECTRONIC, "ambient", "hiphop") or rng.random() > 0.2:
        return ()
    points = [0.0, *[s for s in starts if 0 < s < seconds], seconds]
    closed, opened = rng.uniform(300, 900), 16000.0
    ends = [closed if i % 2 else opened for i in range(len(points))]
    if rng.random() < 0.7:
        ends = [*ends[1:], closed if ends[-1] == opened else opened]
    return tuple(zip(points, ends, strict=True))
