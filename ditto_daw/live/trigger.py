"""Notes that start jobs: each chosen note hands its own request in."""

from __future__ import annotations

import json
import queue
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ditto_daw.errors import BadRequest, BrokenFile, DittoError, FileMissing
from ditto_daw.live.recorder import NOTE_ON

Request = dict[str, Any]


class Triggers:
    """Requests by note. `feed` may be called from any thread; `run` hands them in one by one."""

    def __init__(self, requests: Mapping[int, Request]) -> None:
        self.requests = dict(requests)
        self._pressed: queue.SimpleQueue[int | None] = queue.SimpleQueue()

    def feed(self, _: float, message: Sequence[int]) -> None:
        """Any MIDI message; a note that starts nothing is left alone."""
        pressed = len(message) == 3 and message[0] & 0xF0 == NOTE_ON and message[2] > 0
        if pressed and message[1] in self.requests:
            self._pressed.put(message[1])

    def end(self) -> None:
        """Let `run` return after what was pressed before."""
        self._pressed.put(None)

    def run(
        self, submit: Callable[[Request], str], tell: Callable[[str], None], wait: float = 0.2
    ) -> None:
        """Hand in whatever is pressed, with a fresh id and seed each time, until `end`.

        submit: hands a request in and returns its job's id. What it refuses is told, and the next
        note is waited for.
        """
        while True:
            try:
                note = self._pressed.get(timeout=wait)  # in pieces: Ctrl-C must come through
            except queue.Empty:
                continue
            if note is None:
                return
            request = self.requests[note] | {"id": f"note-{note}-{secrets.token_hex(4)}"}
            try:
                tell(f"note {note}: job {submit(request)}")
            except DittoError as error:
                tell(f"note {note}: {error.message}")


def read_map(words: Sequence[str]) -> dict[int, Request]:
    """From "60=request.json" and so on. Raises BadRequest, FileMissing or BrokenFile."""
    requests: dict[int, Request] = {}
    for word in words:
        note, equals, name = word.partition("=")
        if not equals or not note.isdecimal() or int(note) > 127:
            raise BadRequest("note", f'"{word}" must be NOTE=FILE with a note from 0 to 127.')
        path = Path(name)
        if not path.is_file():
            raise FileMissing("note", f"There is no file {path}.")
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BrokenFile("note", f"{path} is no JSON: {error}.") from None
        if not isinstance(read, dict):
            raise BrokenFile("note", f"{path} must hold a request: a JSON object.")
        requests[int(note)] = read
    return requests
