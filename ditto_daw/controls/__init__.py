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

RIDGE = 0.01
"""What keeps two objectives that pull the same way from being told apart."""
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
    through the vocoder, the others on the mel. balance "auto": the lambdas are found anew in every
    call, see `_balanced`.
    Raises ValueError for two controls of one name.
    """
    names = [control.name for control in controls]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"an objective needs controls, each of its own kind, got {names}")

    def parts_of(mel: Tensor) -> dict[str, Tensor]:
        audio = vocode(mel) if vocode and any(control.audible for control in controls) else None
        return {
            control.name: control.loss(mel)
            if audio is None or not control.audible
            else control.loss_audio(audio)
            for control in controls
        }

    def evaluate(x0: Tensor) -> Losses:
        parts = parts_of(decode(x0))
        counted = [one.weight * _beyond(one, parts[one.name]) for one in controls]
        if balance == "auto" and x0.requires_grad:
            return Losses(_balanced(list(parts.values()), counted, x0), parts)
        return Losses(torch.stack(counted).mean(dim=0), parts)

    return evaluate


def _beyond(control: Control, loss: Tensor) -> Tensor:
    """Loss (B,) beyond what is well within the tolerance; all of it where there is none."""
    return loss if control.tolerance is None else torch.relu(loss - CONTENT * control.tolerance)


def _balanced(parts: Sequence[Tensor], counted: Sequence[Tensor], x0: Tensor) -> Tensor:
    """A total (B,) whose gradient by x0 (B, C, P) is the least move that takes from each of the
    parts (B,) what is counted of it (B,), as far as they are linear; its value is that move's
    squared length.

    Gauss and Newton's step: with G the gradients of the parts and r what is counted, lambda solves
    G G' lambda = r. A part that is met is thus left as it is, rather than let go.
    """
    rows = [torch.autograd.grad(part.sum(), x0, retain_graph=True)[0].flatten(1) for part in parts]
    gradients, excess = torch.stack(rows, dim=1), torch.stack(list(counted), dim=1).detach()
    sizes = gradients.norm(dim=2).clamp_min(torch.finfo(x0.dtype).tiny ** 0.5)
    units = gradients / sizes[..., None]
    gram = units @ units.mT + RIDGE * torch.eye(len(parts)).to(units)
    lambdas = torch.linalg.solve(gram, excess / sizes) / sizes
    linear = torch.stack([part - part.detach() for part in parts], dim=1)
    return (lambdas * (linear + excess)).sum(dim=1)


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
