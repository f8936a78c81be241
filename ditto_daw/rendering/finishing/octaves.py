"""Power of audio in octave bands over time, differentiable, for the finishing steps."""

import math

import torch
from scipy.fft import next_fast_len
from torch import Tensor
from torch.nn.functional import avg_pool1d

CENTRES = tuple(31.5 * 2.0**k for k in range(10))
HEARING_DB = (59.5, 37.5, 22.1, 11.4, 4.4, 2.4, -1.3, -5.4, 12.6, 14.0)
"""Threshold of hearing at the centres, dB SPL (ISO 226:2003; 12.5 kHz for the last)."""
LISTENING_DB = 80.0
QUIETEST_DB = -60.0
SKIRT = 4.0  # a band is followed up to this multiple of its centre
POINTS = 8  # least number of envelope points in a power window


def audible_db(octave: int) -> float:
    """Level of a band, against that of the whole sound, under which it cannot be heard.

    The whole is taken to play at 80 dB SPL, and nothing 60 dB under it counts.
    """
    return max(HEARING_DB[octave] - LISTENING_DB, QUIETEST_DB)


class OctavePower:
    """Power of the lowest octave bands in a sliding window; see `__call__`.

    The bands are second-order Butterworth band-passes applied forwards and backwards, as
    |H(f)|^2 on the spectrum, and analytic, so that windows shorter than a period still measure
    level. Each band is followed at its own low rate. Windows are centred inside `span`, in samples.
    """

    def __init__(
        self, size: int, rate: float, seconds: float, octaves: int, span: tuple[int, int]
    ) -> None:
        self.size = size
        self.bands: list[tuple[int, Tensor, int]] = []
        self.windows: list[tuple[int, slice]] = []
        for octave in range(octaves):
            centre = CENTRES[octave]
            bins = min(size // 2 + 1, math.ceil(SKIRT * centre * size / rate))
            frequency = torch.arange(bins, dtype=torch.float64) * rate / size
            # analogue band-pass of order 2 (4 poles): |H|^2 = 1 / (1 + x^4)
            x = (frequency.square() - centre**2) / (frequency.clamp_min(1e-9) * centre / 2**0.5)
            points = next_fast_len(max(bins, math.ceil(POINTS * size / (seconds * rate))))
            self.bands.append((bins, 1.0 / (1.0 + x**4), points))
            window = max(1, round(seconds * rate * points / size))
            first, last = (
                (sample * points / size - 0.5 * window) / _stride(window) for sample in span
            )
            self.windows.append((window, slice(max(0, math.ceil(first)), max(1, math.ceil(last)))))

    def __call__(self, audio: Tensor) -> list[Tensor]:
        """Power per octave, each (channels, windows), of audio (channels, size)."""
        spectrum = torch.fft.rfft(audio)
        result = []
        for (bins, response, points), (window, span) in zip(self.bands, self.windows, strict=True):
            envelope = torch.fft.ifft(spectrum[:, :bins] * response, n=points)
            power = envelope.abs().square() * (2.0 * (points / self.size) ** 2)
            result.append(avg_pool1d(power, window, _stride(window))[:, span])
        return result


def _stride(window: int) -> int:
    return max(1, window // POINTS)
