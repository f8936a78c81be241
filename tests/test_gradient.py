"""The gradient through the sampler: exact, per sample, and constant in memory."""

import pytest
import torch
from torch import Tensor

from ditto_daw.diffusion.gradient import WAYS, Losses, latent_gradient
from ditto_daw.diffusion.schedule import alpha, sigma, step_times
from ditto_daw.diffusion.thresholding import thresholded
from ditto_daw.measures.gradient_memory import resident, saved_peak
from ditto_daw.models.toy import ConvToy, GaussianToy
from ditto_daw.samplers import REMEMBERS, SAMPLERS, exhaust

EXACT = [way for way in WAYS if way != "sdo"]
AGREEMENT = 1e-10
"""Largest relative difference between two exact ways, double precision."""
MEMORY_RATIO = 1.2
"""Largest peak for T = 20 steps over that for T = 1."""


def latent(batch: int = 2, channels: int = 5, frames: int = 12, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(batch, channels, frames, generator=generator, dtype=torch.float64)


def curved(x0: Tensor) -> Losses:
    """An objective with curvature, different in every sample."""
    energy = x0.square().mean(dim=(1, 2))
    jump = (x0[..., 1:] - x0[..., :-1]).abs().mean(dim=(1, 2))
    return Losses(energy.sqrt() + 0.3 * jump, {"energy": energy, "jump": jump})


def relative(a: Tensor, b: Tensor) -> float:
    return float((a - b).norm() / b.norm())


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("way", [way for way in EXACT if way != "plain"])
@pytest.mark.parametrize("steps", [1, 2, 20])
def test_exact_ways_agree_with_plain_backpropagation(way: str, sampler: str, steps: int) -> None:
    if way == "reverse" and sampler in REMEMBERS:
        pytest.skip("this sampler's steps cannot be run again one by one")
    denoise = thresholded(ConvToy(5).double(), limit=2.0)
    arguments = (denoise, latent(), SAMPLERS[sampler], step_times(steps), curved)
    x0, expected, losses = exhaust(latent_gradient(*arguments, way="plain"))
    again, gradient, same = exhaust(latent_gradient(*arguments, way=way))
    assert expected is not None
    assert gradient is not None
    assert relative(gradient, expected) <= AGREEMENT
    assert torch.equal(again, x0)
    assert torch.equal(same.total, losses.total)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_gradient_is_the_finite_difference(sampler: str) -> None:
    denoise, times, x = ConvToy(5).double(), step_times(4), latent()
    direction, step = latent(seed=2), 1e-6
    way = "checkpoint" if sampler in REMEMBERS else "reverse"
    _, gradient, _ = exhaust(latent_gradient(denoise, x, SAMPLERS[sampler], times, curved, way))
    assert gradient is not None
    ends = [
        curved(exhaust(SAMPLERS[sampler](denoise, x + sign * step * direction, times))).total
        for sign in (1, -1)
    ]
    slope = (ends[0] - ends[1]) / (2 * step)
    torch.testing.assert_close((gradient * direction).sum((1, 2)), slope, rtol=1e-6, atol=1e-9)


def test_gradient_of_a_sample_ignores_its_neighbours() -> None:
    def gradient(x: Tensor) -> Tensor:
        run = latent_gradient(ConvToy(5).double(), x, SAMPLERS["ddim"], step_times(3), curved)
        found = exhaust(run)[1]
        assert found is not None
        return found

    torch.testing.assert_close(gradient(latent())[1:], gradient(latent()[1:]))


def test_sdo_is_the_first_step_times_the_linear_terms() -> None:
    """From t to s with eps held, x scales by alpha(s) / alpha(t): in all, by 1 / alpha(t_1)."""
    toy, x, times = GaussianToy.random(5), latent(), step_times(6)
    t = times[1]
    x0, gradient, _ = exhaust(
        latent_gradient(toy.denoise, x, SAMPLERS["ddim"], times, curved, way="sdo")
    )
    assert gradient is not None
    leaf = x0.requires_grad_()
    (by_x0,) = torch.autograd.grad(curved(leaf).total.sum(), leaf)
    # At t = 1 the toy's x_0 is its mean whatever x is, and eps is x itself.
    torch.testing.assert_close(gradient, sigma(t) / alpha(t) * by_x0)


def test_sdo_returns_the_same_clip_and_is_exact_for_one_step() -> None:
    denoise, x = ConvToy(5).double(), latent()
    for steps in (1, 5):
        arguments = (denoise, x, SAMPLERS["ddim"], step_times(steps), curved)
        x0, gradient, _ = exhaust(latent_gradient(*arguments, way="sdo"))
        expected_x0, expected, _ = exhaust(latent_gradient(*arguments))
        torch.testing.assert_close(x0, expected_x0)
        assert gradient is not None
        assert expected is not None
        if steps == 1:
            assert relative(gradient, expected) <= AGREEMENT


@pytest.mark.parametrize("way", WAYS)
def test_weights_receive_no_gradient_and_waiting_leaks_no_mode(way: str) -> None:
    model = ConvToy(5).double()
    run = latent_gradient(model, latent(), SAMPLERS["ddim"], step_times(3), curved, way=way)
    pauses = 0
    with torch.no_grad():
        for _ in run:
            assert not torch.is_grad_enabled()
            pauses += 1
    assert pauses >= 5
    assert all(parameter.grad is None for parameter in model.parameters())


def test_enough_skips_the_way_back() -> None:
    calls = 0

    def denoise(x: Tensor, t: float) -> Tensor:
        nonlocal calls
        calls += 1
        return 0.5 * x

    run = latent_gradient(
        denoise, latent(), SAMPLERS["ddim"], step_times(4), curved, enough=lambda losses: True
    )
    _, gradient, losses = exhaust(run)
    assert gradient is None
    assert losses.parts.keys() == {"energy", "jump"}
    assert calls == 4


def test_reverse_calls_the_denoiser_twice_a_step_but_once_in_the_last() -> None:
    model, calls = ConvToy(5).double(), []

    def denoise(x: Tensor, t: float) -> Tensor:
        calls.append(t)
        return model(x, t)  # type: ignore[no-any-return]

    times = step_times(4)
    exhaust(latent_gradient(denoise, latent(), SAMPLERS["ddim"], times, curved))
    assert calls == [*times[:-1], *times[-3::-1]]


def test_saved_tensors_do_not_grow_with_the_steps() -> None:
    short, long = saved_peak("reverse", 1), saved_peak("reverse", 20)
    assert long <= MEMORY_RATIO * short
    assert saved_peak("plain", 20) > 10 * short, "the count sees what plain backpropagation keeps"


def test_process_memory_does_not_grow_with_the_steps() -> None:
    pytest.importorskip("resource", reason="peak memory of a process is read on POSIX only")
    assert resident("reverse")["ratio"] <= MEMORY_RATIO
