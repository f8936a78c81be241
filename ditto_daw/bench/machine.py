"""The machine that is measured on: its device, its name, how busy it is."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from pathlib import Path

import torch

from ditto_daw.errors import BadRequest
from ditto_daw.rendering.engine import choose_device


def device_of(wanted: str) -> str:
    """The device that --device names. Raises BadRequest where PyTorch finds none."""
    device = choose_device(wanted)
    usable: dict[str, Callable[[], bool]] = {
        "cuda": torch.cuda.is_available,
        "mps": torch.backends.mps.is_available,
    }
    if device in usable and not usable[device]():
        raise BadRequest("device", f"PyTorch finds no {device} device here; choose --device cpu.")
    return device


def load_average() -> float:
    """Processes that wanted to run in the last minute; 0 where the system does not tell."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def device_name(device: torch.device) -> str:
    """As its maker calls it."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    cpu = Path("/proc/cpuinfo")
    if device.type == "cpu" and cpu.exists():
        rows = cpu.read_text(encoding="utf-8").splitlines()
        named = [row.split(":", 1)[1].strip() for row in rows if row.startswith("model name")]
        if named:
            return named[0]
    return platform.processor() or platform.machine()
