"""Memory of the latent's gradient for T = 20 steps against T = 1, on a mid-size convolutional toy.

``python -m ditto_daw.measures.gradient_memory`` prints it, measured twice: the bytes that autograd
holds at once, and the peak resident memory of a process above what it held before the gradient.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import torch
from torch import Tensor

from ditto_daw.diffusion.gradient import WAYS, Losses, latent_gradient
from ditto_daw.diffusion.schedule import step_times
from ditto_daw.measures.held import most_held
from ditto_daw.models.toy import ConvToy
from ditto_daw.samplers import SAMPLERS, exhaust

STEPS = (1, 20)
CHANNELS, FRAMES = 2, 2048
MIB = float(1 << 20)


def _gradient(way: str, steps: int, batch: int) -> None:
    """One gradient through a toy whose activations outweigh its latent, as a real model's do."""
    model = ConvToy(CHANNELS, width=64, layers=6)
    x = torch.randn(batch, CHANNELS, FRAMES, generator=torch.Generator().manual_seed(0))

    def energy(x0: Tensor) -> Losses:
        total = x0.square().mean(dim=(1, 2))
        return Losses(total, {"energy": total})

    exhaust(latent_gradient(model, x, SAMPLERS["ddim"], step_times(steps), energy, way))


def saved_peak(way: str, steps: int) -> int:
    """Most bytes that autograd held at once for its backward pass, with the stored latents."""
    held = most_held(lambda: _gradient(way, steps, batch=1))
    latents = 4 * CHANNELS * FRAMES * (steps if way == "reverse" else 0)
    return held + latents


def _high_water() -> float:
    """The most resident memory in MiB that this process has had so far.

    Linux hands `ru_maxrss` of a parent down to its child, so there the kernel's own page is read.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / MIB
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB


def resident_growth(way: str, steps: int) -> float:
    """MiB by which one gradient raises the peak resident memory of this process.

    A first gradient with T = 1 and a tiny batch loads kernels and allocator beforehand.
    """
    _gradient(way, 1, batch=1)
    before = _high_water()
    _gradient(way, steps, batch=4)
    return _high_water() - before


def resident(way: str) -> dict[str, float]:
    """Resident growth in MiB by number of steps, each in a fresh process, and the ratio."""
    # Large tensors go back to the system when freed, so that the peak is what lives at once.
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536", "OMP_NUM_THREADS": "1"}
    row: dict[str, float] = {}
    for steps in STEPS:
        command = [sys.executable, "-m", __spec__.name, "--one", way, str(steps)]
        reply = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        row[f"T={steps}"] = float(reply.stdout)
    return {**row, "ratio": row["T=20"] / row["T=1"]}


def main() -> None:
    """Prints the table, or (as its own child) one figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=2, metavar=("WAY", "STEPS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(resident_growth(arguments.one[0], int(arguments.one[1])))
        return
    torch.set_num_threads(1)
    print(f"{'way':<12}{'resident MiB T=1':>18}{'T=20':>10}{'ratio':>8}{'saved ratio':>13}")
    for way in WAYS:
        row = resident(way)
        # Checkpointing puts hooks of its own before ours, which then see only some of its tensors.
        seen = way != "checkpoint"
        saved = f"{saved_peak(way, 20) / saved_peak(way, 1):.2f}" if seen else "-"
        figures = f"{row['T=1']:>18.1f}{row['T=20']:>10.1f}{row['ratio']:>8.2f}{saved:>13}"
        print(f"{way:<12}{figures}", flush=True)


if __name__ == "__main__":
    main()
