"""The test stand: one model, one lane, one seed, and the ways to run and to weigh them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from torch import Tensor

from ditto_daw import controls
from ditto_daw.bench.base import Line
from ditto_daw.bench.meter import Meter
from ditto_daw.diffusion.latent import gaussian
from ditto_daw.diffusion.optimise import optimise
from ditto_daw.diffusion.presets import PRESETS, Preset
from ditto_daw.diffusion.schedule import step_times
from ditto_daw.models.bundled import Bundled
from ditto_daw.models.precision import DTYPES
from ditto_daw.rendering.conditioning import condition_of
from ditto_daw.rendering.finish import finish
from ditto_daw.rendering.plan import make_plan
from ditto_daw.rendering.studio import denoiser_of
from ditto_daw.rendering.targets import controls_of
from ditto_daw.requests.request import Request
from ditto_daw.samplers import SAMPLERS, Denoiser, exhaust

TEMPO, BEATS, SEED = 120, 4, 1
RISE_DB = 9.0
QUICK_STEPS = 8
"""Optimisation steps that --quick makes at most, and extrapolates from."""
GIGA = 1e9


@dataclass(frozen=True, eq=False)
class Trace:
    """An optimisation as it went.

    Attributes:
        stamps: seconds after the start of every evaluation; the first one is of x_T as it came.
        losses: of the best iterate at each.
        seconds: until the optimiser ended, or was ended.
        whole: whether it ended by itself: within tolerance, or after K steps.
        latent, x0: of the best iterate (B, C, P).
    """

    stamps: tuple[float, ...]
    losses: tuple[dict[str, float], ...]
    seconds: float
    whole: bool
    latent: Tensor
    x0: Tensor

    @property
    def steps(self) -> int:
        """Optimisation steps made."""
        return len(self.stamps) - 1

    @property
    def step(self) -> float | None:
        """Seconds of one: from evaluation to evaluation, the median."""
        spans = [after - before for before, after in zip(self.stamps, self.stamps[1:])]  # noqa: B905
        return statistics.median(spans) if spans else None

    def within(self, tolerances: dict[str, float | None]) -> float | None:
        """Seconds until every control was within its tolerance; None: it never was."""
        for stamp, losses in zip(self.stamps, self.losses, strict=True):
            limits = ((loss, tolerances[name]) for name, loss in losses.items())
            if losses and all(limit is not None and loss <= limit for loss, limit in limits):
                return stamp
        return None


class Stand:
    """A new house loop at 120 whose loudness rises by 18 dB, ready to render in every way.

    folder: for the files of whole renders. quick: fewer repeats, and steps are extrapolated.
    longest: seconds after which an optimisation is broken off.
    Raises BadRequest where the model cannot render so many seconds.
    """

    def __init__(
        self, model: Bundled, seconds: float, quick: bool, folder: Path, longest: float = math.inf
    ) -> None:
        self.model, self.quick, self.folder, self.longest = model, quick, folder, longest
        self.meter = Meter(model.device)
        self.rate = self.meter.rate(DTYPES[model.precision])
        self.request = self.asked(seconds=seconds)
        self.plan = make_plan(self.request, model.frame_multiple)
        self.condition = condition_of(self.plan, model, None)
        self.controls = controls_of(self.plan, model, None)
        self.tolerances = controls.tolerances(self.controls)
        self._lines: dict[Preset, Line] = {}
        # What libraries load at their first call is nothing that a render takes.
        self.weighed(replace(PRESETS["teacher"], steps=1, audible=True))

    def remember(self, preset: Preset, line: Line) -> None:
        """Two names may mean one preset: it is measured once."""
        self._lines.setdefault(preset, line)

    def known(self, preset: Preset) -> Line | None:
        """The line of a preset that was measured under another name."""
        return self._lines.get(preset)

    def asked(self, seconds: float | None = None, **fields: Any) -> Request:
        """The request that everything is measured with, some fields changed."""
        if seconds is None:
            return replace(self.request, **fields)
        quarters = seconds * TEMPO / 60
        return Request.from_dict(
            {
                "id": "bench",
                "bars": quarters / BEATS,
                "tempo": TEMPO,
                "genre": "house",
                "seed": SEED,
                "curve": {"points": [[0, -RISE_DB], [quarters, RISE_DB]], "unit": "db"},
                "output": {"folder": str(self.folder)},
                **fields,
            }
        )

    @property
    def most(self) -> int | None:
        """Optimisation steps that a preset may take; None: all of its own."""
        return QUICK_STEPS if self.quick else None

    @property
    def repeats(self) -> int:
        """How often to take a time."""
        return 1 if self.quick else 3

    @cached_property
    def call_seconds(self) -> float:
        """Of one call of the network with guidance."""
        denoise, x = self.denoiser(PRESETS["teacher"], 1), self.latent()
        denoise(x, 1.0)
        return self.meter.seconds(lambda: denoise(x, 1.0), 3)

    @cached_property
    def gflop_of_a_call(self) -> float:
        """Of one call of the network on one latent, without guidance."""
        denoise, x = self.denoiser(replace(PRESETS["teacher"], guidance=1.0), 1), self.latent()
        with self.meter.probe() as probe:
            denoise(x, 1.0)
        return probe.flops / GIGA

    def missing(self, preset: Preset) -> str:
        """A sentence where this model cannot run the preset, else nothing."""
        if not preset.student or preset.calls <= set(self.model.student_steps):
            return ""
        return f"left out: these weights have no student of {sorted(preset.calls)} steps"

    @property
    def usual(self) -> Preset:
        """The default preset, or the teacher's where the model has no student."""
        default = PRESETS["default"]
        return PRESETS["teacher"] if self.missing(default) else default

    def latent(self, batch: int = 1) -> Tensor:
        """x_T (B, C, P) of as many seeds."""
        seeds = range(SEED, SEED + batch)
        channels, positions = self.model.unet.config.latent, self.condition.local.shape[-1]
        return gaussian(seeds, channels, positions, str(self.model.device))

    def denoiser(self, preset: Preset, steps: int, batch: int = 1) -> Denoiser:
        """The preset's network for a sampler of so many steps."""
        return denoiser_of(self.model, self.condition.repeat(batch), preset, steps)

    def sampled(self, preset: Preset, steps: int, x: Tensor) -> Tensor:
        """Clean latents (B, C, P) of x_T (B, C, P)."""
        denoise = self.denoiser(preset, steps, len(x))
        return exhaust(SAMPLERS[preset.sampler](denoise, x, step_times(steps)))

    def objective(self, preset: Preset) -> Any:
        """The lane as the preset reads it: from the mel, or through the vocoder."""
        vocode = (lambda mel: self.model.sound(mel, wrap=True)) if preset.audible else None
        return controls.objective(self.controls, self.model.codec.decode, vocode)

    def audio_of(self, x0: Tensor) -> Any:
        """Finished audio of the first clean latent of (B, C, P)."""
        return finish(self.model.codec.decode(x0[:1])[0], self.plan, self.model.refined).audio

    def run(
        self,
        preset: Preset,
        *,
        batch: int = 1,
        most: int | None = None,
        stop: bool = True,
        denoise: Denoiser | None = None,
        after: Callable[[int], None] = lambda number: None,
    ) -> Trace:
        """Optimises, at most `most` steps, and stops at the tolerances where `stop`.

        after: called after every evaluation, with its number.
        """
        if denoise is None:
            denoise = self.denoiser(preset, preset.steps, batch)
        tolerances = self.tolerances if stop else {}
        x, objective = self.latent(batch), self.objective(preset)
        search = optimise(denoise, x, objective, preset, tolerances)
        began = self.meter.now()
        stamps: list[float] = []
        losses: list[dict[str, float]] = []
        while True:
            try:
                step = next(search)
            except StopIteration as end:
                seconds = self.meter.now() - began
                found = end.value
                return Trace(tuple(stamps), tuple(losses), seconds, True, found.latent, found.x0)
            if step is None:
                continue
            stamps.append(self.meter.now() - began)
            losses.append(step.losses)
            after(len(stamps) - 1)
            late = len(stamps) > 1 and stamps[-1] > self.longest
            if late or (most is not None and len(stamps) > most):
                search.close()
                return Trace(tuple(stamps), tuple(losses), stamps[-1], False, step.latent, step.x0)

    def weighed(
        self, preset: Preset, batch: int = 1, denoise: Denoiser | None = None
    ) -> tuple[float, float | None]:
        """GFLOP of one optimisation step, and MiB at the peak of one and of the final audio."""
        with self.meter.probe() as probe:
            flops: list[int] = []
            trace = self.run(
                preset,
                batch=batch,
                most=1,
                stop=False,
                denoise=denoise,
                after=lambda _: flops.append(probe.flops),
            )
            self.audio_of(trace.x0)
        return (flops[-1] - flops[0]) / GIGA, probe.memory

    def share(self, gflop: float, seconds: float | None) -> float | None:
        """Of the machine's measured rate."""
        return None if seconds is None else gflop * GIGA / seconds / self.rate

    def step_line(self, name: str, preset: Preset, steps: int, **how: Any) -> Line:
        """The line of some optimisation steps alone; how: as `run` takes it."""
        if self.missing(preset):
            return Line(name, note=self.missing(preset))
        gflop, memory = self.weighed(preset, **how)
        trace = self.run(preset, most=steps, stop=False, **how)
        return Line(
            name,
            how.get("batch", 1),
            step=trace.step,
            steps=trace.steps,
            memory=memory,
            gflop=gflop,
            share=self.share(gflop, trace.step),
        )

    def pass_line(self, name: str, work: Callable[[], Any], batch: int = 1, note: str = "") -> Line:
        """The line of one pass of anything."""
        with self.meter.probe() as probe:
            work()
        gflop, seconds = probe.flops / GIGA, self.meter.seconds(work, self.repeats)
        return Line(
            name,
            batch,
            total=seconds,
            memory=probe.memory,
            gflop=gflop,
            share=self.share(gflop, seconds),
            note=note,
        )


def step_calls(preset: Preset) -> float:
    """About how many guided calls one optimisation step costs; a way back counts as two."""
    steps = preset.steps
    calls = {"sdo": steps + 2, "plain": 3 * steps, "reverse": 4 * steps - 1}
    return (0.5 if preset.student else 1.0) * calls.get(preset.way, 4 * steps)
