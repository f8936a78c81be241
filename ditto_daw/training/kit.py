"""Electronic drum kits in the manner of the 808 and the 909: single hits as mono arrays."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from ditto_daw.training.bank import RATE, spoken
from ditto_daw.training.synth import Mono, decay, time_axis


@lru_cache(maxsize=600)
def drum(kit: str, variation: int, pitch: int) -> NDArray[np.float16]:
    """One hit of the kit `synth808` or `synth909`, (samples,), mono, peak 0.5."""
    rng = np.random.default_rng([kit == "synth909", variation, pitch])
    wave = spoken(_hit(pitch, kit == "synth909", rng))
    return (0.5 * wave / np.abs(wave).max()).astype(np.float16)


def _noise(rng: np.random.Generator, length: float, low: float, high: float, fall: float) -> Mono:
    wave = rng.normal(size=int(length * RATE))
    sos = butter(2, [low, min(high, 21000)], "bandpass", fs=RATE, output="sos")
    return sosfilt(sos, wave) * decay(fall, length)


def _metal(rng: np.random.Generator, length: float, low: float, fall: float) -> Mono:
    """Six detuned squares through a high-pass: the cymbals of the analogue machines."""
    t = time_axis(length)
    base = rng.uniform(0.9, 1.15)
    tones = (205.3, 369.6, 304.4, 522.7, 540.0, 800.0)
    wave = sum(np.sign(np.sin(2 * np.pi * f * base * 2.0 * t)) for f in tones)
    wave = np.asarray(wave) + rng.normal(size=len(t)) * rng.uniform(0.5, 2)
    return sosfilt(butter(4, low, "highpass", fs=RATE, output="sos"), wave) * decay(fall, length)


def _hit(pitch: int, modern: bool, rng: np.random.Generator) -> Mono:
    u = rng.uniform
    if pitch == 36:
        t = time_axis(0.45 if modern else 0.9)
        base, fall = u(45, 58), (u(0.09, 0.16) if modern else u(0.15, 0.4))
        drop, speed = (u(150, 300), u(0.015, 0.03)) if modern else (u(60, 140), u(0.02, 0.05))
        phase = base * t + drop * speed * (1 - np.exp(-t / speed))
        click = rng.normal(size=len(t)) * np.exp(-t / 0.002) * u(0.05, 0.3)
        return np.tanh(u(1, 3) * np.sin(2 * np.pi * phase)) * np.exp(-t / fall) + click
    if pitch in (38, 40):
        t = time_axis(0.35)
        body = np.sin(2 * np.pi * (u(165, 220) * t + 1.2 * (1 - np.exp(-t / 0.01))))
        noise = _noise(rng, 0.35, u(700, 1800), u(8000, 14000), u(0.06, 0.14))
        return body * np.exp(-t / u(0.04, 0.09)) + u(0.8, 1.6) * noise
    if pitch == 39:
        wave = _noise(rng, 0.4, 700, u(2500, 6000), u(0.06, 0.12))
        for delay in (0.006, 0.012):
            burst = _noise(rng, 0.4 - delay, 700, 4000, 0.006)
            wave[-len(burst) :] += burst
        return wave
    if pitch in (42, 44):
        return _metal(rng, 0.12, u(6000, 8500), u(0.015, 0.04))
    if pitch == 46:
        return _metal(rng, 0.6, u(5500, 8000), u(0.12, 0.25))
    if pitch in (49, 51):
        return _metal(rng, 1.6, u(3500, 6000), u(0.5, 0.8) if pitch == 49 else u(0.2, 0.35))
    if pitch in (41, 45, 48, 63, 64):
        t = time_axis(0.5)
        base = {41: 85.0, 45: 120.0, 48: 165.0, 63: 260.0, 64: 200.0}[pitch] * u(0.9, 1.1)
        phase = base * t + 0.02 * base * (1 - np.exp(-t / 0.03))
        return np.sin(2 * np.pi * phase) * np.exp(-t / u(0.08, 0.2))
    if pitch in (37, 75, 56):
        t = time_axis(0.12)
        tone = np.sin(2 * np.pi * u(800, 2500) * t) + np.sin(2 * np.pi * u(1500, 3500) * t)
        return tone * np.exp(-t / u(0.01, 0.03))
    return _noise(rng, 0.15, u(4000, 7000), 16000, u(0.02, 0.05))
