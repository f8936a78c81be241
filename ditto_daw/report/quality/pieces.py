"""Held-out pieces of a composed set, as clips to compare with and as conditions to render under."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw import signal
from ditto_daw.models import condition
from ditto_daw.models.codec import CHANNELS, PATCH
from ditto_daw.vocabulary import GENRES, ROLES

FRAMES = 512
"""Of a clip: 6 seconds."""
HELD_OUT = 64
"""The first pieces of a training set are never trained on."""
ARRAYS = ("mel", "tempo", "quarter_phase", "bar_phase", "meter", "chords", "roles", "labels")


@dataclass(frozen=True)
class Crop:
    """A clip of FRAMES frames of one piece."""

    piece: int
    start: int

    @property
    def span(self) -> slice:
        """Its frames."""
        return slice(self.start, self.start + FRAMES)


class Pieces:
    """The set that `ditto_daw.training.dataset` wrote in `folder`; its docstring has the format.

    whole: no piece of it was trained on (a set composed to compare with), else the first
    HELD_OUT are what is held out.
    """

    def __init__(self, folder: Path, whole: bool = False) -> None:
        self.folder = folder
        self.arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
        self.done = int((folder / "done.txt").read_text())
        self.held_out = range(self.done if whole else min(HELD_OUT, self.done))

    def half(self, second: bool) -> list[int]:
        """Held-out pieces of one of two halves, each with all genres in turn."""
        return [p for p in self.held_out if (p // len(GENRES)) % 2 == int(second)]

    def genre(self, number: int) -> list[int]:
        """Held-out pieces of one genre."""
        return [p for p in self.held_out if self.arrays["labels"][p, 0] == number]

    def crops(self, pieces: list[int], count: int, seed: int) -> list[Crop]:
        """`count` clips of the pieces in turn, beginning anywhere. Raises ValueError for none."""
        if not pieces:
            raise ValueError("the set holds no pieces of this kind; compose more")
        rng = np.random.default_rng(seed)
        last = self.arrays["mel"].shape[1] - FRAMES
        return [Crop(pieces[i % len(pieces)], int(rng.integers(last + 1))) for i in range(count)]

    def cut(self, name: str, crops: list[Crop]) -> NDArray[np.float32]:
        """One array of the set at every clip (N, FRAMES, ...)."""
        return np.stack([self.arrays[name][c.piece, c.span].astype(np.float32) for c in crops])

    def mels(self, crops: list[Crop]) -> Tensor:
        """Mels (N, BANDS, FRAMES)."""
        return torch.from_numpy(self.cut("mel", crops)).transpose(1, 2)

    def labels(self, crops: list[Crop]) -> NDArray[np.int64]:
        """Genre, mood and key (N, 3) as the vocabulary numbers them."""
        found = [self.arrays["labels"][crop.piece, :3] for crop in crops]
        return np.stack(found).astype(np.int64)

    def activity(self, crops: list[Crop]) -> NDArray[np.float64]:
        """Share (N, R) of each clip's frames in which each role plays a note."""
        bits = self.cut("roles", crops).astype(np.int64)
        playing = (bits[..., None] >> np.arange(len(ROLES))) & 1
        return playing.mean(axis=1)

    def condition(self, crops: list[Crop]) -> condition.Condition:
        """Everything that was true of the clips, as the model is told it; no clip is known."""
        middle = slice(PATCH // 2, None, PATCH)
        tempo, quarter, bar, chords = (
            torch.from_numpy(self.cut(name, crops)[:, middle])
            for name in ("tempo", "quarter_phase", "bar_phase", "chords")
        )
        meter = torch.tensor([int(self.arrays["meter"][c.piece]) for c in crops])
        local = condition.local_features(
            tempo, quarter, bar, meter[:, None].expand_as(tempo), chords
        )
        mask = torch.from_numpy((self.activity(crops) > 0).astype(np.float32))
        nothing = torch.zeros(len(crops), CHANNELS + 1, FRAMES // PATCH)
        return condition.Condition(
            torch.from_numpy(self.labels(crops)), condition.role_features(mask), local, nothing
        )

    @property
    def audio_pieces(self) -> int:
        """How many pieces, from the first, the set keeps the audio of."""
        path = self.folder / "audio.npy"
        kept = len(np.load(path, mmap_mode="r")) if path.is_file() else 0
        return min(kept, self.done)

    def audio(self, crops: list[Crop]) -> Tensor:
        """Audio (N, FRAMES * HOP) of clips whose pieces' audio the set keeps."""
        kept = np.load(self.folder / "audio.npy", mmap_mode="r")
        spans = [slice(c.start * signal.HOP, (c.start + FRAMES) * signal.HOP) for c in crops]
        cuts = [kept[c.piece, span] for c, span in zip(crops, spans, strict=True)]
        return torch.from_numpy(np.stack(cuts).astype(np.float32) / 32768.0)
