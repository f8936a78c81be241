"""A fake engine whose takes are real WAVs of the right length, for hosts that read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from fake_engine import FakeEngine
from safetensors.numpy import save_file

from ditto_daw.events import Block, Event, Take
from ditto_daw.files.asset_store import name_of
from ditto_daw.files.audiofile import audio_info
from ditto_daw.files.audiowrite import free_path, write_atomic
from ditto_daw.requests.request import Request
from ditto_daw.requests.sections import samples_of
from ditto_daw.units import round_half_up

RATE = 48_000


class Audible(FakeEngine):
    """Every take is a tone, higher for each variation, in stereo; a section of it is a block."""

    def _blocks(self, request: Request, folder: Path, take: int) -> Iterator[Event]:
        audio, rate = tone(request, take)
        starts = samples_of(request, request.position, rate) if request.sections else ()
        edges = [*starts, audio.shape[1]]
        for number, begin in enumerate(starts):
            path, end = folder / f"{request.id}-{take}-block-{number}.wav", edges[number + 1]
            write_atomic(path, audio[:, begin:end], rate, "FLOAT")
            yield Block(take, number, len(starts), str(path), begin, end, rate)

    def _take(self, request: Request, folder: Path, number: int) -> Take:
        audio, rate = tone(request, number)
        samples = audio.shape[1]
        path = free_path(folder, f"{request.kind}-{request.use}-{request.seed or 0}-{number}")
        write_atomic(path, audio, rate, "FLOAT")
        seed = (request.seed or 0) + number
        if self.store:
            about = {"request": json.dumps(request.to_dict()), "seed": str(seed)}
            save_file({"latent": np.ones((2, 3))}, self.store.latent(name_of(path)), about)
        return Take(str(path), samples, rate, seed, {"intensity_db": 0.5})


def tone(request: Request, number: int) -> tuple[np.ndarray, int]:
    """A variation (2, samples), and its rate."""
    rate = request.output.rate or RATE
    samples = request.length(rate, source_length(request, rate))
    wave = 0.25 * np.sin(2 * np.pi * 220 * (number + 1) * np.arange(samples) / rate)
    return np.stack([wave, wave]).astype(np.float32), rate


def source_length(request: Request, rate: int) -> int:
    """Samples of the source region at a rate; 0 without a source."""
    source = request.source
    if source is None:
        return 0
    end = source.end
    if end is None:
        info = audio_info(source.path)
        end = Fraction(info.frames, info.rate)
    return round_half_up((end - source.start) * rate)


def load(device: str, folder: Path) -> Audible:
    return Audible(folder)
