"""Controls of a plan: what the lane, the MIDI clip and the kept part ask of the mel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from ditto_daw import controls, signal
from ditto_daw.audiofile import Region
from ditto_daw.bars import bar_lines, frames_of, made_beats, own_period, recalled
from ditto_daw.conditioning import clip_mel
from ditto_daw.controls import Control
from ditto_daw.controls.intensity import Intensity
from ditto_daw.controls.melody import Melody
from ditto_daw.controls.recurrence import Recurrence, beat_levels
from ditto_daw.controls.reference import Reference
from ditto_daw.controls.seam import ACROSS, Seam
from ditto_daw.errors import EmptyMidi
from ditto_daw.grid import melody_classes
from ditto_daw.models.bundled import Bundled, GenreLoudness
from ditto_daw.plan import Plan

OVERLAP_SECONDS = 1.0
"""Kept audio on each side of a join that the model's own version must match (section 5.2)."""


def loudness_range(plan: Plan, model: Bundled) -> GenreLoudness:
    """Loudness of the request's genre, or of all genres where it is free."""
    if plan.request.genre in model.loudness:
        return model.loudness[plan.request.genre]
    known = model.loudness.values()
    mean, quiet, loud = np.mean([(one.mean, one.quiet, one.loud) for one in known], axis=0)
    return GenreLoudness(float(mean), float(quiet), float(loud))


def intensity_target(plan: Plan, model: Bundled, mel: Tensor | None) -> Tensor | None:
    """Absolute dB (F,) that the lane asks for, through the filter that every intensity passes.

    dB count from the clip's own mean where there is a clip, else from the genre's; 0..1 runs from
    the genre's 5th to its 95th percentile.
    """
    curve = plan.request.curve
    if curve is None:
        return None
    values = torch.from_numpy(np.asarray(curve.at(plan.quarters), dtype=np.float32))
    loudness = loudness_range(plan, model)
    if curve.unit == "unit":
        return signal.smooth(loudness.quiet + values * (loudness.loud - loudness.quiet), wrap=True)
    mean = loudness.mean if plan.clip is None else _mean_of(plan, plan.clip, mel)
    return signal.smooth(mean + values, wrap=True)


def _mean_of(plan: Plan, clip: Region, mel: Tensor | None) -> float:
    """Mean intensity in dB of the clip's kept frames, or of all of them where none is kept."""
    counted = plan.known_frames()
    if not counted.any():
        counted = np.arange(plan.frames) * plan.length < clip.audio.shape[1] * plan.frames
    curve = signal.intensity(clip_mel(plan) if mel is None else mel)
    return float(curve[torch.from_numpy(counted)].mean())


def melody_target(plan: Plan) -> Tensor | None:
    """Pitch class per frame (F,), -1 where no note sounds or where the clip is kept."""
    if plan.request.midi is None or plan.request.melody == "none":
        return None
    classes = melody_classes(plan.notes, plan.quarters, plan.request.melody)
    classes[plan.known_frames()] = -1
    if (classes < 0).all():
        raise EmptyMidi(
            "midi",
            "No note of the MIDI clip falls into the part that is rendered; move the clip, or set"
            ' melody to "none".',
        )
    return torch.from_numpy(classes.astype(np.int64))


def near_joins(plan: Plan) -> Tensor:
    """Known frames (F,) within OVERLAP_SECONDS of a join, around the loop."""
    known = plan.known_frames()
    reach = round(OVERLAP_SECONDS * signal.FRAMES_PER_SECOND)
    made = np.pad((~known).astype(float), reach, mode="wrap")
    close = np.convolve(made, np.ones(2 * reach + 1), mode="valid") > 0.5
    return torch.from_numpy(known & close)


def recurrence(plan: Plan, mel: Tensor | None) -> Recurrence | None:
    """The levels of the kept bars for the beats that are made anew, unless a lane asks for others.

    mel (BANDS, F): of the clip. None where the clip has no whole beat to go by.
    """
    if mel is None or plan.request.curve is not None or not own_period(plan):
        return None
    beats = made_beats(plan)
    samples = np.round(np.arange(plan.frames) * (plan.length / plan.frames)).astype(np.int64)
    again = mel[:, torch.from_numpy(frames_of(plan, recalled(plan, samples)))]
    return Recurrence(beat_levels(again, beats), beats)


def seam(plan: Plan, mel: Tensor | None) -> Seam | None:
    """The wrap against the loop's own bar lines; None for a loop of one bar, which has none."""
    lines = frames_of(plan, bar_lines(plan, plan.rate))
    lines = lines[(lines > ACROSS) & (lines < plan.frames - ACROSS)]
    if not len(lines):
        return None
    tempo, origin = plan.request.file_tempo, plan.request.position
    beat = tempo.length(origin, origin + 1, plan.rate) * plan.frames // plan.length
    known = None if mel is None else torch.from_numpy(plan.known_frames())
    levels = 0 if plan.request.curve else max(1, beat)
    return Seam(torch.from_numpy(lines), levels, known=mel, mask=known)


def controls_of(plan: Plan, model: Bundled, mel: Tensor | None) -> tuple[Control, ...]:
    """The plan's controls with the paper's weights (appendix H); empty for a draft.

    The reference is the clip as the model's codec renders it: what it cannot express is no error
    of the latent.
    """
    if plan.request.kind == "draft":
        return ()
    found: list[Control] = []
    made = torch.from_numpy(~plan.known_frames())
    intensity = intensity_target(plan, model, mel)
    if intensity is not None:
        found.append(Intensity(intensity, mask=made, wrap=True))
    melody = melody_target(plan)
    if melody is not None:
        found.append(Melody(melody, wrap=True))
    joins = near_joins(plan)
    if mel is not None and joins.any():
        heard = model.codec.decode(model.codec.encode(mel[None].to(model.device)))[0]
        found.append(Reference(heard, mask=joins))
    found += [one for one in (recurrence(plan, mel), seam(plan, mel)) if one is not None]
    weights = controls.paper_weights([control.name for control in found])
    return tuple(replace(control, weight=weights[control.name]) for control in found)  # type: ignore[type-var]
