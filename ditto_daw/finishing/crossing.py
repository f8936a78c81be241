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
from torch.nn.functional import avg_pool1d

from ditto_daw.finishing.octaves import CENTRES, OctavePower, audible_db

MARGIN_SECONDS = 0.08  # audio on both sides of the crossing that the band filters look at
POWER_SECONDS = 0.010  # window of the power that is held
LONGEST, SHORTEST = 0.04, 0.01  # seconds that a band's gains take
PERIODS = 8.0  # periods of a band's centre that its gains take, within these limits
TURNED_HZ = 250.0  # octaves up to this one arrive turned
EDGE_SECONDS = 0.001  # the solution fades to the crossfade at both ends
HOLE_DB, BUMP_DB, BUMP_WEIGHT = 0.6, 2.0, 0.03  # tolerances of the solver
STEP_SHARE, STEP_WEIGHT = 0.97, 0.3  # sample steps stay within this share of what is usual
STEPS = 100
SILENT = 1e-16  # mean square


@dataclass(frozen=True)
class Crossing:
    """What a crossing is made of; every array is (channels, samples of the crossing)."""

    result: np.ndarray
    leaving: np.ndarray  # the first sound under its falling gains
    arriving: np.ndarray  # the second sound under its rising gains


def cross(
    first: np.ndarray,
    second: np.ndarray,
    start: int,
    length: int,
    rate: int,
    usual_step: float = np.inf,
) -> Crossing:
    """Cross from `first` to `second` (channels, samples) inside [start, start + length).

    Both lie on the same timeline and should reach MARGIN_SECONDS beyond the crossing on both
    sides; where they are shorter, silence stands in. The gains take 10 ms in the high bands and
    up to 40 ms in the low ones; what is left of `length` is room for phases to turn. No step
    between two samples will exceed `usual_step`, but where the faded sides themselves do.
    """
    margin = round(MARGIN_SECONDS * rate)
    size = next_fast_len(length + 2 * margin, real=True)
    inside = slice(margin, margin + length)
    weights = torch.from_numpy(_partition(np.fft.fftfreq(size, 1.0 / rate)))
    share = torch.from_numpy(_shares(size, inside, rate))
    bands = [
        torch.fft.ifft(
            torch.fft.fft(torch.from_numpy(_segment(x, start - margin, size, margin)))[:, None]
            * weights
        )
        for x in (first, second)
    ]
    out, into = (
        torch.cos(0.5 * torch.pi * share) * bands[0],
        torch.sin(0.5 * torch.pi * share) * bands[1],
    )
    leaving, arriving = out.real.sum(dim=1), into.real.sum(dim=1)
    edge = _edge(size, inside, rate)
    plain = leaving + arriving
    blend = plain + edge * (_begun(out, into, inside, rate).real.sum(dim=1) - plain)
    solved = _solve(blend, leaving, arriving, edge, rate, usual_step)
    return Crossing(*(x[:, inside].numpy() for x in (solved, leaving, arriving)))


def _begun(out: Tensor, into: Tensor, inside: slice, rate: int) -> Tensor:
    """Where the solver starts: the faded bands (channels, octaves, size) added up wisely.

    A low note that meets itself in opposite phase would cancel however it is faded: low octaves
    arrive turned by their mean difference, which is given back slowly over the whole crossing.
    Then each octave gets the power that the two sides have together.
    """
    low = (torch.tensor(CENTRES) <= TURNED_HZ)[:, None]
    angle = torch.angle((into * out.conj()).sum(dim=(0, 2)))[:, None]
    left = torch.zeros(out.shape[-1], dtype=torch.float64)
    length = inside.stop - inside.start
    left[: inside.start] = 1.0
    left[inside] = 0.5 + 0.5 * torch.cos(torch.pi * torch.arange(length) / length)
    both = out + into * torch.where(low, torch.exp(-1j * angle * left), 1.0)
    window = 2 * round(0.5 * POWER_SECONDS * rate) + 1

    def power(band: Tensor) -> Tensor:
        return avg_pool1d(band.abs().square(), window, 1, window // 2)

    wanted = power(out) + power(into)
    return both * (wanted / power(both).clamp_min(1e-30)).sqrt().clamp(0.5, 2.0)


def _solve(
    blend: Tensor, leaving: Tensor, arriving: Tensor, edge: Tensor, rate: int, usual_step: float
) -> Tensor:
    """The blend (channels, size), changed where `edge` lets it so that octaves hold their power."""
    level = ((leaving.square() + arriving.square()) * edge).sum() / (edge.sum() * blend.shape[0])
    if float(level) < SILENT:
        return blend
    octaves = OctavePower(blend.shape[1], rate, POWER_SECONDS)
    silence = [level * 10 ** (audible_db(k) / 10) for k in range(len(octaves.bands))]
    targets = [a + b for a, b in zip(octaves(leaving), octaves(arriving), strict=True)]
    steps = leaving.diff().abs() + arriving.diff().abs()
    steps = STEP_SHARE * steps.clamp_min(max(usual_step, float(level.sqrt()) * 1e-3))
    reach = edge * level.sqrt()

    with torch.inference_mode(False), torch.enable_grad():
        change = torch.zeros_like(blend, requires_grad=True)
        optimiser = torch.optim.LBFGS(
            [change], max_iter=STEPS, history_size=10, line_search_fn="strong_wolfe"
        )

        def loss() -> Tensor:
            optimiser.zero_grad()
            audio = blend + change * reach
            powers = octaves(audio)
            total = STEP_WEIGHT * torch.relu(audio.diff().abs() / steps - 1.0).square().sum()
            for power, target, least in zip(powers, targets, silence, strict=True):
                excess = 10.0 * torch.log10((power + least) / (target + least))
                hole, bump = torch.relu(-excess - HOLE_DB), torch.relu(excess - BUMP_DB)
                total = total + (hole.square() + BUMP_WEIGHT * bump.square()).mean()
            total.backward()
            return total

        optimiser.step(loss)
    return blend + change.detach() * reach


def _edge(size: int, inside: slice, rate: int) -> Tensor:
    """(size,) 1 in the crossing, 0 outside, with a short ramp at both of its ends."""
    place = torch.arange(size, dtype=torch.float64)
    distance = torch.minimum(place - inside.start, inside.stop - 1 - place) + 0.5
    return (distance / (EDGE_SECONDS * rate)).clamp(0.0, 1.0)


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
