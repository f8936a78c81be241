"""A network whose calls are compiled, on CUDA into one CUDA graph each."""

from __future__ import annotations

import logging
from typing import Any

import torch
from torch import Tensor, nn
from torch._functorch import config as functorch

log = logging.getLogger(__name__)

KINDS = 64
"""Of calls that the compiler keeps code for: as a loop or not, teacher or student, with a gradient
or without, one latent or several, this length or any."""


class Compiled:
    """Calls a network compiled; where that fails, as it is from then on, which the log says once.

    A graph's output lies where the next call writes its own: it must be used up before that. The
    graphs themselves see to it that what a gradient still needs is not written over.
    """

    def __init__(self, net: nn.Module) -> None:
        self.net, self.works = net, True
        torch.compiler.config.recompile_limit = KINDS
        # The way back is compiled with the way there, or else it would fail where nobody can help.
        functorch.force_non_lazy_backward_lowering = True
        self._call = torch.compile(net, mode="reduce-overhead")

    def __call__(self, *inputs: Any, **named: Any) -> Tensor:
        """What the network says."""
        if self.works:
            try:
                return self._call(*inputs, **named)  # type: ignore[no-any-return]
            except Exception as error:
                # Where the compiler is not to blame, this raises the same again.
                made: Tensor = self.net(*inputs, **named)
                self.works = False
                first = (str(error) or type(error).__name__).splitlines()[0]
                log.warning("The model runs uncompiled, for it cannot be compiled here: %s", first)
                return made
        return self.net(*inputs, **named)  # type: ignore[no-any-return]
