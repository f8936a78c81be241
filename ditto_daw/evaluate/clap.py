"""CLAP, where its weights are in the local cache: FAD-CLAP and CLAP score. Nothing is fetched.

The embeddings are those of `laion/larger_clap_music` (Wu et al. 2023) through `transformers`
(pip install "ditto-daw[clap]"). FAD is the Fréchet distance of the sets' Gaussians (Kilgour et al.
2018); the score is the cosine between audio and caption (section 5.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ditto_daw import signal
from ditto_daw.files.resampling import resample

WEIGHTS = "laion/larger_clap_music"
RATE = 48_000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Clap:
    """The model with what prepares sounds and words for it."""

    model: Any
    sounds: Any
    words: Any

    @classmethod
    def here(cls, device: str = "cpu", weights: str = WEIGHTS) -> Clap | None:
        """CLAP on the device, or None where the package or its weights are not on this machine."""
        try:
            from transformers import AutoTokenizer, ClapFeatureExtractor, ClapModel

            local: dict[str, Any] = {"local_files_only": True}
            model = ClapModel.from_pretrained(weights, **local).to(device).eval()
            sounds = ClapFeatureExtractor.from_pretrained(weights, **local)
            words = AutoTokenizer.from_pretrained(weights, **local)
        except (ImportError, OSError, ValueError):
            return None
        return cls(model, sounds, words)

    @torch.no_grad()
    def heard(self, audio: NDArray[np.floating]) -> Floats:
        """Embedding (D,) of mono audio (n,) at `signal.RATE`, of length 1."""
        length = round(len(audio) * RATE / signal.RATE)
        wide = resample(np.asarray(audio, np.float32)[None], signal.RATE, RATE, length)[0]
        given = self.sounds(wide, sampling_rate=RATE, return_tensors="pt").to(self.model.device)
        return _unit(self.model.get_audio_features(**given))

    @torch.no_grad()
    def read(self, caption: str) -> Floats:
        """Embedding (D,) of a sentence, of length 1."""
        given = self.words([caption], return_tensors="pt").to(self.model.device)
        return _unit(self.model.get_text_features(**given))


def _unit(found: Any) -> Floats:
    """The one row of what a release of transformers returns, of length 1."""
    rows = found if isinstance(found, torch.Tensor) else found.pooler_output
    row = rows[0].double().cpu().numpy()
    return np.asarray(row / np.linalg.norm(row))
