"""Controls, one file each; a new file in this folder is found by name without further ado."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules

import torch
from torch import Tensor

from ditto_daw.controls.base import CONTROLS, Control
from ditto_daw.gradient import Losses, Objective

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["CONTROLS", "Control", "objective", "paper_weights", "tolerances", "weighed"]

Decode = Callable[[Tensor], Tensor]
"""Latent x_0 (B, C, P) to mel (B, BANDS, F)."""
Vocode = Callable[[Tensor], Tensor]
"""Mel (B, BANDS, F) to audio (B, samples)."""
LEAST_PULL = 1e-3
"""Of the strongest pull: an objective that hardly pulls at first is not made a giant of."""


def objective(
    controls: Sequence[Control],
    decode: Decode,
    vocode: Vocode | None = None,
    balance: str = "paper",
) -> Objective:
    """Eq. (14), 1/M sum_i lambda_i L_i, of the clean latent; the parts are the unweighted L_i.

    With `vocode` the controls whose feature the paper defines on audio are measured on audio
    through the vocoder, the others on the mel. balance "auto": each lambda is divided by the norm
    of its objective's gradient by the mel, sample by sample, as the first call finds it; then all
    pull alike. Raises ValueError for two controls of one name.
    """
    names = [control.name for control in controls]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"an objective needs controls, each of its own kind, got {names}")
    lambdas: list[Tensor | float] = [control.weight for control in controls]
    balanced = balance != "auto"

    def parts_of(mel: Tensor) -> dict[str, Tensor]:
        audio = vocode(mel) if vocode and any(control.audible for control in controls) else None
        return {
            control.name: control.loss(mel)
            if audio is None or not control.audible
            else control.loss_audio(audio)
            for control in controls
        }

    def evaluate(x0: Tensor) -> Losses:
        nonlocal lambdas, balanced
        mel = decode(x0)
        if not balanced:
            pulls = _pulls(parts_of, mel)
            lambdas = [weight / pull for weight, pull in zip(lambdas, pulls, strict=True)]
            balanced = True
        parts = parts_of(mel)
        weighted = [weight * parts[name] for weight, name in zip(lambdas, names, strict=True)]
        return Losses(torch.stack(weighted).mean(dim=0), parts)

    return evaluate


def _pulls(parts_of: Callable[[Tensor], dict[str, Tensor]], mel: Tensor) -> list[Tensor]:
    """Norm (B,) of the gradient of each objective by the mel; none of them zero."""
    with torch.enable_grad():
        leaf = mel.detach().requires_grad_()
        found = [
            torch.autograd.grad(loss.sum(), leaf, retain_graph=True)[0].flatten(1).norm(dim=1)
            for loss in parts_of(leaf).values()
        ]
    least = LEAST_PULL * torch.stack(found).amax(dim=0)
    return [pull.clamp_min(torch.finfo(pull.dtype).tiny).maximum(least) for pull in found]


def tolerances(controls: Sequence[Control]) -> dict[str, float | None]:
    """What the optimiser stops at: each control's tolerance by its name."""
    return {control.name: control.tolerance for control in controls}


IN_DECIBELS = frozenset(name for name, kind in CONTROLS.items() if kind.decibels)
"""Controls whose loss is squared dB."""
IN_NATS = frozenset({"melody", "harmony"})
"""Those that compare pitch classes."""


def paper_weights(
    names: Collection[str], decibels: Collection[str] = IN_DECIBELS
) -> dict[str, float]:
    """The lambdas of appendix H for controls used together.

    Squared dB count 1/4 beside a melody, and a harmony, which is the same in several notes; 1/40
    beside anything else (outpainting, structure); every other lambda is 1. decibels: those among
    them whose loss is squared dB.
    """
    others = set(names) - set(decibels)
    loud = 1.0 if not others else 0.25 if others <= IN_NATS else 1.0 / 40.0
    return {name: loud if name in decibels else 1.0 for name in names}


def weighed(
    controls: Sequence[Control], balance: str = "paper", given: Mapping[str, float] | None = None
) -> tuple[Control, ...]:
    """The controls with the paper's weights, or with 1 for "auto", where none is given by name."""
    names = [control.name for control in controls]
    usual = dict.fromkeys(names, 1.0)
    if balance != "auto":
        usual = paper_weights(names, {one.name for one in controls if one.in_decibels})
    weights = {**usual, **(given or {})}
    return tuple(replace(one, weight=weights[one.name]) for one in controls)  # type: ignore[type-var]
