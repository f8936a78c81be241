"""A disk that is full or closed, a device without memory, an optimisation without numbers."""

from __future__ import annotations

import math
import os
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil

from ditto_daw.errors import OutOfMemory, OutputRefused, RenderFailed
from ditto_daw.events import Done, Event, Ready, Take
from ditto_daw.requests.request import Request
from ditto_daw.soak.base import Line, row
from ditto_daw.soak.ground import Ground, calling, half_files, quiet, renders, worker_of

SAMPLES = 441_000
BYTES = 2 * SAMPLES


@row
def full_disk(ground: Ground) -> Iterator[Line]:
    """The disk takes no more in the middle of a file: failed by name, nothing of it to be seen.

    A limit on the size of the worker's files stands in for the disk's end; only Linux has it.
    """
    place, count, rng = ground.place("full"), ground.count(100), random.Random(11)
    refused = 0
    with ground.serving(place) as daemon, calling(daemon.port) as client:
        worker = psutil.Process(worker_of(daemon.process.pid))
        if not hasattr(worker, "rlimit"):
            yield Line("a disk that is full", "tried on Linux", "not tried on this system", True)
            return
        limit, endless = psutil.RLIMIT_FSIZE, psutil.RLIM_INFINITY
        for number in range(count):
            worker.rlimit(limit, (rng.randrange(BYTES // 50, BYTES), endless))
            try:
                client.render({"id": f"job-{number}", "samples": SAMPLES, "iterations": 1})
            except OutputRefused as error:
                refused += error.argument == "output.folder"
        files, bad = len(list(place.glob("*.wav"))), half_files(place)
        worker.rlimit(limit, (endless, endless))
        done = len(client.render({"samples": SAMPLES}).takes)
    yield Line(
        f"{count} renders onto a disk that is full before their end",
        f"{count} refused by field, 0 files, 0 half files; the next one done",
        f"{refused} refused, {files} files, {bad} half files; {done} done",
        (refused, files, bad, done) == (count, 0, 0, 1),
    )


@row
def closed_folder(ground: Ground) -> Iterator[Line]:
    """A folder that takes no file: refused before anything is rendered."""
    place = ground.place("closed")
    closed = place / "closed"
    closed.mkdir(mode=0o500)
    if os.access(closed, os.W_OK):  # root may write anywhere but there
        closed = Path("/proc/sys")
    refused = 0
    with (
        ground.serving(place, roots=[closed]) as daemon,
        calling(daemon.port) as client,
    ):
        try:
            client.render({"samples": SAMPLES, "output": {"folder": str(closed)}})
        except OutputRefused as error:
            refused += error.argument == "output.folder"
    begun = sum(renders(place).values())
    yield Line(
        "a folder that cannot be written to",
        "refused by field, 0 renders begun",
        f"{'refused' if refused else 'taken'}, {begun} begun",
        bool(refused) and not begun,
    )


@row
def out_of_memory(ground: Ground) -> Iterator[Line]:
    """Devices with room for few or no variations: all takes of the seeds asked for, or a failure by
    name, and no file of an attempt that failed. Devices that say so stand in for real ones."""
    from ditto_daw.rendering.thrift import thrifty

    place, count, rng = ground.place("memory"), ground.count(300), random.Random(12)
    right = named = 0
    for number in range(count):
        asked, room, spare = rng.randrange(1, 5), rng.randrange(4), rng.randrange(2)
        request = Request.from_dict({"id": "job", "bars": 1, "seed": number, "variations": asked})
        folder = place / str(number)
        folder.mkdir()
        device, large = partial(_device, room, folder), partial(_device, asked, folder)
        try:
            with quiet():
                *_, last = thrifty(request, device, large if spare else None)
            takes = last.takes if isinstance(last, Done) else ()
            seeds = [take.seed for take in takes] == [number + each for each in range(asked)]
            right += seeds and len(list(folder.iterdir())) == asked
        except OutOfMemory as error:
            named += error.argument == "bars" and not room and not spare
            right += not list(folder.iterdir())
    yield Line(
        f"{count} renders on devices with little memory",
        f"{count} whole, or failed by name without a file",
        f"{right}, {named} of them failed by name",
        right == count,
    )


def _device(room: int, folder: Path, request: Request) -> Iterator[Event]:
    """A render that has memory for so many variations at once, and takes back what it wrote."""
    import torch

    takes: list[Take] = []
    try:
        for number in range(request.variations):
            if request.variations > room:
                raise torch.OutOfMemoryError("CUDA out of memory.")
            path = folder / f"{request.seed}-{number}.wav"
            path.touch()
            takes.append(Take(str(path), 1, 1, (request.seed or 0) + number))
            yield Ready(number, takes[-1])
    except BaseException:
        for take in takes:
            Path(take.path).unlink()
        raise
    yield Done(tuple(takes))


@row
def no_numbers(ground: Ground) -> Iterator[Line]:
    """A network whose values are no numbers now and then: the best that was finite is kept."""
    import torch

    from ditto_daw.diffusion.gradient import Losses
    from ditto_daw.diffusion.optimise import RETRIES, optimise
    from ditto_daw.diffusion.presets import Preset
    from ditto_daw.models.toy import GaussianToy
    from ditto_daw.samplers import exhaust

    count, rng, toy = ground.count(300), random.Random(13), GaussianToy.random(channels=4)
    preset = Preset(steps=3, iterations=12, rate=0.05)
    finite = named = retries = 0

    def nearly(x: torch.Tensor, t: float) -> torch.Tensor:
        return toy.denoise(x, t) * (math.nan if rng.random() < often else 1.0)

    def level(x0: torch.Tensor) -> Losses:
        loss = (x0.mean(dim=(1, 2)) - 0.4).square()
        return Losses(loss, {"level": loss})

    for number in range(count):
        often = rng.choice((0.01, 0.05, 0.3, 1.0))
        generator = torch.Generator().manual_seed(number)
        noise = torch.randn(2, 4, 16, generator=generator, dtype=torch.float64)
        try:
            found = exhaust(optimise(nearly, noise, level, preset))
            better = bool((found.losses.total <= found.start.total.nan_to_num(math.inf)).all())
            finite += bool(torch.isfinite(found.x0).all()) and better
            retries = max(retries, int(found.retries.max()))
        except RenderFailed:
            named += 1
    again = retries - (retries > RETRIES)  # the last count is where it gave up
    yield Line(
        f"{count} optimisations with values that are no numbers",
        f"{count} ended with the best finite latent or by name, at most {RETRIES} retries",
        f"{finite} finite, {named} by name, {again} retries",
        finite + named == count and again <= RETRIES,
    )
