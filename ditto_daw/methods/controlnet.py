"""Music ControlNet (Wu et al. 2023, arXiv 2311.07069): an adapter that was trained to listen."""

from __future__ import annotations

from dataclasses import dataclass

from ditto_daw.methods.base import Method, Run, Task, judged, register
from ditto_daw.samplers import SAMPLERS


@dataclass(frozen=True)
class ControlNet(Method):
    """The base model with the adapter of `models.adapter` on it, sampled once.

    It hears the intensity curve and the melody; `training.controlnet` trains it.
    """

    follows = frozenset({"intensity", "melody"})

    name: str = "controlnet"

    def check(self, task: Task) -> None:
        super().check(task)
        task.network.adapted(task.controls, task.preset.guidance)

    def __call__(self, task: Task) -> Run:
        preset = task.preset
        denoise = task.network.adapted(task.controls, preset.guidance)
        sampler = SAMPLERS[preset.sampler]
        x0 = yield from sampler(denoise, task.latent, preset.times(preset.steps))
        return judged(task, x0)


register(ControlNet())
