"""What the daemon must still know after a power cut: every accepted job, and how it ended.

SQLite, because a file that survives `kill -9` at any moment is its profession. One row a job; the
row is on the disk before the client hears "accepted", and again before it hears how the job ended.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

FILE = ".journal.sqlite"
_TABLE = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    place INTEGER NOT NULL,
    state TEXT NOT NULL,
    acknowledged INTEGER NOT NULL,
    request TEXT NOT NULL,
    takes TEXT NOT NULL,
    end TEXT NOT NULL
)
"""
_SAVE = "INSERT OR REPLACE INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?)"

log = logging.getLogger(__name__)


class Entry(NamedTuple):
    """One job as the journal has it; attributes as in `queue.Job`, `place` is its order."""

    id: str
    owner: str
    place: int
    state: str
    acknowledged: bool
    request: dict[str, Any]
    takes: dict[int, dict[str, Any]]
    end: dict[str, Any]


class Journal:
    """The jobs in a file. For one thread.

    A file that is no journal any more is put aside under another name, and a new one begun: a
    damaged history must not keep the daemon from working.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._open(path)
        except sqlite3.DatabaseError as error:
            aside = path.with_suffix(".damaged")
            log.warning("the journal cannot be read (%s): put aside as %s", error, aside.name)
            self._base.close()
            path.replace(aside)
            for more in ("-wal", "-shm"):
                path.with_name(path.name + more).unlink(missing_ok=True)
            self._open(path)

    def _open(self, path: Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None)  # every statement is a commit
        self._base.execute("PRAGMA journal_mode = WAL")
        # With a write-ahead log this survives any death of the process without an fsync per row.
        self._base.execute("PRAGMA synchronous = NORMAL")
        self._base.execute(_TABLE)
        self._base.execute("SELECT count(*) FROM jobs").fetchone()

    def save(self, entry: Entry) -> None:
        """Write a job, or write it again."""
        told = (json.dumps(each, default=float) for each in entry[5:])
        self._base.execute(_SAVE, (*entry[:5], *told))

    def forget(self, identities: Iterable[str]) -> None:
        """Drop jobs that are remembered no more."""
        self._base.executemany("DELETE FROM jobs WHERE id = ?", [(each,) for each in identities])

    def entries(self) -> Iterator[Entry]:
        """Every job, in the order of submission. A row that cannot be read is left out."""
        for identity, owner, place, state, seen, *texts in self._base.execute(
            "SELECT id, owner, place, state, acknowledged, request, takes, end FROM jobs"
            " ORDER BY place"
        ).fetchall():
            try:
                request, takes, end = map(json.loads, texts)
                numbered = {int(number): take for number, take in takes.items()}
                yield Entry(identity, owner, place, state, bool(seen), request, numbered, end)
            except (ValueError, AttributeError) as error:
                log.warning("job %s of the journal cannot be read: %s", identity, error)

    def close(self) -> None:
        """Write everything to the one file."""
        self._base.close()
