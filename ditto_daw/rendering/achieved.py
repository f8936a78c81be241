"""What finished audio achieves of the controls that a producer asked for, one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ditto_daw.controls import Control
from ditto_daw.controls.groove import Groove
from ditto_daw.controls.harmony import Harmony
from ditto_daw.controls.melody import Melody
from ditto_daw.controls.structure import Structure
from ditto_daw.measures.groove import measure_groove
from ditto_daw.measures.harmony import transposed_fits
from ditto_daw.measures.melody import melody_accuracy
from ditto_daw.measures.structure import mel_of_audio, structure_error
from ditto_daw.rendering.plan import Plan

Audio = NDArray[np.floating]
Figure = dict[str, Any]

UNASKED = frozenset({"reference", "recurrence", "seam", "loop"})
"""Controls that keep a result in order; joins and seams have figures of their own."""


def achieved(plan: Plan, control: Control, audio: Audio) -> Figure | None:
    """The figure of a control on finished audio (channels, output_length): "achieved" in "unit",
    and what else there is to tell. A control without a measure of its own is told by its loss on
    the mel of the audio. None for a control that nobody asked for.
    """
    if control.name in UNASKED:
        return None
    found = MEASURES.get(control.name, _loss)(plan, control, audio)
    return {name: plain(v) if isinstance(v, float) else v for name, v in found.items()}


def plain(value: float | bool) -> float | bool | None:
    """JSON has no NaN."""
    return value if isinstance(value, bool) else None if np.isnan(value) else float(value)


def _loss(plan: Plan, control: Control, audio: Audio) -> Figure:
    mel = mel_of_audio(audio, plan.output_rate, plan.frames, plan.wrap)
    return {"achieved": float(control.loss(mel[None])), "unit": "loss"}


def _structure(plan: Plan, control: Control, audio: Audio) -> Figure:
    assert isinstance(control, Structure)
    error = structure_error(audio, plan.output_rate, control)
    return {"achieved": error, "unit": "mean square"}


def _harmony(plan: Plan, control: Control, audio: Audio) -> Figure:
    """The divergence, and the least of those from the same chords in other keys."""
    assert isinstance(control, Harmony)
    frame = plan.output_length / plan.output_rate / plan.frames
    fits = transposed_fits(audio, plan.output_rate, control.target.T.cpu().numpy(), frame)
    return {"achieved": float(fits[0]), "unit": "nats", "best_other_key": float(fits[1:].min())}


def _groove(plan: Plan, control: Control, audio: Audio) -> Figure:
    """Share of the onsets that lie on a line; of a rhythm the F-measure, the harmonic mean of that
    and of the share of its lines that have an onset ("met")."""
    assert isinstance(control, Groove)
    places = control.places.cpu().numpy() * (plan.seconds / plan.frames)
    counts = None if control.mask is None else control.mask.cpu().numpy()
    found = measure_groove(audio, plan.output_rate, places, wrap=plan.wrap, counts=counts)
    figures = asdict(found)
    if not control.every:
        figures.pop("met")
        return {"achieved": figures.pop("share"), "unit": "share on the lines", **figures}
    share, met = (0.0 if np.isnan(value) else value for value in (found.share, found.met))
    both = 2.0 * share * met / (share + met) if share + met else 0.0
    return {"achieved": both, "unit": "F-measure", **figures}


def _melody(plan: Plan, control: Control, audio: Audio) -> Figure:
    """Accuracy of a line that comes from a recording: its stretches of one pitch are notes."""
    assert isinstance(control, Melody)
    target = control.target.cpu().numpy()
    edges = np.flatnonzero(np.diff(target, prepend=-1, append=-1))
    voiced = target[edges[:-1]] >= 0
    seconds = edges.astype(np.float64) * (plan.output_length / plan.output_rate / plan.frames)
    starts, ends = seconds[:-1][voiced], seconds[1:][voiced]
    classes = target[edges[:-1]][voiced]
    accuracy = melody_accuracy(audio, plan.output_rate, starts, ends, classes)
    return {"achieved": accuracy, "unit": "accuracy"}


MEASURES: dict[str, Callable[[Plan, Control, Audio], Figure]] = {
    "structure": _structure,
    "harmony": _harmony,
    "groove": _groove,
    "melody": _melody,
}
