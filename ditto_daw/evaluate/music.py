"""Distances between sets of clips: to held-out music on its scale, and FAD-CLAP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ditto_daw.errors import FileMissing
from ditto_daw.evaluate.clap import Clap
from ditto_daw.measures.distance import frechet
from ditto_daw.report.quality.pieces import Pieces
from ditto_daw.report.quality.yardstick import KINDS, Found, Scale, Yardstick

CLIPS = 128
"""Clips of held-out music on each side of the scale."""
FEWEST = 2
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Music:
    """Held-out music: the scale of distances to it, and its CLAP embeddings, where there are any.

    The distance is the kernel distance of `measures.distance` over statistics of log-mel, MFCC
    and chroma; 0 is held-out music, 1 the median distance of two genres. It is not FAD.
    """

    scale: Scale
    embeddings: Floats | None = None

    @classmethod
    def of(cls, folder: Path, seed: int, clap: Clap | None = None) -> Music:
        """Of a composed set that nothing was trained on. Raises FileMissing where there is none."""
        if not (folder / "done.txt").is_file():
            raise FileMissing(
                "reference",
                f"{folder} is no composed set: make one with python -m ditto_daw.training.dataset.",
            )
        held = Pieces(folder, whole=True)
        clips, music = (held.crops(held.half(half), CLIPS, seed + half) for half in (False, True))
        scale = Yardstick.of(held, clips, music, seed + 2).scales["kernel"]
        if clap is None or not held.audio_pieces:
            return cls(scale)
        kept = held.crops(list(range(held.audio_pieces)), CLIPS, seed)
        sounds = held.audio(kept).numpy()
        return cls(scale, np.stack([clap.heard(audio) for audio in sounds]))

    def distance(self, features: Sequence[Sequence[float]]) -> Found | None:
        """Of clips told by `lab.Lab.features`; None for fewer than two."""
        if len(features) < FEWEST:
            return None
        flat = np.asarray(features, dtype=np.float64)
        widths = np.cumsum([len(space) for space in self._layout(flat.shape[1])])[:-1]
        parts = dict(zip(KINDS, np.split(flat, widths, axis=1), strict=True))
        # No two generated clips are of one piece, and none is of a piece of the set.
        return self.scale.of(parts, np.arange(len(flat)) + 10**9)

    @staticmethod
    def _layout(width: int) -> list[range]:
        """Where each kind of feature lies: mean, deviation and change of 20, 19 and 12 values."""
        sizes = [3 * size for size in (20, 19, 12)]
        if sum(sizes) != width:
            raise ValueError(f"a clip has {sum(sizes)} features, got {width}")
        return [range(size) for size in sizes]

    def fad(self, embeddings: Sequence[Sequence[float]]) -> float | None:
        """FAD-CLAP of clips told by their embeddings; None without CLAP or for fewer than two."""
        if self.embeddings is None or len(embeddings) < FEWEST:
            return None
        return frechet(np.asarray(embeddings, dtype=np.float64), self.embeddings)
