"""Inversion: exact answers of a Gaussian toy, and the bundled network's own hooks."""

import math
from dataclasses import dataclass
from itertools import pairwise

import pytest
import torch
from tiny import tiny_model

from ditto_daw.diffusion.latent import gaussian, norm_ratio
from ditto_daw.diffusion.presets import Preset
from ditto_daw.diffusion.schedule import step_times
from ditto_daw.inversion import INVERSIONS, Inverted, Sought, likeness
from ditto_daw.inversion.ddim import climbed
from ditto_daw.inversion.ditto import searched
from ditto_daw.models.condition import LABEL_COUNTS, LOCAL_CHANNELS, Condition
from ditto_daw.models.toy import GaussianToy
from ditto_daw.models.wordless import Wordless
from ditto_daw.samplers import exhaust

CHANNELS, POSITIONS = 4, 6


@dataclass(frozen=True)
class ToyNetwork:
    """Two toys: what is asked for, and what comes without words. A shift moves the latter."""

    asked: GaussianToy
    free: GaussianToy
    embedding: int = CHANNELS

    def denoiser(self, preset, steps):
        def denoise(x, t):
            return self.guided(self.pair(x, t), preset.guidance)

        return denoise

    def pair(self, x, t):
        return self.asked.denoise(x, t), self.free.denoise(x, t)

    def unasked(self, x, t, shift):
        return self.free.denoise(x, t) + shift[:, :, None]

    def guided(self, pair, guidance):
        asked, free = pair
        return free + guidance * (asked - free)


@pytest.fixture(scope="module")
def network():
    return ToyNetwork(GaussianToy.random(CHANNELS, 1), GaussianToy.random(CHANNELS, 2))


def sought(network, steps=20, guidance=1.0):
    noise = gaussian([7, 8], CHANNELS, POSITIONS).double()
    clean = network.asked.flow(noise)
    preset = Preset(guidance=guidance, steps=steps)
    return noise, Sought(clean, network, preset, likeness(clean, lambda x: x), (3, 4))


def error(found: Inverted, wanted: Sought) -> float:
    return float(wanted.objective(exhaust(found.clean())).total.mean())


def test_every_way_is_found_by_name():
    assert set(INVERSIONS) == {"naive", "ddim", "null_text", "ditto"}


def test_ddim_inversion_converges_to_the_exact_flow(network):
    latents, clips = [], []
    for steps in (20, 40, 80, 160):
        noise, wanted = sought(network, steps)
        found = exhaust(INVERSIONS["ddim"](wanted))
        latents.append(float((found.latent - noise).abs().max()))
        clips.append(math.sqrt(error(found, wanted)))
    for errors in (latents, clips):
        assert all(0.35 < fine / coarse < 0.65 for coarse, fine in pairwise(errors))
    assert latents[-1] < 0.05


def test_a_way_back_begins_and_ends_where_it_must(network):
    _, wanted = sought(network)
    times = step_times(5)
    path = exhaust(climbed(wanted.denoiser(), wanted.clean, times))
    assert len(path) == len(times)
    assert torch.equal(path[-1], wanted.clean)


def test_nothing_of_the_clip_is_left_in_noise(network):
    _, wanted = sought(network)
    found = exhaust(INVERSIONS["naive"](wanted))
    assert torch.equal(found.latent, gaussian([3, 4], CHANNELS, POSITIONS).double())


@pytest.mark.parametrize(("guidance", "within"), [(1.0, 3e-4), (4.0, 0.01)])
def test_ditto_is_the_best(network, guidance, within):
    _, wanted = sought(network, guidance=guidance)
    errors = {name: error(exhaust(way(wanted)), wanted) for name, way in INVERSIONS.items()}
    assert errors["ditto"] == min(errors.values())
    assert errors["ditto"] < within
    assert errors["naive"] == max(errors.values()) > 0.1


def test_the_null_text_keeps_the_guided_sampler_on_the_way():
    """Where words only move the mean, a shift can undo the guidance exactly."""
    asked = GaussianToy.random(CHANNELS, 1)
    free = GaussianToy(asked.mean[:, 0] + 0.1, asked.basis, asked.variance)
    _, wanted = sought(ToyNetwork(asked, free), guidance=3.0)
    found = exhaust(INVERSIONS["null_text"](wanted))
    without = Inverted(found.latent, wanted.denoiser(), wanted.times)
    assert error(found, wanted) < 0.05 * error(without, wanted)


def test_at_no_guidance_the_null_text_is_ddim(network):
    _, wanted = sought(network, guidance=1.0)
    ddim, null = (exhaust(INVERSIONS[name](wanted)) for name in ("ddim", "null_text"))
    assert torch.allclose(null.latent, ddim.latent)
    assert math.isclose(error(null, wanted), error(ddim, wanted), rel_tol=1e-9)


def test_a_null_text_knows_its_own_times_only(network):
    _, wanted = sought(network, steps=4)
    found = exhaust(INVERSIONS["null_text"](wanted))
    with pytest.raises(ValueError, match="other times"):
        found.denoise(wanted.clean, 0.3)


def test_ditto_stays_on_the_shell_and_tells_its_steps(network):
    _, wanted = sought(network)
    steps = []
    search = searched(wanted, iterations=4, near=0.0, shell=0.1)
    while True:
        try:
            step = next(search)
        except StopIteration as end:
            found = end.value
            break
        steps += [step] if step else []
    assert [step.iteration for step in steps] == [0, 1, 2, 3, 4]
    losses = [step.losses["inversion"] for step in steps]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0]
    assert float((norm_ratio(found.latent) - 1.0).abs().max()) <= 0.1 + 1e-6


@pytest.mark.parametrize("name", list(INVERSIONS))
def test_a_way_may_be_left_between_any_two_calls(network, name):
    _, wanted = sought(network, steps=3, guidance=2.0)
    way = INVERSIONS[name](wanted)
    for _ in range(2):
        next(way, None)
    way.close()


def conditions():
    return Condition(
        torch.tensor([[0, 1, 2]]),
        torch.ones(1, 6),
        torch.zeros(1, LOCAL_CHANNELS, 16),
        torch.zeros(1, 129, 16),
    )


def test_the_network_without_words_hears_the_shift_alone():
    network = Wordless(tiny_model(), conditions(), wrap=True)
    x = gaussian([1], 128, 16)
    still = torch.zeros(1, network.embedding)
    free = network.pair(x, 0.5)[1]
    assert torch.allclose(network.unasked(x, 0.5, still), free, atol=1e-5)
    shift = still.clone().requires_grad_()
    moved = network.unasked(x, 0.5, shift)
    (gradient,) = torch.autograd.grad(moved.square().sum(), shift)
    assert float(gradient.norm()) > 0
    assert not torch.allclose(network.unasked(x, 0.5, still + 1.0), free, atol=1e-3)
    assert torch.allclose(network.pair(x, 0.5)[1], free)
    assert LABEL_COUNTS[0] > 0


def test_ditto_s_gradient_reaches_the_latent_of_the_real_network():
    network = Wordless(tiny_model(), conditions(), wrap=True)
    clean = 0.5 * gaussian([2], 128, 16)
    objective = likeness(clean, network.model.codec.decode)
    wanted = Sought(clean, network, Preset(guidance=7.5, steps=4), objective)
    start = exhaust(INVERSIONS["ddim"](wanted))
    found = exhaust(searched(wanted, iterations=12, near=0.0))
    assert error(found, wanted) < 0.5 * error(start, wanted)
