"""How x_T is optimised: every preset, by name."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from ditto_daw.diffusion.gradient import WAYS
from ditto_daw.diffusion.schedule import step_times
from ditto_daw.samplers import REMEMBERS, SAMPLERS


@dataclass(frozen=True)
class Preset:
    """How x_T is optimised.

    Attributes:
        guidance: weight of classifier-free guidance; 1 is none, and half the work.
        student: the distilled network of few steps takes the teacher's place; it has guidance
            within, which saves half of every call.
        steps: T, sampler steps that are optimised through.
        decode: sampler steps of the result where they differ from T, as in DITTO-2 (Novack et al.
            2024, arXiv 2405.20289); only a student's latent means the same at other steps.
        plain_steps: sampler steps where nothing is optimised.
        iterations: K, the most Adam steps; 0 renders the latent as it is.
        rate: Adam's learning rate, in standard deviations of the latent.
        warmup: iterations over which the rate rises linearly.
        decay: after the warm-up the rate falls to zero at K, as half a cosine.
        newton: instead of Adam's, each step is the least one that the loss and its slope ask for,
            without rate and penalties: for a latent that nearly does already.
        unit_gradient: every sample's gradient is scaled to norm 1 (DNO).
        shell: largest deviation of |x_T| / sqrt(d) from 1; None lets the latent go anywhere.
        norm_weight: weight of ReNO's penalty on the norm (0.01 there).
        correlation_weight: weight of the penalty on correlated noise (DNO).
        sampler: a name in `samplers.SAMPLERS`.
        times: a sampler's times for so many steps; a model of few steps has its own.
        way: a name in `gradient.WAYS`.
        audible: features that the paper defines on audio are read from the vocoder's audio, and
            the gradient runs through the vocoder; else they are read from the mel.
        beside_clip: factor on the rate where a part of the clip is kept: what is made anew is then
            bound by its context, and small steps hardly move it.
    """

    guidance: float = 2.0
    student: bool = False
    steps: int = 20
    decode: int | None = None
    plain_steps: int = 12
    iterations: int = 70
    rate: float = 5e-3
    warmup: int = 0
    decay: bool = False
    newton: bool = False
    unit_gradient: bool = False
    shell: float | None = 0.1
    norm_weight: float = 0.0
    correlation_weight: float = 0.0
    sampler: str = "ddim"
    times: Callable[[int], tuple[float, ...]] = step_times
    way: str = "reverse"
    audible: bool = False
    beside_clip: float = 1.0

    def __post_init__(self) -> None:
        if min(self.steps, self.plain_steps, self.decode_steps) < 1:
            raise ValueError("a preset needs at least one sampler step")
        if self.iterations < 0 or self.warmup < 0:
            raise ValueError("a preset needs iterations >= 0 and warmup >= 0")
        if not 0.0 < self.rate < math.inf:
            raise ValueError(f"a preset's rate must be positive, got {self.rate}")
        if self.shell is not None and not 0.0 <= self.shell < 1.0:
            raise ValueError(f"a preset's shell must lie in [0, 1), got {self.shell}")
        if self.sampler not in SAMPLERS or self.way not in WAYS:
            raise ValueError(f"no sampler {self.sampler!r} or no gradient {self.way!r}")

        if self.sampler in REMEMBERS and self.way not in ("plain", "checkpoint"):
            raise ValueError(f'{self.sampler!r} remembers its steps: take the way "checkpoint"')

    @property
    def decode_steps(self) -> int:
        """Sampler steps of the result."""
        return self.steps if self.decode is None else self.decode

    @property
    def calls(self) -> set[int]:
        """The numbers of sampler steps that it runs."""
        return {self.steps, self.decode_steps, self.plain_steps}

    def rate_at(self, iteration: int) -> float:
        """Learning rate of the step after iteration 0..K - 1."""
        if iteration < self.warmup:
            return self.rate * (iteration + 1) / self.warmup
        if not self.decay:
            return self.rate
        progress = (iteration - self.warmup) / max(self.iterations - self.warmup, 1)
        return self.rate * 0.5 * (1.0 + math.cos(math.pi * progress))


PAPER = Preset(shell=None, audible=True)
"""Section 5.1, to the letter."""

QUICK = Preset(
    steps=8,
    iterations=30,
    rate=0.05,
    decay=True,
    unit_gradient=True,
    correlation_weight=200.0,
    way="sdo",
    beside_clip=2.4,
)
"""SDO costs a third of the exact gradient per iteration, a gradient of norm 1 suits objectives of
any scale, and the penalty keeps a melody from writing itself into the latent."""

STUDENT = replace(QUICK, student=True, plain_steps=8, iterations=60, beside_clip=3.5)
"""Half the teacher's work at the same steps, for guidance is within; nearer to its twenty steps."""

PRESETS: dict[str, Preset] = {
    "default": STUDENT,
    "teacher": QUICK,
    "student": STUDENT,
    "ditto-2": replace(STUDENT, steps=1, decode=2, way="reverse"),
    "paper": PAPER,
    "paper-mel": replace(PAPER, audible=False),
    "paper-melody": replace(PAPER, iterations=150),
}
