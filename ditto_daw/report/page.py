"""The page: sections of players, pictures and tables in one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path

import soundfile

from ditto_daw.files.audiowrite import quantised


@dataclass(frozen=True)
class Section:
    """A card of the page: a title, a sentence about it, and blocks of HTML in their order.

    blocks come from `player`, `picture` and `table`; title and lead are plain text.
    """

    title: str
    lead: str
    blocks: tuple[str, ...] = ()


def page(title: str, sections: Sequence[Section], lead: str = "") -> str:
    """The whole HTML document; style, script, sounds and pictures are inside it."""
    links = "".join(
        f'<a href="#part-{number}">{escape(section.title)}</a>'
        for number, section in enumerate(sections, 1)
    )
    cards = "\n".join(_card(number, section) for number, section in enumerate(sections, 1))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{_asset("style.css")}</style>
</head>
<body>
<header>
<h1>{escape(title)}</h1>
<p class="lead">{escape(lead)}</p>
<nav>{links}</nav>
</header>
<main>
{cards}
</main>
<script>
{_asset("loop.js")}</script>
</body>
</html>
"""


def player(path: str | Path, caption: str, loop: bool = False) -> str:
    """A player that holds the file itself, as FLAC of its own length, rate and channels.

    loop: adds a button that repeats it without the gap of an ordinary player.
    Floating-point files are stored in 24 bits, limited at full scale.
    """
    audio, rate = soundfile.read(path, dtype="float64", always_2d=True)
    depth = "PCM_16" if soundfile.info(str(path)).subtype == "PCM_16" else "PCM_24"
    stream = io.BytesIO()
    soundfile.write(stream, quantised(audio, depth), rate, depth, format="FLAC")
    button = '<button type="button" data-loop aria-pressed="false">Loop</button>' if loop else ""
    return (
        f'<figure><figcaption>{escape(caption)}</figcaption><div class="sound">'
        f'<audio controls preload="metadata" src="{_inline("audio/flac", stream.getvalue())}">'
        f"</audio>{button}</div></figure>"
    )


def picture(png: bytes, caption: str) -> str:
    """A PNG as `plots` makes them, with the caption also as its spoken description."""
    return (
        f"<figure><figcaption>{escape(caption)}</figcaption>"
        f'<img src="{_inline("image/png", png)}" alt="{escape(caption)}" loading="lazy"></figure>'
    )


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], passed: Sequence[bool | None] = ()
) -> str:
    """A table of text. passed: for each row whether its target is met, None where it has none."""
    verdicts = {True: ' class="good"', False: ' class="bad"', None: ""}
    marks = {True: "✓ ", False: "✗ ", None: ""}
    met = [*passed, *[None] * (len(rows) - len(passed))]
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(
            f"<td{verdicts[verdict]}>{marks[verdict] if last else ''}{escape(text)}</td>"
            for text, last in zip(row[1:], [True, *[False] * len(row)], strict=False)
        )
        + "</tr>"
        for row, verdict in zip(rows, met, strict=True)
    )
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _card(number: int, section: Section) -> str:
    blocks = "\n".join(section.blocks)
    return (
        f'<section id="part-{number}">\n<h2>{escape(section.title)}</h2>\n'
        f'<p class="lead">{escape(section.lead)}</p>\n{blocks}\n</section>'
    )


def _inline(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _asset(name: str) -> str:
    return files("ditto_daw.report").joinpath(name).read_text("utf-8")
