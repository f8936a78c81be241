"""The scale of distance to music: held-out music is 0, one genre from another is 1."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ditto_daw.measures import distance
from ditto_daw.report.quality.pieces import Crop, Pieces
from ditto_daw.vocabulary import GENRES

KINDS = ("log-mel", "MFCC", "chroma")
Floats = NDArray[np.float64]
Groups = NDArray[np.int64]
Statistics = dict[str, Floats]


@dataclass(frozen=True)
class Found:
    """A distance as it is and as a share of the scale, with the share's 95 % interval."""

    raw: float
    share: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Scale:
    """One distance in one space, with the two marks of its scale.

    Attributes:
        nothing: the distance of held-out music to other held-out music.
        everything: the median distance of two genres of held-out music.
    """

    name: str
    kinds: tuple[str, ...]
    space: distance.Space
    music: Floats
    groups: Groups
    nothing: float = 0.0
    everything: float = 1.0

    def statistic(self, a: Floats, b: Floats, groups: tuple[Groups, Groups]) -> distance.Statistic:
        """The distance of placed clips (N, K) and (M, K), of how often each counts."""
        if self.name == "kernel":
            return distance.kernel_statistic(a, b, self.space.bandwidth, groups)
        return lambda weights: distance.frechet(a, b, weights)

    def to_music(self, statistics: Statistics, groups: Groups) -> distance.Statistic:
        """The distance of clips to music. groups (N,): which clips belong together."""
        placed = self.space.place(side_by_side(statistics, self.kinds))
        return self.statistic(placed, self.music, (groups, self.groups))

    def share(self, raw: float) -> float:
        """A distance on the scale of the two marks."""
        return distance.share(raw, self.nothing, self.everything)

    def of(self, statistics: Statistics, groups: Groups) -> Found:
        """The distance of clips to music on the scale, with its interval."""
        statistic = self.to_music(statistics, groups)
        low, high = distance.interval(statistic, (groups, self.groups))
        raw = statistic(None)
        return Found(raw, *(self.share(value) for value in (raw, low, high)))

    def ratio(self, above: Statistics, below: Statistics, groups: Groups) -> Found:
        """How much farther from music one set of clips is than another of the same requests.

        `share` and its interval hold the ratio, `raw` the first distance.
        """
        top, bottom = (self.to_music(side, groups) for side in (above, below))

        def statistic(weights: distance.Pair | None) -> float:
            return top(weights) / bottom(weights)

        bounds = distance.interval(statistic, (groups, self.groups))
        return Found(top(None), statistic(None), *bounds)


@dataclass(frozen=True, eq=False)
class Yardstick:
    """Scales by name: Fréchet and kernel over all features, and the kernel over each kind."""

    scales: dict[str, Scale]

    @classmethod
    def of(cls, held: Pieces, clips: list[Crop], music: list[Crop], seed: int) -> Yardstick:
        """The scales for as many clips as are given, `music` being what they are compared with.

        The two sides of every mark have as many clips as the measured ones, so that what a small
        number adds to a distance is in all of them.
        """
        per_genre = [
            held.crops(held.genre(genre), len(clips), seed + genre)
            for genre in range(len(GENRES))
            if held.genre(genre)
        ]
        first, second = (distance.statistics(held.mels(crops)) for crops in (clips, music))
        genres = [distance.statistics(held.mels(crops)) for crops in per_genre]
        wanted = [("frechet", KINDS), ("kernel", KINDS), *(("kernel", (k,)) for k in KINDS)]
        scales = {}
        for name, kinds in wanted:
            sides = [side_by_side(s, kinds) for s in (first, second)]
            space = distance.Space.of(np.concatenate(sides))
            zero, placed = (space.place(side) for side in sides)
            groups = (pieces_of(clips), pieces_of(music))
            plain = Scale(name, kinds, space, placed, groups[1])
            apart = [
                plain.statistic(
                    space.place(side_by_side(genres[a], kinds)),
                    space.place(side_by_side(genres[b], kinds)),
                    (pieces_of(per_genre[a]), pieces_of(per_genre[b])),
                )(None)
                for a, b in combinations(range(len(genres)), 2)
            ]
            nothing = plain.statistic(zero, placed, groups)(None)
            title = name if kinds == KINDS else f"{name}, {kinds[0]}"
            scales[title] = Scale(
                name, kinds, space, placed, groups[1], nothing, float(np.median(apart))
            )
        return cls(scales)

    def shares(self, statistics: Statistics, groups: Groups) -> dict[str, float]:
        """Every distance of clips to music on its scale."""
        return {
            name: scale.share(scale.to_music(statistics, groups)(None))
            for name, scale in self.scales.items()
        }


def side_by_side(statistics: Statistics, kinds: tuple[str, ...]) -> Floats:
    """Statistics (N, D) of some kinds of feature."""
    return np.concatenate([statistics[kind] for kind in kinds], axis=1)


def pieces_of(crops: list[Crop]) -> Groups:
    """Which piece each clip (N,) is from."""
    return np.array([crop.piece for crop in crops], dtype=np.int64)
