"""Table 10 (appendix I): samples drawn stochastically from a latent that DITTO optimised."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from ditto_daw import controls
from ditto_daw.errors import DittoError
from ditto_daw.evaluate.base import Outcome, Trial, experiment
from ditto_daw.evaluate.experiments.control import calls as calls_of_control
from ditto_daw.evaluate.experiments.control import to_the_end
from ditto_daw.evaluate.lab import Lab
from ditto_daw.evaluate.prompt import Prompt, drawn
from ditto_daw.evaluate.tasks import Scene, scene
from ditto_daw.methods import METHODS, Task
from ditto_daw.models.conditioned import Conditioned
from ditto_daw.samplers import exhaust

BATCH = 10
"""Samples of each latent, as in the paper."""
GUIDED = "freedom"
"""The method that guides ancestral sampling; the other one is that sampling alone."""


def source(trial: Trial) -> Trial:
    """The trial whose latent is used again: DITTO's, of tables 3 and 9."""
    return Trial("control", trial.task, "ditto", trial.preset, trial.number)


def _calls(lab: Lab, trial: Trial) -> float:
    own = (2.0 if trial.method == GUIDED else 1.0) * 3 * BATCH * lab.preset(trial).steps
    return own + (0.0 if lab.journal.find(source(trial)) else calls_of_control(lab, source(trial)))


@experiment(_calls)
def reuse(lab: Lab, trial: Trial) -> Outcome:
    """Mean loss of BATCH samples: from the optimised latent under its own prompt and under random
    ones, and from other latents under its own prompt. Nothing is optimised here."""
    found = lab.outcome(source(trial))
    if found.absent:
        return Outcome(absent=found.absent)
    latent = lab.latents(found)["x_t"]
    own = Prompt.of(trial.number)
    # The target lies on the grid of its own prompt: only genre and mood change.
    others = [
        replace(one, tempo=own.tempo) for one in drawn(BATCH, lab.settings.seed + trial.number)
    ]
    strangers = [lab.latent(trial.number, shift=(1 << 21) * (1 + k)) for k in range(BATCH)]
    asked = scene(lab, trial)
    try:
        loss_same, loss, loss_free = (
            _mean_loss(lab, trial, asked, prompts, starts)
            for prompts, starts in (
                ([own] * BATCH, [latent] * BATCH),
                (others, [latent] * BATCH),
                ([own] * BATCH, strangers),
            )
        )
    except DittoError as error:
        return Outcome(absent=error.message)
    start = next(v for name, v in found.figures.items() if name.startswith("loss "))
    told = {"loss": loss, "loss_same_prompt": loss_same, "loss_start": start}
    return Outcome(told | {"loss_free": loss_free})


def _mean_loss(
    lab: Lab, trial: Trial, asked: Scene, prompts: list[Prompt], starts: list[Tensor]
) -> float:
    total = 0.0
    for place, (prompt, start) in enumerate(zip(prompts, starts, strict=True)):
        clean = _sample(lab, trial, asked, prompt, start, place)
        with torch.no_grad():
            total += float(asked.controls[0].loss(lab.model.codec.decode(clean)))
    return total / len(prompts)


def _sample(
    lab: Lab, trial: Trial, asked: Scene, prompt: Prompt, start: Tensor, place: int
) -> Tensor:
    """One clean latent (1, C, P) drawn from x_T (1, C, P)."""
    preset = lab.preset(trial)
    seed = (lab.settings.seed + trial.number) * 1000 + place
    task = Task(
        start,
        Conditioned(lab.model, lab.condition(prompt, asked.frames), wrap=False),
        controls.objective(to_the_end(asked.controls), lab.model.codec.decode),
        asked.controls,
        preset,
        seeds=(seed,),
    )
    return exhaust(METHODS[trial.method](task)).x0
