"""The model that ships with ditto-daw: UNet, codec and vocoder in one file of weights.

The adapter turns the network into what a sampler calls: ``denoise(x_t, t) -> x_0``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from ditto_daw import signal
from ditto_daw.diffusion import schedule
from ditto_daw.diffusion.presets import Preset
from ditto_daw.errors import BadRequest
from ditto_daw.models.base import GenreLoudness, Told, Vocode, Whole
from ditto_daw.models.codec import CHANNELS, PATCH, PatchCodec
from ditto_daw.models.compiled import Compiled
from ditto_daw.models.condition import Condition
from ditto_daw.models.fingerprint import fingerprint
from ditto_daw.models.precision import DTYPES
from ditto_daw.models.transfer import sent
from ditto_daw.models.unet import UNet, UNetConfig
from ditto_daw.models.vocoder import Vocoder, VocoderConfig
from ditto_daw.requests.parts import MOST_VARIATIONS

WEIGHTS = Path(__file__).resolve().parents[1] / "weights" / "bundled.safetensors"
Hear = Callable[[Tensor, Tensor], Sequence[Tensor]]
Denoiser = Callable[[Tensor, float], Tensor]
"""x_t (B, C, P) and time in 0..1 to the clean latent x_0 (B, C, P)."""


class Bundled(nn.Module):
    """UNet, codec and vocoder, frozen: a `models.base.Model`.

    `file` is where it was loaded from, `precision` that of the UNet; see `run_in`.
    """

    name = "bundled"
    licence = "MIT, weights and the music that they were trained on included."
    rate, channels = signal.RATE, 1
    longest = 48.0
    wraps = divides = True
    batch = MOST_VARIATIONS
    clip = 12.0
    hop = float(PATCH)
    latent_channels = CHANNELS

    def __init__(self, unet: UNetConfig, vocoder: VocoderConfig) -> None:
        super().__init__()
        self.unet = UNet(unet)
        self.codec = PatchCodec()
        self.vocoder = Vocoder(vocoder)
        self.loudness: dict[str, GenreLoudness] = {}
        self.student_steps: tuple[int, ...] = ()
        self.file: Path | None = None
        self.precision = "fp32"
        self._compiled: Compiled | None = None
        self.requires_grad_(False).eval()

    def run_in(self, precision: str, compiled: bool = False) -> Bundled:
        """Itself, with a UNet that computes in this precision from now on, compiled or as it is.

        The weights stay in single precision: autocast, under which they were trained, casts them
        where they are used.
        """
        self.precision = precision
        self._compiled = Compiled(self.unet) if compiled else None
        return self

    @property
    def compiled(self) -> bool:
        """Whether calls of the UNet are compiled; not, where that was tried and failed."""
        return self._compiled is not None and self._compiled.works

    @property
    def about(self) -> dict[str, Any]:
        """See `models.base.Model`."""
        told = {"name": self.name, "precision": self.precision}
        return told | {"compiled": True} if self.compiled else told

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.codec.mean.device

    @property
    def frame_multiple(self) -> int:
        """A render's length in frames must be a multiple of this."""
        return PATCH * self.unet.config.factor

    @property
    def refined(self) -> Vocode:
        """The vocoder, projected onto the mel."""
        return self.vocoder.refined

    @property
    def source(self) -> str:
        """The file, or its name."""
        return self.name if self.file is None else str(self.file)

    @property
    def fingerprint(self) -> str:
        """See `models.fingerprint`."""
        return fingerprint(self)

    def positions(self, frames: int) -> int:
        """Four frames each."""
        return frames // PATCH

    def suited(self, preset: Preset) -> Preset:
        """The preset itself; BadRequest where it needs a student that was not trained."""
        if preset.student and not preset.calls <= set(self.student_steps):
            raise BadRequest(
                "preset", 'The model has no student for this preset; choose "teacher".'
            )
        return preset

    def network(self, told: Told, count: int) -> Whole:
        """The networks under the conditions that this becomes."""
        from ditto_daw.models.conditioned import Conditioned  # which knows this class

        return Conditioned.of(self, told, count)

    def encode(self, told: Told) -> Tensor:
        """The codec's (1, C, P) of the clip's mel."""
        if told.mel is None:
            raise ValueError("without a clip there is nothing to encode")
        return self.codec.encode(sent(told.mel[None], self.device))

    def decode(self, latent: Tensor, frames: int) -> Tensor:
        """The codec's mel (B, BANDS, F)."""
        return self.codec.decode(latent)

    def vocoder_for(self, wrap: bool) -> Vocode:
        """`sound`, as a loop or not."""
        return partial(self.sound, wrap=wrap)

    def audio(self, latent: Tensor, frames: int) -> Tensor:
        """Audio (B, 1, n) with two ends."""
        return self.sound(self.codec.decode(latent), wrap=False)[:, None]

    def v(self, x: Tensor, *inputs: Tensor, **named: Any) -> Tensor:
        """The UNet's v (B, C, P) in the precision of x, computed in its own; inputs: as it takes
        them. To be used up before the next call, see `Compiled`."""
        call = self._compiled or self.unet
        with self._casting():
            return call(x, *inputs, **named).to(x.dtype)  # type: ignore[no-any-return]

    def _casting(self) -> AbstractContextManager[None]:
        if self.precision == "fp32":
            return nullcontext()
        return torch.autocast(self.device.type, DTYPES[self.precision])  # type: ignore[return-value]

    def denoiser(
        self, condition: Condition, guidance: float, wrap: bool, hear: Hear | None = None
    ) -> Denoiser:
        """Classifier-free guidance in one batch (Ho and Salimans 2022); weight 1 skips it.

        `condition` has one row per latent of the batch. hear: an adapter that listens to x_t and t
        (B,), and gives hints to the network; under guidance both halves get the same.
        """
        if guidance == 1.0:
            inputs = condition.tensors()
        else:
            inputs = condition.join(condition.unguided()).tensors()

        def denoise(x: Tensor, t: float) -> Tensor:
            alpha, sigma = schedule.alpha(t), schedule.sigma(t)
            rows = inputs[0].shape[0]
            times = torch.full((rows,), t, device=x.device, dtype=x.dtype)
            inside = x.repeat(rows // x.shape[0], 1, 1)
            hints = None if hear is None else hear(inside, times)
            v = self.v(inside, times, *inputs, wrap=wrap, hints=hints)
            if guidance != 1.0:
                asked, free = v.chunk(2)
                v = free + guidance * (asked - free)
            return alpha * x - sigma * v

        return denoise

    def student(self, condition: Condition, guidance: float, wrap: bool, steps: int) -> Denoiser:
        """The distilled network for a sampler of `steps` even steps, guidance within.

        Its v is that of the whole step from t to t - 1 / steps: x_0 and eps derived from it make
        a DDIM step land where the guided teacher's many steps do. Raises ValueError for a number
        of steps that it was not trained for.
        """
        if steps not in self.student_steps:
            raise ValueError(f"the student knows {self.student_steps} steps, not {steps}")
        inputs = condition.tensors()

        def denoise(x: Tensor, t: float) -> Tensor:
            times = torch.full((x.shape[0],), t, device=x.device, dtype=x.dtype)
            jump = x.new_tensor([1.0 / steps, guidance]).expand(x.shape[0], 2)
            v = self.v(x, times, *inputs, wrap=wrap, jump=jump)
            return schedule.alpha(t) * x - schedule.sigma(t) * v

        return denoise

    def sound(self, mel: Tensor, wrap: bool) -> Tensor:
        """Audio (B, F * HOP) of a mel (B, BANDS, F), differentiable; wrap: vocoded as a loop."""
        if not wrap:
            return self.vocoder(mel)
        frames, margin = mel.shape[-1], self.vocoder.margin
        around = torch.arange(-margin, frames + margin, device=mel.device) % frames
        audio = self.vocoder(mel[..., around])
        return audio[..., margin * signal.HOP : -margin * signal.HOP]

    def save(self, path: Path) -> None:
        """Writes half-precision weights with the sizes and the genres' loudness as metadata."""
        tensors = {
            name: value.to(torch.float16 if value.ndim > 1 else torch.float32).contiguous()
            for name, value in self.state_dict().items()
        }
        sizes = {
            "unet": json.dumps(asdict(self.unet.config)),
            "vocoder": json.dumps(asdict(self.vocoder.config)),
            "student": json.dumps(self.student_steps),
            "loudness": json.dumps({name: asdict(value) for name, value in self.loudness.items()}),
        }
        save_file(tensors, path, metadata=sizes)

    @classmethod
    def load(cls, path: Path = WEIGHTS, device: str = "cpu") -> Bundled:
        """The model in `path` (safetensors only), in single precision on `device`."""
        with safe_open(path, framework="pt", device="cpu") as file:
            sizes = {name: json.loads(text) for name, text in file.metadata().items()}
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        model = cls(UNetConfig.from_json(sizes["unet"]), VocoderConfig(**sizes["vocoder"]))
        model.student_steps = tuple(sizes.get("student", ()))
        if not model.student_steps:
            tensors = model.state_dict() | tensors  # a network that never learnt to jump
        model.load_state_dict(tensors)
        model.file = path
        model.loudness = {name: GenreLoudness(**value) for name, value in sizes["loudness"].items()}
        return model.to(device)
