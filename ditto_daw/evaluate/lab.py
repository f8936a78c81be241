"""What all trials share: the model, prompts and latents of every pair, sounds, and scales."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor

from ditto_daw import signal
from ditto_daw.bench.meter import Meter
from ditto_daw.diffusion.latent import gaussian
from ditto_daw.diffusion.presets import PRESETS, Preset
from ditto_daw.diffusion.schedule import step_times
from ditto_daw.errors import BadRequest
from ditto_daw.evaluate.base import EXPERIMENTS, Outcome, Trial
from ditto_daw.evaluate.clap import Clap
from ditto_daw.evaluate.journal import Journal
from ditto_daw.evaluate.music import Music
from ditto_daw.evaluate.prompt import Prompt
from ditto_daw.measures.distance import statistics
from ditto_daw.models.bundled import Bundled
from ditto_daw.models.codec import PATCH
from ditto_daw.models.condition import (
    GRID_CHANNELS,
    LABEL_COUNTS,
    Condition,
    local_features,
)
from ditto_daw.models.conditioned import Conditioned
from ditto_daw.music.grid import frame_grid
from ditto_daw.rendering.warm import fingerprint
from ditto_daw.report.material import LEAD_SHEETS
from ditto_daw.samplers import SAMPLERS, Denoiser, exhaust
from ditto_daw.vocabulary import METERS, ROLES

FRAMES = 512
"""Of a clip: 5.9 s, as the paper's."""
OTHER_SEEDS = 1 << 20
"""Seeds of the music that is known beforehand lie this much above those of the trials."""
JOURNAL, LATENTS = "journal.jsonl", "latents"
"""Beside the tables: what was done, and what it made."""
Audio = NDArray[np.float32]


@dataclass(frozen=True)
class Settings:
    """How much of everything, and what there is to compare with.

    Attributes:
        n: pairs per row.
        seed: of the first pair.
        frames: of a clip.
        iterations: the most that any optimiser makes; None for what its preset says.
        calls: guided calls of the network that a trial should take at most: an optimiser whose
            preset asks for more gets fewer iterations, as its row then says.
        reference: a composed set that nothing was trained on, for the distance to music.
        real: folder of recorded clips, for the inversion.
        sheets: the lead sheets.
        answers: to the listening test's page.
    """

    n: int = 32
    seed: int = 1
    frames: int = FRAMES
    iterations: int | None = None
    calls: int | None = None
    reference: Path | None = None
    real: Path | None = None
    sheets: Path = LEAD_SHEETS
    answers: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        if self.n < 1:
            raise BadRequest("n", f"--n must be at least 1, got {self.n}.")
        if self.iterations is not None and self.iterations < 1:
            raise BadRequest("iterations", "--iterations must be at least 1.")
        if self.calls is not None and self.calls < 1:
            raise BadRequest("calls", "--calls must be at least 1.")


