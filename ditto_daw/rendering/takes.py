"""What a render leaves on the disk: takes with their figures and latents, and previews."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ditto_daw.diffusion.latent import correlation, norm_ratio
from ditto_daw.diffusion.optimise import Step
from ditto_daw.events import Preview, Take
from ditto_daw.files.asset_store import name_of
from ditto_daw.files.audiowrite import free_path, write_atomic
from ditto_daw.rendering.finish import Audio, Finished
from ditto_daw.rendering.latent_file import TARGET, keep_latent, targets_of
from ditto_daw.rendering.studio import Studio
from ditto_daw.rendering.warm import seed_of
from ditto_daw.requests.request import Request

PREVIEW_SECONDS = 3.0
"""Between two previews, at least."""
PREVIEW_SHARE = 0.1
"""Of the time since the last preview that making one may take."""


def write_take(studio: Studio, number: int, done: Finished, latent: Tensor, clean: Tensor) -> Take:
    """The take of one variation on the disk, with its figures and its latent (1, C, P), of which
    the sampler made clean (1, C, P)."""
    plan, seed, audio = studio.plan, seed_of(studio.plan, number), done.audio
    figures = figures_of(studio, number, done, latent)
    figures["seconds"] = round(time.monotonic() - studio.began, 2)
    path = free_path(plan.folder, stem_of(plan.request, seed))
    samples = write_atomic(path, audio, plan.output_rate, plan.subtype)
    take = Take(str(path), samples, plan.output_rate, seed, figures, asset=name_of(path))
    tensors = {"clean": clean[0]}
    for name, target in targets_of(studio.figures.controls).items():
        tensors[TARGET + name] = target
    return with_latent(take, studio, latent, plan.request, {}, tensors)


def figures_of(studio: Studio, number: int, done: Finished, latent: Tensor) -> dict[str, Any]:
    """Everything that was measured on one variation of a pass."""
    figures = studio.figures.of(number, done.audio) | {
        "latent": {
            "norm": float(norm_ratio(latent)),
            "correlation": float(correlation(latent)),
        },
        "crossings": [{**asdict(one), "good": one.good} for one in done.crossings],
    }
    if studio.stopped:
        figures["stopped_at"], figures["steps"] = studio.stopped
    return figures | studio.told


def stem_of(request: Request, seed: int) -> str:
    """The name of a take's file, without its ending."""
    kind = request.kind if request.kind == "draft" else request.use
    return f"ditto-{kind}-{seed}"


def with_latent(
    take: Take,
    studio: Studio,
    latent: Tensor,
    request: Request,
    about: dict[str, str],
    tensors: dict[str, Tensor] | None = None,
) -> Take:
    """The take with the latent (1, C, P) of its last pass kept in a file. about, tensors: what that
    file says beside the model and how it was used."""
    about |= {"model": studio.model.fingerprint} | asdict(studio.how)
    plan = replace(studio.plan, request=request)
    tensors = {"latent": latent[0], **(tensors or {})}
    return replace(take, latent=keep_latent(studio.store, take, tensors, plan, about) or None)


def discard(takes: list[Take]) -> None:
    """Deletes takes of a render that does not come to its end."""
    for take in takes:
        for path in (take.path, take.latent):
            if path:
                Path(path).unlink(missing_ok=True)


@dataclass
class Previews:
    """The best so far of the first variation, as a file: now and then, and only what is new."""

    studio: Studio
    heard: Tensor | None = None
    not_before: float = 0.0

    def due(self, step: Step) -> bool:
        """Whether it is time, and the best iterate another one than was heard last."""
        if self.heard is None:
            return True
        return time.monotonic() >= self.not_before and not torch.equal(self.heard, step.x0[0])

    def write(self, step: Step, audio: Audio, spent: float) -> Preview:
        """The preview of a step: its audio, which took so many seconds to make."""
        plan = self.studio.plan
        name = plan.request.id.replace(":", "-")
        if plan.part and plan.part.number:
            name = f"{name}-{plan.part.number}"
        path = self.studio.store.previews / f"{name}-{step.iteration}.wav"
        write_atomic(path, audio, plan.output_rate, plan.subtype)
        self.studio.store.sweep()
        self.heard = step.x0[0]
        self.not_before = time.monotonic() + max(PREVIEW_SECONDS, spent / PREVIEW_SHARE)
        return Preview(str(path), step.losses)
