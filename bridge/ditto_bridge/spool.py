"""The spool: a folder through which hosts without sockets speak to the daemon.

`ditto-bridge watch` stands between it and the daemon. The folder is that of `ditto-bridge watch
--spool DIR`, else the environment's DITTO_DAW_SPOOL, else `ditto-daw/spool` in the user's data
folder: `$XDG_DATA_HOME` or `~/.local/share`, `~/Library/Application Support`, or `%LOCALAPPDATA%`.
Every file appears whole: it is written under a name that begins with a dot, then renamed.

| file | who writes | what |
|---|---|---|
| `requests/<id>.json` | host | a request as JSON (docs/osc.md); its id is the file's name |
| `cancel/<id>` | host | empty: cancel the job |
| `keep/<id>` | host | empty: stop and keep the best so far |
| `taken/<id>.json` | watcher | the request, from when the daemon has accepted it until it ends |
| `replies/<id>.json` | watcher | how the job stands, rewritten with every piece of news |
| `daemon.json` | watcher | how daemon and watcher stand, rewritten twice a second |

Of a clip that a host keeps as two mono files, a request's `path` may be the list of both, left
first: the watcher joins them in `joined/`. Blocks of a daemon on another machine are in `heard/`.

An id is made up by the host: 1 to 64 letters, digits or `. _ : -`, and not `:` where files may not
carry it. A request is taken over once: whatever dies and comes back, host, watcher or daemon, the
watcher hands the same id in again, and the daemon follows the job that it has or begins it anew.
The host deletes a reply once it has used it; the watcher sweeps what is older than a week.

`replies/<id>.json`::

    {"id": "…", "state": "waiting | accepted | running | done | failed | cancelled",
     "stage": "optimising", "step": 3, "of": 20, "seconds_left": 1.5 or null,
     "losses": {"intensity": 0.8}, "preview": "/…/preview.wav" or null,
     "blocks": [{"take": 0, "number": 0, "of": 4, "path": "/….wav", "begin": 0, "end": 661500,
                 "rate": 44100}],
     "takes": [{"path": "/….wav", "samples": 352800, "rate": 44100, "seed": 7, "figures": {}}],
     "error": {"code": "…", "argument": "…", "message": "a sentence"} or null,
     "updated": 1732300000.25}

"waiting": the daemon is not there, is still loading, or is full; the job is handed in when it can
be. `blocks` are what of a long clip can be heard before its take is there: put one after the other
they are that take, in temporary files. `takes` fills up one by one; their figures are complete when
the state is "done".

`daemon.json`::

    {"state": "missing | loading | ready | failed | no_bridge", "note": "a sentence or empty",
     "version": "0.1.0", "model": "…", "device": "cpu", "updated": 1732300000.25,
     "restarts": 0, "start": "the command line that starts the watcher and, with it, the daemon",
     "serve": "the one that starts the daemon alone",
     "capabilities": {"genres": ["house", …], …}}

"no_bridge" is the watcher's last word when it ends in order. A host that has not seen `updated`
change for 2 s says the same by itself and offers to run `start`; where the state is "missing", a
host offers `serve`. `restarts` counts the daemons that took over from another.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from ditto_daw.errors import DittoError
from ditto_daw.events import Block
from ditto_daw.requests.schema import IDENTITY

ENVIRONMENT = "DITTO_DAW_SPOOL"
HEARTBEAT = 0.5
"""Seconds between two writings of `daemon.json`."""
STALE = 2.0
"""Seconds without a heartbeat after which the watcher counts as gone."""
KEPT_DAYS = 7
ENDED = ("done", "failed", "cancelled")
HEARD = "heard"
"""Where blocks go that a daemon elsewhere has rendered."""
_FOLDERS = ("requests", "taken", "replies", "cancel", "keep", HEARD)


def default_folder() -> Path:
    """Where the spool lies unless told otherwise."""
    given = os.environ.get(ENVIRONMENT)
    return Path(given or Path(platformdirs.user_data_dir("ditto-daw", appauthor=False)) / "spool")


@dataclass
class Reply:
    """How a job stands; the content of `replies/<id>.json`."""

    id: str
    state: str = "waiting"
    stage: str = ""
    step: int = 0
    of: int = 0
    seconds_left: float | None = None
    losses: dict[str, float] = field(default_factory=dict)
    preview: str | None = None
    blocks: list[dict[str, Any]] = field(default_factory=list)
    takes: list[dict[str, Any]] = field(default_factory=list)
    error: dict[str, str] | None = None

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    def heard_of(self, block: Block) -> None:
        """A block, in the place of one that an earlier attempt at the job had made."""
        told = {name: value for name, value in asdict(block).items() if name != "asset"}
        same = block.take, block.number
        others = [one for one in self.blocks if (one["take"], one["number"]) < same]
        self.blocks = [*others, told]

    def fail(self, error: DittoError) -> None:
        """The job ends with an error, a cancel included."""
        self.state = "cancelled" if error.code == "cancelled" else "failed"
        self.error = None if error.code == "cancelled" else error.to_dict()


class Spool:
    """The folder, from the watcher's side or, in Python, from the host's. Makes its subfolders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in _FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)

    def waiting(self) -> dict[str, Path]:
        """Requests by id: those taken over before, then new ones, oldest first."""
        found: dict[str, Path] = {}
        for name in ("taken", "requests"):
            with contextlib.suppress(OSError):
                listed = [path for path in (self.folder / name).iterdir() if _named(path)]
                for path in sorted(listed, key=_age):
                    found.setdefault(path.stem, path)
        return found

    def wishes(self, name: str) -> list[str]:
        """The ids in `cancel` or `keep`."""
        with contextlib.suppress(OSError):
            return [path.name for path in (self.folder / name).iterdir() if _identity(path.name)]
        return []

    def take(self, identity: str) -> None:
        """The daemon has accepted a request."""
        with contextlib.suppress(FileNotFoundError):  # taken over before
            name = f"{identity}.json"
            (self.folder / "requests" / name).replace(self.folder / "taken" / name)

    def finish(self, reply: Reply) -> None:
        """Write a job's last reply; only then forget the request and what was wished of it."""
        self.write_reply(reply)
        for name in (f"requests/{reply.id}.json", f"taken/{reply.id}.json"):
            (self.folder / name).unlink(missing_ok=True)
        for name in ("cancel", "keep"):
            self.granted(name, reply.id)

    def granted(self, name: str, identity: str) -> None:
        """A wish has been passed on."""
        (self.folder / name / identity).unlink(missing_ok=True)

    def write_reply(self, reply: Reply) -> None:
        write_json(
            self.folder / "replies" / f"{reply.id}.json", asdict(reply) | {"updated": time.time()}
        )

    def read_reply(self, identity: str) -> dict[str, Any] | None:
        """How a job stands; None before the watcher has seen it."""
        return read_json(self.folder / "replies" / f"{identity}.json")

    def write_daemon(self, **said: Any) -> None:
        write_json(self.folder / "daemon.json", said | {"updated": time.time()})

    def read_daemon(self) -> dict[str, Any]:
        """What the watcher said last; state "no_bridge" where it has not spoken for a while."""
        said = read_json(self.folder / "daemon.json") or {"updated": 0}
        stale = time.time() - said["updated"] > STALE
        return said | {"state": "no_bridge"} if stale else said

    def submit(self, identity: str, request: dict[str, Any]) -> None:
        """Hand a request in, as a host does."""
        write_json(self.folder / "requests" / f"{identity}.json", request)

    def wish(self, name: str, identity: str) -> None:
        """Ask for a "cancel" or a "keep", as a host does."""
        (self.folder / name / identity).touch()

    def sweep(self) -> None:
        """Delete replies and half-written files of long ago."""
        oldest = time.time() - KEPT_DAYS * 86400
        for name in _FOLDERS:
            for path in (self.folder / name).iterdir():
                old = name != "taken" and _age(path) < oldest
                if old or (path.name.startswith(".") and _age(path) < time.time() - 60):
                    path.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """A file appears whole, or stays as it was."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(json.dumps(content), encoding="utf-8")
    for patience in (0.0, 0.01, 0.05):
        try:
            part.replace(path)
            return
        except PermissionError:  # Windows replaces no file that a host is just reading
            time.sleep(patience)
    part.unlink(missing_ok=True)


def read_json(path: Path) -> Any:
    """What a file holds; None where there is none, or nothing that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _named(path: Path) -> bool:
    return path.suffix == ".json" and _identity(path.stem)


def _identity(name: str) -> bool:
    return bool(IDENTITY.fullmatch(name))


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()
