"""Recorded music to invert and to take a structure from: a folder of clips, or the bundled one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.errors import FileMissing
from ditto_daw.files.audiofile import read_region
from ditto_daw.files.resampling import resample

BUNDLED = Path(__file__).resolve().parents[1] / "material"
LATER = 3 * signal.RATE // 4
"""Samples by which a further turn begins later."""
SUFFIXES = (".flac", ".wav", ".ogg", ".aif", ".aiff", ".mp3")


def clips(folder: Path | None) -> list[Path]:
    """Every recording in a folder, by name; the bundled clip without one.

    Raises FileMissing where the folder holds none.
    """
    place = folder or BUNDLED
    found = sorted(path for path in place.glob("*") if path.suffix.lower() in SUFFIXES)
    if not found:
        raise FileMissing("real", f"There is no recording in {place}.")
    return found


def recorded(folder: Path | None, number: int, frames: int) -> Tensor:
    """Mel (BANDS, F) of a stretch of a recording, its channels added by power.

    Clips come in turn; of a second turn on, a later stretch. What is too short comes again.
    """
    found = clips(folder)
    path, turn = found[number % len(found)], number // len(found)
    region = read_region(path)
    length = round(region.audio.shape[1] * signal.RATE / region.rate)
    audio = resample(region.audio, region.rate, signal.RATE, length)
    wanted = frames * signal.HOP
    room = length - wanted if length > wanted else length
    begin = (room // 3 + turn * LATER) % room
    places = (begin + np.arange(wanted)) % length
    mel = signal.mel(torch.from_numpy(audio[:, places].astype(np.float32)))
    return 0.5 * torch.log10((10.0 ** (2.0 * mel)).mean(dim=0))
