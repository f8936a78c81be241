"""To the device and back. On CUDA through pinned memory, without waiting on the way there."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def sent(values: Tensor, device: torch.device) -> Tensor:
    """The same on the device; PyTorch keeps the pinned copy until it has arrived."""
    if device.type != "cuda" or values.device.type != "cpu":
        return values.to(device)
    return values.pin_memory().to(device, non_blocking=True)


def fetched(values: Tensor) -> NDArray[np.float64]:
    """The same as an array in double precision, which the devices themselves may not have."""
    if values.device.type == "cuda":
        pinned = torch.empty_like(values, device="cpu", pin_memory=True)
        pinned.copy_(values, non_blocking=True)
        torch.cuda.current_stream(values.device).synchronize()
        values = pinned
    return values.cpu().double().numpy()
