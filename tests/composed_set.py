"""A very small composed set on disk, in the form that `ditto_daw.training.dataset` writes.

Every genre has a band of its own that stands out, every role a band that is loud while it plays.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ditto_daw import signal
from ditto_daw.vocabulary import GENRES, ROLES

FRAMES = 560
LEVEL, PEAK = -3.0, 2.0


def genre_band(genre: int) -> slice:
    """Where a genre stands out."""
    return slice(8 * genre, 8 * genre + 8)


def role_band(role: int) -> slice:
    """Where a role is heard."""
    return slice(90 + 12 * role, 102 + 12 * role)


def write_set(folder: Path, pieces: int, audio: int = 0, seed: int = 0) -> Path:
    """Pieces with genres in turn, every other role playing for parts of the time."""
    rng = np.random.default_rng(seed)
    genres = np.arange(pieces) % len(GENRES)
    mel = LEVEL + 0.2 * rng.standard_normal((pieces, FRAMES, signal.BANDS))
    roles = np.zeros((pieces, FRAMES), np.uint8)
    for piece, genre in enumerate(genres):
        mel[piece, :, genre_band(genre)] += PEAK
        for role in range(len(ROLES)):
            if rng.random() < 0.5:
                plays = np.repeat(rng.random(FRAMES // 40) < 0.6, 40)
                mel[piece, plays, role_band(role)] += PEAK
                roles[piece, plays] |= 1 << role
    labels = np.zeros((pieces, 8), np.uint8)
    labels[:, 0], labels[:, 2] = genres, rng.integers(0, 24, pieces)
    chords = np.zeros((pieces, FRAMES, 12), np.uint8)
    chords[:, :, [0, 4, 7]] = 1
    place = np.arange(FRAMES) / 43.0
    arrays = {
        "mel": mel.astype(np.float16),
        "tempo": np.full((pieces, FRAMES), 120.0, np.float32),
        "quarter_phase": np.tile(np.mod(place, 1), (pieces, 1)).astype(np.float16),
        "bar_phase": np.tile(np.mod(place / 4, 1), (pieces, 1)).astype(np.float16),
        "chords": chords,
        "roles": roles,
        "meter": (np.arange(pieces) % 5).astype(np.uint8),
        "labels": labels,
    }
    if audio:
        noise = rng.integers(-3000, 3000, (audio, FRAMES * signal.HOP))
        arrays["audio"] = noise.astype(np.int16)
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    (folder / "done.txt").write_text(str(pieces))
    return folder
