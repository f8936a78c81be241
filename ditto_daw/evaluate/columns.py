"""Columns of the tables: what is told of a row's outcomes, and how."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ditto_daw.evaluate.base import Outcome
from ditto_daw.evaluate.lab import Lab
from ditto_daw.report.control import interval

NAN = float("nan")


@dataclass(frozen=True)
class Summary:
    """A value with its 95 % interval (NaN where there is none), of n trials."""

    value: float
    low: float = NAN
    high: float = NAN
    n: int = 0

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return math.isfinite(self.value)


NOTHING = Summary(NAN)
Of = Callable[[Lab, Sequence[Outcome]], Summary]


@dataclass(frozen=True)
class Column:
    """A column's head, its unit ("%" for shares, or words), whether less is better, and how it is
    found; `absent` is what stands where nothing could be found."""

    head: str
    unit: str
    less: bool | None
    of: Of
    absent: str = "–"

    @property
    def arrow(self) -> str:
        """↓ where less is better, ↑ where more is."""
        return {True: " ↓", False: " ↑", None: ""}[self.less]

    def told(self, value: float) -> str:
        """A value in words: three digits, shares in per cent."""
        if not math.isfinite(value):
            return self.absent
        if self.unit == "%":
            return f"{100.0 * value:.1f} %"
        return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"

    def bounded(self, found: Summary) -> str:
        """The value with its interval."""
        if not found.known:
            return "–" if found.n else self.absent
        if not math.isfinite(found.low) or found.n < 2:
            return self.told(found.value)
        low, high = (self.told(bound).removesuffix(" %") for bound in (found.low, found.high))
        return f"{self.told(found.value)} [{low}, {high}]"


def values(outcomes: Sequence[Outcome], figure: str) -> list[float]:
    """One figure of every outcome, NaN where it has none."""
    found = (outcome.figures.get(figure) for outcome in outcomes)
    return [NAN if value is None else float(value) for value in found]


def summary(found: Sequence[float], middle: Callable[..., Any] = np.mean) -> Summary:
    """The middle of the finite values with its bootstrap interval."""
    bounds = interval(found, middle)
    return Summary(bounds["value"], bounds["low"], bounds["high"], bounds["n"])


def mean(figure: str, middle: Callable[..., Any] = np.mean) -> Of:
    """The mean (or another middle) of one figure."""
    return lambda lab, outcomes: summary(values(outcomes, figure), middle)


def _distance(lab: Lab, outcomes: Sequence[Outcome]) -> Summary:
    features = [outcome.features for outcome in outcomes if outcome.features]
    if lab.music is None:
        return NOTHING
    found, n = lab.music.distance(features), len(features)
    return Summary(NAN, n=n) if found is None else Summary(found.share, found.low, found.high, n)


def _fad(lab: Lab, outcomes: Sequence[Outcome]) -> Summary:
    heard = [outcome.embedding for outcome in outcomes if outcome.embedding]
    found = lab.music.fad(heard) if lab.music else None
    return NOTHING if found is None else Summary(found, n=len(heard))


ABSENT = "absent"
"""Of what needs weights, or a set to compare with, that are not on this machine."""

COLUMNS: dict[str, Column] = {
    "intensity": Column("intensity MSE, dB²", "", True, mean("intensity")),
    "rho": Column("ρ", "", False, mean("rho")),
    "melody": Column("melody accuracy", "%", False, mean("melody")),
    "structure": Column("structure MSE", "", True, mean("structure")),
    "overlap": Column("MSE on the known part", "", True, mean("overlap")),
    "seam": Column("jump at the join ÷ p95", "×", True, mean("seam", np.median)),
    "inversion": Column("MSE, 80 dB = 1", "", True, mean("inversion")),
    "floor": Column("of the codec alone", "", None, mean("floor")),
    "raw": Column("on the raw mel", "", True, mean("raw")),
    "loss": Column("loss, random prompts", "", True, mean("loss")),
    "loss_same_prompt": Column("loss, its own prompt", "", True, mean("loss_same_prompt")),
    "loss_start": Column("loss as optimised", "", None, mean("loss_start")),
    "loss_free": Column("loss of other latents", "", None, mean("loss_free")),
    "distance": Column("distance to music", "%", True, _distance, ABSENT),
    "fad_clap": Column("FAD-CLAP", "", True, _fad, ABSENT),
    "fad_vggish": Column("FAD", "", True, lambda lab, outcomes: NOTHING, ABSENT),
    "clap": Column("CLAP score", "", False, mean("clap"), ABSENT),
    "steps": Column("iterations", "", True, mean("steps")),
    "steps_to_2": Column("MS2C, steps to 2 dB²", "", True, mean("steps_to_2")),
    "close": Column("came so near", "%", False, mean("close")),
    "step_seconds": Column("MOS, s a step", "", True, mean("step_seconds", np.median)),
    "memory": Column("memory, MiB", "", True, mean("memory", np.median)),
    "seconds": Column("latency, s", "", True, mean("seconds", np.median)),
    "training_hours": Column("training, hours", "", True, mean("training_hours")),
    "norm": Column("latent norm", "", None, mean("norm", np.median)),
}
