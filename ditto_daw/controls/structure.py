"""Structure: parts that shall be alike sound alike, the others do not (section 4, appendix F)."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls.base import Control, check, register

COEFFICIENTS = 19
"""MFCC 1 to 19: coefficient 0 is loudness, which is no timbre."""
WINDOW = 43
"""Frames of the two-dimensional Savitzky-Golay filter: half a second."""
AUDIBLE = 4.0
"""Decades of magnitude, 80 dB."""
MOST = 1024
"""Frames of a longer clip that are compared, evenly spread: every further one tells the same."""
_TINY = 1e-6


@lru_cache(maxsize=8)
def _cosines(device: torch.device, dtype: torch.dtype) -> Tensor:
    """Rows 1 to COEFFICIENTS of the orthonormal DCT-II over the bands."""
    order = torch.arange(1, COEFFICIENTS + 1, dtype=torch.float64)[:, None]
    place = (torch.arange(signal.BANDS, dtype=torch.float64) + 0.5) * (math.pi / signal.BANDS)
    rows = math.sqrt(2.0 / signal.BANDS) * torch.cos(order * place)
    return rows.to(device=device, dtype=dtype)


def timbre(mel: Tensor) -> Tensor:
    """T, unit vectors (..., COEFFICIENTS, F): MFCC of a mel (..., BANDS, F), z-scored over time.

    What is 80 dB under the loudest band counts as silent, as librosa's MFCC have it: parts must not
    differ in what nobody hears.
    """
    loudest = mel.amax(dim=(-2, -1), keepdim=True)
    mfcc = _cosines(mel.device, mel.dtype) @ mel.maximum(loudest - AUDIBLE)
    centred = mfcc - mfcc.mean(dim=-1, keepdim=True)
    scored = centred / (centred.square().mean(dim=-1, keepdim=True) + _TINY).sqrt()
    return scored / (scored.square().sum(dim=-2, keepdim=True) + _TINY).sqrt()


def smoothed(vectors: Tensor, wrap: bool) -> Tensor:
    """Vectors (..., C, F) whose products are the smoothed self-similarity of these.

    The filter is separable and linear: W (T'T) W' = (T W')'(T W').
    """
    return signal.smooth(vectors, wrap, WINDOW)


def similarity(vectors: Tensor) -> Tensor:
    """Self-similarity (..., N, N) of vectors (..., C, N): the cosines of unit vectors."""
    return vectors.transpose(-1, -2) @ vectors


def form(parts: Tensor) -> Tensor:
    """Unit vectors (C, F) of music whose parts have nothing in common: cosines of 1 and 0.

    parts: the number of each frame's part (F,), equal where parts are alike.
    """
    return torch.nn.functional.one_hot(parts).T.float()


@register
@dataclass(frozen=True, eq=False)
class Structure(Control):
    """f = T(x_0)' T(x_0), loss = mean squared difference from the target's self-similarity.

    Of a pattern, like parts are to have a cosine of 1 and others none. Timbres are z-scored, so
    that one of two parts is always somewhat the opposite of the other: a cosine between the
    target's and that of opposites, 0 to -1, is as unlike as was asked for.

    Args:
        target: unit vectors (C, F) whose self-similarity is wanted: `form` of a pattern, or
            `timbre` of a recording (appendix F).
        mask: frames that count, bool (F,); None: all.
        smooth: the target is a pattern. Similarities are smoothed over half a second, so that what
            varies within a part is free; not where the structure is transferred.
        weight: lambda of eq. (14).
        tolerance: of the mean square. Going further makes each part a single sound.
        wrap: the clip is a loop, the smoothing too.
    """

    name: ClassVar[str] = "structure"

    target: Tensor
    mask: Tensor | None = None
    smooth: bool = True
    weight: float = 1.0
    tolerance: float | None = 0.018
    wrap: bool = False

    def __post_init__(self) -> None:
        check(self, self.target.shape[-1], self.mask)
        if self.target.ndim != 2 or not bool(torch.isfinite(self.target).all()):
            raise ValueError("structure: the target must be one finite vector per frame")
        if bool((self.target == self.target[:, :1]).all()):
            raise ValueError("structure: the target does not change, so it has no structure")

    def _read(self, vectors: Tensor) -> Tensor:
        """Self-similarity (..., N, N) over the frames that count."""
        if self.smooth:
            vectors = smoothed(vectors, self.wrap)
        if self.mask is not None:
            vectors = vectors[..., self.mask.to(vectors.device)]
        return similarity(vectors[..., :: math.ceil(vectors.shape[-1] / MOST)])

    def feature(self, mel: Tensor) -> Tensor:
        """Self-similarity (B, N, N)."""
        if mel.shape[-1] != self.target.shape[-1]:
            raise ValueError(
                f"the target has {self.target.shape[-1]} frames, the mel {mel.shape[-1]}"
            )
        return self._read(timbre(mel))

    def compare(self, feature: Tensor) -> Tensor:
        wanted = self._read(self.target.to(feature))
        if self.smooth:
            opposite = 2.0 * wanted - 1.0
            low, high = torch.minimum(opposite, wanted), torch.maximum(opposite, wanted)
            wanted = feature.detach().clamp(low, high)
        return (feature - wanted).square().mean(dim=(1, 2))
