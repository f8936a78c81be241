"""What an evaluation leaves: Markdown, JSON, pictures, and what it was done with."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from ditto_daw import signal
from ditto_daw.bench.machine import device_name, load_average
from ditto_daw.evaluate.base import FIGURES, Table
from ditto_daw.evaluate.lab import Lab
from ditto_daw.evaluate.write import markdown, page, to_json
from ditto_daw.models.bundled import WEIGHTS

if TYPE_CHECKING:
    from ditto_daw.evaluate.run import Options

SHARED = (
    "What is alike in all tables, and differs from the paper: clips of {seconds:.1f} s at"
    " 44.1 kHz from a latent model of {parameters:.1f} M parameters that was trained on music that"
    " this project composes (paper: 6 s at 22.05 kHz, 41 M, 1800 hours of licensed music). The"
    " model is told genre, mood and tempo as the paper's is, and beside them where the beats and"
    " bars lie; its input for the known part of a clip is switched off. Every method of a row"
    " number begins at the same x_T, prompt and target. Intensity is in dB below full scale, RMS"
    " over two hops, smoothed over one second; its curves lie about the genre's mean of the"
    " training music. Melodies are accurate where the strongest pitch class of the audio above C4"
    " is the note's. All is measured on the finished audio. Optimisers rest when every control is"
    " within its own tolerance, unless a row or a table says otherwise. Known music is what the"
    " model itself plays of the same prompt on another seed.",
    "FAD-CLAP and CLAP score need the weights of `laion/larger_clap_music` on this machine:"
    " {clap}. *Distance to music* is another measure: kernel distance on statistics of log-mel,"
    " MFCC and chroma, 0 % held-out music, 100 % the median distance of two genres: {music}. It is"
    " noisy for few clips. Brackets are 95 % bootstrap intervals over the pairs; of very few pairs"
    " they tell nothing. (paper …) is the paper's own number; what was not run says so.",
)


def place(name: str) -> tuple[bool, int]:
    """Where a table or figure stands: tables by number, then figures."""
    return not name.isdigit(), int(name.rpartition("-")[2])


def circumstances(lab: Lab) -> dict[str, Any]:
    """What the figures were measured with."""
    return {
        "device": device_name(lab.model.device),
        "threads": torch.get_num_threads(),
        "processors": os.cpu_count() or 1,
        "torch": torch.__version__,
        "measured": f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
        "call_seconds": round(lab.call_seconds, 4),
        "load_average": round(load_average(), 1),
        "weights": _weights(lab),
        **lab.about,
    }


def _weights(lab: Lab) -> str:
    """The name that the model's weights go by, where a file beside them tells."""
    file = lab.model.file or WEIGHTS
    told = file.with_name("capabilities.json")
    return str(json.loads(told.read_text(encoding="utf-8"))["model"] if told.is_file() else file)


def lead(lab: Lab, told: dict[str, Any]) -> list[str]:
    """The sentences above all tables."""
    frames = lab.settings.frames
    filled = {
        "seconds": frames * signal.HOP / signal.RATE,
        "parameters": sum(p.numel() for p in lab.model.unet.parameters()) / 1e6,
        "clap": "absent" if lab.clap is None else "present",
        "music": "absent, for no set was given (--reference)" if lab.music is None else "present",
    }
    sentences = [text.format(**filled) for text in SHARED]
    about = ", ".join(f"{name} {value}" for name, value in told.items())
    return [
        part
        for text in (*sentences, f"Written by `ditto-daw evaluate`: {about}.")
        for part in (text, "")
    ]


def write(
    lab: Lab,
    built: dict[str, Table],
    drawn: Sequence[str],
    options: Options,
    told: dict[str, Any],
) -> None:
    """Tables as Markdown and JSON; figures as PNG beside the Markdown."""
    target = options.markdown or options.out / "results.md"
    parts = [
        markdown(lab, name, built[name], options.n)
        if name in built
        else _figure(lab, name, target.parent, options.n)
        for name in sorted((*built, *drawn), key=place)
    ]
    text = page("The paper's tables on this model", lead(lab, told), parts)
    target.write_text(text, encoding="utf-8")
    found = {name: to_json(lab, one, options.n) for name, one in built.items()}
    text = json.dumps(told | {"tables": found}, indent=1, default=str)
    (options.out / "results.json").write_text(text + "\n", encoding="utf-8")


def _figure(lab: Lab, name: str, folder: Path, n: int) -> str:
    """A figure's pictures on the disk, and its section."""
    figure = FIGURES[name]
    known = ((trial, lab.journal.find(trial)) for trial in figure.trials(n))
    outcomes = {trial: one for trial, one in known if one is not None and not one.absent}
    heading = f"Table {name}" if name.isdigit() else name.replace("-", " ").capitalize()
    parts = [f"## {heading}: {figure.title}", ""]
    if figure.differences:
        parts += [figure.differences, ""]
    if not outcomes:
        return "\n".join([*parts, "Not run.", ""])
    (folder / "pictures").mkdir(exist_ok=True)
    for title, png in figure.draw(lab, outcomes).items():
        path = folder / "pictures" / f"{name}-{re.sub('[^a-z0-9]+', '-', title.lower())}.png"
        path.write_bytes(png)
        parts += [f"![{title}](pictures/{path.name})", ""]
    return "\n".join([*parts, *figure.tell(lab, outcomes), ""])
