"""Does the music that the model learns from pass the rhythm figures that the model is judged by?

    python -m ditto_daw.training.check --pieces 100 --seed 7

A model plays no better than it was taught: the share of onsets on the grid and the share of
pieces whose downbeat is heard are the ceiling of the model's own. Two figures beside them show
that the measure cannot be passed by accident: the share of onsets on a grid that lies half a line
off, and how often the beat after the first would be taken for the first.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ditto_daw.measures.grid import GridFigures, lines_per_quarter, measure_grid
from ditto_daw.training.bank import RATE, Bank, build
from ditto_daw.training.dataset import make
from ditto_daw.training.mixer import DEFAULT_BANK
from ditto_daw.training.score import Score
from ditto_daw.vocabulary import GENRES, METERS


@dataclass(frozen=True)
class Checked:
    """A piece of a set with its figures, on the true grid and on one half a line off."""

    score: Score
    figures: GridFigures
    beside: GridFigures


def grid_of(score: Score, shift: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds of the lines and of the beats of a score, the first beat beginning a bar.

    The lines lie `shift` of their distance late.
    """
    timeline = score.timeline
    begin, end = timeline.at(np.array([0.0, score.seconds]))
    per, beat = lines_per_quarter(score.genre, score.meter), 4 / score.meter[1]
    lines = (np.arange(np.ceil(begin * per) - 1, end * per) + shift) / per
    first = np.ceil(begin / timeline.bar - 1e-9) * timeline.bar
    beats = np.arange(first, end, beat)
    lines, beats = (np.interp(q, timeline.quarters, timeline.seconds) for q in (lines, beats))
    return lines, beats


def check(score: Score, audio: NDArray[np.floating]) -> Checked:
    """Figures of the played score (channels, samples) at 44.1 kHz."""
    figures, beside = (
        measure_grid(audio, RATE, *grid_of(score, shift), score.meter[0]) for shift in (0.0, 0.5)
    )
    return Checked(score, figures, beside)


def rows(found: Sequence[Checked]) -> Iterator[str]:
    """A table: all pieces, then by genre, by meter, and by how many roles sound."""
    yield f"{'':24}pieces  onsets  on grid  off grid  downbeat  a beat late"
    yield _row("all", found)
    groups: list[tuple[str, Callable[[Checked], bool]]] = [
        *((genre, lambda one, genre=genre: one.score.genre == genre) for genre in GENRES),
        *((f"{m[0]}/{m[1]}", lambda one, m=m: one.score.meter == m) for m in METERS),
        ("without drums", lambda one: "drums" not in one.score.sounding()),
        ("one role alone", lambda one: len(one.score.sounding()) == 1),
    ]
    for name, belongs in groups:
        chosen = [one for one in found if belongs(one)]
        if chosen:
            yield _row(name, chosen)


def _row(name: str, found: Sequence[Checked]) -> str:
    sounding = [one for one in found if one.figures.onsets]
    right = np.mean([one.figures.downbeat for one in found])
    late = np.mean([int(np.argmax(one.figures.phases)) == 1 for one in found])
    shares = [
        f"{np.mean([share(one) for one in sounding]):8.1%}" if sounding else "       -"
        for share in (lambda one: one.figures.share, lambda one: one.beside.share)
    ]
    onsets = np.mean([one.figures.onsets for one in found])
    return (
        f"{name:24}{len(found):6}{onsets:8.0f} {shares[0]}  {shares[1]} {right:9.1%} {late:12.1%}"
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Measure the rhythm of the training music.")
    parser.add_argument("--pieces", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="number of the first piece")
    parser.add_argument("--seed", type=int, default=0, help="seed of the set")
    parser.add_argument("--bank", type=Path, default=DEFAULT_BANK)
    options = parser.parse_args()
    build(options.bank)
    bank, found = Bank(options.bank), []
    for number in range(options.first, options.first + options.pieces):
        score, mono = make(number, options.seed, bank)
        found.append(check(score, mono[None]))
    print("\n".join(rows(found)))
    for number, one in enumerate(found, options.first):
        if not one.figures.downbeat or one.figures.share < 0.9:
            beats = " ".join(f"{phase:.2f}" for phase in one.figures.phases)
            roles, meter = " ".join(one.score.sounding()), "/".join(map(str, one.score.meter))
            print(f"{number}: {one.score.genre} {meter}, {roles}; {one.figures.share:.2f}; {beats}")


if __name__ == "__main__":
    main()
