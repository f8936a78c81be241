"""The machine's sound through sounddevice, which is imported when it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ditto_daw.errors import BrokenFile, DittoError
from ditto_daw.files.audiofile import read_region
from ditto_daw.live.loop_player import Audio, LoopPlayer


def read_takes(paths: list[Path]) -> tuple[list[Audio], int]:
    """Takes of one loop as (frames, channels), and their rate. Raises as `read_region` does, and
    BrokenFile where the files are not takes of one loop."""
    regions = [read_region(path, argument="file") for path in paths]
    if len({(each.audio.shape, each.rate) for each in regions}) > 1:
        raise BrokenFile("file", "These files have different lengths or rates: play one at a time.")
    return [each.audio.T.astype(np.float32) for each in regions], regions[0].rate


def open_stream(player: LoopPlayer, rate: int, device: str | None = None) -> Any:
    """A stream, not started yet, that hears the player. Raises DittoError without a sound system.

    The device is asked for as many channels as it has, up to the loop's own.
    """
    try:
        import sounddevice
    except (ImportError, OSError) as error:  # OSError: the PortAudio library is missing
        raise _no_sound(error) from None

    def callback(out: Audio, frames: int, time: Any, status: Any) -> None:
        player.fill(out)

    try:
        wanted = _number_or_name(device)
        most = int(sounddevice.query_devices(wanted, "output")["max_output_channels"])
        channels = max(1, min(player.channels, most))
        return sounddevice.OutputStream(
            rate, device=wanted, channels=channels, dtype="float32", callback=callback
        )
    except (sounddevice.PortAudioError, ValueError) as error:
        raise _no_sound(error) from None


def _number_or_name(device: str | None) -> int | str | None:
    return int(device) if device and device.isdecimal() else device


def _no_sound(problem: Exception) -> DittoError:
    return DittoError("device", f"No sound system plays this here ({problem}).")
