"""Distillation: what the student is asked at which times, and that the exact flow satisfies it."""

import math

import pytest
import torch
from torch import Tensor, nn

from ditto_daw.models import condition
from ditto_daw.models.condition import Condition
from ditto_daw.training import student

ROWS, CHANNELS, POSITIONS = 64, 3, 4
DEVIATION = torch.tensor([0.4, 1.0, 1.6])[:, None]


def told(rows: int) -> Condition:
    return Condition(
        torch.zeros(rows, 3).long(),
        torch.zeros(rows, 6),
        torch.zeros(rows, condition.LOCAL_CHANNELS, POSITIONS),
        torch.zeros(rows, CHANNELS + 1, POSITIONS),
    )


class ExactFlow(nn.Module):
    """The perfect student of Gaussian data: channel c has mean 0 and DEVIATION[c]."""

    def forward(self, x: Tensor, t: Tensor, *told: Tensor, jump: Tensor | None = None) -> Tensor:
        span = torch.zeros_like(t) if jump is None else jump[:, 0]

        def scale(at: Tensor) -> Tensor:
            angle = 0.5 * math.pi * at[:, None, None]
            return ((angle.cos() * DEVIATION).square() + angle.sin().square()).sqrt()

        angle = 0.5 * math.pi * span[:, None, None].clamp_min(1e-3)
        end = x * scale(t - span.clamp_min(1e-3)) / scale(t)
        return (angle.cos() * x - end) / angle.sin()


def test_jumps_begin_where_a_sampler_calls_and_end_on_time() -> None:
    times, spans, weights = student.draw_jumps(4000, 100)
    assert (spans[:100] == 0).all()
    assert set(spans[100:].tolist()) == {1 / steps for steps in student.STEPS}
    assert ((times - spans) >= -1e-6).all()
    assert (times <= 1).all()
    steps = times[100:] / spans[100:]
    assert torch.allclose(steps, steps.round(), atol=1e-5)
    assert student.GUIDANCE[0] <= float(weights.min()) < float(weights.max()) <= 4.0


def test_a_rotation_by_the_networks_v_is_a_ddim_step() -> None:
    x0, noise = torch.randn(2, ROWS, CHANNELS, POSITIONS)
    t, s = torch.full((ROWS,), 0.7), torch.full((ROWS,), 0.2)

    def at(time: Tensor) -> Tensor:
        angle = 0.5 * math.pi * time[:, None, None]
        return angle.cos() * x0 + angle.sin() * noise

    angle = 0.5 * math.pi * t[:, None, None]
    v = angle.cos() * noise - angle.sin() * x0
    torch.testing.assert_close(student.rotate(at(t), v, t - s), at(s))


def test_the_exact_flow_is_its_own_target() -> None:
    torch.manual_seed(0)
    jumps = student.draw_jumps(ROWS, 8)
    times, spans, weights = jumps
    x, flow = torch.randn(ROWS, CHANNELS, POSITIONS), ExactFlow()
    wanted = student.jump_targets(flow, flow, x, told(ROWS), jumps)
    own = flow(x, times, jump=torch.stack([spans, weights], dim=1))
    long = spans > 1 / student.STEPS[-1]  # the shortest jump takes two steps of no span at all
    torch.testing.assert_close(wanted[long], own[long], atol=1e-4, rtol=1e-4)
    assert float((wanted[~long] - own[~long]).square().mean()) < 0.01


def test_the_teachers_times_are_also_those_of_the_steps() -> None:
    times = student.teaching_times(4000, 0.7)
    assert (times == 1.0).float().mean() > 0.01
    assert float(times.min()) >= 0.0
    on_steps = (16 * times) == (16 * times).round()
    assert float(on_steps.float().mean()) == pytest.approx(student.ON_STEPS_SHARE, abs=0.03)