class Lab:
    """One model under one set of settings."""

    def __init__(self, model: Bundled, settings: Settings, folder: Path) -> None:
        self.model, self.settings, self.folder = model, settings, folder
        self.meter = Meter(model.device)
        self.clap = Clap.here(str(model.device))
        self.journal = Journal(folder / JOURNAL, self.about)
        self._known: dict[tuple[int, int], Tensor] = {}

    @property
    def about(self) -> dict[str, object]:
        """What decides the outcome of a trial beside itself."""
        one = self.settings
        told = {"model": fingerprint(self.model)[:12], "seed": one.seed, "frames": one.frames}
        limits = {"iterations": one.iterations, "calls": one.calls}
        return told | {name: most for name, most in limits.items() if most is not None}

    @cached_property
    def call_seconds(self) -> float:
        """Of one call of the network with guidance, the unit of every estimate."""
        condition = self.condition(Prompt.of(0), self.settings.frames)
        denoise, x = self.denoiser(condition, PRESETS["teacher"], 1), self.latent(0)
        denoise(x, 1.0)
        return self.meter.seconds(lambda: denoise(x, 1.0), 3)

    def calls_of(self, trial: Trial) -> float:
        """About how many guided calls of the network a trial takes."""
        return EXPERIMENTS[trial.experiment].calls(self, trial)

    def seconds_of(self, trial: Trial) -> float:
        """About how long that takes."""
        return self.calls_of(trial) * self.call_seconds

    @cached_property
    def music(self) -> Music | None:
        """The scale of distances to music, where there is a set to compare with."""
        reference = self.settings.reference
        return None if reference is None else Music.of(reference, self.settings.seed, self.clap)

    def preset(self, trial: Trial, usual: str = "teacher", iterations: int | None = None) -> Preset:
        """The trial's preset, `usual` where it names none, with the trial's own steps, guidance
        and sampler, and no more iterations than the settings, or the caller, allow."""
        chosen = PRESETS[trial.preset or usual]
        names = ("steps", "guidance", "sampler", "way", "newton")
        own = {name: trial.option(name) for name in names if trial.option(name) is not None}
        limits = [k for k in (self.settings.iterations, iterations) if k is not None]
        return replace(chosen, **own, iterations=min([chosen.iterations, *limits]))

    def within(self, preset: Preset, calls_of_step: float) -> Preset:
        """The preset with no more iterations than the settings' calls allow, but one."""
        if self.settings.calls is None:
            return preset
        most = max(1, int(self.settings.calls / calls_of_step) - 1)
        return replace(preset, iterations=min(preset.iterations, most))

    def missing(self, preset: Preset) -> str:
        """A sentence where this model cannot run the preset, else nothing."""
        if not preset.student or preset.calls <= set(self.model.student_steps):
            return ""
        return f"these weights have no student of {sorted(preset.calls)} steps"

    def latent(self, number: int, frames: int | None = None, shift: int = 0) -> Tensor:
        """x_T (1, C, P) of a pair; the same for every method."""
        positions = (frames or self.settings.frames) // PATCH
        seed = self.settings.seed + number + shift
        return gaussian([seed], self.model.unet.config.latent, positions, str(self.model.device))

    def condition(self, prompt: Prompt, frames: int, first: int = 0) -> Condition:
        """One row: genre, mood and grid from frame `first` on; key, chords and roles are free,
        and the part of the network that knows the clip is told of none."""
        times = (first + np.arange(frames)) * signal.HOP / signal.RATE
        grid = frame_grid(prompt.tempo_map, Fraction(0), times)
        middle = slice(PATCH // 2, None, PATCH)
        tempo, quarter, bar = (
            torch.from_numpy(np.asarray(value, dtype=np.float32)[None, middle])
            for value in (grid.tempo, grid.quarter_phase, grid.bar_phase)
        )
        meter = torch.full(tempo.shape, METERS.index((4, 4)))
        local = local_features(tempo, quarter, bar, meter, torch.zeros(*tempo.shape, 12))
        local[:, GRID_CHANNELS:] = 0.0
        labels = torch.tensor([[prompt.genre, prompt.mood, LABEL_COUNTS[2]]])
        context = torch.zeros(1, self.model.unet.config.latent + 1, tempo.shape[1])
        nothing = torch.zeros(1, len(ROLES) + 1)
        return Condition(labels, nothing, local, context).to(self.model.device)

    def denoiser(self, condition: Condition, preset: Preset, steps: int) -> Denoiser:
        """The preset's network for a sampler of so many steps; clips do not wrap."""
        return Conditioned(self.model, condition, wrap=False).denoiser(preset, steps)

    @torch.no_grad()
    def sampled(self, condition: Condition, preset: Preset, steps: int, x: Tensor) -> Tensor:
        """Clean latents (B, C, P) of x_T (B, C, P), nothing asked."""
        denoise = self.denoiser(condition, preset, steps)
        return exhaust(SAMPLERS[preset.sampler](denoise, x, step_times(steps)))

    def known(self, number: int, frames: int) -> Tensor:
        """Mel (BANDS, F) of the pair's known music: what the model plays of its prompt on another
        seed, as the teacher has it."""
        if (number, frames) not in self._known:
            condition, teacher = self.condition(Prompt.of(number), frames), PRESETS["paper"]
            x = self.latent(number, frames, OTHER_SEEDS)
            clean = self.sampled(condition, teacher, PRESETS["teacher"].plain_steps, x)
            self._known[number, frames] = self.model.codec.decode(clean)[0]
        return self._known[number, frames]

    @torch.no_grad()
    def sound(self, clean: Tensor) -> Audio:
        """Mono audio (F * HOP,) of a clean latent (1, C, P), as a draft is vocoded."""
        audio = self.model.vocoder.refined(self.model.codec.decode(clean))
        return np.asarray(audio[0].cpu().numpy(), dtype=np.float32)

    def features(self, audio: Audio) -> tuple[float, ...]:
        """What a clip sounds like on the whole: the statistics of the distance to music."""
        found = statistics(signal.mel(torch.from_numpy(audio))[None])
        return tuple(float(f"{value:.5g}") for part in found.values() for value in part[0])

    def outcome(self, trial: Trial) -> Outcome:
        """What a trial gives: as the journal has it, or done now."""
        known = self.journal.find(trial)
        if known is not None:
            return known
        began = self.meter.now()
        found = EXPERIMENTS[trial.experiment].run(self, trial)
        self.journal.add(trial, found, self.meter.now() - began)
        return found

    def outcome_of(
        self,
        trial: Trial,
        audio: Audio,
        figures: dict[str, float | None],
        prompt: Prompt,
        **latents: Tensor,
    ) -> Outcome:
        """The outcome of finished audio, its latents (1, C, P) in a file beside the journal."""
        name = f"{sha256(self.journal.key(trial).encode()).hexdigest()[:16]}.safetensors"
        (self.folder / LATENTS).mkdir(exist_ok=True)
        half = {key: value.half().cpu().contiguous() for key, value in latents.items()}
        save_file(half, self.folder / LATENTS / name)
        heard: tuple[float, ...] = ()
        if self.clap is not None:
            embedding = self.clap.heard(audio)
            figures["clap"] = float(embedding @ self.clap.read(prompt.caption))
            heard = tuple(float(f"{value:.5g}") for value in embedding)
        files = {"latents": f"{LATENTS}/{name}"}
        return Outcome(figures, self.features(audio), heard, files)

    def latents(self, outcome: Outcome) -> dict[str, Tensor]:
        """The latents (1, C, P) that an outcome kept."""
        found = load_file(self.folder / outcome.files["latents"])
        return {name: value.float().to(self.model.device) for name, value in found.items()}
