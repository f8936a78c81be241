"""Figure 6: a loop without known music, played twice (appendix E)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ditto_daw import signal
from ditto_daw.evaluate.base import FIGURES, Figure, Outcome, Trial
from ditto_daw.evaluate.drawing import Shown
from ditto_daw.evaluate.figures.controls import trial_of
from ditto_daw.evaluate.lab import Lab
from ditto_daw.evaluate.tasks import loop_period
from ditto_daw.report import plots

TRIAL = trial_of("freeloop")


def _draw(lab: Lab, outcomes: Mapping[Trial, Outcome]) -> dict[str, bytes]:
    shown = Shown.of(lab, TRIAL, outcomes[TRIAL])
    samples = loop_period(lab) * signal.HOP
    twice = np.tile(shown.audio[:samples], 2)
    seconds = samples / signal.RATE
    return {
        "the loop twice": plots.spectrogram(twice, signal.RATE, (seconds,)),
        "its boundary": plots.seam(twice, signal.RATE, seconds),
    }


def _tell(lab: Lab, outcomes: Mapping[Trial, Outcome]) -> list[str]:
    jump = outcomes[TRIAL].figures["seam"]
    return [f"Jump of the mel at the boundary over the p95 of all others: {jump:.2f}.", ""]


FIGURES["figure-6"] = Figure(
    "a loop without known music, twice",
    lambda n: [TRIAL],
    _draw,
    _tell,
    "The model's convolutions do not wrap here, as the paper's do not: the objective alone closes"
    " the loop. Nothing is cross-faded at the boundary. A loop of the product wraps by itself.",
)
