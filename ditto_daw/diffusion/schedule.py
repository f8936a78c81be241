"""The cosine noise schedule in continuous time: x_t = alpha(t) x_0 + sigma(t) eps, t from 0 to 1.

At t = 1 nothing of the signal is left, so that x_T is exactly a standard Gaussian.
"""

import math


def alpha(t: float) -> float:
    """Share of the signal at time `t`, cos(pi t / 2); exactly 0 at t = 1."""
    return math.sin(0.5 * math.pi * (1.0 - t))


def sigma(t: float) -> float:
    """Share of the noise at time `t`, sin(pi t / 2); exactly 0 at t = 0."""
    return math.sin(0.5 * math.pi * t)


def step_times(steps: int, start: float = 1.0) -> tuple[float, ...]:
    """The `steps` + 1 even times from `start` down to 0 between which a sampler steps.

    Raises ValueError when there is no step, or `start` lies outside (0, 1].
    """
    if steps < 1:
        raise ValueError(f"a sampler needs at least one step, got {steps}")
    if not 0.0 < start <= 1.0:
        raise ValueError(f"a sampler starts at a time in (0, 1], got {start}")
    return tuple(start * (steps - step) / steps for step in range(steps + 1))
