"""What networks predict, as the x_0 of our schedule: x_t = alpha x_0 + sigma eps, all (B, C, P).

Every family has a schedule of its own. Where it only scales signal and noise together, its x is
ours times a number, and its time is where the ratio of noise to signal, tan(pi t / 2), is the same.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence

from torch import Tensor

from ditto_daw.diffusion.schedule import alpha, sigma

Net = Callable[[Tensor, float], Tensor]
"""A network's own x and time to what it predicts."""


def of_v(net: Net, x: Tensor, t: float) -> Tensor:
    """x_0 of a network that predicts v = alpha eps - sigma x_0 at continuous times 0..1."""
    return alpha(t) * x - sigma(t) * net(x, t)


def of_flow(net: Net, x: Tensor, t: float) -> Tensor:
    """x_0 of a network that predicts eps - x_0 of x = (1 - tau) x_0 + tau eps (Liu et al. 2022,
    arXiv 2209.03003)."""
    scale = alpha(t) + sigma(t)
    tau = sigma(t) / scale
    return x / scale - tau * net(x / scale, tau)


def of_eps(net: Net, x: Tensor, t: float, steps: Steps) -> Tensor:
    """x_0 of a network that predicts eps at the whole numbered steps of a schedule.

    Where our noise is more than its last step has, it is asked there: it has not seen any more.
    """
    at = min(t, steps.last)
    return (x - sigma(at) * net(x, steps.number(at))) / alpha(at)


class Steps:
    """The steps of a variance-preserving schedule, from the product of alphas (K,) of each, and
    their times under our schedule."""

    def __init__(self, products: Sequence[float]) -> None:
        self.times = [math.atan2((1.0 - a) ** 0.5, a**0.5) * 2.0 / math.pi for a in products]

    @property
    def last(self) -> float:
        """The noisiest step's time."""
        return self.times[-1]

    def number(self, t: float) -> float:
        """The step 0..K - 1 at a time, a fraction between two."""
        above = bisect_left(self.times, t)
        if above in (0, len(self.times)):
            return float(min(above, len(self.times) - 1))
        low, high = self.times[above - 1], self.times[above]
        return above - 1 + (t - low) / (high - low)


def flow_times(taus: Sequence[float]) -> tuple[float, ...]:
    """The times of a flow's own, which fall from 1."""
    return tuple(math.atan2(tau, 1.0 - tau) * 2.0 / math.pi for tau in taus)
