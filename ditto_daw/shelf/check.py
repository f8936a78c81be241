"""The contract of models, tried on real weights, with speed, memory and what precision costs."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psutil
import torch

from ditto_daw.bench.machine import device_name
from ditto_daw.models.base import Model
from ditto_daw.models.contract import Finding, Trial, examined
from ditto_daw.models.likeness import likeness
from ditto_daw.models.loading import load_model
from ditto_daw.rendering.budget import budgeted
from ditto_daw.rendering.engine import choose_device
from ditto_daw.requests.catalogue import AUTO

MIB = 1 << 20


def check(
    name: str, device: str, precision: str = AUTO, compiled: bool = False, seconds: float = 4.0
) -> int:
    """Prints every finding; 1 where one is bad."""
    chosen = choose_device(device)
    began, before = time.monotonic(), _memory(chosen)
    model = budgeted(name, chosen, precision, compiled=compiled)
    print(f"{model.name} on {device_name(model.device)}: {model.licence}")
    print(f"loaded    {time.monotonic() - began:.1f} s, {_memory(chosen) - before:.0f} MiB")
    for key, value in model.about.items():
        print(f"{key:<10}{value}")
    trial = Trial(model, seconds)
    steps = trial.preset.plain_steps
    began = time.monotonic()
    clean = trial.sampled(steps)
    spent = time.monotonic() - began
    print(f"sampling  {spent / steps:.3f} s a step, {steps} of them for {seconds:g} s of music")
    began = time.monotonic()
    with torch.no_grad():
        model.audio(clean, trial.frames).cpu()
    print(f"decoding  {time.monotonic() - began:.3f} s")
    bad = 0
    for finding in (*examined(model, seconds), *_compared(model)):
        bad += not finding.good
        print(f"{'✓' if finding.good else '✗'} {finding.name:<9}{finding.found}", flush=True)
    if chosen.startswith("cuda"):
        print(f"peak      {torch.cuda.max_memory_allocated() / MIB:.0f} MiB")
    return int(bad > 0)


def _compared(model: Model) -> Iterator[Finding]:
    """With itself on the CPU in single precision, where it does not run like that already."""
    about = model.about
    if (str(model.device), about["precision"], "compiled" in about) != ("cpu", "fp32", False):
        yield likeness(model, load_model(model.source, "cpu")).finding()


def _memory(device: str) -> float:
    """MiB in use on the device by this process."""
    if device.startswith("cuda"):
        return float(torch.cuda.memory_allocated() / MIB)
    return float(psutil.Process().memory_info().rss / MIB)
