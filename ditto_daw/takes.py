"""What a render leaves on the disk: takes with their figures, and previews."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

from torch import Tensor

from ditto_daw.audiowrite import free_path, write_atomic
from ditto_daw.events import Preview, Take
from ditto_daw.finish import Audio, Finished
from ditto_daw.latent import correlation, norm_ratio
from ditto_daw.studio import Studio


def write_all(studio: Studio, audios: list[Finished], latent: Tensor) -> tuple[Take, ...]:
    """All takes on disk, or none; latent (B, C, P) belongs to the audios row by row."""
    takes: list[Take] = []
    try:
        for number, audio in enumerate(audios):
            takes.append(_write(studio, number, audio, latent[number : number + 1]))
    except BaseException:
        for take in takes:
            Path(take.path).unlink(missing_ok=True)
        raise
    return tuple(takes)


def write_preview(studio: Studio, audio: Audio, losses: dict[str, float]) -> Preview:
    """What can be heard before the takes are ready."""
    plan = studio.plan
    path = studio.previews / f"{plan.request.id.replace(':', '-')}.wav"
    write_atomic(path, audio, plan.output_rate, plan.subtype)
    return Preview(str(path), losses)


def _write(studio: Studio, number: int, done: Finished, latent: Tensor) -> Take:
    """The take of one variation, with its figures."""
    plan, seed, audio = studio.plan, studio.seeds[number], done.audio
    kind = plan.request.use if plan.request.kind == "loop" else plan.request.kind
    figures = studio.figures.of(number, audio) | {
        "latent": {
            "norm": float(norm_ratio(latent)),
            "correlation": float(correlation(latent)),
        },
        "crossings": [{**asdict(one), "good": one.good} for one in done.crossings],
        "seconds": round(time.monotonic() - studio.began, 2),
    }
    path = free_path(plan.folder, f"ditto-{kind}-{seed}")
    samples = write_atomic(path, audio, plan.output_rate, plan.subtype)
    return Take(str(path), samples, plan.output_rate, seed, figures)
