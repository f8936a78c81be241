"""The optimiser: lower loss, best iterate, early stop, recovery, the shell; and the latent."""

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls import objective, tolerances
from ditto_daw.controls.intensity import Intensity
from ditto_daw.diffusion import latent
from ditto_daw.diffusion.gradient import Losses, Objective
from ditto_daw.diffusion.optimise import FARTHEST, RETRIES, Optimised, Step, newton, optimise
from ditto_daw.diffusion.presets import PRESETS, Preset
from ditto_daw.diffusion.schedule import step_times
from ditto_daw.errors import RenderFailed
from ditto_daw.models.toy import ConvToy, GaussianToy
from ditto_daw.samplers import SAMPLERS, Denoiser, exhaust

QUICK = Preset(steps=3, iterations=30, rate=0.05)
TOY = GaussianToy.random(channels=4)


def start(batch: int = 2, positions: int = 32) -> Tensor:
    return latent.gaussian(range(batch), 4, positions).double()


def towards(level: float | Tensor) -> Objective:
    """Mean of the clip, squared distance from a level, or of each clip from its own (B,)."""

    def evaluate(x0: Tensor) -> Losses:
        loss = (x0.mean(dim=(1, 2)) - level).square()
        return Losses(loss, {"level": loss})

    return evaluate


def run(
    denoise: Denoiser, aim: Objective, preset: Preset, limits: dict[str, float | None] | None = None
) -> tuple[list[Step], Optimised]:
    steps: list[Step] = []
    search = optimise(denoise, start(), aim, preset, limits)
    while True:
        try:
            event = next(search)
        except StopIteration as end:
            return steps, end.value
        if event is not None:
            steps.append(event)


def decode(x0: Tensor) -> Tensor:
    """A mel of 160 bands and 4 frames per position: every channel lifts all the bands."""
    bands = torch.linspace(0.2, 1.0, 160, dtype=x0.dtype)[:, None] * torch.ones(4, dtype=x0.dtype)
    return -2.0 + 0.3 * torch.einsum("bc,ncp->nbp", bands, x0).repeat_interleave(4, dim=2)


def test_a_step_of_newton_leads_to_the_root_of_a_square_and_not_too_far() -> None:
    x, aim = start(), start(positions=33)[..., 1:]
    near = x + 0.01 * (aim - x)
    for goal in (near, 100.0 * aim):
        gradient, loss = 2.0 * (x - goal), (x - goal).square().sum(dim=(1, 2))
        step = newton(gradient, loss, x)
        if goal is near:
            torch.testing.assert_close(x - step, goal)
        else:
            share = step.flatten(1).norm(dim=1) / x.flatten(1).norm(dim=1)
            torch.testing.assert_close(share, torch.full_like(share, FARTHEST))


def test_newton_takes_few_steps_to_what_is_near() -> None:
    preset = replace(QUICK, iterations=3, newton=True)
    _, as_it_is = run(TOY.denoise, towards(0.0), replace(QUICK, iterations=0))
    near = as_it_is.x0.mean(dim=(1, 2)) + 0.05
    _, found = run(TOY.denoise, towards(near), preset, {"level": 1e-6})
    assert (found.losses.total <= 1e-6).all()


def test_intensity_follows_its_curve() -> None:
    model, preset = ConvToy(4).double(), replace(QUICK, iterations=60, rate=0.1)
    before = exhaust(SAMPLERS["ddim"](model, start(), step_times(QUICK.steps)))
    ramp = torch.linspace(-8.0, 8.0, 128, dtype=torch.float64)
    curve = signal.intensity(decode(before)).mean() + ramp
    control = Intensity(target=curve, tolerance=0.5)
    aim = objective([control], decode)
    _, found = run(model, aim, preset, tolerances([control]))
    assert (found.start.total > 4.0).all()
    assert (found.losses.total <= 0.5).all()
    torch.testing.assert_close(aim(found.x0).total, found.losses.total)


def test_steps_report_the_best_so_far_and_pause_before_every_call() -> None:
    events = list(optimise(ConvToy(4).double(), start(), towards(0.5), QUICK))
    steps = [event for event in events if event is not None]
    assert [step.iteration for step in steps] == list(range(QUICK.iterations + 1))
    losses = [step.losses["level"] for step in steps]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.1 * losses[0]
    calls_each = (2 * QUICK.steps - 1) + 1
    assert events.count(None) >= QUICK.iterations * calls_each


