"""Extend a clip into a loop of whole bars, and send the clip along: the daemon may be elsewhere.

ditto-daw serve                                            (in another terminal)
python examples/loop_from_clip.py clip.wav --tempo 120 --bars 8
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ditto_bridge import Client

from ditto_daw.errors import DittoError
from ditto_daw.events import Event, Progress
from ditto_daw.wire.messages import PORT


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--tempo", type=float, required=True, help="quarters per minute")
    parser.add_argument("--bars", type=float, required=True, help="of the loop, clip included")
    parser.add_argument("--prompt", default="", help='such as "dark techno in A minor"')
    parser.add_argument("--out", type=Path, default=Path("loop.wav"))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=PORT)
    given = parser.parse_args(arguments)
    try:
        with Client(given.host, given.port) as client:
            client.hello()
            request = {
                "kind": "loop",
                "use": "extend",
                "source": {"path": client.put_asset(given.clip)},
                "tempo": {"tempos": [[0, given.tempo]], "meters": [[0, 4, 4]]},
                "bars": given.bars,
                "prompt": given.prompt,
            }
            take = client.render(request, show).takes[0]
            client.get_asset(str(take.asset), given.out)
    except DittoError as error:
        print(f"\n{error.message}", file=sys.stderr)
        return 1
    print(f"\n{given.out}: {take.samples} samples at {take.rate} Hz, seed {take.seed}")
    return 0


def show(event: Event) -> None:
    """One line that is written over."""
    if isinstance(event, Progress):
        print(f"\r{event.stage} {event.step} of {event.of}    ", end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
