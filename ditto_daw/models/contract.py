"""What every model must do, tried on one of them: the tests run it on tiny random weights,
`ditto-daw models check` on real ones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ditto_daw import controls, signal
from ditto_daw.controls.intensity import Intensity
from ditto_daw.diffusion.gradient import Objective, latent_gradient
from ditto_daw.diffusion.latent import gaussian
from ditto_daw.diffusion.optimise import optimise
from ditto_daw.diffusion.presets import PRESETS, Preset
from ditto_daw.measures.held import most_held
from ditto_daw.models.base import Model, anything
from ditto_daw.samplers import SAMPLERS, Denoiser, exhaust

FEW, MANY = 2, 6
"""Sampler steps whose gradients are compared in memory."""
FLAT = 1.05
"""That many steps may hold so many times what few do, beside their latents."""
ITERATIONS = 6
LESS = 0.98
"""What is left of the error after them, at most."""


@dataclass(frozen=True)
class Finding:
    """One thing that a model must do: whether it does, and what was found."""

    name: str
    good: bool
    found: str


class Trial:
    """A model told something, a noise, and a lane of intensity that swells by 12 dB."""

    def __init__(self, model: Model, seconds: float = 1.0) -> None:
        frames = round(seconds * signal.FRAMES_PER_SECOND / model.frame_multiple)
        self.frames = max(1, frames) * model.frame_multiple
        self.model = model
        positions = model.positions(self.frames)
        self.noise = gaussian([1], model.latent_channels, positions).to(model.device)
        self.preset = replace(model.suited(PRESETS["teacher"]), way="reverse")
        self.network = model.network(anything(self.frames), 1)

    def decode(self, x0: Tensor) -> Tensor:
        """The mel of a clean latent."""
        return self.model.decode(x0, self.frames)

    def denoiser(self, steps: int) -> Denoiser:
        """The network for a sampler of so many steps."""
        return self.network.denoiser(self.preset, steps)

    def lane(self, clean: Tensor) -> Tensor:
        """What the intensity (F,) of this clean latent would be if it swelled, dB."""
        with torch.no_grad():
            level = signal.intensity(self.decode(clean))[0]
        return level.mean() + torch.linspace(-6.0, 6.0, self.frames, device=level.device)

    def objective(self, lane: Tensor, audible: bool = True) -> Objective:
        """How far the intensity is from this lane (F,), as heard through the vocoder or as read
        from the mel."""
        sound = self.model.vocoder_for(False) if audible else None
        return controls.objective([Intensity(lane.to(self.model.device))], self.decode, sound)

    def sampled(self, steps: int) -> Tensor:
        """The clean latent of the noise."""
        sampler = SAMPLERS[self.preset.sampler]
        with torch.no_grad():
            return exhaust(sampler(self.denoiser(steps), self.noise, self.preset.times(steps)))

    def gradient(self, steps: int, objective: Objective) -> Tensor:
        """Of the objective by the noise, through decoder, vocoder and all steps."""
        run = latent_gradient(
            self.denoiser(steps),
            self.noise,
            SAMPLERS[self.preset.sampler],
            self.preset.times(steps),
            objective,
        )
        found = exhaust(run)[1]
        assert found is not None
        return found


def examined(model: Model, seconds: float = 1.0) -> Iterator[Finding]:
    """Each finding as soon as it is there."""
    trial = Trial(model, seconds)
    clean = trial.sampled(FEW)
    shape = (1, model.latent_channels, model.positions(trial.frames))
    yield Finding("shape", clean.shape == shape, f"a latent of {tuple(clean.shape)}")
    audio = model.audio(clean, trial.frames)
    lasts = audio.shape[-1] / model.rate
    covers = audio.shape[1] == model.channels and lasts >= trial.frames / signal.FRAMES_PER_SECOND
    yield Finding(
        "audio", covers and bool(audio.isfinite().all()), f"{lasts:.2f} s at {model.rate} Hz"
    )
    objective = trial.objective(trial.lane(clean))
    gradient = trial.gradient(FEW, objective)
    norm = float(gradient.norm())
    yield Finding(
        "gradient",
        bool(gradient.isfinite().all()) and norm > 0.0,
        f"of norm {norm:.3g} at the latent, through sampler, decoder and vocoder",
    )
    few, many = (_held(trial, steps, objective) for steps in (FEW, MANY))
    yield Finding(
        "memory",
        many <= FLAT * few,
        f"{many / 2**20:.1f} MiB held for {MANY} steps, {few / 2**20:.1f} for {FEW}",
    )
    preset = _brief(trial.preset)
    denoise, began = trial.network.denoiser(preset, preset.steps), time.monotonic()
    made = exhaust(optimise(denoise, trial.noise, objective, preset))
    spent = (time.monotonic() - began) / (ITERATIONS + 1)
    before, after = (float(one.parts["intensity"]) for one in (made.start, made.losses))
    yield Finding(
        "control",
        after < LESS * before,
        f"intensity error {before:.2f} to {after:.2f} dB² in {ITERATIONS} steps of {spent:.2f} s",
    )


def _held(trial: Trial, steps: int, objective: Objective) -> int:
    return most_held(lambda: trial.gradient(steps, objective))


def _brief(preset: Preset) -> Preset:
    """A few exact steps of the search."""
    return replace(
        preset, steps=FEW, iterations=ITERATIONS, rate=0.2, unit_gradient=True, decay=False
    )
