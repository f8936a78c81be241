"""What every sampler is made of: the denoiser's and the sampler's type, and the registry."""

from collections.abc import Callable, Generator
from typing import Any, Protocol, TypeVar

from torch import Tensor

from ditto_daw.diffusion.schedule import alpha, sigma

Denoiser = Callable[[Tensor, float], Tensor]
"""(x_t (B, C, P), t) -> the denoiser's idea of x_0 (B, C, P), guidance included."""

Result = TypeVar("Result")


class Sampler(Protocol):
    """Steps x from times[0] to times[-1], yielding before each call of the denoiser.

    A sampler keeps no state unless it is in `REMEMBERS`: running it over times[:k] and then over
    times[k - 1:] is the same as running it over all times. The reverse loop of `gradient` relies on
    it.
    """

    def __call__(
        self, denoise: Denoiser, x: Tensor, times: tuple[float, ...]
    ) -> Generator[None, None, Tensor]: ...


SAMPLERS: dict[str, Sampler] = {}
Kind = TypeVar("Kind", bound=Sampler)
REMEMBERS: set[str] = set()
"""Names of the samplers whose steps depend on earlier ones."""


def register(sampler: Kind) -> Kind:
    """Decorator: files a sampler under its function name."""
    SAMPLERS[sampler.__name__] = sampler  # type: ignore[attr-defined]
    return sampler


def remembers(sampler: Kind) -> Kind:
    """Decorator: `register` for a sampler whose steps depend on earlier ones."""
    REMEMBERS.add(sampler.__name__)  # type: ignore[attr-defined]
    return register(sampler)


def noise_of(x: Tensor, x0: Tensor, t: float) -> Tensor:
    """The noise eps for which x = alpha(t) x0 + sigma(t) eps, t > 0."""
    return (x - alpha(t) * x0) / sigma(t)


def exhaust(generator: Generator[Any, None, Result]) -> Result:
    """Runs a generator to its end, dropping what it yields; the value that it returns."""
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
