"""Guidance against what is known of Gaussian data: where its step is right, it is the posterior's.

Prior x_0 ~ N(mean, v), every element on its own, and y = x_0 + noise of variance w. At time t the
denoiser leaves V = v sigma^2 / (alpha^2 v + sigma^2) unknown, and E[x_0 | x_t, y] moves its answer
by V / (V + w) of the way to y.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from toy_network import CHANNELS, POSITIONS, ToyNetwork, kept, noise, towards, toy_task

from ditto_daw.diffusion.gradient import Losses, Objective
from ditto_daw.diffusion.schedule import alpha, sigma, step_times
from ditto_daw.methods import METHODS, Task
from ditto_daw.models.toy import GaussianToy
from ditto_daw.samplers import SAMPLERS, exhaust
from ditto_daw.samplers.ddpm import ancestral

V, W, MEAN = 0.6, 0.3, 0.4
PLAIN = GaussianToy(
    torch.full((CHANNELS,), MEAN, dtype=torch.float64),
    torch.eye(CHANNELS, dtype=torch.float64),
    torch.full((CHANNELS,), V, dtype=torch.float64),
)


def unknown(t: float) -> float:
    """V at time t."""
    return V * sigma(t) ** 2 / (alpha(t) ** 2 * V + sigma(t) ** 2)


def posterior(y: Tensor, x: Tensor, t: float) -> Tensor:
    """E[x_0 | x_t = x, y]."""
    x0 = PLAIN.denoise(x, t)
    return x0 + unknown(t) / (unknown(t) + W) * (y - x0)


def observed() -> Tensor:
    return 1.5 + 0.5 * noise(batch=1).flip(2)


def rooted(y: Tensor) -> Objective:
    """The loss of which Guidance Gradients' distance is half the squared distance from y."""

    def evaluate(x0: Tensor) -> Losses:
        total = (towards(y)(x0).total / POSITIONS).square()
        return Losses(total, {"distance": total})

    return evaluate


def norms(x: Tensor) -> Tensor:
    return x.square().mean(dim=(1, 2), keepdim=True).sqrt()


def right_words(y: Tensor, steps: int, scale: float) -> ToyNetwork:
    """The toy with just those words that make FreeDoM's step the posterior's own."""
    times = step_times(steps)

    def free(x: Tensor, x0: Tensor, t: float) -> Tensor:
        if alpha(t) == 0.0:
            return x0
        s = times[times.index(t) + 1]
        ones = torch.ones_like(x)
        by_x0 = ancestral(0 * x, ones, t, s, 0 * x)
        rho = by_x0 * unknown(t) / (unknown(t) + W) * norms(x0 - y)
        return x0.detach() - (rho * sigma(t) / (alpha(t) * scale)).detach()

    return ToyNetwork(PLAIN.denoise, free)


def by_hand(task: Task, y: Tensor) -> Tensor:
    """Ancestral sampling of the posterior with the task's noise, first step of the prior."""
    x, steps = task.latent, task.preset.steps
    for number, (t, s) in enumerate(itertools.pairwise(step_times(steps))):
        x0 = posterior(y, x, t) if alpha(t) > 0.0 else PLAIN.denoise(x, t)
        x = ancestral(x, x0, t, s, task.noise(number))
    return x


def test_freedom_with_the_right_words_samples_the_posterior() -> None:
    y, method = observed(), replace(METHODS["freedom"], repeats=1)
    task = toy_task(right_words(y, 6, 0.2), objective=towards(y), preset={"steps": 6})
    torch.testing.assert_close(exhaust(method(task)).x0, by_hand(task, y))


def test_freedom_travelling_in_time_has_the_posteriors_mean_and_spread() -> None:
    y, steps = observed().expand(1, CHANNELS, POSITIONS), 40
    task = toy_task(
        right_words(y, steps, 0.2),
        objective=towards(y),
        latent=torch.randn(600, CHANNELS, POSITIONS, dtype=torch.float64),
        preset={"steps": steps},
    )
    x0 = exhaust(METHODS["freedom"](task)).x0
    mean = (W * MEAN + V * y) / (V + W)
    assert (x0 - mean).mean().abs() < 0.02
    # So few ancestral steps spread a little less than the posterior's V W / (V + W) = 0.2.
    spread = float((by_hand(task, y) - mean).square().mean())
    assert spread == pytest.approx(V * W / (V + W), rel=0.2)
    assert float((x0 - mean).square().mean()) == pytest.approx(spread, rel=0.05)


def test_guidance_gradients_step_is_the_posteriors_where_xi_fits() -> None:
    y, t, s = observed(), 0.6, 0.5
    xi = 1.0 / (unknown(t) + W)
    method = replace(METHODS["guidance-gradients"], step=xi)
    x = noise()
    task = toy_task(ToyNetwork(PLAIN.denoise), objective=rooted(y), latent=x)
    task = replace(task, preset=replace(task.preset, times=lambda steps: (t, s)))
    moved = exhaust(method(task)).x0
    expected = exhaust(SAMPLERS["ddim"](lambda x, t: posterior(y, x, t), x, (t, s)))
    # DDIM keeps x_t: the guided x_0 and its own eps, which is what the posterior's step does.
    torch.testing.assert_close(moved, expected)


