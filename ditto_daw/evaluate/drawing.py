"""Pictures of one outcome, like the paper's figures: what was asked for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls import Control
from ditto_daw.controls.intensity import Intensity
from ditto_daw.controls.melody import Melody
from ditto_daw.controls.structure import Structure, similarity, smoothed
from ditto_daw.evaluate.base import Outcome, Trial
from ditto_daw.evaluate.lab import Audio, Lab
from ditto_daw.evaluate.tasks import scene
from ditto_daw.report import plots


@dataclass(frozen=True, eq=False)
class Shown:
    """A trial's finished audio, its mel (BANDS, F), and what was asked of it."""

    trial: Trial
    audio: Audio
    mel: Tensor
    controls: tuple[Control, ...]

    @classmethod
    def of(cls, lab: Lab, trial: Trial, outcome: Outcome) -> Shown:
        """From the latent that the outcome kept."""
        audio = lab.sound(lab.latents(outcome)["x_0"])
        return cls(trial, audio, signal.mel(torch.from_numpy(audio)), scene(lab, trial).controls)

    @property
    def seconds(self) -> float:
        """Duration."""
        return len(self.audio) / signal.RATE

    def pictures(self, marks: tuple[float, ...] = ()) -> dict[str, bytes]:
        """The spectrogram with lines at `marks` (seconds), and every control's own picture."""
        task = self.trial.task
        found = {f"{task}, spectrogram": plots.spectrogram(self.audio, signal.RATE, marks)}
        for control in self.controls:
            if isinstance(control, Intensity):
                found[f"{task}, intensity"] = self._intensity(control)
            elif isinstance(control, Melody):
                chroma, target = signal.chroma(self.mel), control.target
                found[f"{task}, melody"] = plots.chroma(
                    chroma.numpy(), self.seconds, target.numpy()
                )
            elif isinstance(control, Structure):
                found[f"{task}, self-similarity"] = self._structure(control)
        return found

    def _intensity(self, control: Intensity) -> bytes:
        achieved = signal.intensity_audio(torch.from_numpy(self.audio)).numpy()
        target = control.target.cpu().numpy().copy()
        if control.mask is not None:
            target[~control.mask.cpu().numpy()] = np.nan
        times = np.arange(len(target)) * signal.HOP / signal.RATE
        return plots.curve(times, achieved, target)

    def _structure(self, control: Structure) -> bytes:
        target = control.target
        wanted = similarity(smoothed(target, control.wrap) if control.smooth else target)
        made = control.feature(self.mel[None])[0]
        pairs = (("target", wanted.numpy()), ("generated", made.numpy()))
        return plots.similarity(pairs, self.seconds)
