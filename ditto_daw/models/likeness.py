"""How far a model as it is run (device, precision, compiled) departs from itself on the CPU in
single precision."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from ditto_daw.models.base import Model
from ditto_daw.models.contract import FEW, Finding, Trial

MOST_CALL = 0.03
"""bf16 has eight bits: one call of the bundled UNet is 0.01 off."""
LEAST_COSINE = 0.99
MOST_MEL_DB = 0.5


@dataclass(frozen=True)
class Likeness:
    """What both make of the same noise.

    Attributes:
        call: relative error of one call's x_0 from pure noise, where x_0 = -v; RMS over RMS.
        cosine: of the gradients of an intensity loss by x_T, through all steps.
        mel: dB, RMS between the mels of what is sampled.
        audio: dB, level of the second's audio over that of the difference.
    """

    call: float
    cosine: float
    mel: float
    audio: float

    def finding(self) -> Finding:
        """As a line of the contract."""
        good = self.call <= MOST_CALL and self.cosine >= LEAST_COSINE and self.mel <= MOST_MEL_DB
        found = (
            f"against the CPU in fp32: a call {100.0 * self.call:.2g} % off, cosine of gradients"
            f" {self.cosine:.4f}, mel {self.mel:.2g} dB, audio {self.audio:.0f} dB over the"
            " difference"
        )
        return Finding("likeness", good, found)


def likeness(model: Model, plain: Model, seconds: float = 1.0) -> Likeness:
    """Of so much music; plain: the same weights on the CPU in single precision."""
    trials = [Trial(one, seconds) for one in (model, plain)]
    clean = [trial.sampled(FEW) for trial in trials]
    lane = trials[1].lane(clean[1])
    # From the mel: a vocoder's phases have places where the slope is anything, in any precision.
    gradients = [trial.gradient(FEW, trial.objective(lane, False)).cpu() for trial in trials]
    with torch.no_grad():
        calls = [trial.denoiser(FEW)(trial.noise, 1.0).cpu() for trial in trials]
        made = list(zip(trials, clean, strict=True))
        mels = [trial.decode(x0).cpu() for trial, x0 in made]
        heard = [trial.model.audio(x0, trial.frames).cpu() for trial, x0 in made]
    return Likeness(
        call=_apart(*calls),
        cosine=float(cosine_similarity(gradients[0].flatten(), gradients[1].flatten(), dim=0)),
        mel=20.0 * float((mels[0] - mels[1]).square().mean().sqrt()),
        audio=-20.0 * float(torch.tensor(_apart(*heard)).log10()),
    )


def _apart(one: Tensor, other: Tensor) -> float:
    """RMS of the difference over that of the second."""
    return float((one - other).norm() / other.norm())
