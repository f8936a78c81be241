"""What the rows share: the model, the held-out clips, what was rendered, and who judges it."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw import signal
from ditto_daw.events import Done
from ditto_daw.files.audiofile import read_region
from ditto_daw.measures.judge import STRIDE, Judge, Verdict
from ditto_daw.models.bundled import Bundled
from ditto_daw.rendering.engine import Engine
from ditto_daw.report.quality.decoders import DECODERS, USUAL, decoded
from ditto_daw.report.quality.pieces import Crop, Pieces
from ditto_daw.report.quality.yardstick import Yardstick
from ditto_daw.requests.request import Request
from ditto_daw.vocabulary import GENRES, KEYS, METERS

LEAST_SECONDS = 6.0
SLOWEST, FASTEST = 70.0, 174.0
JUDGE_MINUTES = 5
FULL = 3
"""Roles that a composed clip needs to be judged beside a whole loop of the product."""
JUDGED_AT_ONCE = 32


@dataclass(frozen=True)
class Settings:
    """What to measure, and with how much of everything; see the command's options.

    n: samples under held-out clips' truth. loops: renders as the product's. renders: of each kind
    of control; no seed is begun after so many minutes of them.
    """

    data: Path
    weights: Path
    reference: Path | None = None
    real: Path | None = None
    stereo: Path | None = None
    judge: Path | None = None
    sheets: Path | None = None
    n: int = 96
    loops: int = 96
    renders: int = 6
    minutes: float = math.inf
    seed: int = 1
    decoder: str = USUAL
    preset: str = "default"


@dataclass(frozen=True, eq=False)
class Rendered:
    """A loop as the product renders it: the request and the written file, its channels added."""

    request: Request
    genre: int
    meter: tuple[int, int]
    key: int
    audio: NDArray[np.float32]
    rate: int


@dataclass
class Workshop:
    """Everything is made when it is first asked for, and kept."""

    settings: Settings
    began: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """A line of progress."""
        minutes, seconds = divmod(int(time.monotonic() - self.began), 60)
        print(f"  {minutes:3d}:{seconds:02d}  {text}", file=sys.stderr, flush=True)

    @property
    def seeds(self) -> list[int]:
        """Of the latents, one per sample."""
        return [self.settings.seed + number for number in range(self.settings.n)]

    @property
    def seed_text(self) -> str:
        """The samples' seeds, for the table."""
        return f"{self.seeds[0]} to {self.seeds[-1]}"

    @property
    def loop_text(self) -> str:
        """The loops' seeds, for the table."""
        first = self.settings.seed
        return f"{first} to {first + self.settings.loops - 1}"

    @cached_property
    def model(self) -> Bundled:
        """The model under test."""
        return Bundled.load(self.settings.weights)

    @cached_property
    def training(self) -> Pieces:
        """The set that the model learnt from."""
        return Pieces(self.settings.data)

    @cached_property
    def held(self) -> Pieces:
        """The set to compare with: composed for this, or the training set's held-out pieces."""
        reference = self.settings.reference
        return self.training if reference is None else Pieces(reference, whole=True)

    @cached_property
    def asked(self) -> list[Crop]:
        """Held-out clips (of the first half) whose truth is what the samples are asked for."""
        return self.held.crops(self.held.half(False), self.settings.n, self.settings.seed)

    @cached_property
    def others(self) -> list[Crop]:
        """Held-out clips of the other half: the music that distances are taken to."""
        return self.held.crops(self.held.half(True), self.settings.n, self.settings.seed + 1)

    @cached_property
    def yardstick(self) -> Yardstick:
        """The distance of music to music, and of genre to genre."""
        self.say("measuring the distances of held-out music")
        return Yardstick.of(self.held, self.asked, self.others, self.settings.seed + 2)

    def sampled(self, name: str) -> Tensor:
        """Audio (N, samples) that a decoder makes under the clips asked for."""
        self.say(f"sampling {self.settings.n} clips: {name}")
        condition = self.held.condition(self.asked)
        return decoded(self.model, DECODERS[name], condition, self.seeds)

    @cached_property
    def samples(self) -> Tensor:
        """Audio (N, samples) of the decoder that was chosen."""
        return self.sampled(self.settings.decoder)

    @cached_property
    def sample_mels(self) -> Tensor:
        """Mels (N, BANDS, F) of the samples' audio."""
        return mels_of(self.samples)

    @cached_property
    def copied_mels(self) -> Tensor:
        """Mels (N, BANDS, F) of the clips asked for, through codec and vocoder alone."""
        self.say("passing the held-out clips through codec and vocoder")
        codec = self.model.codec
        return torch.cat(
            [
                mels_of(self.model.vocoder.refined(codec.decode(codec.encode(part))))
                for part in self.held.mels(self.asked).split(8)
            ]
        )

    @cached_property
    def judge_and_figures(self) -> tuple[Judge, dict[str, float]]:
        """The judge, trained now where it was not yet, and its accuracy on held-out pieces.

        It is kept beside the set and not with the model's weights: whoever composes another set
        needs another judge.
        """
        path = self.settings.judge or self.settings.data / "judge.safetensors"
        if not path.is_file():
            self.say(f"training the judge for {JUDGE_MINUTES} minutes: {path}")
            options = ["--data", self.settings.data, "--out", path, "--minutes", JUDGE_MINUTES]
            module = "ditto_daw.training.judge"
            command = [sys.executable, "-m", module, *map(str, options)]
            subprocess.run(command, check=True, stdout=sys.stderr)
        return Judge.load(path)

    @torch.no_grad()
    def verdict(self, mels: Tensor) -> Verdict:
        """The judge's verdict on mels (N, BANDS, F)."""
        judge, _ = self.judge_and_figures
        whole = mels[..., : mels.shape[-1] // STRIDE * STRIDE]
        found = [judge(part) for part in whole.split(JUDGED_AT_ONCE)]
        names = ("genre", "key", "roles")
        return Verdict(*(torch.cat([getattr(one, name) for one in found]) for name in names))

    @cached_property
    def rendered(self) -> list[Rendered]:
        """Loops of the product with nothing but genre, key, tempo and meter asked for."""
        self.say(f"rendering {self.settings.loops} loops")
        with TemporaryDirectory(prefix="ditto-quality-") as folder:
            return list(self._loops(folder))

    def _loops(self, folder: str) -> Iterator[Rendered]:
        engine = Engine(self.model)
        for number in range(self.settings.loops):
            genre, meter = number % len(GENRES), METERS[number // len(GENRES) % len(METERS)]
            key, tempo = number * 7 % len(KEYS), self.tempo_of(genre, number)
            bar = 240.0 / tempo * meter[0] / meter[1]
            request = Request.from_dict(
                {
                    "id": f"quality-{number}",
                    "bars": int(np.ceil(LEAST_SECONDS / bar)),
                    "tempo": {"tempos": [[0, tempo]], "meters": [[0, *meter]]},
                    "genre": GENRES[genre],
                    "key": KEYS[key],
                    "seed": self.settings.seed + number,
                    "preset": self.settings.preset,
                    "output": {"folder": folder},
                }
            )
            *_, done = engine.render(request)
            assert isinstance(done, Done)
            region = read_region(done.takes[0].path)
            mono = region.audio.mean(axis=0, keepdims=True).astype(np.float32)
            yield Rendered(request, genre, meter, key, mono, region.rate)

    def tempo_of(self, genre: int, number: int) -> float:
        """A tempo of the genre, from its held-out pieces in turn, within SLOWEST to FASTEST."""
        pieces = self.held.genre(genre)
        tempo = float(self.held.arrays["tempo"][pieces[number // len(GENRES) % len(pieces)], 0])
        return round(min(max(tempo, SLOWEST), FASTEST), 2)


@torch.no_grad()
def mels_of(audio: Tensor) -> Tensor:
    """Mels (N, BANDS, F) of audio (N, samples) at the model's rate, a few at a time."""
    return torch.cat([signal.mel(part) for part in audio.split(8)])
