"""What all families of pretrained models have in common: a folder of components that `diffusers`
and `transformers` know how to load, and audio at a rate of their own.

A family is a file in `models/families/`. It says what its network predicts, how words become the
network's inputs, and how a latent becomes audio. No pipeline of diffusers is ever called: those do
not let a gradient through.
"""

from __future__ import annotations

import hashlib
import json
import math
from abc import ABC, abstractmethod
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from ditto_daw import signal
from ditto_daw.diffusion.presets import Preset
from ditto_daw.errors import BadRequest, ModelMissing
from ditto_daw.models.base import GenreLoudness, Told, Vocode
from ditto_daw.models.precision import DTYPES
from ditto_daw.models.prompted import Prompted, Words
from ditto_daw.requests.catalogue import INDEX, Entry
from ditto_daw.requests.parts import MOST_VARIATIONS

FAMILIES: dict[str, type[Family]] = {}
"""By the name of the pipeline that a folder's index says it belongs to."""
LOUDNESS = GenreLoudness(mean=-19.0, quiet=-28.0, loud=-13.0)
"""About that of mastered music; nobody has measured it by genre."""
EDGE = 8
"""Latent positions beyond the frames that become audio too: a loop is closed with what they say."""
SAMPLED = 1 << 20
"""Bytes at both ends of a file of weights that tell it from another one."""

Kind = TypeVar("Kind", bound="type[Family]")


def register(family: Kind) -> Kind:
    """Decorator: files a family under its pipeline."""
    FAMILIES[family.pipeline] = family
    return family


class Family(ABC):
    """A `models.base.Model` made of components in a folder; everything frozen.

    precision: of the network that denoises; latents, losses and what makes audio are in single
    precision. tile: latent positions that are made audio at once; 0 for all of them.
    """

    pipeline: ClassVar[str]
    network_name: ClassVar[str] = "transformer"
    components: ClassVar[dict[str, str]]
    """Folder of each component, and its class as "library.Class"."""
    guidance: float = 1.0
    recomputes: ClassVar[bool] = True
    """Whether diffusers can compute its network's activations again."""
    halo: ClassVar[int] = 0
    """Latent positions on each side of a tile after which the surroundings change nothing, or
    hardly anything."""

    rate: int
    channels: int
    longest: float
    samples: int
    """Of audio at `rate`, per latent position."""
    latent_channels: int

    wraps = divides = False
    clip = math.inf
    batch = MOST_VARIATIONS
    student_steps: tuple[int, ...] = ()

    def __init__(self, folder: Path, entry: Entry, device: str, precision: torch.dtype) -> None:
        self.folder, self.name, self.licence = folder, entry.name, entry.licence
        self.precision, self.tile = precision, 0
        self.loudness = {"": LOUDNESS}
        called = next(name for name, dtype in DTYPES.items() if dtype == precision)
        self.about: dict[str, Any] = {"name": entry.name, "precision": called}
        for name, kind in self.components.items():
            part = _component(folder, name, kind, precision if name == self.network_name else None)
            if isinstance(part, nn.Module):
                part = part.requires_grad_(False).eval().to(device)
            setattr(self, name, part)
        self.configure()

    # Of each family.

    @abstractmethod
    def configure(self) -> None:
        """Reads rate, channels, longest, samples and latent_channels from the components."""

    @abstractmethod
    def words(self, text: str, told: Told) -> Words:
        """The network's inputs beside x and t for a sentence."""

    def without(self, asked: Words, told: Told) -> Words:
        """The same without words, of the same shapes."""
        return self.words("", told)

    @abstractmethod
    def clean(self, x: Tensor, t: float, words: Words) -> Tensor:
        """x_0 (B, C, P) of x_t (B, C, P) at a time; words have B rows."""

    @abstractmethod
    def sound(self, latent: Tensor) -> Tensor:
        """Audio (B, channels, about P * samples) of a clean latent (B, C, P)."""

    @abstractmethod
    def heard(self, audio: Tensor) -> Tensor:
        """The latent (1, C, P) of audio (1, channels, P * samples)."""

    def suited(self, preset: Preset) -> Preset:
        """The preset without a student, at this family's guidance. Features are read from the
        model's audio in any case."""
        return replace(preset, student=False, guidance=self.guidance, audible=False, decode=None)

    # Of all of them.

    @property
    def net(self) -> Any:
        """What denoises."""
        return getattr(self, self.network_name)

    @property
    def device(self) -> torch.device:
        return next(self.net.parameters()).device

    @property
    def hop(self) -> float:
        """Frames per latent position."""
        return self.samples / self.rate * signal.FRAMES_PER_SECOND

    @property
    def frame_multiple(self) -> int:
        return 1

    position_multiple = 1
    """Of latent positions that the network needs."""

    @property
    def source(self) -> str:
        return str(self.folder)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of sizes, heads and tails of the files of weights that give a latent its
        meaning."""
        digest = hashlib.sha256()
        for name in (self.network_name, "vae"):
            for path in sorted((self.folder / name).glob("*.safetensors")):
                with path.open("rb") as file:
                    digest.update(f"{path.name} {path.stat().st_size}".encode())
                    digest.update(file.read(SAMPLED))
                    file.seek(max(0, path.stat().st_size - SAMPLED))
                    digest.update(file.read())
        return digest.hexdigest()

    def recompute(self, on: bool) -> None:
        """Whether the network computes its activations again where a gradient needs them."""
        if self.recomputes and getattr(self.net, "_supports_gradient_checkpointing", False):
            (
                self.net.enable_gradient_checkpointing
                if on
                else self.net.disable_gradient_checkpointing
            )()

    def positions(self, frames: int) -> int:
        """As many as the frames need and a few more, in multiples of what the network wants."""
        multiple = self.position_multiple
        return math.ceil((frames / self.hop + EDGE) / multiple) * multiple

    def network(self, told: Told, count: int) -> Prompted:
        """The network under the words; how many latents there are, it does not mind."""
        seconds = told.frames / signal.FRAMES_PER_SECOND
        if seconds > self.longest:
            raise BadRequest(
                "bars",
                f"{self.name} renders at most {self.longest:.1f} s at once, and this takes"
                f" {seconds:.1f} s: ask for less, or choose another model.",
            )
        with torch.no_grad():
            asked = self.words(told.words, told)
            return Prompted(self, asked, self.without(asked, told))

    def encode(self, told: Told) -> Tensor:
        """The codec's (1, C, P) of the clip; beyond its end it begins anew."""
        if told.audio is None:
            raise ValueError("without a clip there is nothing to encode")
        audio = told.audio.float()
        audio = audio.mean(dim=0, keepdim=True) if self.channels == 1 else audio
        audio = audio.expand(self.channels, -1) if len(audio) == 1 else audio[: self.channels]
        moved = signal.resampled(audio, told.rate, self.rate)
        size = self.positions(told.frames) * self.samples
        around = torch.arange(size) % moved.shape[-1]
        with torch.no_grad():
            return self.heard(moved[None, :, around].to(self.device))

    def decode(self, latent: Tensor, frames: int) -> Tensor:
        """Mel (B, BANDS, F) of the audio; its channels are added by power."""
        audio = signal.resampled(self.audio(latent, frames), self.rate, signal.RATE)
        size = frames * signal.HOP
        audio = nn.functional.pad(audio, (0, max(0, size - audio.shape[-1])))[..., :size]
        return 0.5 * torch.log10(torch.pow(10.0, 2.0 * signal.mel(audio)).mean(dim=1))

    def vocoder_for(self, wrap: bool) -> Vocode | None:
        return None

    refined: Vocode | None = None

    def audio(self, latent: Tensor, frames: int) -> Tensor:
        """Audio (B, channels, n) of the positions that hold these frames, and a few more; made tile
        by tile, each of which is made once more when a gradient needs it."""
        positions = min(latent.shape[-1], math.ceil(frames / self.hop) + EDGE)
        tile = self.tile or positions
        made = []
        for first in range(0, positions, tile):
            last = min(first + tile, positions)
            begin, end = max(0, first - self.halo), min(latent.shape[-1], last + self.halo)
            part = latent[..., begin:end].float()
            if torch.is_grad_enabled():
                audio = checkpoint(self.sound, part, use_reentrant=False)
            else:
                audio = self.sound(part)
            missing = max(0, (end - begin) * self.samples - audio.shape[-1])
            audio = nn.functional.pad(audio, (0, missing))
            made.append(audio[..., (first - begin) * self.samples : (last - begin) * self.samples])
        return torch.cat(made, dim=-1)

    def asked(self, x: Tensor, *arguments: Any, **words: Any) -> Tensor:
        """What the network predicts, called in its own precision; x and the result in x's."""
        given = {
            name: value.to(self.precision)
            if isinstance(value, Tensor) and value.is_floating_point()
            else value
            for name, value in words.items()
        }
        made: Tensor = self.net(x.to(self.precision), *arguments, **given, return_dict=False)[0]
        return made.to(x.dtype)


