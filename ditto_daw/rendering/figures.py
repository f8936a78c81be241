"""What a take achieved against what was asked: measured on the finished audio, never promised."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ditto_daw.controls import Control
from ditto_daw.controls.intensity import Intensity
from ditto_daw.controls.melody import Melody
from ditto_daw.measures.intensity import measure_intensity
from ditto_daw.measures.melody import melody_accuracy
from ditto_daw.measures.seam import SeamFigures, measure_seam
from ditto_daw.music.notes import melody_line
from ditto_daw.rendering.achieved import achieved, plain
from ditto_daw.rendering.bars import bar_lines
from ditto_daw.rendering.brief import Brief
from ditto_daw.rendering.plan import Plan

POINTS = 48
"""Values of a curve that travel with the figures."""

Audio = NDArray[np.floating]


@dataclass
class Figures:
    """Measures the takes of one plan; remembers what the same seeds did without control."""

    plan: Plan
    controls: tuple[Control, ...]
    before: dict[int, dict[str, float | None]] = field(default_factory=dict)

    def uncontrolled(self, number: int, audio: Audio) -> None:
        """Keeps the errors of a variation's first latent, before anything was optimised."""
        found = self._achieved(self.plan.as_made(audio)).items()
        self.before[number] = {name: value["achieved"] for name, value in found}

    def of(self, number: int, audio: Audio) -> dict[str, Any]:
        """Figures of a variation's take (channels, output_length), as JSON values."""
        made = self.plan.as_made(audio)
        told: dict[str, Any] = self._achieved(made)
        for name, value in self.before.get(number, {}).items():
            told[name]["uncontrolled"] = value
        if self.plan.wrap:
            seam = measured_seam(self.plan, made)
            told["seam"] = {name: plain(value) for name, value in asdict(seam).items()}
        told["peak"] = float(np.max(np.abs(audio), initial=0.0))
        plan = self.plan
        told["wanted_samples"] = plan.output_length
        if plan.understood.unknown:
            told["words_not_understood"] = list(plan.understood.unknown)
        return told

    def _achieved(self, audio: Audio) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for control in self.controls:
            if isinstance(control, Intensity):
                found["intensity"] = self._intensity(control, audio)
            elif isinstance(control, Melody) and self.plan.notes:
                found["melody"] = {"achieved": plain(self._melody(audio)), "unit": "accuracy"}
            elif (figure := achieved(self.plan, control, audio)) is not None:
                found[control.name] = figure
        return found

    def _intensity(self, control: Intensity, audio: Audio) -> dict[str, Any]:
        """Mean squared dB over the frames that count, and both curves."""
        counts = None if control.mask is None else control.mask.cpu().numpy()
        target = control.target.cpu().numpy()
        if self.plan.part is not None:
            counts = self._taken() if counts is None else counts & self._taken()
        rate, wrap = self.plan.output_rate, self.plan.wrap
        found = measure_intensity(audio, rate, target, counts, wrap)
        first, last = (sample / self.plan.length for sample in self._span())
        size = len(found.wanted)
        places = np.linspace(first * size, last * size - 1, POINTS).astype(int)
        shape = {"achieved": plain(found.correlation), "unit": "rho"}
        level = {"achieved": plain(found.error), "unit": "dB^2"}
        return {
            **(shape if control.correlation else level),
            "target_db": [round(float(v), 2) for v in found.wanted[places]],
            "achieved_db": [round(float(v), 2) for v in found.achieved[places]],
        }

    def _melody(self, audio: Audio) -> float:
        plan = self.plan
        tempo = plan.request.file_tempo
        zero = tempo.seconds(plan.request.position)
        line = melody_line(plan.notes, plan.request.melody)
        spans = [
            [
                float(tempo.seconds(plan.origin + Fraction(at)) - zero)
                for at in (note.start, note.end)
            ]
            for note in line
        ]
        starts, ends = np.array(spans).reshape(-1, 2).T
        classes = np.array([note.pitch % 12 for note in line])
        made = np.interp(starts, [0.0, plan.seconds], [0.0, plan.frames - 1.0]).astype(int)
        new = ~plan.known_frames()[made]
        if plan.part is not None:
            first, last = (sample / plan.rate for sample in self._span())
            new &= (starts >= first) & (ends <= last)
        return melody_accuracy(audio, plan.output_rate, starts[new], ends[new], classes[new])

    def _span(self) -> tuple[int, int]:
        """Samples [first, last) that the result takes: of a window its own part, else all."""
        return self.plan.part.taken if self.plan.part else (0, self.plan.length)

    def _taken(self) -> NDArray[np.bool_]:
        """Frames (F,) of these samples."""
        places = np.arange(self.plan.frames) * (self.plan.length / self.plan.frames)
        first, last = self._span()
        return (places >= first) & (places < last)


def measured_seam(brief: Brief, audio: Audio) -> SeamFigures:
    """Figures of a loop's wrap; audio (channels, output_length)."""
    tempo, origin = brief.request.file_tempo, brief.request.position
    beat = min(tempo.length(origin, origin + 1, brief.output_rate), audio.shape[1] // 2)
    return measure_seam(audio, bar_lines(brief, brief.output_rate), beat)
