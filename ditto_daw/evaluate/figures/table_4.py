"""Table 4: the listening test. Its stimuli stand in a page; answers to it fill the table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from ditto_daw import signal
from ditto_daw.evaluate.base import FIGURES, Figure, Outcome, Trial
from ditto_daw.evaluate.lab import Audio, Lab
from ditto_daw.evaluate.lineup import CONTROLNET, DITTO, FREEDOM, MD50, Player
from ditto_daw.evaluate.listening import Stimulus, page_and_key, preference, scores_of
from ditto_daw.evaluate.paper import TABLE_4

MOST = 10
"""Samples of each application, as in the paper."""
PAGE, KEY = "listening.html", "listening-key.json"
PLAYERS: Mapping[str, tuple[Player, ...]] = {
    "intensity": (DITTO, CONTROLNET, FREEDOM),
    "outpaint-2": (DITTO, MD50, FREEDOM),
    "melody": (DITTO, CONTROLNET, FREEDOM),
}
QUESTIONS = {
    "intensity": "Music that follows one loudness curve. How good is it as music?",
    "outpaint-2": "Six seconds of music, then its continuation. How good is the whole as music?",
    "melody": "Music that follows one melody. How good is it as music?",
}


def _trials(n: int) -> list[Trial]:
    return [
        Trial("control", task, one.method, one.preset, number)
        for number in range(min(n, MOST))
        for task, players in PLAYERS.items()
        for one in players
    ]


def stimulus(lab: Lab, trial: Trial, outcome: Outcome) -> Audio:
    """What is heard of a trial; of an outpainting, the known music runs into it."""
    clean = lab.latents(outcome)["x_0"]
    if not trial.task.startswith("outpaint"):
        return lab.sound(clean)
    frames = lab.settings.frames
    known = lab.known(trial.number, frames)
    overlap = min(round(2.0 * signal.FRAMES_PER_SECOND), frames // 2)
    new = lab.model.codec.decode(clean)[0][:, overlap:]
    with torch.no_grad():
        audio = lab.model.vocoder.refined(torch.cat([known, new], dim=1)[None])
    return np.asarray(audio[0].cpu().numpy(), dtype=np.float32)


def _leave(lab: Lab, outcomes: Mapping[Trial, Outcome]) -> dict[str, bytes]:
    """Writes page and key beside the journal."""
    stimuli = [
        Stimulus(trial.task, trial.number, trial.method, stimulus(lab, trial, outcome))
        for trial, outcome in outcomes.items()
    ]
    page, key = page_and_key(stimuli, QUESTIONS)
    (lab.folder / PAGE).write_text(page, encoding="utf-8")
    (lab.folder / KEY).write_text(key, encoding="utf-8")
    return {}


def _tell(lab: Lab, outcomes: Mapping[Trial, Outcome]) -> list[str]:
    answers = lab.settings.answers
    scores = scores_of(answers, lab.folder / KEY) if answers else {}
    heads = ("task", "comparison", "wins (paper)", "difference (paper)", "n")
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for task, players in PLAYERS.items():
        for other in players[1:]:
            wins, difference, error = TABLE_4[task][other.paper]
            found = preference(scores, task, DITTO.method, other.method)
            own = ("not heard", "not heard", "0")
            if found is not None:
                told = f"{found.difference:.2f} ± {found.error:.2f}"
                own = (f"{100 * found.wins:.0f} %", told, str(found.n))
            cells = (
                task,
                f"DITTO and {other.label}",
                f"{own[0]} ({100 * wins:.0f} %)",
                f"{own[1]} ({difference:.2f} ± {error:.2f})",
                own[2],
            )
            lines.append(f"| {' | '.join(cells)} |")
    where = f"`{PAGE}` holds {len(outcomes)} stimuli; `--answers` reads what it saves."
    return [*lines, "", where, ""]


FIGURES["4"] = Figure(
    "listening test",
    _trials,
    _leave,
    _tell,
    "The paper's 15 listeners rated 10 triplets of each application, from 0 to 100. Here the"
    " stimuli are rendered into a page for blind listening: order and names tell nothing, and which"
    " method made what stands in a file beside it. Ties count as half a win.",
)
