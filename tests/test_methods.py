"""Every method over the registry on a toy: finite, repeatable, cancelled between two calls."""

from __future__ import annotations

from dataclasses import is_dataclass, replace
from types import SimpleNamespace

import pytest
import torch
from toy_network import CHANNELS, ToyNetwork, kept, noise, towards, toy_task

from ditto_daw import vocabulary
from ditto_daw.diffusion.gradient import Losses, latent_gradient
from ditto_daw.diffusion.presets import PRESETS
from ditto_daw.diffusion.schedule import step_times
from ditto_daw.errors import BadRequest
from ditto_daw.methods import METHODS, Task
from ditto_daw.methods.doodl import checkpointed, inverted
from ditto_daw.models.toy import ConvToy
from ditto_daw.samplers import SAMPLERS, exhaust
from ditto_daw.samplers.edict import edict


def task() -> Task:
    return toy_task(known=kept(noise(batch=1)))


def test_names_are_those_that_a_client_is_told() -> None:
    assert sorted(METHODS) == sorted(vocabulary.METHODS)
    assert sorted(PRESETS) == sorted(vocabulary.PRESETS)
    for name, method in METHODS.items():
        assert method.name == name
        assert method.usual in PRESETS
        assert is_dataclass(method)
        assert method.__doc__


@pytest.mark.parametrize("name", METHODS)
def test_a_method_makes_something_finite_and_says_how_good_it_is(name: str) -> None:
    given = task()
    made = exhaust(METHODS[name](given))
    assert made.x0.shape == made.latent.shape == given.latent.shape
    assert not made.x0.requires_grad
    for value in (made.x0, made.latent, made.losses.total):
        assert torch.isfinite(value).all()
    assert made.losses.total.shape == (2,)
    assert made.iterations == (2 if METHODS[name].iterates else 0)
    if not METHODS[name].iterates:
        assert torch.equal(made.latent, given.latent)
        torch.testing.assert_close(given.objective(made.x0).total, made.losses.total)


@pytest.mark.parametrize("name", METHODS)
def test_the_same_seeds_make_the_same(name: str) -> None:
    one, two = (exhaust(METHODS[name](task())) for _ in range(2))
    assert torch.equal(one.x0, two.x0)


@pytest.mark.parametrize("name", METHODS)
def test_a_method_yields_before_every_call_and_can_be_left_there(name: str) -> None:
    network, method = ToyNetwork(ConvToy(CHANNELS).double()), METHODS[name]
    whole = ToyNetwork(network.asked)
    events = list(method(replace(task(), network=whole)))
    run = method(replace(task(), network=network))
    for done in range(3):
        next(run)
        assert network.calls <= done, "a method yields before the call, not after"
    run.close()
    assert network.calls < whole.calls
    steps = [event for event in events if event is not None]
    if method.iterates:
        assert [step.iteration for step in steps] == [0, 1, 2]
    else:
        assert not steps
        assert len(events) == method.calls(task().preset)


@pytest.mark.parametrize("name", ["ditto", "ditto-2", "doodl", "doodl-inverse"])
def test_what_iterates_lowers_the_loss(name: str) -> None:
    given = toy_task(
        preset={"iterations": 12, "rate": 0.1, "guidance": 2.0}, objective=towards(1.0)
    )
    start = exhaust(SAMPLERS["ddim"](given.denoiser(4), given.latent, step_times(4)))
    before = given.objective(start).total
    method = METHODS[name]
    if name.startswith("doodl"):
        method = replace(method, clip=0.05)
    assert (exhaust(method(given)).losses.total < before).all()


