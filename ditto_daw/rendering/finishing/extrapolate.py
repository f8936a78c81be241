"""Carry audio on past its end, so that it can fade out under what follows it.

A linear predictor is fitted to the last moments (Burg's method: always stable, sharp on short
records) and runs on past the end, driven by its own residual. Tones go on in phase, decays go on
decaying, noise keeps its level: without the residual the noise would fall silent at once.
"""

import numpy as np
import scipy

PAST_SECONDS = 0.12  # what the predictor is fitted to
ORDER_SECONDS = 0.012  # the predictor's reach
MAX_ORDER = 1024
RESIDUAL_SECONDS = 0.015  # the residual that drives the continuation, mirrored as often as needed
DECAY_SECONDS = 0.02  # the stretch whose slope in level is carried on
QUIET = 1e-9


def burg(audio: np.ndarray, order: int) -> np.ndarray:
    """Prediction-error filter (order + 1,), first coefficient 1, common to all channels.

    audio is (channels, samples). One filter for all channels keeps the stereo image: numerator
    and denominator of each reflection coefficient are summed over them.
    """
    forward, backward = audio[:, 1:].copy(), audio[:, :-1].copy()
    error = np.ones(1)
    for _ in range(order):
        energy = float(np.sum(forward * forward) + np.sum(backward * backward))
        if energy <= QUIET * QUIET:
            break
        reflection = -2.0 * float(np.sum(forward * backward)) / energy
        extended = np.append(error, 0.0)
        error = extended + reflection * extended[::-1]
        forward, backward = (
            (forward + reflection * backward)[:, 1:],
            (backward + reflection * forward)[:, :-1],
        )
    return error


def continue_audio(past: np.ndarray, length: int, rate: int, fall: float = 0.0) -> np.ndarray:
    """(channels, length) float64 that follows `past` (channels, samples) without a break.

    fall: dB per second by which it fades more than it does by itself.
    """
    past = np.asarray(past, dtype=np.float64)[:, -round(PAST_SECONDS * rate) :]
    channels, samples = past.shape
    order = min(round(ORDER_SECONDS * rate), MAX_ORDER, samples // 3)
    if order < 1 or float(np.max(np.abs(past), initial=0.0)) <= QUIET:
        return np.zeros((channels, length))
    error = burg(past, order)
    residual = scipy.signal.lfilter(error, [1.0], past, axis=1)[:, len(error) - 1 :]
    drive = _mirrored(residual[:, -round(RESIDUAL_SECONDS * rate) :], length)
    drive *= _decay(past, length, rate)
    continued = np.empty((channels, length))
    for channel in range(channels):
        state = scipy.signal.lfiltic([1.0], error, past[channel, ::-1][: len(error) - 1])
        continued[channel], _ = scipy.signal.lfilter([1.0], error, drive[channel], zi=state)
    return continued * 10.0 ** (-fall / 20.0 * np.arange(length) / rate)


def _mirrored(residual: np.ndarray, length: int) -> np.ndarray:
    """The residual played backwards, forwards, ... for `length` samples, without its attacks.

    An attack in the kept audio would otherwise sound a second time; what exceeds three robust
    standard deviations is cut to that.
    """
    limit = 3.0 * np.median(np.abs(residual), axis=1, keepdims=True) / 0.6745
    calm = np.clip(residual, -limit, limit)
    return np.pad(calm, ((0, 0), (0, length)), mode="symmetric")[:, calm.shape[1] :]


def _decay(past: np.ndarray, length: int, rate: int) -> np.ndarray:
    """Gain (length,): a sound that falls towards its end goes on falling, none goes on rising."""
    window = max(1, round(DECAY_SECONDS / 4 * rate))
    if past.shape[1] < 4 * window:
        return np.ones(length)
    last = past[:, past.shape[1] - 4 * window :].reshape(past.shape[0], 4, window)
    level = 0.5 * np.log(np.mean(last**2, axis=(0, 2)) + QUIET)
    slope = float(np.polyfit(np.arange(4) * window, level, 1)[0])
    return np.exp(min(slope, 0.0) * np.arange(1, length + 1))
