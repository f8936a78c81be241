"""Figure 10: variance within batches, with one latent for all and with many (appendix J)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ditto_daw.evaluate.base import FIGURES, Figure, Outcome, Trial
from ditto_daw.evaluate.experiments.variance import BATCH, FEATURES, FIXED, RANDOM
from ditto_daw.evaluate.lab import Lab
from ditto_daw.report import plots

PRESET = "default"
Outcomes = Mapping[Trial, Outcome]
UNITS = {"intensity": "dB²", "melody": "share²", "structure": "cosine²"}


def _trials(n: int) -> list[Trial]:
    kinds = (FIXED, RANDOM)
    return [Trial("variance", "", kind, PRESET, number) for number in range(n) for kind in kinds]


def _values(outcomes: Outcomes, feature: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Variances (n,) of the batches with one latent and of those with many."""
    one, many = (
        np.array(
            [o.figures[f"variance {feature}"] for t, o in outcomes.items() if t.method == kind],
            dtype=np.float64,
        )
        for kind in (FIXED, RANDOM)
    )
    return one, many


def _draw(lab: Lab, outcomes: Outcomes) -> dict[str, bytes]:
    panels = [
        (f"{name}, {UNITS[name]}", list(zip((FIXED, RANDOM), _values(outcomes, name), strict=True)))
        for name in FEATURES
    ]
    return {"variance within batches": plots.boxes(panels)}


def _tell(lab: Lab, outcomes: Outcomes) -> list[str]:
    heads = ("feature", "n", "one latent, median", "random latents, median", "ratio", "p")
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for name in FEATURES:
        fixed, random = _values(outcomes, name)
        p = stats.mannwhitneyu(fixed, random, alternative="less").pvalue
        one, many = np.median(fixed), np.median(random)
        cells = (f"{name}, {UNITS[name]}", str(len(fixed)), f"{one:.3g}", f"{many:.3g}")
        lines.append(f"| {' | '.join(cells)} | {one / many:.2f} | {p:.2g} |")
    return [*lines, "", "p: one-sided Mann-Whitney test that one latent varies less.", ""]


FIGURES["figure-10"] = Figure(
    "variance of features within batches of random prompts",
    _trials,
    _draw,
    _tell,
    f"Batches of {BATCH} as in the paper, which had 2,500 of each kind; the same prompts for both"
    " kinds. Features are read from the mel, of samples of the default preset's student.",
)
