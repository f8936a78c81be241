"""Hear some drafts, choose one, give it a lane, then re-do a bar of it.

ditto-daw serve                                            (in another terminal)
python examples/draft_choose_control.py draft --prompt "warm house in C minor" --tempo 124
python examples/draft_choose_control.py choose draft-2.wav --lane examples/lane.csv
python examples/draft_choose_control.py redo chosen.wav 3 4

Ctrl-C stops a render and keeps the best so far.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ditto_bridge import Client

from ditto_daw.errors import DittoError
from ditto_daw.events import Done, Event, Preview, Progress, Ready, Take
from ditto_daw.wire.messages import PORT


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        with Client(given.host, given.port) as client:
            client.hello()
            given.run(client, given)
    except DittoError as error:
        print(f"\n{error.message}", file=sys.stderr)
        return 1
    return 0


def draft(client: Client, given: argparse.Namespace) -> None:
    """Each draft is there as soon as it is ready."""
    request = {
        "kind": "draft",
        "bars": given.bars,
        "tempo": given.tempo,
        "prompt": given.prompt,
        "variations": given.drafts,
    }
    for event in client.submit(request).events():
        if isinstance(event, Ready):
            fetch(client, event.take, Path(f"draft-{event.number}.wav"))


def choose(client: Client, given: argparse.Namespace) -> None:
    """The lane is all that must be said: everything else is the draft's."""
    with given.lane.open(newline="", encoding="utf-8") as file:
        points = [[float(quarter), float(value)] for quarter, value in csv.reader(file)]
    request = {
        "from": {"path": client.put_asset(given.file)},
        "curve": {"points": points, "unit": "db"},
    }
    fetch(client, follow(client, request).takes[0], Path("chosen.wav"))


def redo(client: Client, given: argparse.Namespace) -> None:
    """Everything but the bars stays as it is, sample for sample."""
    request = {
        "use": "redo",
        "from": {"path": client.put_asset(given.file)},
        "redo": {"start": given.start, "end": given.end},
    }
    fetch(client, follow(client, request).takes[0], Path("redone.wav"))


def follow(client: Client, request: dict[str, Any]) -> Done:
    """Wait for a job; whoever has heard enough presses Ctrl-C and has the best so far."""
    job = client.submit(request)
    while True:
        try:
            return job.wait(show)
        except KeyboardInterrupt:
            job.keep()


def fetch(client: Client, take: Take, to: Path) -> None:
    client.get_asset(str(take.asset), to)
    print(f"\r{to}: {take.samples} samples at {take.rate} Hz, seed {take.seed}")


def show(event: Event) -> None:
    """One line that is written over; the best so far on a line of its own."""
    if isinstance(event, Progress):
        print(f"\r{event.stage} {event.step} of {event.of}    ", end="", flush=True)
    elif isinstance(event, Preview):
        print(f"\rto be heard: {event.path}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=PORT)
    commands = parser.add_subparsers(required=True, metavar="command")
    one = commands.add_parser("draft", help="some drafts: draft-0.wav and so on")
    one.add_argument("--prompt", default="", help='such as "dark techno in A minor"')
    one.add_argument("--tempo", type=float, default=120.0, help="quarters per minute")
    one.add_argument("--bars", type=float, default=4.0)
    one.add_argument("--drafts", type=int, default=4)
    one.set_defaults(run=draft)
    two = commands.add_parser("choose", help="one of them under a lane: chosen.wav")
    two.add_argument("file", type=Path)
    two.add_argument("--lane", type=Path, required=True, help="CSV of quarter and dB")
    two.set_defaults(run=choose)
    three = commands.add_parser("redo", help="some bars of a result once more: redone.wav")
    three.add_argument("file", type=Path)
    three.add_argument("start", type=float, help="first bar, from 0")
    three.add_argument("end", type=float, help="bar before which to stop; may wrap")
    three.set_defaults(run=redo)
    return parser


if __name__ == "__main__":
    sys.exit(main())
