"""Seconds, memory and arithmetic, on every device in the same words."""

from __future__ import annotations

import ctypes
import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils import flop_counter
from torch.utils._python_dispatch import TorchDispatchMode

MIB = float(1 << 20)
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_MMAP_THRESHOLD = -3
"""glibc's M_MMAP_THRESHOLD: larger blocks go back to the system as soon as they are freed."""
_EAGER, _USUAL = 1 << 16, 1 << 25
"""While memory is measured; and the value to which glibc's own rule would have risen."""


class Counter(TorchDispatchMode):
    """Counts the floating-point operations of matrix products, convolutions and attention.

    `FlopCounterMode` itself hooks into modules in a way that `torch.autograd.grad` refuses.
    """

    def __init__(self) -> None:
        super().__init__()
        self.flops = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        count = _FORMULAS.get(func.overloadpacket)
        if count is not None:
            self.flops += int(count(*args, **kwargs, out_val=out))
        return out


def _attention(query: Tensor, key: Tensor, value: Tensor, *_: Any, **__: Any) -> int:
    return int(flop_counter.sdpa_flop_count(query.shape, key.shape, value.shape))


def _attention_back(
    by: Tensor, query: Tensor, key: Tensor, value: Tensor, *_: Any, **__: Any
) -> int:
    shapes = (by.shape, query.shape, key.shape, value.shape)
    return int(flop_counter.sdpa_backward_flop_count(*shapes))


_FORMULAS: dict[Any, Callable[..., int]] = {
    **flop_counter.flop_registry,
    # torch 2.11 knows the attention of every device but the CPU's.
    torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: _attention,
    torch.ops.aten._scaled_dot_product_flash_attention_for_cpu_backward: _attention_back,
}


@dataclass
class Probe:
    """What a stretch of work costs: `flops` so far, and its peak memory once it is over.

    Attributes:
        memory: MiB above the loaded, idle process; None where the system does not tell.
    """

    counter: Counter
    memory: float | None = None

    @property
    def flops(self) -> int:
        """As `Counter` counts them."""
        return self.counter.flops


class Meter:
    """On CUDA memory is what tensors take on the device, on Linux what the process has resident."""

    def __init__(self, device: torch.device) -> None:
        self.device = device

    def now(self) -> float:
        """Monotonic seconds once the device has done all that it was given."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        elif self.device.type == "mps":
            torch.mps.synchronize()
        return time.perf_counter()

    def seconds(self, work: Callable[[], Any], repeats: int = 1) -> float:
        """Seconds of `work`, the median of some runs."""
        return statistics.median(self._once(work) for _ in range(repeats))

    def _once(self, work: Callable[[], Any]) -> float:
        began = self.now()
        work()
        return self.now() - began

    @contextmanager
    def probe(self) -> Iterator[Probe]:
        """Counts what is done inside, memory from what is taken now, with the model loaded and
        idle. It is slower there, and nothing is compiled: never take the time of it."""
        gc.collect()
        with self._returning_memory():
            idle = self._in_use()
            self._forget_peak()
            # Nobody can count in compiled code, and the compiler gives up for good on what it first
            # sees while it is counted.
            with torch.compiler.set_stance("force_eager"), Counter() as counter:
                probe = Probe(counter)
                yield probe
            peak = self._peak()
        if peak is not None and idle is not None:
            probe.memory = max(peak - idle, 0.0) / MIB

    def rate(self, dtype: torch.dtype = torch.float32, least: float = 0.5) -> float:
        """Floating-point operations a second of a large matrix product, the median over `least`
        seconds; in single precision as the convolutions compute it on this device."""
        cuda = self.device.type == "cuda"
        size = 8192 if cuda else 1024
        a = torch.randn(size, size, device=self.device, dtype=dtype)
        product = torch.empty_like(a)
        before = torch.get_float32_matmul_precision()
        if cuda and torch.backends.cudnn.allow_tf32:
            torch.set_float32_matmul_precision("high")
        try:
            torch.mm(a, a, out=product)
            found: list[float] = []
            until = self.now() + least
            while not found or self.now() < until:
                found.append(self._once(lambda: torch.mm(a, a, out=product)))
        finally:
            torch.set_float32_matmul_precision(before)
        return 2.0 * size**3 / statistics.median(found)

    def _in_use(self) -> float | None:
        if self.device.type == "cuda":
            return float(torch.cuda.memory_allocated(self.device))
        return _status("VmRSS") if self.device.type == "cpu" else None

    def _peak(self) -> float | None:
        if self.device.type == "cuda":
            return float(torch.cuda.max_memory_allocated(self.device))
        return _status("VmHWM") if self.device.type == "cpu" else None

    def _forget_peak(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self.device)
        elif self.device.type == "cpu" and CLEAR.exists():
            CLEAR.write_text("5", encoding="ascii")  # proc(5): resets VmHWM

    def _returning_memory(self) -> AbstractContextManager[None]:
        """Freed blocks leave the process at once, so that its size is what lives in it."""
        return _eager() if self.device.type == "cpu" and STATUS.exists() else nullcontext()


@contextmanager
def _eager() -> Iterator[None]:
    library = ctypes.CDLL(None)
    if not hasattr(library, "malloc_trim"):  # not glibc
        yield
        return
    library.mallopt(_MMAP_THRESHOLD, _EAGER)
    library.malloc_trim(0)
    try:
        yield
    finally:
        library.mallopt(_MMAP_THRESHOLD, _USUAL)


def _status(name: str) -> float | None:
    """Bytes that the kernel reports of this process; None where it has no such page."""
    if not sys.platform.startswith("linux") or not STATUS.exists():
        return None
    rows = STATUS.read_text(encoding="ascii").splitlines()
    return 1024.0 * next(int(row.split()[1]) for row in rows if row.startswith(name))
