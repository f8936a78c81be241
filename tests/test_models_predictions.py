"""What networks predict, as x_0 of our schedule: against exact networks, and against the schedulers
that diffusers gives these families."""

import math

import pytest
import torch

from ditto_daw.diffusion.schedule import alpha, sigma
from ditto_daw.models.families.ace_step import shifted
from ditto_daw.models.families.musicldm import _products
from ditto_daw.models.families.stable_audio_3 import even_in_ratio
from ditto_daw.models.predictions import Steps, flow_times, of_eps, of_flow, of_v
from ditto_daw.samplers import SAMPLERS, exhaust

BETAS = {"beta_start": 0.0015, "beta_end": 0.0195, "beta_schedule": "scaled_linear"}
STEPS = Steps(_products(BETAS))


def pair(seed=0):
    torch.manual_seed(seed)
    return torch.randn(2, 3, 5, dtype=torch.float64), torch.randn(2, 3, 5, dtype=torch.float64)


@pytest.mark.parametrize("t", [0.1, 0.5, 0.9])
def test_an_exact_network_s_prediction_gives_x0_back(t):
    x0, eps = pair()
    x = alpha(t) * x0 + sigma(t) * eps
    asked = []

    def net(said):
        return lambda x, time: asked.append((x, time)) or said

    for found in (
        of_v(net(alpha(t) * eps - sigma(t) * x0), x, t),
        of_flow(net(eps - x0), x, t),
        of_eps(net(eps), x, t, STEPS),
    ):
        torch.testing.assert_close(found, x0)
    (_, own), (flow, tau), (_, step) = asked
    assert own == t
    torch.testing.assert_close(flow, (1 - tau) * x0 + tau * eps)
    assert tau == pytest.approx(math.tan(math.pi * t / 2) / (1 + math.tan(math.pi * t / 2)))
    assert STEPS.times[int(step)] <= t <= STEPS.times[int(step) + 1]


def test_beyond_its_last_step_a_network_is_asked_at_the_last_one():
    x, said = pair(1)
    asked = []
    found = of_eps(lambda x, step: asked.append(step) or said, x, 1.0, STEPS)
    assert asked == [999]
    torch.testing.assert_close(found, (x - sigma(STEPS.last) * said) / alpha(STEPS.last))
    assert STEPS.number(STEPS.times[400]) == 400
    assert STEPS.number(0.0) == 0


def test_the_steps_are_those_of_diffusers_ddim():
    diffusers = pytest.importorskip("diffusers")
    scheduler = diffusers.DDIMScheduler(clip_sample=False, **BETAS)
    scheduler.set_timesteps(1000)
    x, said = (one.float() for one in pair(2))
    for step in (900, 500, 20):
        wanted = scheduler.step(said, step, x).pred_original_sample
        found = of_eps(lambda x, number: said, x, STEPS.times[step], STEPS)
        torch.testing.assert_close(found, wanted, rtol=1e-3, atol=1e-3)


def test_stable_audio_s_schedule_is_ours():
    diffusers = pytest.importorskip("diffusers")
    # Of the family's own scheduler, which wants torchsde, these two formulas are the same.
    scheduler = diffusers.EDMEulerScheduler(prediction_type="v_prediction", sigma_data=1.0)
    x, said = pair(3)
    for noise in (0.3, 2.0, 80.0):
        ratio = torch.tensor(noise, dtype=torch.float64)
        t = math.atan(noise) * 2 / math.pi
        wanted = scheduler.precondition_outputs(x, said, ratio)
        given = []
        found = of_v(
            lambda x, t, given=given: given.append(x) or said,
            x / math.sqrt(1 + noise**2),
            t,
        )
        torch.testing.assert_close(given[0], scheduler.precondition_inputs(x, ratio))
        torch.testing.assert_close(found, wanted)


def test_the_few_steps_are_those_of_the_models():
    pytest.importorskip("diffusers")
    pytest.importorskip("transformers")
    from diffusers.pipelines.stable_audio_3.pipeline_stable_audio_3 import logsnr_sigma_schedule

    taus = [*logsnr_sigma_schedule(8, -6.2, 2.0), 0.0]
    assert even_in_ratio(8) == pytest.approx(flow_times(taus), abs=1e-6)
    even = torch.linspace(1.0, 0.0, 9, dtype=torch.float64)
    assert shifted(8) == pytest.approx(flow_times((3 * even / (1 + 2 * even)).tolist()))


def test_pingpong_is_frozen_and_ends_where_the_network_says():
    x, clean = pair(4)
    times = even_in_ratio(4)
    run = [exhaust(SAMPLERS["pingpong"](lambda x, t: 0.5 * x, x, times)) for _ in range(2)]
    torch.testing.assert_close(*run, rtol=0, atol=0)
    seen = []
    found = exhaust(SAMPLERS["pingpong"](lambda x, t: seen.append((x, t)) or clean, x, times))
    assert found is clean
    assert [t for _, t in seen] == list(times[:-1])
    fresh = [(x - alpha(t) * clean) / sigma(t) for x, t in seen[1:]]
    assert not torch.allclose(fresh[0], fresh[1])
