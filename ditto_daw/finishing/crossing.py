"""Cross from one sound into another without a hole in any octave band.

Two unrelated sounds add up in power, two versions of one tone add up in amplitude or cancel; an
equal-power crossfade is right for the first only. So the crossfade is only the beginning: the
waveform inside the crossing is then solved for, such that in every octave band the 10 ms power is
what equal-power gains promise, g_a^2 R_a^2 + g_b^2 R_b^2. Phases turn from one sound's to the
other's as a result. What surrounds the crossing is fixed and seen by the solver, so the ends
join. High bands cross fast so that attacks stay sharp, low bands take some periods.
"""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.fft import next_fast_len
from torch import Tensor

from ditto_daw.finishing.octaves import CENTRES, OctavePower, audible_db

MARGIN_SECONDS = 0.08  # audio on both sides of the crossing that the band filters look at
POWER_SECONDS = 0.010  # window of the power that is held
LONGEST, SHORTEST = 0.04, 0.01  # seconds that a band's gains take
PERIODS = 8.0  # periods of a band's centre that its gains take, within these limits
EDGE_SECONDS = 0.001  # the solution fades to the crossfade at both ends
HOLE_DB, BUMP_DB, BUMP_WEIGHT = 0.3, 1.0, 0.03  # tolerances of the solver
STEPS = 100


@dataclass(frozen=True)
class Crossing:
    """What a crossing is made of; every array is (channels, samples of the crossing)."""

    result: np.ndarray
    leaving: np.ndarray  # the first sound under its falling gains
    arriving: np.ndarray  # the second sound under its rising gains


def cross(first: np.ndarray, second: np.ndarray, start: int, length: int, rate: int) -> Crossing:
    """Cross from `first` to `second` (channels, samples) inside [start, start + length).

    Both lie on the same timeline and should reach MARGIN_SECONDS beyond the crossing on both
    sides; where they are shorter, silence stands in. The gains take 10 ms in the high bands and
    up to 40 ms in the low ones; what is left of `length` is room for phases to turn.
    """
    margin = round(MARGIN_SECONDS * rate)
    size = next_fast_len(length + 2 * margin, real=True)
    inside = slice(margin, margin + length)
    bands = torch.from_numpy(_partition(np.fft.rfftfreq(size, 1.0 / rate)))
    share = torch.from_numpy(_shares(size, inside, rate))
    sides = []
    for audio, gain in (
        (first, torch.cos(0.5 * torch.pi * share)),
        (second, torch.sin(0.5 * torch.pi * share)),
    ):
        segment = torch.from_numpy(_segment(audio, start - margin, size, margin))
        split = torch.fft.irfft(torch.fft.rfft(segment)[:, None] * bands, n=size)
        sides.append((split * gain).sum(dim=1))
    solved = _solve(sides[0], sides[1], inside, rate)
    return Crossing(*(x[:, inside].numpy() for x in (solved, *sides)))


def _solve(leaving: Tensor, arriving: Tensor, inside: slice, rate: int) -> Tensor:
    """The crossfade (channels, size), changed `inside` so that every octave holds its power."""
    blend = leaving + arriving
    level = blend[:, inside].square().mean()
    if float(level) < 1e-16:
        return blend
    octaves = OctavePower(blend.shape[1], rate, POWER_SECONDS)
    silence = [level * 10 ** (audible_db(k) / 10) for k in range(len(octaves.bands))]
    targets = [a + b for a, b in zip(octaves(leaving), octaves(arriving), strict=True)]
    length = inside.stop - inside.start
    ramp = torch.arange(1, length + 1, dtype=torch.float64) / max(1.0, EDGE_SECONDS * rate)
    edge = ramp.clamp_max(1.0) * ramp.flip(0).clamp_max(1.0) * level.sqrt()
    pad = (inside.start, blend.shape[1] - inside.stop)

    with torch.inference_mode(False), torch.enable_grad():
        change = torch.zeros(blend.shape[0], length, dtype=torch.float64, requires_grad=True)
        optimiser = torch.optim.LBFGS(
            [change], max_iter=STEPS, history_size=10, line_search_fn="strong_wolfe"
        )

        def loss() -> Tensor:
            optimiser.zero_grad()
            powers = octaves(blend + torch.nn.functional.pad(change * edge, pad))
            total = torch.zeros((), dtype=torch.float64)
            for power, target, least in zip(powers, targets, silence, strict=True):
                excess = 10.0 * torch.log10((power + least) / (target + least))
                hole, bump = torch.relu(-excess - HOLE_DB), torch.relu(excess - BUMP_DB)
                total = total + (hole.square() + BUMP_WEIGHT * bump.square()).mean()
            total.backward()
            return total

        optimiser.step(loss)
    return blend + torch.nn.functional.pad(change.detach() * edge, pad)


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
    """Weights (octaves, bins) that sum to one, with soft edges between the octaves."""
    place = np.log2(np.maximum(frequency, 1e-3) / CENTRES[0]).clip(0, len(CENTRES) - 1)
    distance = np.abs(place[None, :] - np.arange(len(CENTRES))[:, None])
    return np.cos(0.5 * np.pi * np.clip(2.0 * distance - 0.5, 0.0, 1.0)) ** 2


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
