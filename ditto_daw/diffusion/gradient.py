"""The gradient of a loss on x_0 with respect to x_T, through the real sampler (Algorithm 1).

Four ways to the same chain, each a pair of a forward run and its pullback:

``reverse``     stores the T latents without a graph; then, step by step backwards, one forward and
                one vector-Jacobian product. Exact; memory constant in T. The default.
``plain``       ordinary backpropagation. Exact; memory grows with T. The yardstick of the tests.
``checkpoint``  `torch.utils.checkpoint` on every call of the network, as in section 3.3; also right
                for samplers that remember earlier steps.
``sdo``         Shortcut diffusion optimisation (arXiv 2505.07477): only the first step's eps
                carries gradient, later ones are constants and the sampler's linear terms remain.
                An approximation for a third of the cost: T forwards and one product.

The denoiser's weights are frozen, so that only d/dx flows. Every function here is a generator that
yields before each call of the network, with the caller's gradient mode left alone while it waits.
"""

import itertools
from collections.abc import Callable, Generator
from typing import NamedTuple, Protocol, TypeVar

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from ditto_daw.diffusion.schedule import alpha
from ditto_daw.samplers import Denoiser, Sampler


class Losses(NamedTuple):
    """What an objective says of each sample: the total (B,) and its parts, name -> (B,)."""

    total: Tensor
    parts: dict[str, Tensor]

    def detached(self) -> "Losses":
        """The same values without a graph."""
        return Losses(self.total.detach(), {k: v.detach() for k, v in self.parts.items()})


Objective = Callable[[Tensor], Losses]
"""x_0 (B, C, P) -> its losses, differentiable in x_0. No sample looks at another one."""

Result = TypeVar("Result")
Steps = Generator[None, None, Tensor]
Pullback = Callable[[Tensor], Steps]
"""d loss / d x_0 -> d loss / d x_T, both (B, C, P)."""


class Way(Protocol):
    """Runs the sampler; returns x_0 without a graph and the pullback of gradients to x_T."""

    def __call__(
        self, denoise: Denoiser, x: Tensor, sampler: Sampler, times: tuple[float, ...]
    ) -> Generator[None, None, tuple[Tensor, Pullback]]: ...


def with_grad(enabled: bool, steps: Generator[None, None, Result]) -> Generator[None, None, Result]:
    """Runs a generator with gradients on or off, which does not leak out while it waits."""
    try:
        while True:
            try:
                with torch.set_grad_enabled(enabled):
                    next(steps)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            yield
    finally:
        steps.close()


def product(y: Tensor, x: Tensor, gradient: Tensor) -> Tensor:
    """The gradient of y pulled back to x."""
    return torch.autograd.grad(y, x, gradient)[0]


def leaf(x: Tensor) -> Tensor:
    """The same values, from which a graph begins."""
    return x.detach().requires_grad_()


def reverse(
    denoise: Denoiser, x: Tensor, sampler: Sampler, times: tuple[float, ...]
) -> Generator[None, None, tuple[Tensor, Pullback]]:
    """Explicit reverse loop: the last step keeps its graph, the others are run a second time."""
    spans = list(itertools.pairwise(times))
    stored = [leaf(x)]
    for span in spans[:-1]:
        stored.append(leaf((yield from with_grad(False, sampler(denoise, stored[-1], span)))))
    x0: Tensor | None = yield from with_grad(True, sampler(denoise, stored[-1], spans[-1]))
    assert x0 is not None

    def pull(gradient: Tensor) -> Steps:
        nonlocal x0
        assert x0 is not None, "the pullback of a reverse run can be taken once"
        yield
        gradient, x0 = product(x0, stored.pop(), gradient), None
        for span in reversed(spans[:-1]):
            start = stored.pop()
            end = yield from with_grad(True, sampler(denoise, start, span))
            gradient = product(end, start, gradient)
            del end
        return gradient

    return x0.detach(), pull


def _backpropagated(start: Tensor, end: Tensor) -> tuple[Tensor, Pullback]:
    """x_0 and the pullback of a run that is one autograd graph."""

    def pull(gradient: Tensor) -> Steps:
        yield
        return product(end, start, gradient)

    return end.detach(), pull


def plain(
    denoise: Denoiser, x: Tensor, sampler: Sampler, times: tuple[float, ...]
) -> Generator[None, None, tuple[Tensor, Pullback]]:
    """Backpropagation with every activation of every step in memory."""
    start = leaf(x)
    return _backpropagated(start, (yield from with_grad(True, sampler(denoise, start, times))))


def light(denoise: Denoiser) -> Denoiser:
    """The denoiser, but its activations are computed again when a gradient needs them."""

    def denoise_lightly(x: Tensor, t: float) -> Tensor:
        return checkpoint(denoise, x, t, use_reentrant=False)  # type: ignore[no-any-return]

    return denoise_lightly


def checkpointed(
    denoise: Denoiser, x: Tensor, sampler: Sampler, times: tuple[float, ...]
) -> Generator[None, None, tuple[Tensor, Pullback]]:
    """Backpropagation that keeps the latents alone and calls the network again on the way back."""
    start = leaf(x)
    end = yield from with_grad(True, sampler(light(denoise), start, times))
    return _backpropagated(start, end)


def shortcut(
    denoise: Denoiser, x: Tensor, sampler: Sampler, times: tuple[float, ...]
) -> Generator[None, None, tuple[Tensor, Pullback]]:
    """SDO: the first step in full, then steps whose eps is a constant."""

    def constant_noise(x: Tensor, t: float) -> Tensor:
        with torch.no_grad():
            x0 = denoise(x, t)
        # x0 = (x - sigma eps) / alpha with eps held: the same value, the gradient 1 / alpha.
        return x0 + (x - x.detach()) / alpha(t)

    start = leaf(x)
    end = yield from with_grad(True, sampler(denoise, start, times[:2]))
    end = yield from with_grad(True, sampler(constant_noise, end, times[1:]))
    return _backpropagated(start, end)


WAYS: dict[str, Way] = {
    "reverse": reverse,
    "plain": plain,
    "checkpoint": checkpointed,
    "sdo": shortcut,
}


def latent_gradient(
    denoise: Denoiser,
    x: Tensor,
    sampler: Sampler,
    times: tuple[float, ...],
    objective: Objective,
    way: str = "reverse",
    enough: Callable[[Losses], bool] = lambda losses: False,
) -> Generator[None, None, tuple[Tensor, Tensor | None, Losses]]:
    """x_0 (B, C, P), the gradient of the total loss by x_T (B, C, P), and the losses.

    Each sample's gradient is that of its own loss. `enough` looks at the losses before the way
    back: where it says yes the gradient is None, which saves two thirds of an iteration.
    """
    x0, pull = yield from WAYS[way](denoise, x, sampler, times)
    yield  # the objective may call the vocoder
    with torch.enable_grad():
        start = leaf(x0)
        losses = objective(start)
    if enough(losses):
        return x0, None, losses.detached()
    by_x0 = product(losses.total, start, torch.ones_like(losses.total))
    losses = losses.detached()
    return x0, (yield from pull(by_x0)), losses
