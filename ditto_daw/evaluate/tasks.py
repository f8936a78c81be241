"""What trials ask for: controls and kept music under a prompt, and how the result is measured.

A task is parts joined by "+": "intensity", "melody", "structure", "transfer" (a recording's
structure), "outpaint-2", "inpaint-3", "loop", "freeloop" (into itself, without known music), or
"plain" for nothing at all. Part and pair decide curve, tune, pattern and known music.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ditto_daw import controls, signal
from ditto_daw.controls import Control
from ditto_daw.controls.intensity import Intensity
from ditto_daw.controls.loop import Loop
from ditto_daw.controls.melody import Melody
from ditto_daw.controls.reference import SCALE, Reference
from ditto_daw.controls.structure import Structure, form, timbre
from ditto_daw.errors import BadRequest
from ditto_daw.evaluate.base import Trial
from ditto_daw.evaluate.kept import Kept, kept_of, known_to_methods, seam
from ditto_daw.evaluate.lab import Audio, Lab
from ditto_daw.evaluate.prompt import Prompt
from ditto_daw.evaluate.recorded import recorded
from ditto_daw.measures.melody import melody_accuracy
from ditto_daw.methods import Known
from ditto_daw.models.condition import Condition
from ditto_daw.music.grid import melody_classes
from ditto_daw.music.notes import melody_line, notes_from_lists
from ditto_daw.report.material import Tune, lanes, tunes
from ditto_daw.vocabulary import GENRES

DEPTHS_DB = (6.0, 9.0, 12.0, 15.0)
PATTERNS = ("ABA", "AABB", "ABBA", "ABAB", "AAB", "ABB")
STRIDE = 7
"""Curves are taken seven apart, so that few pairs meet every shape and depth."""
CORRELATED = 0.05
"""1 - rho at which a curve's shape is met, where the shape is what is asked for."""
ALONE = 1.1
"""Nats at which a melody is followed well enough: the model is not told its chords here, and one
note is right less often for as many nats."""
LINE = "channel:1"
LOOP_OVERLAP = 43
"""Frames: the half second of figure 6."""

Measure = Callable[[Audio], dict[str, float]]


@dataclass(frozen=True, eq=False)
class Scene:
    """One task of one pair.

    Attributes:
        prompt, condition: what the model is told; one row.
        controls: what is asked of the music, with the paper's weights.
        known: the kept part as methods take it.
        measures: figures by name of the finished audio.
        frames: of the clip.
    """

    prompt: Prompt
    condition: Condition
    controls: tuple[Control, ...]
    known: Known | None
    measures: tuple[Measure, ...]
    frames: int

    def measured(self, audio: Audio) -> dict[str, float | None]:
        """Figures of the finished audio; None for what has no value."""
        found = {k: v for measure in self.measures for k, v in measure(audio).items()}
        return {name: value if np.isfinite(value) else None for name, value in found.items()}


def scene(lab: Lab, trial: Trial) -> Scene:
    """The scene of a trial. Raises BadRequest for a task that there is not."""
    prompt, frames = Prompt.of(trial.number), lab.settings.frames
    names = [] if trial.task == "plain" else trial.task.split("+")
    for name in names:
        if name.partition("-")[0] not in PARTS:
            raise BadRequest("task", f'There is no task "{name}"; choose among {", ".join(PARTS)}.')
    every = (kept_of(lab, trial.number, name) for name in names)
    kept = next((one for one in every if one is not None), None)
    free = torch.ones(frames, dtype=torch.bool) if kept is None else ~kept.mask
    found: list[Control] = []
    measures: list[Measure] = []
    for name in names:
        control, measure = PARTS[name.partition("-")[0]](lab, trial, prompt, free, kept)
        found.append(control)
        measures.append(measure)
    return Scene(
        prompt,
        lab.condition(prompt, frames, 0 if kept is None else kept.first),
        controls.weighed(found, trial.option("balance", "paper")),
        None if kept is None else known_to_methods(lab, kept),
        tuple(measures),
        frames,
    )


def _intensity(
    lab: Lab, trial: Trial, prompt: Prompt, free: Tensor, kept: Kept | None
) -> tuple[Control, Measure]:
    """A hand-made curve about the genre's mean; beside known music only what is new counts."""
    frames = lab.settings.frames
    curves = lanes(float(frames), DEPTHS_DB)
    points = np.array(curves[trial.number * STRIDE % len(curves)].points)
    curve = np.interp(np.arange(frames), points[:, 0], points[:, 1])
    mean = lab.model.loudness[GENRES[prompt.genre]].mean
    target = signal.smooth(torch.from_numpy(curve.astype(np.float32)) + mean)
    mask = None if bool(free.all()) else free

    def measure(audio: Audio) -> dict[str, float]:
        achieved = signal.intensity_audio(torch.from_numpy(audio))[free].numpy()
        wanted = target[free].numpy()
        return {
            "intensity": float(np.mean((achieved - wanted) ** 2)),
            "rho": float(np.corrcoef(achieved, wanted)[0, 1]),
        }

    if trial.option("loss") == "correlation":
        return Intensity(target, mask=mask, tolerance=CORRELATED, correlation=True), measure
    return Intensity(target, mask=mask), measure


