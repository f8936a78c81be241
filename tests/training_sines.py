"""A note bank of sines, so that playing can be tested where no soundfont is installed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ditto_daw.training.bank import LEVEL, RATE, Bank


@dataclass(frozen=True)
class Sines(Bank):
    """Every note is a sine of 4.5 s, every drum one of 50 ms."""

    folder: Path = field(default_factory=Path)

    def note(self, font: str, program: int, pitch: int) -> NDArray[np.float16]:
        phase = 2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * np.arange(int(4.5 * RATE)) / RATE
        return (LEVEL * np.sqrt(2) * np.sin(phase)).astype(np.float16)

    def drum(self, font: str, kit: int, pitch: int) -> NDArray[np.float16]:
        return (0.5 * np.sin(np.arange(RATE // 20) * pitch / 100)).astype(np.float16)