def test_guidance_gradients_whole_run_is_its_recursion() -> None:
    y, xi, steps = observed(), 0.7, 5
    method = replace(METHODS["guidance-gradients"], step=xi)
    task = toy_task(ToyNetwork(PLAIN.denoise), objective=rooted(y), preset={"steps": steps})
    x = noise()
    for t, s in itertools.pairwise(step_times(steps)):
        x0 = PLAIN.denoise(x, t)
        if alpha(t) > 0.0:
            x0 = x0 + xi * unknown(t) * (y - x0)
        x = alpha(s) * x0 + sigma(s) * (x - alpha(t) * x0) / sigma(t)
    torch.testing.assert_close(exhaust(method(task)).x0, x)


def test_guidance_gradients_infers_what_data_consistency_implies() -> None:
    """Frames that hang together: those not known come near their mean given the known ones."""
    across, reference = _correlated(), noise(batch=1)
    task = toy_task(
        ToyNetwork(lambda x, t: across.denoise(x.transpose(1, 2), t).transpose(1, 2)),
        known=kept(reference, 5),
        objective=lambda x0: towards(0.0)(0.0 * x0),
        latent=torch.randn(400, CHANNELS, POSITIONS, dtype=torch.float64),
        preset={"steps": 40},
    )
    made = exhaust(METHODS["guidance-gradients"](task)).x0
    assert torch.equal(made[..., :5], reference[..., :5].expand_as(made[..., :5]))
    free = exhaust(SAMPLERS["ddim"](task.denoiser(40), task.latent, step_times(40)))
    wanted = _conditional_mean(across, reference)
    apart, before = ((one[..., 5:] - wanted).mean(0).abs().mean() for one in (made, free))
    assert apart < 0.5 * before


def test_multidiffusion_averages_the_two_noisy_outputs() -> None:
    reference, steps = noise(batch=1), 6
    known = kept(reference)
    task = toy_task(ToyNetwork(PLAIN.denoise), known=known, preset={"steps": steps})
    for name, until in (("multidiffusion", 0.0), ("md-50", 0.5)):
        x = noise()
        for t, s in itertools.pairwise(step_times(steps)):
            views = [
                exhaust(SAMPLERS["ddim"](denoise, x, (t, s)))
                for denoise in (PLAIN.denoise, lambda x, t: reference.expand_as(x))
            ]
            both = 0.5 * (views[0] + views[1]) if t > until else views[0]
            x = known.into(views[0], both)
        torch.testing.assert_close(exhaust(METHODS[name](task)).x0, x)


def test_masking_keeps_the_clip_and_leaves_the_rest() -> None:
    reference = noise(batch=1).flip(1)
    task = toy_task(ToyNetwork(PLAIN.denoise), known=kept(reference))
    made = exhaust(METHODS["masking"](task)).x0
    plain = exhaust(SAMPLERS["ddim"](PLAIN.denoise, noise(), step_times(4)))
    assert torch.equal(made[..., :3], reference[..., :3].expand_as(made[..., :3]))
    torch.testing.assert_close(made[..., 3:], plain[..., 3:])


def test_masking_shows_the_model_the_clip_at_the_right_noise() -> None:
    reference, seen = noise(batch=1), []

    def denoise(x: Tensor, t: float) -> Tensor:
        seen.append((x, t))
        return PLAIN.denoise(x, t)

    task = toy_task(ToyNetwork(denoise), known=kept(reference), latent=noise(64))
    exhaust(METHODS["masking"](task))
    for x, t in seen[1:]:
        away = (x - alpha(t) * reference)[..., :3]
        assert float(away.std()) == pytest.approx(sigma(t), rel=0.1)
        assert abs(float(away.mean())) < 0.1


def _correlated() -> GaussianToy:
    """Frames in the place of channels, each like its neighbours."""
    place = torch.arange(POSITIONS, dtype=torch.float64)
    covariance = torch.exp(-(place[:, None] - place).abs() / 6.0)
    values, basis = torch.linalg.eigh(covariance)
    return GaussianToy(torch.zeros(POSITIONS, dtype=torch.float64), basis, values)


def _conditional_mean(toy: GaussianToy, reference: Tensor) -> Tensor:
    """Mean (1, C, P - 5) of the last frames given the first five."""
    covariance = (toy.basis * toy.variance) @ toy.basis.T
    weights = covariance[5:, :5] @ torch.linalg.inv(covariance[:5, :5])
    return reference[..., :5] @ weights.T


def test_ddpm_draws_the_prior_anew_from_one_latent() -> None:
    one = torch.randn(1, CHANNELS, POSITIONS, dtype=torch.float64).expand(600, -1, -1)
    task = toy_task(
        ToyNetwork(PLAIN.denoise), objective=towards(0.0), latent=one, preset={"steps": 40}
    )
    x0 = exhaust(METHODS["ddpm"](task)).x0
    assert float((x0 - MEAN).mean().abs()) < 0.05
    assert float(x0.var(dim=0).mean()) == pytest.approx(V, rel=0.2)
