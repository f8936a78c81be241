"""Batches for training: random crops of the composed pieces, with their truth as condition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from ditto_daw import signal, vocabulary
from ditto_daw.models import condition
from ditto_daw.models.codec import PATCH, PatchCodec
from ditto_daw.training.config import Range

TRUTH = ("tempo", "quarter_phase", "bar_phase", "chords", "roles")
WHOLE = ("meter", "labels")
"""Truth at every frame, and truth of the whole piece."""
HELD_OUT = 64
"""The first pieces of a set are never trained on."""


@dataclass(frozen=True)
class Drop:
    """Chances that a condition is hidden; `all` hides all that guidance amplifies at once."""

    all: Annotated[float, Range(0.0, 1.0)] = 0.1
    label: Annotated[float, Range(0.0, 1.0)] = 0.15
    roles: Annotated[float, Range(0.0, 1.0)] = 0.2
    chords: Annotated[float, Range(0.0, 1.0)] = 0.3
    grid: Annotated[float, Range(0.0, 1.0)] = 0.1


class Pieces:
    """The data set that `ditto_daw.training.dataset` wrote, or is still writing, in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mel = np.load(folder / "mel.npy", mmap_mode="r")
        self.truth = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in TRUTH + WHOLE
        }

    def __reduce__(self) -> tuple[type[Pieces], tuple[Path]]:
        """Another process maps the files again, instead of being sent them."""
        return Pieces, (self.folder,)

    def __len__(self) -> int:
        return int((self.folder / "done.txt").read_text())

    def crop(self, piece: int, start: int, frames: int) -> dict[str, np.ndarray]:
        """Mel (frames, BANDS) and truth of one stretch."""
        span = slice(start, start + frames)
        parts = {name: self.truth[name][piece, span] for name in TRUTH}
        whole = {name: self.truth[name][piece] for name in WHOLE}
        return {"mel": self.mel[piece, span]} | parts | whole

    def sample(
        self, rng: np.random.Generator, count: int, frames: int, held_out: bool = False
    ) -> dict[str, Tensor]:
        """`count` random crops of `frames` frames, stacked."""
        which = range(HELD_OUT) if held_out else range(HELD_OUT, len(self))
        piece = rng.integers(which.start, which.stop, size=count)
        start = rng.integers(self.mel.shape[1] - frames + 1, size=count)
        crops = [self.crop(int(p), int(s), frames) for p, s in zip(piece, start, strict=True)]
        return {
            name: torch.from_numpy(np.stack([crop[name] for crop in crops]).astype(np.float32))
            for name in crops[0]
        }


