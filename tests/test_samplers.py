"""Samplers, schedule and thresholding against what is known of Gaussian data."""

import itertools
import math

import pytest
import torch
from torch import Tensor

from ditto_daw.diffusion.schedule import alpha, sigma, step_times
from ditto_daw.diffusion.thresholding import threshold, thresholded
from ditto_daw.models.toy import ConvToy, GaussianToy
from ditto_daw.samplers import REMEMBERS, SAMPLERS, exhaust
from ditto_daw.samplers.ddpm import fresh_share, seeded_noise
from ditto_daw.samplers.dpm import half_log_snr
from ditto_daw.samplers.edict import chains, inverted, usual_mixing

TOY = GaussianToy.random(channels=6)
ROUNDING = 1e-10


def latent(batch: int = 3, channels: int = 6, frames: int = 10, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(batch, channels, frames, generator=generator, dtype=torch.float64)


def test_schedule_keeps_variance_and_ends_in_pure_noise() -> None:
    for t in torch.linspace(0, 1, 11).tolist():
        assert alpha(t) ** 2 + sigma(t) ** 2 == pytest.approx(1.0)
        assert alpha(t) == pytest.approx(math.cos(math.pi * t / 2), abs=1e-15)
    assert (alpha(1.0), sigma(1.0), alpha(0.0), sigma(0.0)) == (0.0, 1.0, 1.0, 0.0)


def test_step_times_are_even_and_end_at_zero() -> None:
    assert step_times(4) == (1.0, 0.75, 0.5, 0.25, 0.0)
    assert step_times(2, start=0.5) == (0.5, 0.25, 0.0)
    for steps, start in ((0, 1.0), (4, 0.0), (4, 1.5)):
        with pytest.raises(ValueError, match="sampler"):
            step_times(steps, start)


@pytest.mark.parametrize("name", SAMPLERS)
def test_sampler_draws_from_the_data(name: str) -> None:
    """With many steps the samples have the data's mean and covariance."""
    x = latent(batch=1, frames=60_000)
    model = TOY.consistent if name == "pingpong" else TOY.denoise
    x0 = exhaust(SAMPLERS[name](model, x, step_times(120)))[0]
    covariance = (TOY.basis * TOY.variance) @ TOY.basis.T
    spread = TOY.variance.max().sqrt()
    assert (x0.mean(1) - TOY.mean[:, 0]).abs().max() < 0.03 * spread
    assert (torch.cov(x0) - covariance).abs().max() < 0.03 * spread**2


@pytest.mark.parametrize("name", SAMPLERS)
def test_sampler_yields_before_each_call_and_can_be_cut_in_two(name: str) -> None:
    """Two at each time where there are two chains; what remembers its steps cannot be cut."""
    model, x, times = ConvToy(6).double(), latent(), step_times(5)
    calls: list[float] = []

    def denoise(x: Tensor, t: float) -> Tensor:
        calls.append(t)
        return model(x, t)  # type: ignore[no-any-return]

    run = SAMPLERS[name](denoise, x, times)
    each = 2 if name == "edict" else 1
    for done in range(5 * each):
        next(run)
        assert len(calls) == done, "a sampler yields before the call, not after"
    with pytest.raises(StopIteration) as end:
        next(run)
    assert calls == [t for t in times[:-1] for _ in range(each)]
    if name in REMEMBERS:
        return
    half = exhaust(SAMPLERS[name](denoise, x, times[:3]))
    assert torch.equal(exhaust(SAMPLERS[name](denoise, half, times[2:])), end.value.value)


@pytest.mark.parametrize("steps", [1, 4, 20])
def test_ddim_is_the_product_of_its_factors(steps: int) -> None:
    times = step_times(steps)
    x0 = exhaust(SAMPLERS["ddim"](TOY.denoise, latent(), times))
    torch.testing.assert_close(x0, TOY.ddim(latent(), times), rtol=ROUNDING, atol=ROUNDING)


def test_ddim_tends_to_the_flow_at_first_order() -> None:
    errors = [
        float(
            (exhaust(SAMPLERS["ddim"](TOY.denoise, latent(), step_times(n))) - TOY.flow(latent()))
            .abs()
            .max()
        )
        for n in (100, 200)
    ]
    assert errors[1] < 0.02
    assert errors[0] / errors[1] == pytest.approx(2.0, rel=0.1)


def test_dpm_tends_to_the_flow_at_second_order() -> None:
    errors = [
        float(
            (exhaust(SAMPLERS["dpm"](TOY.denoise, latent(), step_times(n))) - TOY.flow(latent()))
            .abs()
            .max()
        )
        for n in (200, 400)
    ]
    assert errors[1] < 0.0005
    assert errors[0] / errors[1] > 3.0


def test_dpm_is_the_formula_of_its_paper() -> None:
    """Three steps by hand: first order, then m0 + (m0 - m1) / (2 r) with r = h1 / h."""
    model, x, times = ConvToy(6).double(), latent(), (0.8, 0.6, 0.4, 0.3)
    one = model(x, 0.8)
    steps = [half_log_snr(s) - half_log_snr(t) for t, s in itertools.pairwise(times)]
    shares = [-alpha(s) * math.expm1(-h) for s, h in zip(times[1:], steps, strict=True)]
    x = sigma(0.6) / sigma(0.8) * x + shares[0] * one
    for k, (t, s) in enumerate(itertools.pairwise(times[1:]), start=1):
        two = model(x, t)
        x = sigma(s) / sigma(t) * x
        x = x + shares[k] * (two + 0.5 * (two - one) / (steps[k - 1] / steps[k]))
        one = two
    torch.testing.assert_close(exhaust(SAMPLERS["dpm"](model, latent(), times)), x)


@pytest.mark.parametrize("steps", [8, 20, 50])
def test_edict_comes_back_to_where_it_began(steps: int) -> None:
    model, x, times = ConvToy(6).double(), latent(), step_times(steps)
    p = usual_mixing(steps)
    pair = exhaust(chains(model, (x, x), times, p))
    assert (pair[0] - x).abs().mean() > 0.5
    for again in exhaust(inverted(model, pair, times, p)):
        assert (again - x).abs().max() < 1e-6


def test_edict_lands_where_ddim_does() -> None:
    """Much nearer to it than either is to the flow."""
    times = step_times(100)
    ddim, edict = (
        exhaust(SAMPLERS[name](TOY.denoise, latent(), times)) for name in ("ddim", "edict")
    )
    assert (edict - ddim).abs().max() < 0.3 * (ddim - TOY.flow(latent())).abs().max()


@pytest.mark.parametrize("steps", [1, 2, 4, 8])
def test_a_perfect_student_lands_on_the_flow_in_any_number_of_steps(steps: int) -> None:
    toy = GaussianToy.random(4)
    x = torch.randn(3, 4, 5, dtype=torch.float64)
    landed = exhaust(SAMPLERS["ddim"](toy.student(steps), x, step_times(steps)))
    torch.testing.assert_close(landed, toy.flow(x))


def test_ddim_backwards_is_its_own_inversion() -> None:
    times = step_times(400)[:-1]
    clip = exhaust(SAMPLERS["ddim"](TOY.denoise, latent(), times))
    again = exhaust(SAMPLERS["ddim"](TOY.denoise, clip, times[::-1]))
    assert (again - latent()).abs().max() < 0.05


@pytest.mark.parametrize(("t", "s"), [(1.0, 0.9), (0.6, 0.5), (0.2, 0.1)])
def test_ddpm_step_is_the_posterior_of_bayes(t: float, s: float) -> None:
    """q(x_s | x_t, x_0): precisions add up, x_t = r x_s + noise of variance v."""
    clean, x = latent(seed=2), latent(seed=3)
    r = alpha(t) / alpha(s)
    v = sigma(t) ** 2 - (r * sigma(s)) ** 2
    variance = 1.0 / (r * r / v + 1.0 / sigma(s) ** 2)
    mean = variance * (r * x / v + alpha(s) * clean / sigma(s) ** 2)
    expected = mean + math.sqrt(variance) * seeded_noise(0)(x, t)
    step = exhaust(SAMPLERS["ddpm"](lambda x, t: clean, x, (t, s)))
    torch.testing.assert_close(step, expected, rtol=1e-9, atol=1e-9)
    assert fresh_share(t, s) == pytest.approx(math.sqrt(variance))


def test_seeded_noise_depends_on_seed_and_time_only() -> None:
    x = latent()
    assert torch.equal(seeded_noise(1)(x, 0.5), seeded_noise(1)(x + 1, 0.5))
    for other in (seeded_noise(2)(x, 0.5), seeded_noise(1)(x, 0.45)):
        assert (other * seeded_noise(1)(x, 0.5)).mean().abs() < 0.3


def test_threshold_is_per_sample_and_leaves_the_moderate_alone() -> None:
    x0 = latent(frames=400)
    x0[1] *= 10.0
    clipped = threshold(x0, limit=4.0)
    assert torch.equal(clipped[0], x0[0].clamp(-4.0, 4.0))
    reach = torch.quantile(x0[1].abs().flatten(), 0.995)
    torch.testing.assert_close(clipped[1], x0[1].clamp(-reach, reach) * 4.0 / reach)
    assert clipped.abs().max() <= 4.0
    whole = threshold(x0, limit=1e-9, quantile=1.0)
    torch.testing.assert_close(whole, 1e-9 * x0 / x0.abs().amax(dim=(1, 2), keepdim=True))


def test_thresholded_denoiser_keeps_the_noise_consistent() -> None:
    """Each DDIM step then lies on alpha x0 + sigma eps with the clipped x0 and its own eps."""
    x, (t, s) = latent(frames=100), (0.5, 0.4)
    denoise = thresholded(lambda x, t: 3.0 * x, limit=1.0)
    x0 = threshold(3.0 * x, 1.0)
    eps = (x - alpha(t) * x0) / sigma(t)
    step = exhaust(SAMPLERS["ddim"](denoise, x, (t, s)))
    torch.testing.assert_close(step, alpha(s) * x0 + sigma(s) * eps)
    with pytest.raises(ValueError, match="limit"):
        thresholded(denoise, limit=0.0)
