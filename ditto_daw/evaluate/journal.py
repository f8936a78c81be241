"""The journal: one JSON line per finished trial, so that a run goes on where it was ended."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ditto_daw.evaluate.base import Outcome, Trial


class Journal:
    """Outcomes by trial, in a file that only grows.

    about: what else decides what a trial gives, beyond the trial: the model's fingerprint, seeds,
    lengths. Lines of anything else stay in the file and are left alone.
    """

    def __init__(self, path: Path, about: Mapping[str, Any]) -> None:
        self.path = path
        self._about = " ".join(f"{name}={value}" for name, value in sorted(about.items()))
        self._known: dict[str, Outcome] = {}
        if path.is_file():
            self._read()

    def key(self, trial: Trial) -> str:
        """The trial under these circumstances."""
        return f"{trial.text} {self._about}"

    def find(self, trial: Trial) -> Outcome | None:
        """What the trial gave, if it was done and its files are still there."""
        found = self._known.get(self.key(trial))
        if found and all((self.path.parent / name).is_file() for name in found.files.values()):
            return found
        return None

    def add(self, trial: Trial, outcome: Outcome, seconds: float) -> None:
        """Keeps an outcome; it is on the disk when this returns.

        What is absent may be here next time: it is remembered and not written.
        """
        self._known[self.key(trial)] = outcome
        if outcome.absent:
            return
        line = {"key": self.key(trial), "seconds": round(seconds, 3), "outcome": asdict(outcome)}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self) -> None:
        """A line that was cut off when the process died is done again."""
        text = self.path.read_text(encoding="utf-8")
        for row in text.splitlines():
            try:
                line = json.loads(row)
                told = line["outcome"]
                told |= {name: tuple(told[name]) for name in ("features", "embedding")}
                self._known[line["key"]] = Outcome(**told)
            except (ValueError, KeyError, TypeError):
                continue
        if text and not text.endswith("\n"):
            with self.path.open("a", encoding="utf-8") as file:
                file.write("\n")
