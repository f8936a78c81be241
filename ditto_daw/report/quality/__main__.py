"""`python -m ditto_daw.report.quality --data SET`: the figures of quality beside their goals.

Samples are rendered under what is true of held-out composed clips and compared with other held-out
clips; loops are rendered as the product does from genre, key, tempo and meter; controlled loops
follow hand-made curves and lead sheets. Audio is measured, not the mel that it was made from.
The judge of genre and roles is trained on SET where SET/judge.safetensors (--judge) is missing.
A JSON file that holds rows of the same weights keeps those that are not measured again; --join
takes in those that other processes wrote, so that several may share the rows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import time
from dataclasses import fields
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import torch

from ditto_daw.diffusion.presets import PRESETS
from ditto_daw.models.bundled import WEIGHTS
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
    parser.add_argument("--n", type=int, default=96, help="samples")
    parser.add_argument("--loops", type=int, help="loops of the product; as many where left out")
    parser.add_argument("--renders", type=int, default=6, help="of each of three kinds of control")
    parser.add_argument("--minutes", type=float, default=math.inf, help="of control, at most")
    parser.add_argument("--decoder", choices=list(DECODERS), default=USUAL, help="of the samples")
    parser.add_argument("--preset", choices=list(PRESETS), default="default", help="of all loops")
    parser.add_argument("--seed", type=int, default=1, help="of the first sample")
    parser.add_argument("--only", nargs="+", choices=sorted(ROWS), help="these rows alone")
    parser.add_argument(
        "--join",
        type=Path,
        nargs="+",
        default=[],
        metavar="JSON",
        help="take in rows of the same weights; only what --only names is then measured",
    )
    parser.add_argument("--json", type=Path, help="write, or bring up to date, all figures here")
    parser.add_argument("--markdown", type=Path, help="write the table here")
    parser.add_argument("--card", type=Path, help="write the table into this model card")
    given = parser.parse_args()
    given.loops = given.n if given.loops is None else given.loops
    return given


def measured(shop: Workshop, name: str) -> list[Line]:
    """The lines of one row, each printed as soon as it is known."""
    shop.say(name)
    began, found = time.process_time(), []
    for one in ROWS[name].measure(shop):
        found.append(one)
        goal = f"  goal {one.goal.sense} {one.goal.limit:g}" if one.goal else ""
        print(f"{one.figure}: {bounded(one)}  n {one.n}{goal}  ({one.beside})", flush=True)
    shop.say(f"{name}: {time.process_time() - began:.0f} s of processor time")
    return found


def main() -> None:
    """Measure, print, write after every row."""
    given = options()
    keys = (field.name for field in fields(Settings))
    shop = Workshop(Settings(**{key: getattr(given, key) for key in keys}))
    wanted = given.only or ([] if given.join else ROWS)
    names = sorted(wanted, key=lambda name: ROWS[name].order)
    fingerprint = hashlib.sha256(given.weights.read_bytes()).hexdigest()[:12]
    seconds = sum(ROWS[name].seconds(shop.settings) for name in names)
    shop.say(f"weights {fingerprint}; about {seconds / 60:.0f} minutes on one idle core")
    found: dict[str, list[Line]] = {}
    for path in [given.json, *given.join]:
        known = earlier(path, fingerprint) if path else {}
        found |= known
        if path in given.join and not known:
            shop.say(f"{path} holds nothing of these weights")
    table = published(given, fingerprint, found) if given.join else ""
    for name in names:
        found[name] = measured(shop, name)
        table = published(given, fingerprint, found)
    print(f"\n{table}")


def published(given: argparse.Namespace, fingerprint: str, found: dict[str, list[Line]]) -> str:
    """The table of what is known so far, written wherever it was asked for."""
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
    return table


if __name__ == "__main__":
    main()
