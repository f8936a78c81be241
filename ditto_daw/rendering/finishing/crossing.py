"""Cross from one sound into another without a hole in any octave band.

Two unrelated sounds add up in power, two versions of one tone add up in amplitude or cancel; an
equal-power crossfade is right for the first only. Here every octave band keeps the 10 ms power that
equal-power gains promise, g_a^2 R_a^2 + g_b^2 R_b^2:
- low octaves meet in phase, turned by their mean difference, which is given back afterwards;
- every octave is scaled to its power, some times over, because neighbours overlap. This is enough
  where 10 ms hold many periods;
- below 6 kHz the waveform inside the crossing is then solved for, at a low rate.
What surrounds the crossing is fixed and seen by the solver, so the ends join. High bands cross fast
so that attacks stay sharp, low bands take some periods.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy.fft import next_fast_len
from torch import Tensor
from torch.nn.functional import pad

from ditto_daw.rendering.finishing.octaves import CENTRES, OctavePower, audible_db

MARGIN_SECONDS = 0.1  # audio on both sides of the crossing that the band filters look at
POWER_SECONDS = 0.010  # window of the power that is held
LONGEST, SHORTEST = 0.04, 0.01  # seconds that a band's gains take
PERIODS = 8.0  # periods of a band's centre that its gains take, within these limits
TURNED_HZ = 250.0  # octaves up to this one arrive turned
ROUNDS, MOST_GAIN = 6, 1.8  # of scaling
EDGE_SECONDS = 0.001  # all changes fade to the plain crossfade at both ends
SOLVED = 8  # the lowest octaves, which the solver brings to their power
SOLVED_HZ = 8000.0  # what it hears and changes
HOLE_DB, BUMP_DB, BUMP_WEIGHT = 0.35, 2.0, 0.01  # its tolerances
GOOD_DB = 0.7  # a deepest hole that ends the search
STRETCHES, STEPS, HISTORY, SETTLED = 10, 50, 30, 1e-7
SILENT = 1e-16  # mean square


@dataclass(frozen=True)
class Crossing:
    """What a crossing is made of; every array is (channels, samples of the crossing)."""

    result: np.ndarray
    leaving: np.ndarray  # the first sound under its falling gains
    arriving: np.ndarray  # the second sound under its rising gains


def cross(
    first: np.ndarray, second: np.ndarray, start: int, length: int, rate: int, solve: bool = True
) -> Crossing:
    """Cross from `first` to `second` (channels, samples) inside [start, start + length).

    Both lie on the same timeline and should reach MARGIN_SECONDS beyond the crossing on both
    sides; where they are shorter, silence stands in. The gains take 10 ms in the high bands and
    up to 40 ms in the low ones; what is left of `length` is room for phases to turn. Without
    `solve`, which takes seconds, holes may be left.
    """
    margin = round(MARGIN_SECONDS * rate)
    size = next_fast_len(length + 2 * margin, real=True)
    inside = slice(margin, margin + length)
    weights = torch.from_numpy(_partition(np.fft.fftfreq(size, 1.0 / rate)))
    angle = 0.5 * torch.pi * torch.from_numpy(_shares(size, inside, rate))
    a, b = (torch.from_numpy(_segment(x, start - margin, size, margin)) for x in (first, second))
    out, into = torch.cos(angle) * _split(a, weights), torch.sin(angle) * _split(b, weights)
    leaving, arriving = out.real.sum(dim=1), into.real.sum(dim=1)
    edge = _edge(size, inside, EDGE_SECONDS * rate)
    blend = _scaled(out, into, weights, inside, edge, rate)
    if solve:
        blend = blend + edge * _solved(blend, leaving, arriving, inside, rate)
    return Crossing(*(x[:, inside].numpy() for x in (blend, leaving, arriving)))


def _scaled(
    out: Tensor, into: Tensor, weights: Tensor, inside: slice, edge: Tensor, rate: int
) -> Tensor:
    """The sum (channels, size) of faded bands (channels, octaves, size), each at its power."""
    half = round(0.5 * POWER_SECONDS * rate)

    def power(band: Tensor) -> Tensor:
        sums = pad(band.abs().square(), (half + 1, half)).cumsum(dim=-1)
        return (sums[..., 2 * half + 1 :] - sums[..., : -2 * half - 1]).clamp_min(0.0)

    plain = (out + into).real.sum(dim=1)
    wanted = power(out) + power(into)
    both = out + _turned(out, into, inside)
    blend = plain
    for _ in range(ROUNDS):
        gain = (wanted / power(both).clamp_min(1e-30)).sqrt().clamp(0.5, MOST_GAIN)
        blend = plain + edge * ((both * gain).real.sum(dim=1) - plain)
        both = _split(blend, weights)
    return blend


def _turned(out: Tensor, into: Tensor, inside: slice) -> Tensor:
    """The arriving bands, the low ones in phase with what leaves; in the end as they are."""
    low = (torch.tensor(CENTRES) <= TURNED_HZ)[:, None]
    angle = torch.angle((into * out.conj()).sum(dim=(0, 2)))[:, None]
    left = torch.zeros(out.shape[-1], dtype=torch.float64)
    length = inside.stop - inside.start
    left[: inside.start] = 1.0
    left[inside] = 0.5 + 0.5 * torch.cos(torch.pi * torch.arange(length) / length)
    return into * torch.where(low, torch.exp(-1j * angle * left), 1.0)


def _solved(blend: Tensor, leaving: Tensor, arriving: Tensor, inside: slice, rate: int) -> Tensor:
    """What to add to the blend (channels, size) so that its low octaves hold their power."""
    size = blend.shape[1]
    points = min(size, next_fast_len(round(2.0 * SOLVED_HZ * size / rate), real=True))
    scale = points / size
    low, out, into = (_resized(x, points) for x in (blend, leaving, arriving))
    begin, end = round(inside.start * scale), round(inside.stop * scale)
    level = (out[:, begin:end].square() + into[:, begin:end].square()).mean()
    if float(level) < SILENT or end - begin < 8:
        return torch.zeros_like(blend)
    slower = rate * scale
    beside = math.ceil(0.5 * POWER_SECONDS * slower)
    heard = (begin - beside, end + beside)
    octaves = OctavePower(points, slower, POWER_SECONDS, SOLVED, heard)
    silence = [level * 10 ** (audible_db(k) / 10) for k in range(SOLVED)]
    targets = [a + b for a, b in zip(octaves(out), octaves(into), strict=True)]
    ramp = math.ceil(EDGE_SECONDS * slower)
    reach = _edge(points, slice(begin + ramp, end - ramp), 2.0 * ramp) * level.sqrt()

    def excess(change: Tensor) -> list[Tensor]:
        """dB over the power that is wanted, per octave."""
        powers = zip(octaves(low + change * reach), targets, silence, strict=True)
        return [10.0 * torch.log10((p + least) / (t + least)) for p, t, least in powers]

    return _resized(_least_holes(excess, torch.zeros_like(low)) * reach, size)


def _least_holes(excess: Callable[[Tensor], list[Tensor]], zero: Tensor) -> Tensor:
    """The change, shaped as `zero`, under which `excess` has no hole, or the least deep one."""
    best, deepest = zero, float("inf")
    with torch.inference_mode(False), torch.enable_grad():
        change = torch.zeros_like(zero, requires_grad=True)
        optimiser = torch.optim.LBFGS(
            [change],
            max_iter=STEPS,
            tolerance_change=SETTLED,
            history_size=HISTORY,
            line_search_fn="strong_wolfe",
        )

        def loss() -> Tensor:
            optimiser.zero_grad()
            total = torch.zeros((), dtype=torch.float64)
            for over in excess(change):
                hole, bump = torch.relu(-over - HOLE_DB), torch.relu(over - BUMP_DB)
                total = total + (hole.square() + BUMP_WEIGHT * bump.square()).mean()
            total.backward()
            return total

        for _ in range(STRETCHES):
            optimiser.step(loss)
            with torch.no_grad():
                hole = max(float((-over).max()) for over in excess(change))
            if hole < deepest:
                best, deepest = change.detach().clone(), hole
            if deepest < GOOD_DB:
                break
    return best


def _split(audio: Tensor, weights: Tensor) -> Tensor:
    """Analytic octave bands (channels, octaves, size) of audio (channels, size)."""
    return torch.fft.ifft(torch.fft.fft(audio)[:, None] * weights)


def _resized(audio: Tensor, points: int) -> Tensor:
    """Audio (channels, size) read at `points` equal distances, without what these cannot hold."""
    return torch.fft.irfft(torch.fft.rfft(audio), n=points) * (points / audio.shape[1])


def _edge(size: int, inside: slice, ramp: float) -> Tensor:
    """(size,) 1 in the crossing, 0 outside, with a ramp of so many samples at both of its ends."""
    place = torch.arange(size, dtype=torch.float64)
    distance = torch.minimum(place - inside.start, inside.stop - 1 - place) + 0.5
    return (distance / max(ramp, 1.0)).clamp(0.0, 1.0)


def _shares(size: int, inside: slice, rate: int) -> np.ndarray:
    """(bands, size) from 0 to 1: how far each octave has crossed."""
    shares = np.zeros((len(CENTRES), size))
    length = inside.stop - inside.start
    for share, centre in zip(shares, CENTRES, strict=True):
        samples = min(max(SHORTEST, min(LONGEST, PERIODS / centre)) * rate, length)
        x = np.clip((np.arange(length) + 0.5) / samples, 0.0, 1.0)
        share[inside] = 0.5 - 0.5 * np.cos(np.pi * x)
        share[inside.stop :] = 1.0
    return shares


def _partition(frequency: np.ndarray) -> np.ndarray:
    """Weights (octaves, bins) with soft edges, of which the real parts sum to the signal.

    frequency in Hz, negative ones too: their weights are 0, and those of positive ones are doubled.
    """
    place = np.log2(np.maximum(np.abs(frequency), 1e-3) / CENTRES[0]).clip(0, len(CENTRES) - 1)
    distance = np.abs(place[None, :] - np.arange(len(CENTRES))[:, None])
    weights = np.cos(0.5 * np.pi * np.clip(2.0 * distance - 0.5, 0.0, 1.0)) ** 2
    return weights * (1.0 + np.sign(frequency))


def _segment(audio: np.ndarray, begin: int, size: int, margin: int) -> np.ndarray:
    """`size` samples of the audio from `begin` on, silence outside, the outer edges tapered."""
    segment = np.zeros((audio.shape[0], size))
    low, high = max(0, begin), min(audio.shape[1], begin + size)
    if high > low:
        segment[:, low - begin : high - begin] = audio[:, low:high]
    edge = margin // 3
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(edge) + 0.5) / max(1, edge))
    segment[:, :edge] *= ramp
    segment[:, size - edge :] *= ramp[::-1]
    return segment