def test_whoever_stops_at_a_step_has_its_best_latents() -> None:
    model = ConvToy(4).double()
    search = optimise(model, start(), towards(0.5), QUICK)
    steps = [step for step, _ in zip(filter(None, search), range(5), strict=False)]
    search.close()
    again = exhaust(SAMPLERS[QUICK.sampler](model, steps[-1].latent, step_times(QUICK.steps)))
    torch.testing.assert_close(again, steps[-1].x0)
    assert all(step.whole for step in steps)
    assert (steps[-1].latent - steps[0].latent).abs().max() > 0.01


def test_a_step_tells_when_there_is_no_finite_iterate_yet() -> None:
    def unfinished(x0: Tensor) -> Losses:
        loss = x0.mean(dim=(1, 2)) * torch.tensor([1.0, math.nan], dtype=x0.dtype)
        return Losses(loss, {"level": loss})

    search = optimise(ConvToy(4).double(), start(), unfinished, QUICK)
    assert not next(filter(None, search)).whole


def test_best_iterate_is_kept_and_decodes_to_what_was_returned() -> None:
    """A rate far too high: the last iterate is not the best one."""
    model = ConvToy(4).double()
    _, found = run(model, towards(0.4), replace(QUICK, rate=2.0, shell=None))
    x0 = exhaust(SAMPLERS["ddim"](model, found.latent, step_times(QUICK.steps)))
    torch.testing.assert_close(x0, found.x0)
    torch.testing.assert_close(towards(0.4)(found.x0).total, found.losses.total)
    assert (found.losses.total < found.start.total).all()


def test_samples_that_are_good_enough_rest_and_end_the_search() -> None:
    steps, found = run(TOY.denoise, towards(-0.4), QUICK, {"level": 0.01})
    assert len(steps) < QUICK.iterations
    assert found.iterations == steps[-1].iteration
    assert (found.losses.parts["level"] <= 0.01).all()
    for unlimited in ({"level": None}, {}):
        steps, _ = run(TOY.denoise, towards(-0.4), QUICK, unlimited)
        assert len(steps) == QUICK.iterations + 1


def test_a_sample_does_not_depend_on_its_neighbours() -> None:
    """One search of two samples is two searches of one, though one of them rests earlier."""
    _, both = run(TOY.denoise, towards(-0.4), QUICK, {"level": 0.01})
    for row in range(2):
        single = start()[row : row + 1]
        alone = exhaust(optimise(TOY.denoise, single, towards(-0.4), QUICK, {"level": 0.01}))
        torch.testing.assert_close(alone.latent[0], both.latent[row])


def test_a_value_that_is_not_finite_restarts_only_its_sample() -> None:
    calls = 0

    def denoise(x: Tensor, t: float) -> Tensor:
        nonlocal calls
        calls += 1
        broken = calls in (20, 41)
        return TOY.denoise(x, t) * torch.tensor([1.0, torch.nan if broken else 1.0])[:, None, None]

    _, found = run(denoise, towards(-0.4), QUICK)
    assert found.retries.tolist() == [0, 2]
    assert (found.losses.total < 0.1 * found.start.total).all()
    assert torch.isfinite(found.latent).all()


def test_a_gradient_that_is_not_finite_ends_at_the_best_iterate() -> None:
    def aim(x0: Tensor) -> Losses:
        """Finite, with an infinite slope where the sample starts: sqrt at 0."""
        away = (x0 - x0.detach()).abs().sum(dim=(1, 2)).sqrt()
        return Losses(1.0 + away, {"away": 1.0 + away})

    steps, found = run(TOY.denoise, aim, QUICK)
    assert len(steps) == RETRIES + 1
    assert found.retries.tolist() == [RETRIES + 1] * 2
    torch.testing.assert_close(found.latent, start())


def test_a_model_that_is_never_finite_fails_by_name() -> None:
    with pytest.raises(RenderFailed, match="another seed"):
        run(lambda x, t: x * torch.nan, towards(0.0), QUICK)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_lower_the_loss(name: str) -> None:
    preset = replace(PRESETS[name], iterations=12)
    denoise = TOY.student(preset.steps) if preset.student else TOY.denoise
    _, found = run(denoise, towards(1.0), preset)
    assert (found.losses.total < found.start.total).all()


def test_latent_keeps_to_its_shell() -> None:
    far = towards(30.0)
    free = run(TOY.denoise, far, replace(QUICK, rate=0.5, shell=None))[1]
    held = run(TOY.denoise, far, replace(QUICK, rate=0.5, shell=0.1))[1]
    assert (latent.norm_ratio(free.latent) > 1.5).all()
    assert (latent.norm_ratio(held.latent) <= 1.1 + 1e-12).all()


