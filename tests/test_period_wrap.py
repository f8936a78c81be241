"""Loops of any length: the mel between frames, and a period whose end runs into its beginning."""

import numpy as np
import pytest
import torch

from ditto_daw import signal
from ditto_daw.rendering.finishing.period import mel_at
from ditto_daw.rendering.finishing.wrap import close_loop

HERTZ = (220.0, 554.4, 1318.5)


def test_a_mel_at_whole_frames_is_itself_and_between_them_straight():
    mel = torch.arange(6.0).repeat(3, 1) * torch.tensor([[1.0], [-2.0], [0.5]])
    assert torch.equal(mel_at(mel, torch.arange(6), wrap=True), mel)
    positions = torch.tensor([0.25, 3.5, 4.75])
    assert torch.allclose(mel_at(mel, positions, wrap=False), mel[:, 1:2] * positions)


def test_positions_wrap_or_hold_the_ends():
    mel = torch.tensor([[0.0, 1.0, 2.0, 10.0]])
    positions = torch.tensor([-0.5, -1.0, 3.5, 4.0, 9.0])
    assert mel_at(mel, positions, wrap=True).tolist() == [[5.0, 10.0, 5.0, 0.0, 1.0]]
    assert mel_at(mel, positions, wrap=False).tolist() == [[0.0, 0.0, 10.0, 10.0, 10.0]]


def sinusoids(mel: torch.Tensor) -> torch.Tensor:
    """A vocoder of three steady tones, as loud as the mel says: (1, F * HOP)."""
    count = mel.shape[-1] * signal.HOP
    t = torch.arange(count, dtype=torch.float64) / signal.RATE
    tones = sum(torch.sin(2 * torch.pi * hertz * t) for hertz in HERTZ)
    gain = 10.0 ** mel[0].mean(dim=0).double()
    frames = torch.arange(count) / signal.HOP
    loudness = np.interp(frames.numpy(), np.arange(len(gain)), gain.numpy())
    return (tones * torch.from_numpy(loudness))[None]


@pytest.mark.parametrize("length", [22_050, 44_101, 87_999])
def test_the_period_has_the_exact_length_and_no_step_at_the_wrap(length):
    frames = 16 * round(length / signal.HOP / 16)
    swell = 0.3 * torch.sin(2 * torch.pi * torch.arange(frames) / frames) - 1.0
    period = close_loop(swell.expand(signal.BANDS, frames), sinusoids, length)
    assert period.shape == (length,)
    steps = np.abs(np.diff(period, append=period[0]))
    assert steps[-1] <= np.percentile(steps, 99.9)
    bend = np.abs(np.diff(np.append(period, period[:2]), 2))
    assert bend[-2:].max() <= np.percentile(bend, 99.9) * 1.01


def test_a_loop_that_fits_is_given_back_as_it_was_made():
    length = 100 * signal.HOP
    cycles = [round(hertz * length / signal.RATE) for hertz in HERTZ]

    def periodic(mel: torch.Tensor) -> torch.Tensor:
        phase = torch.arange(mel.shape[-1] * signal.HOP, dtype=torch.float64) / length
        return sum(torch.sin(2 * torch.pi * count * phase) for count in cycles)[None]

    period = close_loop(torch.zeros(signal.BANDS, 96), periodic, length)
    spectrum = np.abs(np.fft.rfft(period)) / (length / 2)
    assert spectrum[cycles] == pytest.approx(np.ones(3), abs=0.01)
    assert np.sqrt(np.mean(period**2)) == pytest.approx(np.sqrt(1.5), rel=0.01)


def test_every_hop_of_the_period_shows_the_mel_at_its_own_place():
    length, frames = 44_100, 96
    ramp = torch.linspace(-2.0, -1.0, frames)
    heard = {}

    def listening(mel: torch.Tensor) -> torch.Tensor:
        heard["mel"] = mel[0, 0]
        return sinusoids(mel)

    close_loop(ramp.expand(signal.BANDS, frames), listening, length)
    seen = heard["mel"].numpy()
    places = np.flatnonzero(np.abs(seen - float(ramp[0])) < 1e-6)
    assert len(places) >= 1  # the beginning lies on a hop
    zero = places[0]
    hops = np.arange(1, 80)
    wanted = np.interp(hops * signal.HOP * frames / length, np.arange(frames), ramp.numpy())
    assert seen[zero + hops] == pytest.approx(wanted, abs=1e-5)
    assert seen[zero - 4] == pytest.approx(
        float(ramp[frames - 1]) - (4 * signal.HOP * frames / length - 1) / (frames - 1), abs=1e-5
    )
