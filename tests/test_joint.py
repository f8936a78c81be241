"""Several views of one latent, averaged where they overlap."""

from dataclasses import dataclass

import pytest
import torch

from ditto_daw.controls.intensity import Intensity
from ditto_daw.diffusion.joint import Joint, shares_of
from ditto_daw.diffusion.presets import PRESETS
from ditto_daw.diffusion.schedule import step_times
from ditto_daw.samplers import SAMPLERS, exhaust

SPANS = ((0, 12), (8, 24), (20, 32))
FRAMES = tuple((4 * first, 4 * last) for first, last in SPANS)


@dataclass(frozen=True)
class Leaning:
    """A model whose x_0 leans half-way from x_t to a constant; it remembers what it heard."""

    to: float
    heard: list

    def denoiser(self, preset, steps):
        return lambda x, t: 0.5 * (x + self.to)

    def pair(self, x, t):
        return 0.5 * (x + self.to), 0.5 * x

    def guided(self, pair, guidance):
        asked, free = pair
        return free + guidance * (asked - free)

    def adapted(self, controls, guidance):
        self.heard.extend(controls)
        return self.denoiser(None, 1)


@pytest.fixture
def joint():
    return Joint(tuple(Leaning(to, []) for to in (0.0, 1.0, 3.0)), FRAMES, 4.0)


def test_shares_are_one_in_all_and_run_evenly_across_an_overlap():
    for spans in (SPANS, ((0, 12), (4, 12), (4, 16)), ((0, 4), (4, 8))):
        shares = shares_of(spans)
        assert torch.allclose(shares.sum(dim=0), torch.ones(spans[-1][1]))
        for (first, last), row in zip(spans, shares, strict=True):
            assert not row[:first].any()
            assert not row[last:].any()
    assert shares_of(SPANS)[1, 8:12].tolist() == [0.125, 0.375, 0.625, 0.875]


def test_every_position_goes_where_its_own_view_leads(joint):
    x = torch.randn(2, 3, 32)
    x0 = joint.denoiser(PRESETS["default"], 4)(x, 0.5)
    assert torch.allclose(x0[..., :8], 0.5 * x[..., :8])
    assert torch.allclose(x0[..., 12:20], 0.5 * (x[..., 12:20] + 1.0))
    assert torch.allclose(x0[..., 24:], 0.5 * (x[..., 24:] + 3.0))
    assert torch.allclose(x0[..., 8], 0.5 * (x[..., 8] + 0.125))
    asked, free = joint.pair(x, 0.5)
    assert torch.allclose(asked, x0)
    assert torch.allclose(joint.guided((asked, free), 1.0), x0)


def test_views_of_one_mind_sample_as_one_view_does():
    one = Leaning(2.0, [])
    joint, x = Joint((one, one, one), FRAMES, 4.0), torch.randn(1, 3, 32)
    times = step_times(4)
    made = [
        exhaust(SAMPLERS["ddim"](network.denoiser(PRESETS["default"], 4), x, times))
        for network in (one, joint)
    ]
    assert torch.allclose(*made, atol=1e-6)


def test_a_gradient_reaches_every_view_s_own_stretch(joint):
    x = torch.randn(1, 3, 32, requires_grad=True)
    joint.denoiser(PRESETS["default"], 4)(x, 0.5)[..., 10].sum().backward()
    assert x.grad[..., 10].tolist() == [[0.5, 0.5, 0.5]]
    assert not x.grad[..., :10].any()


def test_an_adapter_hears_its_view_s_part_of_a_target(joint):
    target = torch.arange(128.0)
    joint.adapted([Intensity(target, mask=target > 40)], 2.0)
    heard = [view.heard[0] for view in joint.views]
    assert [one.target[0].item() for one in heard] == [0, 32, 80]
    assert [len(one.mask) for one in heard] == [48, 64, 48]
