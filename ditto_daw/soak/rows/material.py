"""Curves, MIDI files and recordings of every kind, whole and damaged."""

from __future__ import annotations

import io
import itertools
import math
import os
import random
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from ditto_daw.errors import BadRequest, DittoError
from ditto_daw.files.audiofile import read_region
from ditto_daw.files.midifile import notes_from_file
from ditto_daw.files.resampling import resample
from ditto_daw.music.curves import clean_points
from ditto_daw.soak.base import Line, row
from ditto_daw.soak.ground import LIGHT, Ground, calling, quiet
from ditto_daw.soak.noise import mutated

HERTZ, CENT = 440.0, 1.0
LOSSLESS = {"WAV": ("PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"), "FLAC": ("PCM_16", "PCM_24")}
LOSSLESS |= {"AIFF": ("PCM_16", "PCM_24"), "RF64": ("PCM_24",)}
RATES = (8_000, 22_050, 44_100, 48_000, 96_000, 192_000)
LENGTHS = (1, 2, 5, 14, 30, 60, 180, 600)
"""Seconds."""


@row
def automation(ground: Ground) -> Iterator[Line]:
    """Points of a lane: what is no number is refused by its index, and any order is one curve."""
    count, rng = ground.count(10_000), random.Random(9)
    same = named = 0
    for _ in range(count):
        points = [
            [rng.randrange(64) / 4, rng.uniform(-60, 60)] for _ in range(rng.randrange(1, 40))
        ]
        shuffled = rng.sample(points, len(points))
        same += clean_points(points, "p", -60, 60) == clean_points(shuffled, "p", -60, 60)
        at = rng.randrange(len(points))
        points[at][rng.randrange(2)] = rng.choice((math.nan, math.inf, -math.inf))
        try:
            clean_points(points, "p", -60, 60)
        except BadRequest as error:
            named += error.argument == f"p[{at}]"
    yield Line(
        f"{count:,} lanes in two orders, then with a value that is no number",
        f"{count:,} the same curve, {count:,} refused by index",
        f"{same:,} the same, {named:,} by index",
        same == named == count,
    )


@row
def damaged_files(ground: Ground) -> Iterator[Line]:
    """MIDI files and recordings with bytes changed, lost and added: read, or refused by name."""
    place, rng = ground.place("damaged"), random.Random(10)
    melody = (files("ditto_daw") / "material" / "melody.mid").read_bytes()
    yield _damaged("MIDI files", [melody], ground.count(5000), rng, place, notes_from_file)
    tone = _tone(8_000, 2, 0.5)
    recordings = [_written(form, None, tone, 8_000) for form in ("WAV", "AIFF", "FLAC", "OGG")]
    recordings.append(_written("MP3", None, tone, 8_000))
    yield _damaged("recordings", recordings, ground.count(5000), rng, place, read_region)


def _damaged(
    what: str,
    good: list[bytes],
    count: int,
    rng: random.Random,
    place: Path,
    read: Callable[[Path], Any],
) -> Line:
    path, answered, refused = place / "file", 0, 0
    for _ in range(count):
        path.write_bytes(mutated(rng, rng.choice(good)))
        os.utime(path, (0, 0))  # a fresh one is looked at twice, for it may be growing
        try:
            with quiet():
                read(path)
        except DittoError as error:
            refused += bool(error.argument)
        except Exception:
            continue
        answered += 1
    return Line(
        f"{count:,} damaged {what}",
        f"{count:,} read or refused by field",
        f"{answered:,}, {refused:,} of them refused",
        answered == count,
    )


@row
def formats(ground: Ground) -> Iterator[Line]:
    """Every format, rate and width: each frame of it, at its pitch."""
    place, whole, tried, worst = ground.place("formats"), 0, 0, 0.0
    rates = RATES if ground.scale >= 1 else (44_100, 48_000)
    for form, rate, channels in itertools.product((*LOSSLESS, "OGG", "MP3"), rates, (1, 2)):
        if form == "MP3" and rate > 48_000:  # which MP3 does not know
            continue
        for subtype in LOSSLESS.get(form, (None,)):
            tone, path = _tone(rate, channels, 1.0), place / "tone"
            path.write_bytes(_written(form, subtype, tone, rate))
            os.utime(path, (0, 0))
            heard = read_region(path)
            mono = resample(heard.audio[:1].astype(np.float64), rate, 44_100, 44_100)[0]
            worst = max(worst, abs(1200 * math.log2(_pitch(mono, 44_100) / HERTZ)))
            tried += 1
            whole += heard.rate == rate and heard.audio.shape == tone.shape
    yield Line(
        f"{tried} kinds of recordings, {rates[0] / 1000:g} to {rates[-1] / 1000:g} kHz, brought to"
        " 44.1 kHz",
        f"{tried} of exact frames, pitch within {CENT:g} cent",
        f"{whole} exact, at most {worst:.3f} cent off",
        whole == tried and worst <= CENT,
    )


@row
def lengths(ground: Ground) -> Iterator[Line]:
    """Clips from a second to ten minutes, continued by half of themselves; with `--model` the joins
    count too."""
    place, exact, joins, good = ground.place("lengths"), 0, 0, 0
    listened = ground.engine != LIGHT
    chosen = LENGTHS if ground.scale >= 1 else LENGTHS[:3]
    with ground.serving(place, ground.engine) as daemon, calling(daemon.port) as client:
        for seconds in chosen:
            clip = place / f"{seconds}.flac"
            soundfile.write(clip, 0.5 * _tone(44_100, 2, seconds / 1.5).T, 44_100)
            request: dict[str, Any] = {"kind": "clip", "use": "continue", "iterations": 0}
            request["samples"] = 44_100 * seconds
            take = client.render(request | {"source": {"path": str(clip)}}).takes[0]
            exact += soundfile.info(take.path).frames == take.samples == request["samples"]
            crossings = take.figures.get("crossings", [])
            joins, good = joins + len(crossings), good + sum(one["good"] for one in crossings)
    yield Line(
        f"clips of {', '.join(map(str, chosen))} s",
        f"{len(chosen)} of exact length" + (", every join within its measure" * listened),
        f"{exact} exact" + (f", {good} of {joins} joins" * listened),
        exact == len(chosen) and good == joins and (joins > 0) == listened,
    )


def _tone(rate: int, channels: int, seconds: float) -> NDArray[np.float64]:
    """A quiet tone (channels, samples)."""
    samples = np.arange(round(rate * seconds))
    return np.tile(0.25 * np.sin(2 * np.pi * HERTZ * samples / rate), (channels, 1))


def _written(form: str, subtype: str | None, audio: NDArray[np.float64], rate: int) -> bytes:
    """A file's bytes."""
    file = io.BytesIO()
    soundfile.write(file, audio.T, rate, subtype, format=form)
    return file.getvalue()


def _pitch(audio: NDArray[np.float64], rate: int) -> float:
    """Hertz of a lone tone (n,): the peak of its spectrum, between bins by a parabola."""
    spectrum = np.log(np.abs(np.fft.rfft(audio * np.hanning(len(audio)))) + 1e-12)
    top = int(np.argmax(spectrum))
    left, middle, right = spectrum[top - 1 : top + 2]
    return float((top + 0.5 * (left - right) / (left - 2 * middle + right)) * rate / len(audio))