@pytest.mark.parametrize("steps", [2, 7])
def test_doodls_two_gradients_are_that_of_plain_backpropagation(steps: int) -> None:
    model, x, times, p = ConvToy(CHANNELS).double(), noise(), step_times(steps), 0.83
    aim = towards(0.3)
    ends = [exhaust(way(model, x, times, aim, p)) for way in (checkpointed, inverted)]
    (x0, gradient, losses), (again, other, same) = ends
    torch.testing.assert_close(other, gradient, rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(again, x0)
    torch.testing.assert_close(same.total, losses.total)
    torch.testing.assert_close(x0, exhaust(edict(model, x, times)))
    step, direction = 1e-6, noise().flip(2)
    slope = [
        exhaust(checkpointed(model, x + sign * step * direction, times, aim, p))[2].total
        for sign in (1.0, -1.0)
    ]
    expected = (slope[0] - slope[1]) / (2 * step)
    # Averaged over the tied pair: half of the derivative by x_T, which moves both chains.
    torch.testing.assert_close(
        2.0 * (gradient * direction).sum((1, 2)), expected, rtol=1e-5, atol=1e-8
    )


def test_doodl_goes_as_far_in_few_steps_as_in_all_of_them() -> None:
    def gone(iterations: int) -> float:
        given = toy_task(preset={"iterations": iterations}, objective=towards(9.0))
        made = exhaust(replace(METHODS["doodl"], clip=1e-4, noise=0.0)(given))
        return float((made.latent - noise()).norm())

    assert gone(5) == pytest.approx(gone(70), rel=0.3)


def test_doodl_keeps_the_norm_of_the_noise() -> None:
    method = replace(METHODS["doodl"], clip=0.1)
    made = exhaust(method(toy_task(preset={"iterations": 5}, objective=towards(2.0))))
    torch.testing.assert_close(made.latent.flatten(1).norm(dim=1), noise().flatten(1).norm(dim=1))
    assert (made.latent - noise()).abs().max() > 0.1


def test_ditto_decodes_with_the_steps_of_its_preset() -> None:
    given = toy_task(preset={"steps": 1, "decode": 3})
    made = exhaust(METHODS["ditto-2"](given))
    sampled = exhaust(SAMPLERS["ddim"](given.denoiser(3), made.latent, step_times(3)))
    torch.testing.assert_close(made.x0, sampled)


@pytest.mark.parametrize("sampler", ["dpm", "edict"])
def test_ditto_runs_on_samplers_that_remember(sampler: str) -> None:
    given = toy_task(
        preset={"sampler": sampler, "way": "checkpoint", "iterations": 10, "rate": 0.1}
    )
    made = exhaust(METHODS["ditto"](given))
    start = exhaust(
        latent_gradient(
            given.denoiser(4),
            given.latent,
            SAMPLERS[sampler],
            step_times(4),
            given.objective,
            "checkpoint",
        )
    )[2]
    assert (made.losses.total < start.total).all()
    with pytest.raises(ValueError, match="checkpoint"):
        toy_task(preset={"sampler": sampler})


def test_noise_belongs_to_a_variations_own_seed() -> None:
    two = toy_task(seeds=(5, 9))
    one = toy_task(seeds=(9,), latent=noise(batch=1))
    assert torch.equal(two.noise(3)[1:], one.noise(3))
    assert not torch.equal(two.noise(3), two.noise(4))


def heard(*names: str) -> tuple[SimpleNamespace, ...]:
    return tuple(SimpleNamespace(name=name, weight=1.0, implied=False) for name in names)


@pytest.mark.parametrize("name", METHODS)
def test_a_method_refuses_what_it_cannot_do(name: str) -> None:
    method = METHODS[name]
    able = toy_task(known=kept(noise(batch=1)), controls=heard("reference", "seam"))
    method.check(able)
    for deaf in vocabulary.FEATURES:
        if deaf in method.follows:
            method.check(replace(able, controls=heard(deaf)))
        else:
            with pytest.raises(BadRequest, match=f"cannot follow {deaf}"):
                method.check(replace(able, controls=heard(deaf)))
    if method.needs_clip:
        with pytest.raises(BadRequest, match="only keeps a clip"):
            method.check(replace(able, known=None))
    else:
        method.check(replace(able, known=None))


def test_strength_scales_what_is_added_while_sampling() -> None:
    def aim(x0: torch.Tensor) -> Losses:
        return towards(3.0)(x0)

    for name in ("freedom", "guidance-gradients"):
        full, half, none = (
            exhaust(METHODS[name](toy_task(objective=aim, strength=strength)))
            for strength in (1.0, 0.5, 0.0)
        )
        assert (full.losses.total < half.losses.total).all(), name
        assert (half.losses.total < none.losses.total).all(), name
