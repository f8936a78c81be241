"""Distance to music: how far apart two sets of clips are, by what they sound like on the whole.

A clip is told by statistics of its log-mel, MFCC and chroma; sets of clips are compared by the
Fréchet distance and by the unbiased squared maximum mean discrepancy (Gretton et al. 2012) with a
Gaussian kernel. No pretrained network has a part in it: this is not FAD, nor FAD-CLAP.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct
from torch import Tensor

from ditto_daw import signal

QUIET = -4.0
"""Log10 magnitude (-80 dB) under which nothing is heard."""
MEL_BANDS, CEPSTRA = 20, 19
COMPONENTS = 24
"""Directions that the sets are compared in: few enough for a covariance of a hundred clips."""
RESAMPLES = 300
AT_ONCE = 16
"""Clips whose spectra are in memory together."""

Floats = NDArray[np.float64]
Pieces = NDArray[np.int64]
Pair = tuple[Floats, Floats]


def statistics(mel: Tensor) -> dict[str, Floats]:
    """What a clip sounds like: (N, D) for each kind of feature, of mels (N, BANDS, F).

    Mean, deviation and deviation of the change over time: of 20 bands in dB, of MFCC 1 to 19, and
    of the chroma turned so that its strongest pitch class comes first (no key is nearer than
    another).
    """
    parts = [_statistics(part) for part in mel.split(AT_ONCE)]
    return {kind: np.concatenate([part[kind] for part in parts]) for kind in parts[0]}


def _statistics(mel: Tensor) -> dict[str, Floats]:
    level = 20.0 * mel.clamp_min(QUIET).double()
    bands = level.unflatten(1, (MEL_BANDS, -1)).mean(dim=2).numpy()
    cepstra = dct(level.numpy(), axis=1, norm="ortho")[:, 1 : CEPSTRA + 1]
    chroma = signal.chroma(mel).double().numpy()
    first = chroma.mean(axis=2).argmax(axis=1)
    turned = np.stack([np.roll(row, -n, axis=0) for row, n in zip(chroma, first, strict=True)])
    return {"log-mel": _moments(bands), "MFCC": _moments(cepstra), "chroma": _moments(turned)}


def _moments(x: NDArray[np.floating]) -> Floats:
    parts = [x.mean(axis=2), x.std(axis=2), np.diff(x, axis=2).std(axis=2)]
    return np.concatenate(parts, axis=1).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Space:
    """The principal components of a reference's standardised statistics."""

    mean: Floats
    scale: Floats
    basis: Floats
    bandwidth: float
    """Median distance of two clips of the reference; the kernel's width."""

    @classmethod
    def of(cls, reference: Floats, components: int = COMPONENTS) -> Space:
        """The space of reference clips (N, D), N at least 2."""
        mean, scale = reference.mean(axis=0), reference.std(axis=0) + 1e-9
        flat = (reference - mean) / scale
        _, _, rows = np.linalg.svd(flat, full_matrices=False)
        basis = rows[:components].T
        apart = _squared(flat @ basis, flat @ basis)
        off = apart[np.triu_indices(len(apart), 1)]
        return cls(mean, scale, basis, float(np.sqrt(np.median(off))))

    def place(self, found: Floats) -> Floats:
        """Clips (N, D) in the space, (N, components)."""
        return np.asarray((found - self.mean) / self.scale @ self.basis)


def _squared(a: Floats, b: Floats) -> Floats:
    """Squared distances (N, M) of points (N, K) and (M, K)."""
    both = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None]
    return np.asarray(np.maximum(both - 2.0 * a @ b.T, 0.0))


def frechet(a: Floats, b: Floats, weights: Pair | None = None) -> float:
    """Squared Fréchet distance |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^1/2) of (N, K) and (M, K).

    weights: how often each clip counts. The root's trace is the sum of the roots of the
    eigenvalues of C1^1/2 C2 C1^1/2.
    """
    one, two = weights or (np.ones(len(a)), np.ones(len(b)))
    (m1, c1), (m2, c2) = _gaussian(a, one), _gaussian(b, two)
    values, vectors = np.linalg.eigh(c1)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ c2 @ root), 0.0)).sum()
    return float(((m1 - m2) ** 2).sum() + np.trace(c1) + np.trace(c2) - 2.0 * cross)


def _gaussian(x: Floats, weights: Floats) -> tuple[Floats, Floats]:
    mean = np.average(x, axis=0, weights=weights)
    return mean, np.cov(x, rowvar=False, fweights=weights.astype(np.int64)).reshape(x.shape[1], -1)


Statistic = Callable[[Pair | None], float]
"""Of how often each clip of the two sets counts; None for once."""


def kernel_statistic(
    a: Floats, b: Floats, bandwidth: float, pieces: tuple[Pieces, Pieces] | None = None
) -> Statistic:
    """Unbiased squared maximum mean discrepancy of (N, K) and (M, K); it may fall below 0.

    pieces: which piece every clip is from. Two clips of one piece are alike without the set being
    so, and are left out of their own set's mean, as a clip with itself is.
    """
    groups = pieces or (np.arange(len(a)), np.arange(len(b)))
    pairs = [(a, a), (b, b), (a, b)]
    near = [np.exp(-_squared(x, y) / (2.0 * bandwidth**2)) for x, y in pairs]
    apart = [g[:, None] != g[None] for g in groups]

    def statistic(weights: Pair | None) -> float:
        one, two = weights or (np.ones(len(a)), np.ones(len(b)))
        counts = [np.outer(one, one) * apart[0], np.outer(two, two) * apart[1], np.outer(one, two)]
        own, other, cross = (
            float((likeness * count).sum() / (count.sum() or np.nan))
            for likeness, count in zip(near, counts, strict=True)
        )
        return own + other - 2.0 * cross

    return statistic


def interval(
    statistic: Statistic,
    pieces: tuple[Pieces, Pieces],
) -> tuple[float, float]:
    """95 % bootstrap interval of a statistic of the weights, whole pieces drawn again.

    The basic interval, 2 s - s*: a resample's distances are too long by as much as the sample's
    own are, which this takes out.
    """
    rng = np.random.default_rng(0)
    plain = statistic(None)
    drawn = [statistic((_drawn(pieces[0], rng), _drawn(pieces[1], rng))) for _ in range(RESAMPLES)]
    # One and the same piece drawn every time has no distance to itself.
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return float(2.0 * plain - high), float(2.0 * plain - low)


def _drawn(pieces: Pieces, rng: np.random.Generator) -> Floats:
    """How often each clip (N,) counts when as many pieces are drawn as there are."""
    names, place = np.unique(pieces, return_inverse=True)
    times = np.bincount(rng.integers(len(names), size=len(names)), minlength=len(names))
    return times[place].astype(np.float64)


def share(distance: float, nothing: float, everything: float) -> float:
    """A distance between two marks: 0 at `nothing`, 1 at `everything`."""
    return (distance - nothing) / (everything - nothing)
