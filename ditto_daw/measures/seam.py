"""The seam of a loop: is the wrap as smooth as the music's own bar lines?

Three things that the definition leaves open:
- flux is read above AUDIBLE_DB under the loudest bin of the loop. Below lies dither, which has no
  like at a wrap between kept and new audio; `plain_flux` is the figure with all of it;
- bar lines that do not rise at all count as LEAST_FLUX;
- fading to silence is no seam: where the beat after the wrap, the clip's own beginning, lies
  SILENT_DB under the whole loop, its level is told and not judged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZE = 2048
LOWEST = -80.0
"""dB of a spectrum that has nothing in it."""
RMS_DB = 3.0
"""The beats beside the wrap may differ from the same beats of other bars by this much."""
FLUX = 1.5
"""The flux at the wrap may be so many times that of the other bar lines."""
LEAST_FLUX = 0.5
"""dB that bar lines count for at least: held tones and rests have next to no flux."""
AUDIBLE_DB, SILENT_DB = 80.0, 30.0

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class SeamFigures:
    """Attributes:
    step: sample step at the wrap over the p99.9 of the loop's own steps.
    flux: spectral flux at the wrap over the median flux at the other bar lines; NaN with one bar.
    before_db, after_db: RMS of the beat before and after the wrap against the nearest of the same
        beats of other bars; NaN with one bar.
    plain_flux: flux with what nobody hears.
    into_silence: the beat after the wrap is silent.
    """

    step: float
    flux: float
    before_db: float
    after_db: float
    plain_flux: float = float("nan")
    into_silence: bool = False

    @property
    def level_good(self) -> bool:
        """No click and no hole: within the limits of step and level that can be judged."""
        return (
            self.step <= 1.0
            and not abs(self.before_db) > RMS_DB
            and (self.into_silence or not abs(self.after_db) > RMS_DB)
        )

    @property
    def good(self) -> bool:
        """Within every limit that can be judged: no splash either."""
        return self.level_good and not self.flux > FLUX

    @property
    def literally_good(self) -> bool:
        """The same with what nobody hears, and with silence judged as any level."""
        return self.good and not self.plain_flux > FLUX and not abs(self.after_db) > RMS_DB


def measure_seam(audio: NDArray[np.floating], bars: NDArray[np.int64], beat: int) -> SeamFigures:
    """Figures of a loop (channels, n).

    bars: sample positions of the bar lines inside the loop, without the wrap itself; beat: samples
    of one beat.
    """
    audio = np.asarray(audio, dtype=np.float64)
    n = audio.shape[1]
    steps = np.abs(np.diff(audio, axis=1, append=audio[:, :1]))
    yardstick = np.percentile(steps[:, :-1], 99.9) + 1e-12
    lines = [0, *(int(bar) for bar in bars)]
    faintest = _loudest(audio) - AUDIBLE_DB
    flux, plain = ([flux_at(audio, line, floor) for line in lines] for floor in (faintest, LOWEST))
    first = audio[:, :beat]
    return SeamFigures(
        step=float(steps[:, -1].max() / yardstick),
        flux=_against_others(flux),
        before_db=_beside(audio, np.array([n - beat, *(bars - beat)]), beat),
        after_db=_beside(audio, np.array(lines), beat),
        plain_flux=_against_others(plain),
        into_silence=bool(np.mean(first**2) < np.mean(audio**2) * 10 ** (-SILENT_DB / 10)),
    )


def flux_at(audio: Floats, position: int, floor: float = LOWEST) -> float:
    """Rise of the log spectrum across a position of the loop, mean over the bins in dB.

    floor: dB below which nothing counts.
    """
    before, after = (
        np.maximum(_spectrum(audio, position + shift), floor) for shift in (-SIZE // 2, SIZE // 2)
    )
    return float(np.maximum(after - before, 0.0).mean())


def _against_others(flux: list[float]) -> float:
    return flux[0] / max(float(np.median(flux[1:])), LEAST_FLUX) if len(flux) > 1 else float("nan")


def _loudest(audio: Floats) -> float:
    """dB of the loudest bin anywhere in the loop."""
    return max(float(_spectrum(audio, at).max()) for at in range(0, audio.shape[1], SIZE))


def _spectrum(audio: Floats, centre: int) -> Floats:
    n = audio.shape[1]
    places = (centre - SIZE // 2 + np.arange(SIZE)) % n
    frames = audio[:, places] * np.hanning(SIZE)
    power = (np.abs(np.fft.rfft(frames, axis=1)) ** 2).mean(axis=0)
    return 10.0 * np.log10(power + 10 ** (LOWEST / 10))


def _beside(audio: Floats, starts: NDArray[np.int64], beat: int) -> float:
    """dB of the first beat against the one of the others that is nearest in level."""
    if len(starts) < 2:
        return float("nan")
    n = audio.shape[1]
    places = (starts[:, None] + np.arange(beat)) % n
    level = 10.0 * np.log10((audio[:, places] ** 2).mean(axis=(0, 2)) + 1e-12)
    apart = level[0] - level[1:]
    return float(apart[np.argmin(np.abs(apart))])