def describe(batch: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Labels (B, 3), roles (B, R + 1) and local features (B, L, P), nothing hidden.

    The roles are those that sound in this very crop, not elsewhere in its piece.
    """
    middle = slice(PATCH // 2, None, PATCH)
    local = condition.local_features(
        batch["tempo"][:, middle],
        batch["quarter_phase"][:, middle],
        batch["bar_phase"][:, middle],
        batch["meter"][:, None].expand_as(batch["tempo"][:, middle]),
        batch["chords"][:, middle],
    )
    bits = 2 ** torch.arange(len(vocabulary.ROLES))
    mask = ((batch["roles"].long()[..., None] & bits) > 0).any(dim=1).float()
    return batch["labels"][:, :3].long(), condition.role_features(mask), local


def hidden_parts(rng: np.random.Generator, count: int, positions: int) -> Tensor:
    """Which positions are known (count, P): none for half of the clips, else a continuation,
    a lead-in, a gap, or scattered stretches."""
    known = np.zeros((count, positions), dtype=np.float32)
    for row in known:
        kind = rng.random()
        first, second = np.sort(rng.integers(1, positions, size=2))
        if kind < 0.5:
            continue
        if kind < 0.65:
            row[:first] = 1.0
        elif kind < 0.75:
            row[first:] = 1.0
        elif kind < 0.95:
            row[:] = 1.0
            row[first : second + 1] = 0.0
        else:
            row[:] = np.repeat(rng.random(-(-positions // 8)) < 0.5, 8)[:positions]
    return torch.from_numpy(known)


def hide(
    rng: np.random.Generator, labels: Tensor, roles: Tensor, local: Tensor, drop: Drop
) -> tuple[Tensor, Tensor, Tensor]:
    """Condition dropout: what is hidden becomes what the network sees when nothing was asked."""
    count = len(labels)

    def chance(probability: float) -> Tensor:
        return torch.from_numpy(rng.random(count) < probability)

    everything = chance(drop.all)
    labels, roles, local = labels.clone(), roles.clone(), local.clone()
    for column, free in enumerate(condition.LABEL_COUNTS):
        labels[everything | chance(drop.label), column] = free
    roles[everything | chance(drop.roles)] = 0.0
    local[everything | chance(drop.chords), condition.GRID_CHANNELS :] = 0.0
    local[chance(drop.grid), : condition.GRID_CHANNELS] = 0.0
    return labels, roles, local


def batches(
    pieces: Pieces,
    codec: PatchCodec,
    seed: int,
    sizes: Sequence[tuple[int, int]],
    held_out: bool = False,
    drop: Drop = Drop(),
) -> Iterator[tuple[Tensor, condition.Condition]]:
    """Endless (latent (B, C, P), condition); `sizes` lists (clips, positions) to draw from."""
    rng = np.random.default_rng(seed)
    while True:
        count, positions = sizes[int(rng.integers(len(sizes)))]
        batch = pieces.sample(rng, count, positions * PATCH, held_out)
        latent = codec.encode(batch["mel"].transpose(1, 2))
        labels, roles, local = hide(rng, *describe(batch), drop)
        known = hidden_parts(rng, count, positions)
        context = condition.context_features(latent, known)
        yield latent, condition.Condition(labels, roles, local, context)


def flat_batches(
    pieces: Pieces, codec: PatchCodec, sizes: Sequence[tuple[int, int]], drop: Drop, seed: int
) -> Iterator[tuple[Tensor, ...]]:
    """`batches` as latent and the tensors of the condition, for `feed`."""
    for latent, told in batches(pieces, codec, seed, sizes, drop=drop):
        yield latent, *told.tensors()


class _Stream(IterableDataset[tuple[Tensor, ...]]):
    """What `make(seed)` yields, in every process of a loader with a seed of its own."""

    def __init__(self, make: Callable[[int], Iterator[tuple[Tensor, ...]]], seed: int) -> None:
        self.make, self.seed = make, seed

    def __iter__(self) -> Iterator[Any]:
        worker = get_worker_info()
        return self.make(self.seed + 1_000_003 * (worker.id if worker else 0))


def prepared(
    make: Callable[[int], Iterator[tuple[Tensor, ...]]], seed: int, workers: int, pin: bool
) -> DataLoader[tuple[Tensor, ...]]:
    """What `make(seed)` yields, from so many processes, in pinned memory where asked."""
    return DataLoader(_Stream(make, seed), batch_size=None, num_workers=workers, pin_memory=pin)


def feed(
    make: Callable[[int], Iterator[tuple[Tensor, ...]]],
    seed: int,
    device: torch.device,
    workers: int,
) -> Iterator[tuple[Tensor, ...]]:
    """The endless batches of `make(seed)` on a device.

    For a GPU, `workers` processes prepare them in pinned memory, from where they are copied while
    the GPU computes. On a CPU they are made here: other processes would only take its cores.
    """
    if device.type == "cpu":
        yield from make(seed)
        return
    for batch in prepared(make, seed, workers, pin=True):
        yield tuple(tensor.to(device, non_blocking=True) for tensor in batch)


def fit_codec(pieces: Pieces, seed: int = 0, count: int = 600) -> PatchCodec:
    """Principal components of random stretches of the set."""
    batch = pieces.sample(np.random.default_rng(seed), count, 64 * PATCH)
    codec = PatchCodec()
    codec.fit(batch["mel"].transpose(1, 2))
    return codec


def codec_error(codec: PatchCodec, pieces: Pieces, seed: int = 1) -> float:
    """RMS error in dB that encoding and decoding leaves in the mel, above the floor."""
    mel = pieces.sample(np.random.default_rng(seed), 64, 64 * PATCH, held_out=True)["mel"]
    mel = mel.transpose(1, 2)
    error = (codec.decode(codec.encode(mel)) - mel)[mel > np.log10(signal.FLOOR) + 0.05]
    return float(20.0 * error.square().mean().sqrt())
