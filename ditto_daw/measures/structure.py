"""Structure error: how far a clip's self-similarity is from the one that was asked for."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls.structure import Structure
from ditto_daw.files.resampling import resample

_RIM = 8
"""Frames of context that are heard on both sides."""


def structure_error(audio: NDArray[np.floating], rate: int, wanted: Structure) -> float:
    """Mean squared difference of the self-similarities of audio (channels, n) and of the target.

    MFCC 1 to 19 of the mel at the target's frames, z-scored over time, cosines, smoothed unless
    the structure is transferred: the control's own feature, read from the finished audio.
    """
    mel = mel_of_audio(audio, rate, wanted.target.shape[-1], wanted.wrap)
    return float(wanted.loss(mel[None]))


def mel_of_audio(audio: NDArray[np.floating], rate: int, frames: int, wrap: bool) -> Tensor:
    """Mel (BANDS, frames) of audio (channels, n), frame k nearest to the share k / frames of it;
    the channels are added by power. wrap: it runs round."""
    length = round(audio.shape[1] * signal.RATE / rate)
    wide = resample(np.asarray(audio), rate, signal.RATE, length, wrap=wrap)
    rim = _RIM * signal.HOP
    padded = np.pad(wide, ((0, 0), (rim, rim)), mode="wrap" if wrap else "reflect")
    mels = signal.mel(torch.from_numpy(padded.astype(np.float32)))
    own = 0.5 * torch.log10((10.0 ** (2.0 * mels)).mean(dim=0))
    places = _RIM + torch.arange(frames) * (length / signal.HOP / frames)
    return own[:, places.round().long().clamp_max(own.shape[1] - 1)]
