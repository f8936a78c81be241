"""Melody accuracy: how often the strongest pitch class of the audio is the wanted one.

The front end is librosa's `chroma_stft` (22.05 kHz, n_fft 4096, hop 256, no tuning estimate) after
a high-pass at C4, written out here so that nothing but scipy is needed; a test holds it against
librosa's own numbers.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy
from numpy.typing import NDArray

from ditto_daw.files.resampling import resample

RATE, N_FFT, HOP = 22_050, 4096, 256
CUTOFF_HZ = 261.63
GUARD_FRAMES = 2
"""Frames on each side of a note change that do not count."""

Floats = NDArray[np.float64]


@lru_cache(maxsize=1)
def chroma_filters() -> Floats:
    """Weights (12, N_FFT / 2 + 1) from power bins to pitch classes, C first; as in librosa."""
    frequency = np.arange(1, N_FFT) * RATE / N_FFT
    place = 12.0 * np.log2(frequency / 27.5)
    place = np.concatenate([[place[0] - 18.0], place])
    width = np.concatenate([np.maximum(np.diff(place), 1.0), [1.0]])
    distance = np.remainder(place[None] - np.arange(12)[:, None] + 126.0, 12.0) - 6.0
    weights = np.exp(-0.5 * (2.0 * distance / width) ** 2)
    weights /= np.sqrt((weights**2).sum(axis=0, keepdims=True))
    weights *= np.exp(-0.5 * ((place / 12.0 - 5.0) / 2.0) ** 2)
    return np.asarray(np.roll(weights, -3, axis=0)[:, : N_FFT // 2 + 1])


def chroma(audio: NDArray[np.floating], rate: int) -> Floats:
    """Pitch-class energy (12, frames) of audio (channels, n), high-passed at C4.

    Frame k is centred at k * HOP / RATE seconds.
    """
    mono = audio.mean(axis=0, keepdims=True).astype(np.float64)
    length = max(1, round(mono.shape[1] * RATE / rate))
    low = resample(mono, rate, RATE, length)[0]
    sections = scipy.signal.butter(2, CUTOFF_HZ, "highpass", fs=RATE, output="sos")
    high = scipy.signal.sosfilt(sections, low)
    padded = np.pad(high, N_FFT // 2)
    starts = np.arange(1 + len(high) // HOP) * HOP
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(N_FFT) / N_FFT)
    frames = padded[starts[:, None] + np.arange(N_FFT)] * window
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    return chroma_filters() @ power.T


def melody_accuracy(
    audio: NDArray[np.floating], rate: int, starts: Floats, ends: Floats, classes: NDArray[np.int64]
) -> float:
    """Share (0..1) of the frames inside notes whose strongest pitch class is the note's.

    starts, ends (K,): seconds of each note of the line; classes (K,): 0..11. NaN where no frame
    lies inside a note.
    """
    strongest = chroma(audio, rate).argmax(axis=0)
    guard = GUARD_FRAMES * HOP / RATE
    times = np.arange(len(strongest)) * HOP / RATE
    right = counted = 0
    for start, end, wanted in zip(starts, ends, classes, strict=True):
        inside = (times >= start + guard) & (times < end - guard)
        counted += int(inside.sum())
        right += int((strongest[inside] == wanted).sum())
    return right / counted if counted else float("nan")
