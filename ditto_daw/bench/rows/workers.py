"""One worker process against two, each on a device or a core of its own: jobs a minute."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from dataclasses import replace

import torch

from ditto_daw.bench.base import Line, row
from ditto_daw.bench.stand import Stand, step_calls
from ditto_daw.diffusion.presets import PRESETS
from ditto_daw.errors import RenderFailed
from ditto_daw.jobs.fleet import Fleet
from ditto_daw.jobs.posts import Post, posts
from ditto_daw.jobs.supervisor import ENGINE

JOBS, STEPS = 12, 4
"""Renders of as many optimisation steps each: equal work, whatever the seed."""
GOAL = 1.8
PATIENCE = 600.0


@row(60, lambda stand: 1.7 * JOBS * STEPS * step_calls(stand.usual))
def workers(stand: Stand) -> Iterator[Line]:
    """Jobs that wait in a line, from the first one's start to the last one's end; the model is the
    bundled one, whatever else is measured."""
    found = _posts(stand)
    if len(found) < 2:
        yield Line("two workers", note="left out: there is no second device")
        return
    alone, both = (_seconds_a_job(stand, found[:count]) for count in (1, 2))
    on = " and ".join(_named(post) for post in found)
    yield Line("a job, one worker", total=alone, note=f"{60 / alone:.1f} jobs a minute")
    gain = alone / both
    note = f"{60 / both:.1f} jobs a minute on {on}, {gain:.2f} × those of one; goal {GOAL}"
    yield Line("a job, two workers", total=both, note=note)


def _posts(stand: Stand) -> tuple[Post, ...]:
    """Two CUDA devices, or two cores of the CPU; each worker has one, also when it is alone."""
    if stand.model.device.type == "cuda":
        devices = ["cuda:0", "cuda:1"][: torch.cuda.device_count()]
    else:
        devices = ["cpu", "cpu"]
    both = posts(Post(ENGINE, ",".join(devices), stand.folder))
    return tuple(replace(post, cores=post.cores[:1]) for post in both)


def _named(post: Post) -> str:
    return f"core {post.cores[0]}" if post.cores else post.device


def _seconds_a_job(stand: Stand, found: tuple[Post, ...]) -> float:
    told: queue.SimpleQueue[None] = queue.SimpleQueue()
    fleet = Fleet(found, lambda: told.put(None))
    fleet.start()
    try:
        while "(loading)" in fleet.devices and fleet.state != "failed":  # some are loading
            told.get(timeout=PATIENCE)
            fleet.events()
        # What is loaded at a first call is nothing of a job.
        _until(fleet, told, "first", stand, len(found))
        began = time.perf_counter()
        _until(fleet, told, "job", stand, JOBS)
        return (time.perf_counter() - began) / JOBS
    finally:
        fleet.close()


def _until(
    fleet: Fleet, told: queue.SimpleQueue[None], name: str, stand: Stand, count: int
) -> None:
    """Render so many loops of consecutive seeds, each given away as soon as a worker is idle."""
    chosen = "teacher" if stand.missing(PRESETS["default"]) else "default"
    given, done = 0, 0
    while done < count:
        while given < count and fleet.takes(False):
            request = stand.asked(id=f"{name}-{given}", preset=chosen, seed=given, iterations=STEPS)
            fleet.render(f"{name} {given}", request.to_dict())
            given += 1
        told.get(timeout=PATIENCE)
        for event in fleet.events():
            if event["event"] == "fail" or fleet.state == "failed":
                raise RenderFailed("", event.get("message", fleet.note))
            done += event["event"] == "done"
