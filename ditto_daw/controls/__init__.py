"""Controls, one file each; a new file in this folder is found by name without further ado."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules

import torch
from torch import Tensor

from ditto_daw.controls.base import CONTROLS, Control
from ditto_daw.diffusion.gradient import Losses, Objective

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["CONTROLS", "Control", "objective", "paper_weights", "tolerances", "weighed"]

Decode = Callable[[Tensor], Tensor]
"""Latent x_0 (B, C, P) to mel (B, BANDS, F)."""
Vocode = Callable[[Tensor], Tensor]
"""Mel (B, BANDS, F) to audio (B, samples)."""

CONTENT = 0.8
"""Share of its tolerance under which an objective pulls no more."""


def objective(
    controls: Sequence[Control],
    decode: Decode,
    vocode: Vocode | None = None,
    balance: str = "paper",
) -> Objective:
    """Eq. (14), 1/M sum_i lambda_i L_i, of the clean latent; the parts are the unweighted L_i.

    What is well within its tolerance counts nothing, which leaves the others room to move.
    With `vocode` the controls whose feature the paper defines on audio are measured on audio
    through the vocoder, the others on the mel. balance "auto": each lambda is divided by the norm
    of its objective's gradient by the mel, sample by sample, as the first call finds it.
    Raises ValueError for two controls of one name.
    """
    names = [control.name for control in controls]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"an objective needs controls, each of its own kind, got {names}")
    lambdas: Sequence[Tensor | float] | None = None
    if balance != "auto":
        lambdas = [control.weight for control in controls]

    def parts_of(mel: Tensor) -> dict[str, Tensor]:
        audio = vocode(mel) if vocode and any(control.audible for control in controls) else None
        return {
            control.name: control.loss(mel)
            if audio is None or not control.audible
            else control.loss_audio(audio)
            for control in controls
        }

    def evaluate(x0: Tensor) -> Losses:
        nonlocal lambdas
        mel = decode(x0)
        if lambdas is None:
            lambdas = _balanced(controls, parts_of, mel)
        parts = parts_of(mel)
        counted = [_beyond(one, parts[one.name]) for one in controls]
        weighted = [weight * loss for weight, loss in zip(lambdas, counted, strict=True)]
        return Losses(torch.stack(weighted).mean(dim=0), parts)

    return evaluate


def _beyond(control: Control, loss: Tensor) -> Tensor:
    """Loss (B,) beyond what is well within the tolerance; all of it where there is none."""
    return loss if control.tolerance is None else torch.relu(loss - CONTENT * control.tolerance)


def _balanced(
    controls: Sequence[Control], parts_of: Callable[[Tensor], dict[str, Tensor]], mel: Tensor
) -> list[Tensor]:
    """Weights (B,) with which the objectives that are not met yet pull alike at this mel.

    One that is met has hardly a gradient to go by; it counts like the mean of the others once it
    is as far beyond its tolerance as that is wide.
    """
    with torch.enable_grad():
        leaf = mel.detach().requires_grad_()
        parts = parts_of(leaf)
        pulls = [
            torch.autograd.grad(parts[one.name].sum(), leaf, retain_graph=True)[0]
            for one in controls
        ]
    pull = torch.stack([gradient.flatten(1).norm(dim=1) for gradient in pulls])
    loss = torch.stack([parts[one.name].detach() for one in controls])
    limit = [0.0 if one.tolerance is None else one.tolerance for one in controls]
    tolerance = loss.new_tensor(limit)[:, None]
    tiny = torch.finfo(loss.dtype).tiny ** 0.5
    met = (loss <= tolerance) | (pull <= tiny)
    even = 1.0 / pull.clamp_min(tiny)
    shares = torch.where(met, 0.0, even * loss)
    typical = shares.sum(dim=0) / (~met).sum(dim=0).clamp_min(1)
    typical = torch.where(met.all(dim=0), 1.0, typical)
    found = torch.where(met, typical / tolerance.clamp_min(tiny), even)
    return [one.weight * weights for one, weights in zip(controls, found, strict=True)]


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
