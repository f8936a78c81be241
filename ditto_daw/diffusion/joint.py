"""Several views of one latent, averaged where they overlap (MultiDiffusion, Bar-Tal et al. 2023,
arXiv 2302.08113, eq. 5): music longer than what the model has learnt, under changing words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn.functional import pad

from ditto_daw.controls import Control
from ditto_daw.diffusion.presets import Preset
from ditto_daw.models.base import Network
from ditto_daw.samplers import Denoiser

Span = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Joint:
    """A network for methods like any other one: of every x_0 a view's own stretch.

    A step of a sampler is linear in x_0, so that the average of the views' steps is the step
    towards the average of their x_0, and the gradient of a control over the whole reaches all.

    views: one network for each. frames: [first, last) that each sees; together they are all of
    them, and each overlaps the next. hop: frames per latent position.
    """

    views: tuple[Network, ...]
    frames: tuple[Span, ...]
    hop: float

    @property
    def spans(self) -> list[Span]:
        """Latent positions [first, last) of the views."""
        return [(round(first / self.hop), round(last / self.hop)) for first, last in self.frames]

    def denoiser(self, preset: Preset, steps: int) -> Denoiser:
        """Each view's own, averaged."""
        return self._averaged([view.denoiser(preset, steps) for view in self.views])

    def pair(self, x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        """x_0 (B, C, P) as it is asked for, and without words."""
        asked, free = zip(*(v.pair(own, t) for v, own in self._seen(x)), strict=True)
        return self._sum(asked), self._sum(free)

    def guided(self, pair: tuple[Tensor, Tensor], guidance: float) -> Tensor:
        """x_0 of a pair under classifier-free guidance of this weight."""
        return self.views[0].guided(pair, guidance)

    def adapted(self, controls: Sequence[Control], guidance: float) -> Denoiser:
        """Each view's own with the adapter, which hears its part of the targets, averaged."""
        heard = [[_part(one, span) for one in controls] for span in self.frames]
        both = zip(self.views, heard, strict=True)
        return self._averaged([view.adapted(own, guidance) for view, own in both])

    def _averaged(self, denoisers: Sequence[Callable[[Tensor, float], Tensor]]) -> Denoiser:
        def denoise(x: Tensor, t: float) -> Tensor:
            seen = zip(denoisers, self.spans, strict=True)
            return self._sum([own(x[..., first:last], t) for own, (first, last) in seen])

        return denoise

    def _seen(self, x: Tensor) -> list[tuple[Network, Tensor]]:
        spans = zip(self.views, self.spans, strict=True)
        return [(view, x[..., first:last]) for view, (first, last) in spans]

    def _sum(self, parts: Sequence[Tensor]) -> Tensor:
        """What the views say (B, C, own P), each with its share, as one (B, C, P)."""
        size = self.spans[-1][1]
        shares = shares_of(self.spans).to(parts[0])
        total = parts[0].new_zeros(*parts[0].shape[:-1], size)
        for part, share, (first, last) in zip(parts, shares, self.spans, strict=True):
            total = total + pad(part * share[first:last], (first, size - last))
        return total


def shares_of(spans: Sequence[Span]) -> Tensor:
    """How much each view's word counts at every position (V, P), 1 in all: where two overlap, the
    first one's falls evenly and the second one's rises."""
    places = torch.arange(spans[-1][1]) + 0.5
    shares = torch.stack([((places > a) & (places < b)).float() for a, b in spans])
    for number, ((_, end), (begin, _)) in enumerate(pairwise(spans)):
        rising = ((places - begin) / max(end - begin, 1)).clamp(0.0, 1.0)
        shares[number + 1] *= rising
        shares[number] *= 1.0 - rising
    return shares / shares.sum(dim=0)


def _part(control: Control, span: Span) -> Control:
    """The control over the frames of a view alone."""
    first, last = span
    own = {
        one.name: value[..., first:last]
        for one in fields(control)  # type: ignore[arg-type]
        if isinstance(value := getattr(control, one.name), Tensor)
    }
    return replace(control, **own)  # type: ignore[type-var]
