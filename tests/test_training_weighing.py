"""Errors that last count by what a filter that knows nothing would leave of them."""

from __future__ import annotations

import math

import pytest
import torch

from ditto_daw.training.weighing import Weighing

WINDOW, VARIANCE = 8, 5.0
CLIPS, COMPONENTS, POSITIONS = 400, 4, 32


@pytest.fixture
def weighing() -> Weighing:
    return Weighing(torch.zeros(COMPONENTS, 1), {WINDOW: torch.full((COMPONENTS,), VARIANCE)}, 1.0)


def rough_clips() -> torch.Tensor:
    """Latents whose sums over a window, over its root, have VARIANCE: steps of one window each."""
    steps = torch.randn(CLIPS, COMPONENTS, POSITIONS // WINDOW) * math.sqrt(VARIANCE / WINDOW)
    return steps.repeat_interleave(WINDOW, dim=-1)


@pytest.mark.parametrize("time", [0.2, 0.5, 0.9])
def test_the_filter_that_knows_nothing_loses_one(weighing: Weighing, time: float) -> None:
    torch.manual_seed(0)
    alpha, sigma = math.cos(0.5 * math.pi * time), math.sin(0.5 * math.pi * time)
    latent, noise = rough_clips(), torch.randn(CLIPS, COMPONENTS, POSITIONS)
    x = alpha * latent + sigma * noise
    means = x.unflatten(-1, (-1, WINDOW)).mean(dim=-1).repeat_interleave(WINDOW, dim=-1)
    clean = alpha * VARIANCE / (alpha**2 * VARIANCE + sigma**2) * means
    error = (alpha * x - clean) / sigma - (alpha * noise - sigma * latent)
    loss = weighing(error, torch.full((CLIPS,), time))
    assert float(loss.mean()) == pytest.approx(1.0, abs=0.05)


def test_what_changes_within_a_window_is_none_of_it(weighing: Weighing) -> None:
    error = torch.ones(1, COMPONENTS, POSITIONS)
    error[..., ::2] = -1.0
    assert float(weighing(error, torch.tensor([0.5]))) == pytest.approx(0.0, abs=1e-9)
    assert float(weighing(torch.ones_like(error), torch.tensor([0.5]))) > 1.0


def test_a_clip_shorter_than_every_window_has_the_plain_loss() -> None:
    audible = torch.rand(COMPONENTS, 1)
    error, times = torch.randn(3, COMPONENTS, WINDOW - 1), torch.rand(3)
    with_windows = Weighing(audible, {WINDOW: torch.ones(COMPONENTS)}, 0.5)
    assert torch.equal(with_windows(error, times), Weighing(audible)(error, times))
