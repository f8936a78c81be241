"""A song of 64 bars in sections, heard from its beginning while the rest renders.

ditto-daw serve                                            (in another terminal)
python examples/song.py --prompt "warm house in A minor" --tempo 124
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from ditto_bridge import Client

from ditto_daw.errors import DittoError
from ditto_daw.wire.messages import PORT

SECTIONS = [
    {"bars": 8, "roles": ["drums", "pad"], "intensity": -9},
    {"bars": 16, "letter": "A", "intensity": -3},
    {"bars": 8, "letter": "B", "mood": "energetic", "intensity": 2},
    {"bars": 16, "letter": "A", "intensity": -3},
    {"bars": 8, "letter": "B", "mood": "energetic", "intensity": 2},
    {"bars": 8, "roles": ["chords", "pad"], "mood": "calm", "intensity": -9},
]
"""Each says how long it is and what is different in it; the rest is as in the whole."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompt", default="warm house in A minor")
    parser.add_argument("--tempo", type=float, default=124.0, help="quarters per minute")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--iterations", type=int, help="fewer are sooner ready")
    parser.add_argument("--port", type=int, default=PORT)
    given = parser.parse_args(arguments)
    request = {
        "kind": "clip",
        "tempo": {"tempos": [[0, given.tempo]]},
        "prompt": given.prompt,
        "sections": SECTIONS,
        "seed": given.seed,
        "iterations": given.iterations,
    }
    try:
        with Client(port=given.port) as client:
            client.hello()
            job = client.submit(request)
            # A block can be played as soon as it comes: what follows joins it without a gap.
            for block in job.blocks():
                begin, end = block.begin / block.rate, block.end / block.rate
                print(f"{begin:.0f} to {end:.0f} s, {block.number + 1} of {block.of}: {block.path}")
            take = job.wait().takes[0]
    except DittoError as error:
        print(error.message, file=sys.stderr)
        return 1
    print(take.path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
