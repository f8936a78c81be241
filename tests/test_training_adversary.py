"""The vocoder's adversaries: they learn to tell, and the vocoder learns by what they found."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ditto_daw.training.adversary import SPECTRAL, Adversary, AdversaryConfig, Jury

CPU, SAMPLES = torch.device("cpu"), 6000


def adversary(weight: float = 1.0) -> Adversary:
    torch.manual_seed(0)
    return Adversary(AdversaryConfig(after=0.0, width=2, rate=5e-3, weight=weight), CPU)


def heard() -> tuple[Tensor, Tensor]:
    """Noise for made sound, a tone for real sound."""
    generator = torch.Generator().manual_seed(1)
    tone = 0.2 * torch.sin(0.05 * torch.arange(SAMPLES)).expand(2, -1)
    return 0.2 * torch.randn(2, SAMPLES, generator=generator), tone


def test_the_jury_learns_to_tell_noise_from_a_tone() -> None:
    made, real = heard()
    rival = adversary()
    losses = [float(rival.learn(made, real)) for _ in range(25)]
    assert losses[0] == pytest.approx(2.0, abs=0.2)
    assert losses[-1] < 1.0


def test_the_vocoder_hears_of_it_and_the_jury_stays_as_it_was() -> None:
    made, real = heard()
    rival = adversary(weight=0.5)
    for _ in range(5):
        rival.learn(made, real)
    before = [p.clone() for p in rival.jury.parameters()]
    rival.adam.zero_grad()
    sound = made.clone().requires_grad_()
    rival.against(sound, real).backward()
    assert sound.grad is not None
    assert (sound.grad.abs().amax(dim=1) > 0).all()
    for parameter, old in zip(rival.jury.parameters(), before, strict=True):
        assert parameter.grad is None
        assert parameter.requires_grad
        assert torch.equal(parameter, old)


def test_following_the_gradient_fools_a_jury_that_stands_still() -> None:
    made, real = heard()
    rival = adversary()
    for _ in range(15):
        rival.learn(made, real)
    sound = made.clone().requires_grad_()
    adam, found = torch.optim.Adam([sound], 1e-2), []
    for _ in range(12):
        loss = rival.against(sound, real)
        adam.zero_grad()
        loss.backward()
        adam.step()
        found.append(float(loss.detach()))
    assert found[-1] < 0.95 * found[0]


def test_real_sound_differs_in_nothing_from_itself() -> None:
    """What is left is the hinge of the scores, weighed; features match."""
    _, real = heard()
    rival = adversary(weight=3.0)
    with torch.no_grad():
        hinge = [torch.relu(1 - verdict[-1]).mean() for verdict in rival.jury(real)]
        wanted = 3.0 * float(rival.jury.mean(hinge))
        assert float(rival.against(real, real)) == pytest.approx(wanted, rel=2e-2)  # bfloat16


def test_every_sample_is_judged_and_the_weights_are_those_of_vocos() -> None:
    jury = Jury(2)
    assert sum(jury.weights) == pytest.approx(1.0 + SPECTRAL)
    audio = torch.randn(1, SAMPLES + 1, requires_grad=True)  # no multiple of any period
    for verdict in jury(audio)[:5]:
        (gradient,) = torch.autograd.grad(verdict[-1].square().sum(), audio, retain_graph=True)
        assert (gradient != 0).float().mean() > 0.9
