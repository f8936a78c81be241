"""A new loop whose loudness follows an automation lane from a CSV: one `quarter,dB` a line.

ditto-daw serve                                            (in another terminal)
python examples/loop_under_lane.py examples/lane.csv --prompt "energetic house"
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from ditto_bridge import Client

from ditto_daw.errors import DittoError
from ditto_daw.wire.messages import PORT


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lane", type=Path, help="CSV without a header")
    parser.add_argument("--tempo", type=float, default=120.0, help="quarters per minute")
    parser.add_argument("--bars", type=float, default=4.0)
    parser.add_argument("--prompt", default="")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--port", type=int, default=PORT)
    given = parser.parse_args(arguments)
    with given.lane.open(newline="", encoding="utf-8") as file:
        points = [[float(quarter), float(value)] for quarter, value in csv.reader(file)]
    request = {
        "kind": "loop",
        "use": "new",
        "tempo": {"tempos": [[0, given.tempo]], "meters": [[0, 4, 4]]},
        "bars": given.bars,
        "curve": {"points": points, "unit": "db"},
        "prompt": given.prompt,
        "seed": given.seed,
    }
    try:
        with Client(port=given.port) as client:
            client.hello()
            take = client.render(request).takes[0]
    except DittoError as error:
        print(error.message, file=sys.stderr)
        return 1
    print(take.path)
    if lane := take.figures.get("intensity"):
        print(
            f"{lane['achieved']:.2f} dB² from the lane, {lane['uncontrolled']:.2f} without control"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
