"""The file of a latent: x_T* with what a later render must know to begin there (appendix I).

A safetensors file that may be moved, copied and handed on. Its tensors: `latent` (C, P); `clean`
(C, P), the x_0 that was made of it; `target.<control>`, what it was optimised for. Its metadata:
model (SHA-256 of the weights), network, guidance, sampler, steps, length and rate in samples and
Hz, seconds in phase (see `phase`), seed, and the request as JSON.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from ditto_daw.controls import Control
from ditto_daw.diffusion.presets import Preset
from ditto_daw.errors import BadRequest, BrokenFile
from ditto_daw.events import Take
from ditto_daw.files.paths import temporary_name
from ditto_daw.files.store import Store, told
from ditto_daw.methods.base import ASKED
from ditto_daw.models.base import Model
from ditto_daw.music.grid import FrameGrid, frame_grid
from ditto_daw.rendering.keep import length_field
from ditto_daw.rendering.plan import Plan
from ditto_daw.requests.request import Request

QUARTER_OFF, BAR_OFF = 1 / 8, 1 / 32
"""How far beat and bar of the earlier result may lie from this one's, in quarters and bars."""
NEAR_DB = 3.0
"""Two lanes that differ by no more on the mean ask for about the same."""
TARGET = "target."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class How:
    """What made the clean latent of x_T: which network, at which guidance, by which sampler."""

    network: str
    guidance: str
    sampler: str
    steps: str

    @classmethod
    def of(cls, preset: Preset, steps: int) -> How:
        """Of a preset that samples in so many steps."""
        network = "student" if preset.student else "teacher"
        return cls(network, f"{preset.guidance:g}", preset.sampler, str(steps))

    def differs(self, other: How) -> list[str]:
        """Names of what is not the same."""
        return [name for name, value in asdict(self).items() if getattr(other, name) != value]


@dataclass(frozen=True, eq=False)
class Kept:
    """A latent (C, P) as it was kept, and what its file says about it: the fingerprint of its
    model, the seed, seconds and request of its take; of files that have it, the clean latent that
    was made of it, the targets by control, and how it was made."""

    latent: Tensor
    model: str
    seed: int
    seconds: float
    request: Request
    clean: Tensor | None = None
    targets: dict[str, Tensor] = field(default_factory=dict)
    how: How | None = None

    def check(self, plan: Plan, model: Model, positions: int) -> None:
        """BadRequest, naming the field, where a render of this plan cannot begin here."""
        if self.model != model.fingerprint:
            raise BadRequest(
                "from",
                "The earlier result was made by another model: render it again with this one"
                f" (seed {self.seed}), or leave from out.",
            )
        if self.latent.shape[1] != positions:
            raise BadRequest(
                length_field(plan.request),
                f"The earlier result lasts {self.seconds:.2f} s and this job {plan.seconds:.2f} s:"
                " ask for as many bars at the same tempo, or leave from out.",
            )
        before = self.request
        times = np.arange(plan.frames) * (self.seconds / plan.frames)
        if not _same_beats(frame_grid(before.file_tempo, before.position, times), plan.grid):
            raise BadRequest(
                "tempo",
                "The earlier result has its beats elsewhere: give this job the same tempo map,"
                " meter and position, or leave from out.",
            )

    def meets(self, controls: Iterable[Control]) -> bool:
        """Whether it was optimised for about what these controls ask."""
        return all(
            control.name in self.targets and _alike(control, self.targets[control.name])
            for control in controls
            if control.name in ASKED
        )


def targets_of(controls: Iterable[Control]) -> dict[str, Tensor]:
    """What was asked for, by control."""
    found = {one.name: getattr(one, "target", None) for one in controls if one.name in ASKED}
    return {name: target for name, target in found.items() if isinstance(target, Tensor)}


def phase(grid: FrameGrid) -> list[float]:
    """Place of the first frame in its quarter and in its bar, each 0 to 1."""
    return [round(float(grid.quarter_phase[0]), 6), round(float(grid.bar_phase[0]), 6)]


def keep_latent(
    store: Store, take: Take, tensors: dict[str, Tensor], plan: Plan, about: dict[str, str]
) -> str:
    """Writes the latent of a take that is on the disk, and the tensors that go with it; its path,
    "" where it cannot be kept: the take is worth more than its latent. about: further metadata."""
    path = store.latent(str(take.asset))
    metadata = about | {
        "length": str(take.samples),
        "rate": str(take.rate),
        "seed": str(take.seed),
        "phase": json.dumps(phase(plan.grid)),
        "request": json.dumps(plan.request.to_dict()),
    }
    whole = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    temporary = temporary_name(path.parent)
    try:
        temporary.write_bytes(save(whole, metadata))
        temporary.replace(path)
    except OSError as error:
        log.warning("the latent of %s is not kept: %s", take.path, error)
        temporary.unlink(missing_ok=True)
        return ""
    store.sweep()
    return str(path)


def read_latent(path: Path) -> Kept:
    """The latent in a file, wherever it lies. Raises BadRequest for one window of a longer result,
    BrokenFile for anything else."""
    about = told(path)
    if "windows" in about:
        raise BadRequest(
            "from",
            f"The earlier result was made in {about['windows']} windows, and only the last one's"
            " latent is kept: nothing can begin with it. Give its file as source instead.",
        )
    try:
        tensors = load_file(path)
        latent = tensors["latent"]
        if latent.ndim != 2 or not bool(torch.isfinite(latent).all()):
            raise ValueError("its latent has no sense")
        named = {name: about[name] for name in How.__dataclass_fields__ if name in about}
        return Kept(
            latent,
            about["model"],
            int(about["seed"]),
            int(about["length"]) / int(about["rate"]),
            Request.from_dict(json.loads(about["request"])),
            tensors.get("clean"),
            {n.removeprefix(TARGET): t for n, t in tensors.items() if n.startswith(TARGET)},
            How(**named) if len(named) == len(How.__dataclass_fields__) else None,
        )
    except (OSError, SafetensorError, KeyError, ValueError, ZeroDivisionError, BadRequest) as error:
        raise BrokenFile(
            "from", f"{path.name} is no latent to begin with ({error}): render it again."
        ) from None


def _alike(control: Control, before: Tensor) -> bool:
    target = getattr(control, "target", None)
    if not isinstance(target, Tensor) or target.shape != before.shape:
        return False
    if control.decibels:
        return bool((target.cpu() - before).abs().mean() <= NEAR_DB)
    return torch.allclose(target.cpu().float(), before.float(), atol=1e-4)


def _same_beats(one: FrameGrid, other: FrameGrid) -> bool:
    """Whether every frame has the same meter and about the same place in its beat and bar."""

    def off(a: np.ndarray, b: np.ndarray) -> float:
        apart = np.mod(a - b, 1.0)
        return float(np.minimum(apart, 1.0 - apart).max())

    return (
        bool((one.meter == other.meter).all())
        and off(one.quarter_phase, other.quarter_phase) <= QUARTER_OFF
        and off(one.bar_phase, other.bar_phase) <= BAR_OFF
    )
