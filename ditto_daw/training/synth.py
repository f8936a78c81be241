"""Electronic instruments in a few lines of DSP each: held notes as mono arrays.

Every instrument has variations (small integers) that move its parameters, so that a bank of them
does not sound like one synthesiser. Notes are `NOTE` seconds long and held throughout: the mixer
cuts and releases them. All are brought to the level of the note bank.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from ditto_daw.training.bank import LEVEL, RATE, spoken

NOTE = 4.4
Wave = NDArray[np.float32]
Mono = NDArray[np.floating]


def time_axis(seconds: float) -> NDArray[np.float64]:
    """Seconds of each sample."""
    return np.arange(int(seconds * RATE)) / RATE


def _saw(phase: Mono, step: float) -> Mono:
    """A sawtooth of a phase in cycles, its jumps smoothed over a sample (PolyBLEP)."""
    p = phase % 1.0
    wave = 2 * p - 1
    early = p < step
    late = p > 1 - step
    x = p[early] / step
    wave[early] -= 2 * x - x * x - 1
    x = (p[late] - 1) / step
    wave[late] -= x * x + 2 * x + 1
    return wave


def _saws(hz: float, cents: list[float], rng: np.random.Generator) -> Mono:
    t = time_axis(NOTE)
    out = np.zeros_like(t)
    for cent in cents:
        f = hz * 2 ** (cent / 1200)
        out += _saw(f * t + rng.random(), f / RATE)
    return out / np.sqrt(len(cents))


def _square(hz: float, width: float = 0.5) -> Mono:
    t = time_axis(NOTE)
    return (_saw(hz * t, hz / RATE) - _saw(hz * t + width, hz / RATE)) / 2


def _fm(hz: float, ratio: float, index: Mono | float) -> Mono:
    t = time_axis(NOTE)
    # Sidebands past half the sampling rate would fold back: fade modulation in the top octaves.
    reach = min(1.0, RATE / 2 / (hz * (1 + 6 * ratio)))
    return np.sin(2 * np.pi * hz * t + index * reach * np.sin(2 * np.pi * hz * ratio * t))


def decay(seconds: float, length: float = NOTE) -> Mono:
    """An exponential that falls to 1/e in `seconds`."""
    return np.exp(-time_axis(length) / seconds)


def _swept(wave: Mono, cutoff: Mono, peak: float = 0.0) -> Mono:
    """A 24 dB/octave low-pass whose cutoff (Hz, per sample) moves, with a resonance of `peak`.

    Done in short-time spectra (512 samples), where a moving filter is one multiplication.
    """
    size, hop = 512, 128
    window = np.hanning(size + 1)[:-1]
    padded = np.pad(wave, (size, size))
    count = (len(padded) - size) // hop + 1
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop][:count]
    spectra = np.fft.rfft(frames * window)
    at = np.clip(np.arange(count) * hop - size // 2, 0, len(cutoff) - 1)
    ratio = np.fft.rfftfreq(size, 1 / RATE)[None] / cutoff[at][:, None]
    response = 1 / (1 + ratio**4) + peak * np.exp(-((np.log2(ratio + 1e-3) / 0.35) ** 2))
    frames = np.fft.irfft(spectra * response) * window
    out = np.zeros(len(padded))
    for phase in range(size // hop):
        part = frames[phase :: size // hop].reshape(-1)
        out[phase * hop : phase * hop + len(part)] += part
    return out[size : size + len(wave)] / 1.5


def _attack(wave: Mono, seconds: float) -> Mono:
    return wave * np.minimum(1.0, time_axis(NOTE) / seconds)


def _constant(hz: float) -> Mono:
    return np.full(int(NOTE * RATE), hz)


Maker = Callable[[float, np.random.Generator], Mono]


def _saw_bass(hz: float, rng: np.random.Generator) -> Mono:
    low, depth = rng.uniform(150, 500), rng.uniform(400, 3000)
    detune = rng.uniform(0, 12)
    cutoff = low + depth * decay(rng.uniform(0.08, 0.5))
    return _swept(_saws(hz, [-detune, detune], rng), cutoff, rng.uniform(0, 1.5))


def _square_bass(hz: float, rng: np.random.Generator) -> Mono:
    cutoff = rng.uniform(200, 600) + rng.uniform(300, 2000) * decay(rng.uniform(0.1, 0.4))
    return _swept(_square(hz, rng.uniform(0.3, 0.5)), cutoff, rng.uniform(0, 1))


def _acid(hz: float, rng: np.random.Generator) -> Mono:
    cutoff = rng.uniform(200, 500) + rng.uniform(1000, 4000) * decay(rng.uniform(0.06, 0.2))
    wave = _saws(hz, [0.0], rng) if rng.random() < 0.6 else _square(hz)
    return np.tanh(1.5 * _swept(wave, cutoff, rng.uniform(2, 5))) * decay(1.0)


def _sub_bass(hz: float, rng: np.random.Generator) -> Mono:
    wave = np.sin(2 * np.pi * hz * time_axis(NOTE))
    return np.tanh(wave * rng.uniform(1.0, 3.0)) * (0.5 + 0.5 * decay(rng.uniform(0.3, 2)))


def _808_bass(hz: float, rng: np.random.Generator) -> Mono:
    t = time_axis(NOTE)
    bend = rng.uniform(0.5, 2) * 0.03 * (1 - np.exp(-t / 0.03))
    return np.tanh(rng.uniform(1, 4) * np.sin(2 * np.pi * hz * (t + bend))) * decay(
        rng.uniform(0.6, 1.5)
    )


def _fm_bass(hz: float, rng: np.random.Generator) -> Mono:
    index = rng.uniform(0.3, 1) + rng.uniform(1, 4) * decay(rng.uniform(0.05, 0.3))
    return _fm(hz, rng.choice([1, 2, 3]), index) * (0.4 + 0.6 * decay(0.8))


def _reese(hz: float, rng: np.random.Generator) -> Mono:
    spread = rng.uniform(10, 30)
    t = time_axis(NOTE)
    cutoff = rng.uniform(300, 900) * 2 ** np.sin(2 * np.pi * rng.uniform(0.2, 3) * t)
    wave = _swept(_saws(hz, [-spread, 0, spread], rng), cutoff, rng.uniform(0, 2))
    return wave + 0.7 * np.sin(2 * np.pi * hz * t)


def _saw_lead(hz: float, rng: np.random.Generator) -> Mono:
    spread = rng.uniform(4, 18)
    cutoff = rng.uniform(2500, 7000) + 3000 * decay(0.3)
    return _attack(_swept(_saws(hz, [-spread, 0, spread], rng), cutoff), rng.uniform(0.004, 0.03))


def _square_lead(hz: float, rng: np.random.Generator) -> Mono:
    wave = _swept(_square(hz, rng.uniform(0.2, 0.5)), _constant(rng.uniform(2000, 8000)))
    return _attack(wave, 0.006)


def _pluck(hz: float, rng: np.random.Generator) -> Mono:
    fall = rng.uniform(0.08, 0.35)
    cutoff = 250 + hz + rng.uniform(3000, 9000) * decay(fall)
    return _swept(_saws(hz, [-6, 6], rng), cutoff, rng.uniform(0, 1)) * decay(fall * 2)


def _bell(hz: float, rng: np.random.Generator) -> Mono:
    ratio = rng.choice([1.4, 2.0, 3.5, 4.0, 7.0])
    wave = _fm(hz, ratio, rng.uniform(0.6, 2.5) * decay(rng.uniform(0.2, 0.8)))
    return wave * decay(rng.uniform(0.4, 1.6))


def _fm_ep(hz: float, rng: np.random.Generator) -> Mono:
    tine = 0.3 * _fm(hz, 14.0, 0.5) * decay(0.12) if hz < 700 else 0.0
    body = _fm(hz, 1.0, rng.uniform(0.5, 1.4) * decay(0.7))
    tremolo = 1 + 0.2 * np.sin(2 * np.pi * rng.uniform(3, 6) * time_axis(NOTE))
    return (body + tine) * decay(rng.uniform(1.0, 2.0)) * tremolo


def _super(hz: float, rng: np.random.Generator) -> Mono:
    cents = list(rng.uniform(-22, 22, 7))
    return _attack(_swept(_saws(hz, cents, rng), _constant(rng.uniform(3000, 10000))), 0.006)


def _stab(hz: float, rng: np.random.Generator) -> Mono:
    cutoff = rng.uniform(300, 900) + rng.uniform(2000, 7000) * decay(rng.uniform(0.08, 0.3))
    wave = _swept(_saws(hz, [-9, 0, 9], rng), cutoff, rng.uniform(0, 1.5))
    return wave * (0.15 + 0.85 * decay(rng.uniform(0.2, 0.5)))


def _organ(hz: float, rng: np.random.Generator) -> Mono:
    t = time_axis(NOTE)
    wave = sum(
        rng.uniform(0.1, 1) * np.sin(2 * np.pi * hz * n * t)
        for n in (0.5, 1, 2, 3, 4)
        if hz * n < 15000
    )
    click = rng.uniform(0, 0.5) * np.sin(2 * np.pi * hz * 3 * t) * decay(0.04)
    return np.asarray(wave + click) * (0.5 + 0.5 * decay(0.4))


def _saw_pad(hz: float, rng: np.random.Generator) -> Mono:
    t = time_axis(NOTE)
    centre, rate = rng.uniform(800, 4000), rng.uniform(0.1, 0.5)
    cutoff = centre * 2 ** (0.7 * np.sin(2 * np.pi * rate * t + rng.uniform(0, 6)))
    return _attack(_swept(_saws(hz, list(rng.uniform(-15, 15, 5)), rng), cutoff), 0.04)


def _warm_pad(hz: float, rng: np.random.Generator) -> Mono:
    wave = _swept(_saws(hz, [-8, 0, 8], rng), _constant(rng.uniform(400, 1400)))
    return _attack(wave, rng.uniform(0.015, 0.06))


def _glass_pad(hz: float, rng: np.random.Generator) -> Mono:
    t = time_axis(NOTE)
    index = rng.uniform(0.3, 1.2) * (1 + 0.5 * np.sin(2 * np.pi * rng.uniform(0.2, 0.8) * t))
    wave = _fm(hz, 2.0, index) + _fm(hz * 1.004, 3.0, index)
    return _attack(wave, rng.uniform(0.015, 0.06))


def _noise_pad(hz: float, rng: np.random.Generator) -> Mono:
    width = rng.uniform(0.01, 0.04)
    band = [hz * (1 - width), min(hz * (1 + width), RATE * 0.49)]
    noise = sosfilt(
        butter(1, band, "bandpass", fs=RATE, output="sos"), rng.normal(size=int(NOTE * RATE))
    )
    tone = np.sin(2 * np.pi * hz * time_axis(NOTE))
    return _attack(0.5 * noise / np.std(noise) + rng.uniform(0.7, 1.5) * tone, 0.05)


MAKERS: dict[str, Maker] = {
    "saw_bass": _saw_bass, "square_bass": _square_bass, "acid_bass": _acid, "acid_lead": _acid,
    "sub_bass": _sub_bass, "808_bass": _808_bass, "fm_bass": _fm_bass, "reese": _reese,
    "saw_lead": _saw_lead, "square_lead": _square_lead, "pluck": _pluck, "bell": _bell,
    "fm_ep": _fm_ep, "super": _super, "stab": _stab, "organ": _organ, "saw_pad": _saw_pad,
    "warm_pad": _warm_pad, "glass_pad": _glass_pad, "noise_pad": _noise_pad,
}  # fmt: skip


@lru_cache(maxsize=3000)
def note(name: str, variation: int, pitch: int) -> NDArray[np.float16]:
    """One held note of an instrument, (samples,), mono, at the bank's level."""
    rng = np.random.default_rng([sorted(MAKERS).index(name), variation])
    wave = MAKERS[name](440 * 2 ** ((pitch - 69) / 12), rng)
    return _levelled(spoken(wave - wave.mean()))


def _levelled(wave: Mono) -> NDArray[np.float16]:
    window = int(0.15 * RATE)
    power = np.add.reduceat(wave**2, np.arange(0, len(wave), window))[:-1].max() / window
    return (wave * (LEVEL / np.sqrt(power + 1e-12))).astype(np.float16)
