"""What a job's owner is told, as (address, values without the id)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ditto_daw.events import Block, Done, Preview, Progress, Ready, Take
from ditto_daw.jobs.queue import Job

MOST_FIGURES = 48
"""Figures in a take message; /ditto/job/result has them all."""
MOST_LETTERS = 500
"""Of an argument or a sentence: both fit a packet in any alphabet."""
HUGE = 3e38
"""A 32-bit float holds no more; comparing with it also drops NaN."""

News = tuple[str, dict[str, Any]]


def step(event: Progress | Preview | Block | Ready) -> News:
    """A word while the job runs."""
    if isinstance(event, Ready):
        return _take(event.number, event.take)
    if isinstance(event, Block):
        return "/ditto/job/block", asdict(event) | {"asset": event.asset or ""}
    if isinstance(event, Preview):
        return "/ditto/job/preview", {
            "path": event.path,
            "asset": event.asset or "",
            "rows": _finite(event.losses),
        }
    return "/ditto/job/progress", {
        "stage": event.stage[:40],
        "step": event.step,
        "of": event.of,
        "seconds": -1.0 if event.seconds_left is None else event.seconds_left,
        "rows": _finite(event.losses),
    }


def end(job: Job) -> Iterator[News]:
    """The last words about a job that has ended: its takes, and how it ended."""
    if job.state == "done":
        takes = Done.from_dict(job.end).takes
        for index, take in enumerate(takes):
            yield _take(index, take)
        yield "/ditto/job/done", {"takes": len(takes)}
    elif job.state == "cancelled":
        yield "/ditto/job/cancelled", {}
    else:
        yield (
            "/ditto/job/fail",
            {
                "code": job.end["code"],
                "argument": job.end["argument"][:MOST_LETTERS],
                "sentence": job.end["message"][:MOST_LETTERS],
            },
        )


def line(job: Job) -> str:
    """A job in one line of the log, as name=value; free text comes last."""
    asked, now = job.request, time.monotonic()
    told = {
        "job": job.id,
        "state": job.state,
        "kind": asked.get("kind"),
        "use": asked.get("use"),
        "preset": asked.get("preset"),
        "waited": None if not job.submitted else f"{(job.begun or now) - job.submitted:.2f}",
        "worked": None if not job.begun else f"{now - job.begun:.2f}",
        "attempts": job.attempts,
        "takes": len(job.takes),
        "code": job.end.get("code"),
        "argument": job.end.get("argument"),
        "message": job.end.get("message"),
    }
    return " ".join(
        f"{name}={_one_line(str(value))}" for name, value in told.items() if value not in (None, "")
    )


def _one_line(text: str) -> str:
    """A text that cannot pretend to be another line."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:MOST_LETTERS]


def _take(index: int, take: Take) -> News:
    return "/ditto/job/take", {
        "index": index,
        "path": take.path,
        "asset": take.asset or "",
        "samples": take.samples,
        "rate": take.rate,
        "seed": take.seed,
        "rows": _finite(take.figures),
    }


def _finite(figures: dict[str, Any]) -> list[tuple[str, float]]:
    """The plain numbers among figures, as rows."""
    rows = [
        (name[:40], float(value))
        for name, value in figures.items()
        if isinstance(value, (int, float)) and abs(value) < HUGE
    ]
    return rows[:MOST_FIGURES]
