"""Python, the packages, the device and the model."""

from __future__ import annotations

import os
import platform
import sys
import time

from ditto_daw.doctor.base import Finding, Patient, check

OLDEST = (3, 10)
LEAST_MEMORY = 3 << 30


@check("python")
def python(patient: Patient) -> Finding:
    """Version and machine."""
    found = f"{platform.python_version()} on {platform.platform(terse=True)}"
    if sys.version_info < OLDEST:
        return Finding("bad", found, "Install Python 3.10 or newer, and set up again with it.")
    return Finding("good", found)


@check("torch")
def torch(patient: Patient) -> Finding:
    """PyTorch and torchaudio load, and belong together."""
    began = time.monotonic()
    advice = "Install both in the same version: pip install 'torch==2.11.*' 'torchaudio==2.11.*'"
    try:
        import torch
        import torchaudio
    except (ImportError, OSError) as error:
        return Finding("bad", str(error).splitlines()[0], advice)
    mine, other = torch.__version__, torchaudio.__version__
    found = f"{mine} with torchaudio {other}, loaded in {time.monotonic() - began:.1f} s"
    if mine.split("+")[0].split(".")[:2] != other.split("+")[0].split(".")[:2]:
        return Finding("bad", found, advice)
    return Finding("good", found)


@check("device")
def device(patient: Patient) -> Finding:
    """What "auto" would take, device and precision, and that arithmetic works there."""
    import torch

    from ditto_daw.models.precision import precision_of
    from ditto_daw.rendering.engine import choose_device
    from ditto_daw.requests.catalogue import AUTO

    name = choose_device(patient.device)
    try:
        total = float(torch.ones(64, 64, device=name).square().sum())
    except Exception as error:
        first = str(error).splitlines()[0]
        return Finding(
            "bad", f"{name} does not work: {first}", "Start the daemon with --device cpu."
        )
    if total != 64 * 64:
        return Finding("bad", f"{name} miscalculates", "Start the daemon with --device cpu.")
    precision = precision_of(AUTO, name)
    if name == "cpu":
        threads = torch.get_num_threads()
        found = f"cpu in {precision}, {threads} threads of {os.cpu_count()} processors"
        return Finding("good", found)
    what = torch.cuda.get_device_name() if name.startswith("cuda") else "Apple's GPU"
    return Finding("good", f"{name} in {precision}, {what}")


@check("memory")
def memory(patient: Patient) -> Finding:
    """Free memory, where the system tells it."""
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return Finding("good", "this system does not tell")
    found = f"{free / 2**30:.1f} of {whole / 2**30:.1f} GB unused"
    if whole < LEAST_MEMORY:
        return Finding("hint", found, "A render needs about 2 GB: close other programs first.")
    return Finding("good", found)


@check("model")
def model(patient: Patient) -> Finding:
    """The bundled weights are whole: they load."""
    from ditto_daw.models.bundled import WEIGHTS, Bundled

    began = time.monotonic()
    try:
        loaded = Bundled.load(WEIGHTS)
    except Exception as error:
        first = str(error).splitlines()[0]
        return Finding(
            "bad", f"{WEIGHTS.name}: {first}", "Install ditto-daw again: its weights are damaged."
        )
    count = sum(parameter.numel() for parameter in loaded.parameters()) / 1e6
    megabytes = WEIGHTS.stat().st_size / 1e6
    student = f", student of {', '.join(map(str, loaded.student_steps))} steps"
    return Finding(
        "good",
        f"{count:.1f} M weights ({megabytes:.0f} MB){student if loaded.student_steps else ''},"
        f" loaded in {time.monotonic() - began:.1f} s",
    )