@lru_cache(maxsize=32)
def _tunes(quarters: float, sheets: Path) -> list[Tune]:
    return tunes(quarters, sheets)


def _melody(
    lab: Lab, trial: Trial, prompt: Prompt, free: Tensor, kept: Kept | None
) -> tuple[Control, Measure]:
    """The line of a lead sheet at the prompt's tempo; the model is told of no chord."""
    frames, quarter = lab.settings.frames, 60.0 / prompt.tempo
    times = np.arange(frames) * signal.HOP / signal.RATE
    known = _tunes(frames * signal.HOP / signal.RATE / quarter, lab.settings.sheets)
    notes = notes_from_lists(known[trial.number % len(known)].notes, "notes")
    classes = melody_classes(notes, times / quarter, LINE)
    line = melody_line(notes, LINE)
    starts, ends = (np.array([getattr(n, at) for n in line]) * quarter for at in ("start", "end"))
    pitches = np.array([note.pitch % 12 for note in line])

    def measure(audio: Audio) -> dict[str, float]:
        return {"melody": melody_accuracy(audio[None], signal.RATE, starts, ends, pitches)}

    return Melody(torch.from_numpy(classes.astype(np.int64)), tolerance=ALONE), measure


def _structure(
    lab: Lab, trial: Trial, prompt: Prompt, free: Tensor, kept: Kept | None
) -> tuple[Control, Measure]:
    """A pattern over equal parts of the clip; beside known music only what is new counts."""
    pattern = PATTERNS[trial.number % len(PATTERNS)]
    place = torch.arange(lab.settings.frames) * len(pattern) // lab.settings.frames
    letters = torch.tensor([ord(letter) - ord("A") for letter in pattern])
    found = Structure(form(letters[place]), mask=None if bool(free.all()) else free)

    def measure(audio: Audio) -> dict[str, float]:
        return {"structure": float(found.loss(signal.mel(torch.from_numpy(audio))[None]))}

    return found, measure


def _transfer(
    lab: Lab, trial: Trial, prompt: Prompt, free: Tensor, kept: Kept | None
) -> tuple[Control, Measure]:
    """The self-similarity of a recording, as it is (appendix F)."""
    mel = recorded(lab.settings.real, trial.number, lab.settings.frames)
    found = Structure(timbre(mel), smooth=False)

    def measure(audio: Audio) -> dict[str, float]:
        return {"structure": float(found.loss(signal.mel(torch.from_numpy(audio))[None]))}

    return found, measure


def _freeloop(
    lab: Lab, trial: Trial, prompt: Prompt, free: Tensor, kept: Kept | None
) -> tuple[Control, Measure]:
    """A loop that runs back into its own beginning (appendix E)."""
    found = Loop(loop_period(lab), LOOP_OVERLAP)

    def measure(audio: Audio) -> dict[str, float]:
        period = audio[: found.period * signal.HOP]
        mel = signal.mel(torch.from_numpy(np.tile(period, 2)))
        return {"seam": seam(mel.numpy(), [found.period])}

    return found, measure


def loop_period(lab: Lab) -> int:
    """Frames of a loop without known music: what its overlap leaves of the clip."""
    return lab.settings.frames - LOOP_OVERLAP


def _reference(
    lab: Lab, trial: Trial, prompt: Prompt, free: Tensor, kept: Kept | None
) -> tuple[Control, Measure]:
    """The known music; how far the result is from it, and how it jumps at the joins."""
    assert kept is not None
    edges = (np.flatnonzero(np.diff(kept.mask.numpy().astype(int))) + 1).tolist()

    def measure(audio: Audio) -> dict[str, float]:
        mel = signal.mel(torch.from_numpy(audio))
        apart = SCALE * (mel - kept.mel.cpu())[:, kept.mask]
        return {"overlap": float(apart.square().mean()), "seam": seam(mel.numpy(), edges)}

    return Reference(kept.mel, mask=kept.mask), measure


Part = Callable[[Lab, Trial, Prompt, Tensor, "Kept | None"], tuple[Control, Measure]]
PARTS: dict[str, Part] = {
    "intensity": _intensity,
    "melody": _melody,
    "structure": _structure,
    "transfer": _transfer,
    "freeloop": _freeloop,
    "outpaint": _reference,
    "inpaint": _reference,
    "loop": _reference,
}
