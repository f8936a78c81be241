"""Table 7 (appendix D): recorded music taken back to its latent, and made again of it."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from ditto_daw.bench.stand import step_calls
from ditto_daw.evaluate.base import Outcome, Trial, experiment
from ditto_daw.evaluate.lab import Lab
from ditto_daw.evaluate.prompt import Prompt
from ditto_daw.evaluate.recorded import recorded
from ditto_daw.inversion import INVERSIONS, Sought, likeness
from ditto_daw.inversion.base import DECADES
from ditto_daw.inversion.ditto import ITERATIONS, searched
from ditto_daw.inversion.null_text import INNER
from ditto_daw.models.condition import Condition
from ditto_daw.models.wordless import Wordless
from ditto_daw.samplers import exhaust

SHORT = 6
"""Seconds that the settings' frames stand for; other lengths are multiples."""
DITTO = "ditto"


def _iterations(lab: Lab, trial: Trial) -> int:
    """Of DITTO's search; a longer clip's calls cost as many times more."""
    preset = replace(lab.preset(trial), iterations=ITERATIONS, way="sdo")
    limit = lab.settings.iterations or ITERATIONS
    return min(limit, lab.within(preset, _longer(trial) * step_calls(preset)).iterations)


def _longer(trial: Trial) -> float:
    return float(trial.option("seconds", SHORT) / SHORT)


def _calls(lab: Lab, trial: Trial) -> float:
    preset, longer = replace(lab.preset(trial), way="sdo"), _longer(trial)
    steps, learns = preset.steps, trial.option("guidance") != 1.0
    ways = {
        "naive": 1.0,
        "ddim": 2.0,
        "null_text": 3.0 + 3.0 * INNER * learns,
        DITTO: 3.0 + _iterations(lab, trial) * step_calls(preset) / steps,
    }
    return longer * steps * ways.get(trial.method, 1.0)


def _told(lab: Lab, trial: Trial, frames: int) -> Condition:
    """Genre and mood of the pair's prompt; where the beats of a recording lie, nobody knows."""
    known = lab.condition(Prompt.of(trial.number), frames)
    return replace(known, local=torch.zeros_like(known.local))


@experiment(_calls)
def inversion(lab: Lab, trial: Trial) -> Outcome:
    """Mean squared error of the mel, 80 dB = 1: `inversion` against what the codec makes of the
    recording, `raw` against the recording's own; `floor` is the codec's alone."""
    if trial.method not in INVERSIONS:
        return Outcome(absent=f'no inversion "{trial.method}" here')
    preset, codec = lab.preset(trial), lab.model.codec
    frames = lab.settings.frames * trial.option("seconds", SHORT) // SHORT
    mel = recorded(lab.settings.real, trial.number, frames)[None].to(lab.model.device)
    clean = codec.encode(mel)
    sought = Sought(
        clean,
        Wordless(lab.model, _told(lab, trial, frames), wrap=False),
        preset,
        likeness(clean, codec.decode),
        (lab.settings.seed + trial.number,),
    )
    began = lab.meter.now()
    if trial.method == DITTO:
        found = exhaust(searched(sought, _iterations(lab, trial)))
    else:
        found = exhaust(INVERSIONS[trial.method](sought))
    with torch.no_grad():
        again = codec.decode(exhaust(found.clean()))
    coded = codec.decode(clean)
    figures = {"inversion": _apart(again, coded), "raw": _apart(again, mel)}
    told = {"floor": _apart(coded, mel), "seconds": lab.meter.now() - began}
    return Outcome(figures | told)


def _apart(one: Tensor, other: Tensor) -> float:
    return float(((one - other) / DECADES).square().mean())
