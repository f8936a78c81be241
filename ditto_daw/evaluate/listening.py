"""The listening test of table 4: a blind page of stimuli, and what the answers to it say.

The page holds the sounds and nothing that tells which method made one; that stands in the key, a
file of its own. Whoever listens sees groups and sounds in an order of their own.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from ditto_daw import signal
from ditto_daw.errors import BrokenFile
from ditto_daw.files.audiowrite import quantised

DEPTH = "PCM_16"
HIGHEST = 100


@dataclass(frozen=True, eq=False)
class Stimulus:
    """Mono audio (n,) at `signal.RATE`: what one method made of one task of one pair."""

    task: str
    number: int
    method: str
    audio: NDArray[np.float32]

    @property
    def group(self) -> str:
        """What is heard beside it."""
        return f"{self.task}/{self.number}"

    @property
    def flac(self) -> bytes:
        """The sound as a file."""
        stream = io.BytesIO()
        sound = quantised(np.asarray(self.audio, dtype=np.float64)[:, None], DEPTH)
        soundfile.write(stream, sound, signal.RATE, DEPTH, format="FLAC")
        return stream.getvalue()


def _hidden(*parts: str) -> str:
    return sha256("/".join(parts).encode()).hexdigest()[:12]


def page_and_key(stimuli: Sequence[Stimulus], questions: Mapping[str, str]) -> tuple[str, str]:
    """The HTML page and the key (JSON) of the stimuli.

    questions: by task, what is asked of a group. Names in the page are hashes of the sounds, so
    that nothing in it tells a method from another.
    """
    groups: dict[str, dict[str, Any]] = {}
    key: dict[str, dict[str, Any]] = {}
    for one in stimuli:
        data = one.flac
        name = _hidden(one.group, sha256(data).hexdigest())
        group = _hidden(one.group)
        empty = {"id": group, "question": questions[one.task], "sounds": []}
        src = f"data:audio/flac;base64,{base64.b64encode(data).decode('ascii')}"
        groups.setdefault(group, empty)["sounds"].append({"id": name, "src": src})
        key[name] = {"task": one.task, "number": one.number, "method": one.method}
    for made in groups.values():
        made["sounds"].sort(key=lambda sound: sound["id"])
    page = _hidden(*sorted(key))
    told = {"page": page, "groups": sorted(groups.values(), key=lambda group: group["id"])}
    return _document(told), json.dumps({"page": page, "stimuli": key}, indent=1) + "\n"


def _document(told: dict[str, Any]) -> str:
    style = files("ditto_daw.report").joinpath("style.css").read_text("utf-8")
    script = files("ditto_daw.evaluate").joinpath("listening.js").read_text("utf-8")
    lead = (
        "Listen to all sounds of a group, then rate the quality of each as music from 0 (worst) to"
        f" {HIGHEST} (best). All of them answer the same request. Save your answers at the end."
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Listening test</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>Listening test</h1>
<p class="lead">{escape(lead)}</p>
<p><label>Your name or a word of your own <input id="listener" maxlength="80"></label>
<button type="button" id="save" disabled>Save answers</button> <span id="progress"></span></p>
</header>
<main></main>
<script type="application/json" id="stimuli">{json.dumps(told)}</script>
<script>
{script}</script>
</body>
</html>
"""


@dataclass(frozen=True)
class Preference:
    """One method against another: share of wins, ties counted half; mean difference of the scores
    and its standard error; how many scores were compared."""

    wins: float
    difference: float
    error: float
    n: int


Scores = dict[tuple[str, str], dict[str, float]]
"""(task, group and listener) to the score of each method."""


def scores_of(answers: Iterable[Path], key: Path) -> Scores:
    """The scores in files that the page saved. Raises BrokenFile for what is none, or belongs to
    another page."""
    known = json.loads(key.read_text(encoding="utf-8"))
    found: Scores = {}
    for number, path in enumerate(answers):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            if told["page"] != known["page"]:
                raise BrokenFile("answers", f"{path.name} answers another page than {key.name}.")
            for one in told["scores"]:
                of, score = known["stimuli"][one["stimulus"]], float(one["score"])
                if not 0 <= score <= HIGHEST:
                    raise ValueError(f"a score of {score}")
                group = (of["task"], f"{of['number']}/{number}")
                found.setdefault(group, {})[of["method"]] = score
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BrokenFile("answers", f"{path.name} holds no answers ({error}).") from None
    return found


def preference(scores: Scores, task: str, one: str, other: str) -> Preference | None:
    """One method against another at a task, as table 4 tells it; None without scores of both."""
    pairs = [
        (rated[one], rated[other])
        for (name, _), rated in scores.items()
        if name == task and one in rated and other in rated
    ]
    if not pairs:
        return None
    apart = np.array([mine - theirs for mine, theirs in pairs])
    wins = float(np.mean((apart > 0) + 0.5 * (apart == 0)))
    error = float(apart.std(ddof=1) / np.sqrt(len(apart))) if len(apart) > 1 else 0.0
    return Preference(wins, float(apart.mean()), error, len(apart))