@pytest.mark.parametrize("weights", [{"norm_weight": 1.0}, {"correlation_weight": 10.0}])
def test_penalties_keep_the_latent_nearer_to_noise(weights: dict[str, float]) -> None:
    plain = replace(QUICK, rate=0.1, shell=None, unit_gradient=True)
    free = run(TOY.denoise, towards(3.0), plain)[1].latent
    held = run(TOY.denoise, towards(3.0), replace(plain, **weights))[1].latent
    measure = latent.norm_ratio if "norm_weight" in weights else latent.correlation
    assert (measure(held) < measure(free)).all()


def test_unit_gradient_makes_the_scale_of_the_loss_irrelevant() -> None:
    preset = replace(QUICK, unit_gradient=True)

    def faint(x0: Tensor) -> Losses:
        return Losses(1e-9 * towards(1.0)(x0).total, towards(1.0)(x0).parts)

    _, loud = run(TOY.denoise, towards(1.0), preset)
    _, quiet = run(TOY.denoise, faint, preset)
    torch.testing.assert_close(quiet.latent, loud.latent)


def test_rates_warm_up_and_decay() -> None:
    preset = Preset(iterations=10, rate=1.0, warmup=4, decay=True)
    rates = [preset.rate_at(i) for i in range(11)]
    assert rates[:5] == [0.25, 0.5, 0.75, 1.0, 1.0]
    assert rates[7] == pytest.approx(0.5)
    assert rates[10] == pytest.approx(0.0)
    assert Preset(rate=0.5).rate_at(60) == 0.5


def test_no_iterations_renders_the_latent_as_it_is() -> None:
    steps, found = run(TOY.denoise, towards(1.0), replace(QUICK, iterations=0))
    assert len(steps) == 1
    torch.testing.assert_close(found.latent, start())
    torch.testing.assert_close(found.x0, TOY.ddim(start(), step_times(QUICK.steps)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": 0},
        {"iterations": -1},
        {"rate": 0.0},
        {"shell": 1.0},
        {"sampler": "none"},
        {"way": "none"},
    ],
)
def test_preset_refuses_what_cannot_run(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"preset|sampler"):
        Preset(**wrong)  # type: ignore[arg-type]


def test_gaussian_latents_are_healthy_and_seeded() -> None:
    x = latent.gaussian([3, 4], 128, 172)
    assert torch.equal(latent.gaussian([4], 128, 172)[0], x[1])
    assert ((latent.norm_ratio(x) - 1.0).abs() < latent.HEALTHY_RATIO).all()
    assert (latent.correlation(x) < latent.HEALTHY_CORRELATION).all()


def test_correlation_finds_a_repeat() -> None:
    x = latent.gaussian([5], 16, 64)
    repeated = torch.cat([x, x], dim=2)
    assert latent.correlation(repeated)[0] == pytest.approx(1.0, abs=1e-5)
    assert latent.correlation(repeated.transpose(1, 2))[0] == pytest.approx(1.0, abs=1e-5)


def test_norm_penalty_is_least_near_the_shell() -> None:
    x = latent.gaussian([6], 16, 64).double()
    exact = latent.to_shell(x, 0.0) * (1023 / 1024) ** 0.5
    assert latent.penalty_gradient(exact, 1.0, 0.0).abs().max() < 1e-12
    assert (latent.norm_penalty(1.1 * exact) > latent.norm_penalty(exact)).all()
    assert (latent.norm_penalty(0.9 * exact) > latent.norm_penalty(exact)).all()


def test_searches_can_take_turns_and_be_cancelled() -> None:
    """Two jobs stepped in turn end as each would alone; a third is closed on the way."""
    model = ConvToy(4).double()
    _, alone = run(model, towards(0.5), QUICK)
    cancelled = optimise(model, start(), towards(0.5), QUICK)
    jobs = [optimise(model, start(), towards(aim), QUICK) for aim in (0.5, -0.5)]
    results: dict[int, Optimised] = {}
    for turn in range(1000):
        if turn < 5:
            next(cancelled)
        elif turn == 5:
            cancelled.close()
        for number, job in enumerate(jobs):
            try:
                next(job)
            except StopIteration as end:
                results.setdefault(number, end.value)
        assert torch.is_grad_enabled()
        if len(results) == 2:
            break
    torch.testing.assert_close(results[0].latent, alone.latent)
    assert (results[1].x0.mean(dim=(1, 2)) < results[0].x0.mean(dim=(1, 2))).all()