def _component(folder: Path, name: str, kind: str, precision: torch.dtype | None) -> Any:
    """A component from its folder; weights as safetensors only, and nothing from the network."""
    library, _, class_name = kind.partition(".")
    made = getattr(needed(library), class_name)
    if not (folder / name).is_dir():
        raise ModelMissing("model", f"{folder} has no {name}: pull the model again.")
    options: dict[str, Any] = {"local_files_only": True}
    if not class_name.endswith("Tokenizer"):
        options["use_safetensors"] = True
        called = "torch_dtype" if library == "diffusers" else "dtype"
        options[called] = precision or torch.float32
    if library == "diffusers":
        options["low_cpu_mem_usage"] = False  # which needs one more package
    try:
        return made.from_pretrained(folder / name, **options)
    except OSError as error:
        raise ModelMissing(
            "model", f"{name} of {folder.name} cannot be read as safetensors: {error}"
        ) from None


def needed(library: str) -> Any:
    """diffusers or transformers; ModelMissing says how to get it."""
    try:
        return import_module(library)
    except ImportError:
        raise ModelMissing(
            "model",
            f"This model needs {library}, which is not installed: run"
            " `pip install ditto-daw[models]`.",
        ) from None


def scheduler_of(folder: Path) -> dict[str, Any]:
    """The settings of a folder's scheduler."""
    text = (folder / "scheduler" / "scheduler_config.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def pipeline_of(folder: Path) -> str:
    """The pipeline that the index of a folder names."""
    return str(json.loads((folder / INDEX).read_text(encoding="utf-8"))["_class_name"])
