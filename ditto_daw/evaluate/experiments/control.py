"""A method renders one pair of a task: what it achieved, in how long."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import torch
from safetensors import safe_open

from ditto_daw import controls
from ditto_daw.bench.stand import step_calls
from ditto_daw.controls import Control
from ditto_daw.diffusion.latent import correlation, norm_ratio
from ditto_daw.diffusion.optimise import Step
from ditto_daw.diffusion.presets import Preset
from ditto_daw.errors import DittoError
from ditto_daw.evaluate.base import Outcome, Trial, experiment
from ditto_daw.evaluate.lab import Lab
from ditto_daw.evaluate.tasks import Scene, scene
from ditto_daw.methods import METHODS, Made, Method, Task
from ditto_daw.models.adapter import beside
from ditto_daw.models.bundled import WEIGHTS
from ditto_daw.models.conditioned import Conditioned
from ditto_daw.samplers import exhaust

PLAIN = "plain"
"""The method that does not control: the same seed, prompt and sampler, with nothing asked for."""
ADAPTED = "controlnet"
"""The one that was trained for its controls."""
CLOSE = 2.0
"""dB²: the mark of the paper's mean steps to convergence (appendix L)."""


@dataclass
class Course:
    """The steps of a method as they went by: when, and the losses of the best iterate."""

    stamps: list[float] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def figures(self) -> dict[str, float | None]:
        """Steps, seconds of one, and steps until intensity was within CLOSE; those who never come
        so near count with all their steps, as close tells."""
        if not self.steps:
            return {}
        spans = [after - before for before, after in itertools.pairwise(self.stamps)]
        reached = [
            step.iteration
            for step in self.steps
            if step.losses.get("intensity", float("inf")) <= CLOSE
        ]
        made = self.steps[-1].iteration
        return {
            "steps": float(made),
            "step_seconds": statistics.median(spans) if spans else None,
            "steps_to_2": float(reached[0] if reached else made),
            "close": float(bool(reached)),
        }


def method_of(trial: Trial) -> Method | None:
    """The method of a trial; None for none, or where it is not in the registry."""
    return METHODS.get(trial.method)


def preset_of(lab: Lab, trial: Trial) -> Preset:
    """The trial's preset, or the method's usual one, with as many iterations as its calls allow."""
    method = method_of(trial)
    preset = lab.preset(trial) if method is None else lab.preset(trial, method.usual)
    return lab.within(preset, calls_of_step(trial, preset))


def calls_of_step(trial: Trial, preset: Preset) -> float:
    """Guided calls of the network of one optimisation step: a way back counts as two calls."""
    if trial.method.startswith("doodl"):  # two chains, and its own way back through all steps
        return 2.0 * step_calls(replace(preset, way="checkpoint"))
    return step_calls(preset)


def calls(lab: Lab, trial: Trial) -> float:
    """Guided calls of the network."""
    preset, method = preset_of(lab, trial), method_of(trial)
    if method is None:
        return preset.plain_steps
    if not method.iterates:
        return 1.5 * method.calls(preset)
    return (preset.iterations + 1) * calls_of_step(trial, preset) + preset.decode_steps


def to_the_end(found: Sequence[Control]) -> tuple[Control, ...]:
    """Controls for whoever does not rest within tolerance."""
    return tuple(replace(one, tolerance=None) for one in found)  # type: ignore[type-var]


def task_of(lab: Lab, trial: Trial, preset: Preset, asked: Scene) -> Task:
    """What a method is given for a scene. The network is told nothing of the known part."""
    method = method_of(trial)
    rests = trial.option("stop", True) and method is not None and method.iterates
    found = asked.controls if rests else to_the_end(asked.controls)
    sound = (lambda mel: lab.model.sound(mel, wrap=False)) if preset.audible else None
    return Task(
        latent=lab.latent(trial.number),
        network=Conditioned(lab.model, asked.condition, wrap=False),
        objective=controls.objective(
            found, lab.model.codec.decode, sound, trial.option("balance", "paper")
        ),
        controls=found,
        preset=preset,
        tolerances=controls.tolerances(found),
        known=asked.known,
        seeds=(lab.settings.seed + trial.number,),
    )


def made_by(lab: Lab, trial: Trial, asked: Scene, course: Course) -> Made:
    """What the trial's method makes. Raises BadRequest where it cannot."""
    preset, method = preset_of(lab, trial), METHODS[trial.method]
    task = task_of(lab, trial, preset, asked)
    method.check(task)
    began, run = lab.meter.now(), method(task)
    while True:
        try:
            step = next(run)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        if step is not None:
            course.stamps.append(lab.meter.now() - began)
            course.steps.append(step)


@experiment(calls)
def control(lab: Lab, trial: Trial) -> Outcome:
    """The figures of a task's own measures on the finished audio, of the latent, and of time.

    The latents x_T and x_0 are kept in a file: later trials begin there, figures are drawn of it.
    """
    preset, asked = preset_of(lab, trial), scene(lab, trial)
    if trial.method != PLAIN and trial.method not in METHODS:
        return Outcome(absent=f'no method "{trial.method}" here')
    if missing := lab.missing(preset):
        return Outcome(absent=missing)
    course, began = Course(), lab.meter.now()
    try:
        if trial.method == PLAIN:
            latent = lab.latent(trial.number)
            clean = lab.sampled(asked.condition, preset, preset.plain_steps, latent)
        else:
            made = made_by(lab, trial, asked, course)
            latent, clean = made.latent, made.x0
    except DittoError as error:
        return Outcome(absent=error.message)
    audio = lab.sound(clean)
    figures = {
        "seconds": lab.meter.now() - began,
        "training_hours": training_hours(lab, trial),
        "norm": float(norm_ratio(latent)),
        "correlation": float(correlation(latent)),
        **course.figures(),
        **losses(lab, asked, clean),
        **asked.measured(audio),
    }
    return lab.outcome_of(trial, audio, figures, asked.prompt, x_t=latent, x_0=clean)


def training_hours(lab: Lab, trial: Trial) -> float | None:
    """Of the adapter that a method listens through, as its file tells; 0 for all others."""
    if trial.method != ADAPTED:
        return 0.0
    with safe_open(beside(lab.model.file or WEIGHTS), framework="pt") as file:
        minutes = (file.metadata() or {}).get("minutes")
    return None if minutes is None else float(minutes) / 60.0


def losses(lab: Lab, asked: Scene, clean: torch.Tensor) -> dict[str, float]:
    """Every control's own loss, read from the mel of a clean latent (1, C, P)."""
    mel = lab.model.codec.decode(clean)
    with torch.no_grad():
        return {f"loss {one.name}": float(one.loss(mel)) for one in asked.controls}


def _calls_of_one(lab: Lab, trial: Trial) -> float:
    return 3.0 * calls(lab, trial) / max(1, preset_of(lab, trial).iterations)


@experiment(_calls_of_one)
def memory(lab: Lab, trial: Trial) -> Outcome:
    """MiB at the peak of one iteration above the loaded, idle process."""
    if trial.method not in METHODS:
        return Outcome(absent=f'no method "{trial.method}" here')
    asked = scene(lab, trial)
    method = METHODS[trial.method]
    one = lab.preset(trial, method.usual, iterations=1)
    task = task_of(lab, trial, one, asked)
    with lab.meter.probe() as probe:
        exhaust(method(task))
    return Outcome({"memory": probe.memory})
