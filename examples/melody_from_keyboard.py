"""Play a melody on a MIDI keyboard, hear a loop under it: a target in bars, at the tempo given.

ditto-daw serve                                            (in another terminal)
ditto-daw midi ports
python examples/melody_from_keyboard.py "part of the port's name" --tempo 120 --prompt "warm house"
ditto-daw play loop.wav --bars 4
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ditto_bridge import Client

from ditto_daw.errors import DittoError
from ditto_daw.live.record import Options, record, request
from ditto_daw.wire.messages import PORT


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("keyboard", help="part of a MIDI port's name")
    parser.add_argument("--tempo", type=float, default=120.0, help="quarters per minute")
    parser.add_argument("--bars", type=float, default=4.0)
    parser.add_argument("--prompt", default="", help='such as "dark techno"')
    parser.add_argument("--out", type=Path, default=Path("loop.wav"))
    parser.add_argument("--port", type=int, default=PORT)
    given = parser.parse_args(arguments)
    options = Options(given.keyboard, given.tempo, bars=given.bars, grid=0.25)
    try:
        with Client(port=given.port) as client:
            client.hello()  # before anything is played in vain
            recording = record(options)
            take = client.render(request(recording, options, given.prompt)).takes[0]
            client.get_asset(str(take.asset), given.out)
    except DittoError as error:
        print(error.message, file=sys.stderr)
        return 1
    print(f"{given.out}: {len(recording.notes)} notes, {take.samples} samples, seed {take.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
