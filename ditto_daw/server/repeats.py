"""Last replies, repeated ever more slowly until they are acknowledged: UDP loses packets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

FIRST_SECONDS = 0.5
MOST_SECONDS = 8.0
MOST_TIMES = 10


@dataclass
class _Repeat:
    due: float
    wait: float
    times: int = 0


class Repeats:
    """Which jobs' last replies are to be sent again, and when. Times in monotonic seconds."""

    def __init__(self) -> None:
        self._jobs: dict[str, _Repeat] = {}

    def add(self, job: str, now: float) -> None:
        """The last reply of a job has just been sent for the first time, or asked for again."""
        self._jobs[job] = _Repeat(now + FIRST_SECONDS, FIRST_SECONDS)

    def acknowledge(self, job: str) -> None:
        """It has arrived."""
        self._jobs.pop(job, None)

    def pending(self, job: str) -> bool:
        """Whether it has not been acknowledged yet, nor given up."""
        return job in self._jobs

    def due(self, now: float) -> Iterator[str]:
        """Jobs whose last reply is to be sent now; each waits twice as long the next time."""
        for job, repeat in list(self._jobs.items()):
            if repeat.due <= now:
                repeat.times += 1
                repeat.wait = min(2 * repeat.wait, MOST_SECONDS)
                repeat.due = now + repeat.wait
                if repeat.times >= MOST_TIMES:
                    del self._jobs[job]  # state brings it again at any time
                yield job

    def seconds(self, now: float, most: float) -> float:
        """Time until the next is due, at most `most`."""
        return max(0.0, min([most, *(repeat.due - now for repeat in self._jobs.values())]))
