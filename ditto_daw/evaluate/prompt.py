"""What the model is told in words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ditto_daw.units import TempoMap
from ditto_daw.vocabulary import GENRES, MOODS

SLOWEST, STEP, TEMPI = 84, 8, 9
"""Tempi of the prompts, in quarters per minute."""


@dataclass(frozen=True)
class Prompt:
    """What the model is told in words: genre, mood and tempo, as the paper's tags."""

    genre: int
    mood: int
    tempo: int

    @classmethod
    def of(cls, number: int) -> Prompt:
        """All genres in turn, with ever new moods and tempi."""
        turn = number // len(GENRES)
        mood = (number + turn) % len(MOODS)
        return cls(number % len(GENRES), mood, SLOWEST + STEP * ((4 * number + turn) % TEMPI))

    @property
    def caption(self) -> str:
        """Section 5.3: the tags as a sentence."""
        genre, mood = GENRES[self.genre], MOODS[self.mood]
        return f"A {genre} {mood} song at {self.tempo} beats per minute"

    @property
    def tempo_map(self) -> TempoMap:
        """Bars of 4/4 from quarter 0."""
        return TempoMap(((Fraction(0), Fraction(self.tempo)),), ((Fraction(0), 4, 4),))


def drawn(count: int, seed: int) -> list[Prompt]:
    """Prompts at random."""
    numbers = np.random.default_rng(seed).integers(1 << 16, size=count)
    return [Prompt.of(int(number)) for number in numbers]
