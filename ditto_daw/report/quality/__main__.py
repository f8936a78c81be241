"""`python -m ditto_daw.report.quality --data SET`: the figures of quality beside their goals.

Samples are rendered under what is true of held-out composed clips and compared with other held-out
clips; loops are rendered as the product does from genre, key, tempo and meter; controlled loops
follow hand-made curves and lead sheets. Audio is measured, not the mel that it was made from.
The judge of genre and roles is trained on SET where SET/judge.safetensors (--judge) is missing.
A JSON file that holds rows of the same weights keeps those that are not measured again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
from dataclasses import fields
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import torch

from ditto_daw.models.bundled import WEIGHTS
from ditto_daw.presets import PRESETS
from ditto_daw.report.material import LEAD_SHEETS
from ditto_daw.report.quality import rows
from ditto_daw.report.quality.base import ROWS, Line
from ditto_daw.report.quality.decoders import DECODERS, USUAL
from ditto_daw.report.quality.table import bounded, earlier, into_card, markdown, to_json
from ditto_daw.report.quality.workshop import Settings, Workshop

__all__ = ["main", "rows"]


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="The figures of quality beside their goals.")
    parser.add_argument("--data", type=Path, required=True, help="the set that was trained on")
    parser.add_argument("--reference", type=Path, help="a set that nothing was trained on")
    parser.add_argument("--real", type=Path, help="folder of recorded clips, for the vocoder")
    parser.add_argument("--stereo", type=Path, help="the set that the stereo stage learnt from")
    parser.add_argument("--sheets", type=Path, default=LEAD_SHEETS, help="lead_sheets.json")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--judge", type=Path, help="SET/judge.safetensors where left out")
    parser.add_argument("--n", type=int, default=96, help="samples, and loops")
    parser.add_argument("--renders", type=int, default=6, help="of each of three kinds of control")
    parser.add_argument("--decoder", choices=list(DECODERS), default=USUAL, help="of the samples")
    parser.add_argument("--preset", choices=list(PRESETS), default="default", help="of all loops")
    parser.add_argument("--seed", type=int, default=1, help="of the first sample")
    parser.add_argument("--only", nargs="+", choices=sorted(ROWS), help="these rows alone")
    parser.add_argument("--json", type=Path, help="write, or bring up to date, all figures here")
    parser.add_argument("--markdown", type=Path, help="write the table here")
    parser.add_argument("--card", type=Path, help="write the table into this model card")
    return parser.parse_args()


def measured(shop: Workshop, name: str) -> list[Line]:
    """The lines of one row, each printed as soon as it is known."""
    shop.say(name)
    found = []
    for one in ROWS[name].measure(shop):
        found.append(one)
        goal = f"  goal {one.goal.sense} {one.goal.limit:g}" if one.goal else ""
        print(f"{one.figure}: {bounded(one)}  n {one.n}{goal}  ({one.beside})", flush=True)
    return found


def main() -> None:
    """Measure, print, write after every row."""
    given = options()
    keys = (field.name for field in fields(Settings))
    shop = Workshop(Settings(**{key: getattr(given, key) for key in keys}))
    names = sorted(given.only or ROWS, key=lambda name: ROWS[name].order)
    fingerprint = hashlib.sha256(given.weights.read_bytes()).hexdigest()[:12]
    seconds = sum(ROWS[name].seconds(given.n, given.renders) for name in names)
    shop.say(f"weights {fingerprint}; about {seconds / 60:.0f} minutes on one idle core")
    found = earlier(given.json, fingerprint) if given.json else {}
    table = ""
    for name in names:
        found[name] = measured(shop, name)
        made_with: dict[str, Any] = {
            "weights": fingerprint,
            "measured": f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
            "threads": torch.get_num_threads(),
            "processors": os.cpu_count(),
        }
        table = markdown(made_with, found)
        if given.json:
            text = json.dumps(to_json(made_with, found), indent=1)
            given.json.write_text(text + "\n", encoding="utf-8")
        if given.markdown:
            given.markdown.write_text(table, encoding="utf-8")
        if given.card:
            into_card(given.card, table)
    print(f"\n{table}")


if __name__ == "__main__":
    main()
