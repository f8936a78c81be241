"""A very small model with random weights and clips of known content, for tests of the render."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch

from ditto_daw import vocabulary
from ditto_daw.models.bundled import Bundled, GenreLoudness
from ditto_daw.models.unet import UNetConfig
from ditto_daw.models.vocoder import VocoderConfig
from ditto_daw.rendering.plan import Plan, make_plan
from ditto_daw.requests.request import Request

MULTIPLE = 16
LOUDNESS = GenreLoudness(mean=-20.0, quiet=-30.0, loud=-12.0)


def tiny_model(seed: int = 0) -> Bundled:
    """Every output depends on every input; what comes out is noise of a sane level."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Bundled(UNetConfig(widths=(8, 16, 16), heads=2, embedding=16), VocoderConfig(16, 2))
        for parameter in model.unet.parameters():
            if parameter.ndim > 1:
                torch.nn.init.normal_(parameter, std=0.1)
    model.student_steps = (1, 2, 4, 8)
    model.codec.mean.fill_(-2.5)
    model.codec.scale.fill_(0.4)
    model.loudness = dict.fromkeys(vocabulary.GENRES, LOUDNESS)
    return model


def tones(seconds: float, rate: int, channels: int = 2) -> np.ndarray:
    """A chord with a slow swell (channels, samples); the channels differ."""
    t = np.arange(round(seconds * rate)) / rate
    swell = 0.15 + 0.1 * np.sin(2 * np.pi * t / seconds)
    rows = [
        swell * sum(np.sin(2 * np.pi * hertz * t + channel) for hertz in (110.0, 277.2, 659.3)) / 2
        for channel in range(channels)
    ]
    return np.stack(rows)


def write_clip(path: Path, audio: np.ndarray, rate: int, subtype: str = "PCM_24") -> Path:
    """The clip on disk."""
    soundfile.write(path, audio.T, rate, subtype)
    return path


def asked(folder: Path, **fields: Any) -> Request:
    """A request of one bar at 120 in 4/4 that writes to the folder, with these fields changed."""
    output = {"folder": str(folder), **fields.pop("output", {})}
    data = {"id": "test", "seed": 5, "output": output, **fields}
    if "samples" not in data and data.get("use", "new") == "new":
        data.setdefault("bars", 1)
    return Request.from_dict(data)


def planned(folder: Path, **fields: Any) -> Plan:
    """The plan of such a request."""
    return make_plan(asked(folder, **fields), MULTIPLE)
