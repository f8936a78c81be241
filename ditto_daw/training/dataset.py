"""Write a training set: `python -m ditto_daw.training.dataset --out DIR --pieces N --seed S`.

A set is a folder of memory-mapped arrays, created at full size up front and filled in order;
`done.txt` holds the number of finished pieces, so that learning may begin before the end and an
interrupted run goes on where it stopped. With F = 2064 frames (24 s at 44100 / 512):

=================  ========================  =====================================================
file               shape, type               meaning
=================  ========================  =====================================================
mel.npy            (N, F, 160) float16       log10 magnitude of the mono mix (`signal.mel`)
tempo.npy          (N, F) float32            quarters per minute
quarter_phase.npy  (N, F) float16            place in the quarter, counted from the bar's start
bar_phase.npy      (N, F) float16            place in the bar
meter.npy          (N,) uint8                index in METERS
chords.npy         (N, F, 12) uint8          pitch classes of the chord, 0 where only drums play
melody.npy         (N, F) int8               pitch class of the lead, -1 where it rests
melody_pitch.npy   (N, F) int8               MIDI pitch of the lead, -1 where it rests
roles.npy          (N, F) uint8              bit i set while role i plays a note
labels.npy         (N, 8) uint8              genre, mood, key, mask of sounding roles, 0, 0, 0, 0
audio.npy          (K, F * 512) int16        mono audio of the first K pieces (`--audio K`)
=================  ========================  =====================================================
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ditto_daw import signal
from ditto_daw.training.bank import Bank, build
from ditto_daw.training.composer import compose
from ditto_daw.training.memory import keep_freed
from ditto_daw.training.mixer import DEFAULT_BANK, render
from ditto_daw.training.score import Score, truth
from ditto_daw.training.styles import MOODS
from ditto_daw.vocabulary import GENRES, KEYS, METERS, ROLES, TONICS
from ditto_daw.vocabulary import MOODS as MOOD_WORDS

FRAMES = 2064
SAMPLES = FRAMES * signal.HOP
SECONDS = SAMPLES / signal.RATE

RARE = {
    "house": {"pad": 0.5},
    "techno": {"lead": 0.5, "chords": 0.6, "pad": 0.6},
    "hiphop": {"pad": 0.4},
    "lofi": {"pad": 0.4, "lead": 0.8},
    "drum and bass": {"chords": 0.6},
    "pop": {"pad": 0.6},
    "rock": {"pad": 0.25},
    "funk": {"pad": 0.25},
    "jazz": {"pad": 0.1},
    "ambient": {"drums": 0.35, "bass": 0.8},
}
"""How often a full arrangement of a genre uses a role that it can do without."""

FULL = 0.35
"""Share of full arrangements; the others have so many roles with these weights, any of them."""
SUBSET_SIZES = {1: 0.4, 2: 0.3, 3: 0.18, 4: 0.12}

FOUR_FOUR = 0.6
ANY_TEMPO = 0.2
"""Share of pieces whose tempo is drawn from TEMPI, whatever their genre is used to."""
TEMPI = (70.0, 174.0)


@dataclass(frozen=True)
class Brief:
    """What a piece of the set is to be."""

    genre: str
    mood: str
    key: str
    meter: tuple[int, int]
    roles: tuple[str, ...]
    tempo: float | None
    """Quarters per minute; None for one that suits the genre and the mood."""
    seed: int


def brief(number: int, seed: int) -> Brief:
    """The brief of a piece of a set: genres in turn, everything else drawn."""
    rng = Random(f"brief/{seed}/{number}")
    genre = GENRES[number % len(GENRES)]
    mood = rng.choice(MOOD_WORDS)
    mode = "major" if rng.random() < MOODS[mood].major else "minor"
    key = f"{rng.choice(TONICS)} {mode}"
    meter = METERS[0] if rng.random() < FOUR_FOUR else rng.choice(METERS[1:])
    if rng.random() < FULL:
        roles = tuple(r for r in ROLES if rng.random() < RARE[genre].get(r, 1.0))
    else:
        size = rng.choices(tuple(SUBSET_SIZES), tuple(SUBSET_SIZES.values()))[0]
        chosen = rng.sample(ROLES, size)
        roles = tuple(role for role in ROLES if role in chosen)
    tempo = rng.uniform(*TEMPI) if rng.random() < ANY_TEMPO else None
    return Brief(genre, mood, key, meter, roles, tempo, rng.randrange(2**31))


def make(number: int, of_set: int, bank: Bank) -> tuple[Score, NDArray[np.float32]]:
    """Compose and play piece `number` of set `of_set`: the score and mono audio (SAMPLES,)."""
    for attempt in range(8):
        b = brief(number, of_set)
        seed = b.seed + attempt
        score = compose(b.genre, b.mood, b.key, b.meter, b.tempo, SECONDS, b.roles, seed)
        if score.sounding():
            break
    mix, _ = render(score, bank, channels=1)
    return score, mix[0]


def arrays(pieces: int, audio: int) -> dict[str, tuple[tuple[int, ...], Any]]:
    """Shape and type of every array of a set."""
    shapes: dict[str, tuple[tuple[int, ...], Any]] = {
        "mel": ((pieces, FRAMES, signal.BANDS), np.float16),
        "tempo": ((pieces, FRAMES), np.float32),
        "quarter_phase": ((pieces, FRAMES), np.float16),
        "bar_phase": ((pieces, FRAMES), np.float16),
        "meter": ((pieces,), np.uint8),
        "chords": ((pieces, FRAMES, 12), np.uint8),
        "melody": ((pieces, FRAMES), np.int8),
        "melody_pitch": ((pieces, FRAMES), np.int8),
        "roles": ((pieces, FRAMES), np.uint8),
        "labels": ((pieces, 8), np.uint8),
    }
    if audio:
        shapes["audio"] = ((audio, SAMPLES), np.int16)
    return shapes


def describe(score: Score) -> dict[str, Any]:
    """The truth arrays of one piece, keyed like the files of a set."""
    known = truth(score, FRAMES)
    mask = sum(1 << ROLES.index(role) for role in score.sounding())
    labels = (GENRES.index(score.genre), MOOD_WORDS.index(score.mood), KEYS.index(score.key), mask)
    pitch = known.melody
    return {
        "tempo": known.tempo,
        "quarter_phase": known.quarter_phase,
        "bar_phase": known.bar_phase,
        "meter": METERS.index(score.meter),
        "chords": known.chords,
        "melody": np.where(pitch < 0, -1, pitch % 12),
        "melody_pitch": pitch,
        "roles": known.roles,
        "labels": np.array(labels + (0,) * 4, np.uint8),
    }


def write(out: Path, pieces: int, seed: int, audio: int, bank: Bank) -> None:
    """Write or go on writing a set; see the module's table."""
    out.mkdir(parents=True, exist_ok=True)
    counter = out / "done.txt"
    done = int(counter.read_text()) if counter.exists() else 0
    maps = {}
    for name, (shape, kind) in arrays(pieces, min(audio, pieces)).items():
        path = out / f"{name}.npy"
        if done:
            maps[name] = np.load(path, mmap_mode="r+")
        else:
            maps[name] = np.lib.format.open_memmap(path, "w+", kind, shape)
    began = time.monotonic()
    for number in range(done, pieces):
        score, mono = make(number, seed, bank)
        with torch.no_grad():
            mel = signal.mel(torch.from_numpy(mono))
        maps["mel"][number] = mel.numpy().T
        for name, values in describe(score).items():
            maps[name][number] = values
        if number < audio:
            maps["audio"][number] = np.round(np.clip(mono, -1, 1) * 32767)
        if (number + 1) % 50 == 0 or number + 1 == pieces:
            for each in maps.values():
                each.flush()
            partial = counter.with_suffix(".new")
            partial.write_text(str(number + 1))
            partial.replace(counter)
            speed = (number + 1 - done) / (time.monotonic() - began)
            print(f"{number + 1} of {pieces} pieces, {speed:.2f} per second", flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Compose and render a training set.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pieces", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--audio", type=int, default=0, help="pieces whose audio is kept")
    parser.add_argument("--bank", type=Path, default=DEFAULT_BANK)
    options = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    keep_freed()
    build(options.bank)
    write(options.out, options.pieces, options.seed, options.audio, Bank(options.bank))


if __name__ == "__main__":
    main()
