"""Figures 3, 7, 8 and 9: DITTO under one control, a transferred structure, and two at once."""

from __future__ import annotations

from collections.abc import Mapping

from ditto_daw.evaluate.base import FIGURES, Figure, Outcome, Trial
from ditto_daw.evaluate.drawing import Shown
from ditto_daw.evaluate.lab import Lab
from ditto_daw.evaluate.lineup import DITTO

OVERLAP = 2.0
"""Seconds that figure 9 keeps, marked in its spectrogram."""


def trial_of(task: str) -> Trial:
    """DITTO's first pair of a task, as in the tables."""
    return Trial("control", task, DITTO.method, DITTO.preset)


def _file(name: str, title: str, *tasks: str, differences: str = "") -> None:
    trials = [trial_of(task) for task in tasks]

    def draw(lab: Lab, outcomes: Mapping[Trial, Outcome]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for trial, outcome in outcomes.items():
            marks = (OVERLAP,) if "outpaint" in trial.task else ()
            found |= Shown.of(lab, trial, outcome).pictures(marks)
        return found

    FIGURES[name] = Figure(title, lambda n: trials, draw, differences=differences)


_file("figure-3", "intensity, melody and structure control", "intensity", "melody", "structure")
_file(
    "figure-7",
    "structure of a recording, transferred",
    "transfer",
    differences="The recording is the bundled clip, or one of the folder given with --real.",
)
_file("figure-8", "intensity and structure at once", "intensity+structure")
_file("figure-9", "outpainting and intensity at once", "intensity+outpaint-2")
