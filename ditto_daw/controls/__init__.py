"""Controls, one file each; a new file in this folder is found by name without further ado."""

from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from pkgutil import iter_modules

import torch
from torch import Tensor

from ditto_daw.controls.base import CONTROLS, Control
from ditto_daw.gradient import Losses, Objective

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["CONTROLS", "Control", "objective", "paper_weights", "tolerances"]

Decode = Callable[[Tensor], Tensor]
"""Latent x_0 (B, C, P) to mel (B, BANDS, F)."""
Vocode = Callable[[Tensor], Tensor]
"""Mel (B, BANDS, F) to audio (B, samples)."""


def objective(
    controls: Sequence[Control], decode: Decode, vocode: Vocode | None = None
) -> Objective:
    """Eq. (14), 1/M sum_i lambda_i L_i, of the clean latent; the parts are the unweighted L_i.

    With `vocode` the controls whose feature the paper defines on audio are measured on audio
    through the vocoder, the others on the mel. Raises ValueError for two controls of one name.
    """
    names = [control.name for control in controls]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"an objective needs controls, each of its own kind, got {names}")

    def evaluate(x0: Tensor) -> Losses:
        mel = decode(x0)
        audio = vocode(mel) if vocode and any(control.audible for control in controls) else None
        parts = {
            control.name: control.loss(mel)
            if audio is None or not control.audible
            else control.loss_audio(audio)
            for control in controls
        }
        weighted = [control.weight * parts[control.name] for control in controls]
        return Losses(torch.stack(weighted).mean(dim=0), parts)

    return evaluate


def tolerances(controls: Sequence[Control]) -> dict[str, float | None]:
    """What the optimiser stops at: each control's tolerance by its name."""
    return {control.name: control.tolerance for control in controls}


IN_DECIBELS = frozenset({"intensity", "recurrence", "seam"})
"""Controls whose loss is squared dB."""


def paper_weights(names: Collection[str]) -> dict[str, float]:
    """The lambdas of appendix H for controls used together.

    Squared dB count 1/4 beside a melody, 1/40 beside anything compared on the mel's own scale
    (outpainting, structure); every other lambda is 1.
    """
    others = set(names) - IN_DECIBELS
    decibels = 1.0 if not others else 0.25 if others == {"melody"} else 1.0 / 40.0
    return {name: decibels if name in IN_DECIBELS else 1.0 for name in names}
