"""What autograd keeps for a backward pass."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


class _Held:
    """A tensor that autograd saved; counts its bytes for as long as autograd holds it."""

    held = 0
    peak = 0

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor
        self.bytes = 0 if isinstance(tensor, nn.Parameter) else tensor.nbytes
        _Held.held += self.bytes
        _Held.peak = max(_Held.peak, _Held.held)

    def __del__(self) -> None:
        _Held.held -= self.bytes


def most_held(run: Callable[[], object]) -> int:
    """Most bytes that autograd held at once in a run, weights left out, and what is checkpointed:
    that has hooks of its own before ours."""
    _Held.held = _Held.peak = 0
    with torch.autograd.graph.saved_tensors_hooks(_Held, lambda held: held.tensor):
        run()
    return _Held.peak
