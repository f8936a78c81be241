"""Ways from a latent to music: whoever trains another adds one line to DECODERS."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ditto_daw.diffusion.latent import gaussian
from ditto_daw.diffusion.schedule import step_times
from ditto_daw.diffusion.thresholding import thresholded
from ditto_daw.models.bundled import Bundled
from ditto_daw.models.condition import Condition
from ditto_daw.samplers import SAMPLERS, exhaust

BATCH = 8
GUIDANCE = 2.0
"""As in the presets."""


@dataclass(frozen=True)
class Decoder:
    """A sampler, its steps, the weight of guidance, and whether the student takes them."""

    sampler: str
    steps: int
    guidance: float = GUIDANCE
    student: bool = False

    def possible(self, model: Bundled) -> bool:
        """A student must have learnt this number of steps."""
        return not self.student or self.steps in model.student_steps

    def clean(self, model: Bundled, condition: Condition, latent: Tensor) -> Tensor:
        """Clean latents x_0 (B, C, P) of x_T (B, C, P)."""
        if self.student:
            denoise = model.student(condition, self.guidance, wrap=False, steps=self.steps)
        else:
            denoise = model.denoiser(condition, self.guidance, wrap=False)
        within = thresholded(denoise, model.clip)
        return exhaust(SAMPLERS[self.sampler](within, latent, step_times(self.steps)))


DECODERS = {
    "teacher, 20 steps": Decoder("ddim", 20),
    "teacher, 8 steps": Decoder("ddim", 8),
    "teacher, 4 steps": Decoder("ddim", 4),
    "student, 8 steps": Decoder("ddim", 8, student=True),
    "student, 4 steps": Decoder("ddim", 4, student=True),
    "student, 2 steps": Decoder("ddim", 2, student=True),
    "student, 1 step": Decoder("ddim", 1, student=True),
}
TEACHER = "teacher, 20 steps"
"""What the others are compared with."""
USUAL = "student, 8 steps"
"""As the default preset does; the other rows sample their clips with it unless told another."""
GOALS = {"student, 4 steps": 1.25}
"""Largest distance to music over the teacher's."""


@torch.no_grad()
def decoded(model: Bundled, decoder: Decoder, condition: Condition, seeds: list[int]) -> Tensor:
    """Mono audio (N, F * HOP) of one latent per row of the condition, in batches."""
    rows, made = condition.tensors(), []
    for first in range(0, len(seeds), BATCH):
        part = Condition(*(t[first : first + BATCH] for t in rows)).to(model.device)
        positions = part.local.shape[-1]
        channels = model.unet.config.latent
        noise = gaussian(seeds[first : first + BATCH], channels, positions, str(model.device))
        mel = model.codec.decode(decoder.clean(model, part, noise))
        made.append(model.vocoder.refined(mel).cpu())
    return torch.cat(made)
