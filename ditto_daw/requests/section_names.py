"""Sections as a producer writes them: a marker's name, and a whole song in one line.

    verse: house, calm, -6 dB                                   a name
    8 intro: drums only, -9 dB; 16 verse; 8 chorus: energetic   a line: bars and a name each

What stands before the colon says which sections are the same music ("verse 1" and "Verse 2" are);
what stands after it is what they ask for. Hosts pass names on as they find them, so that this is
the only place where they are read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from ditto_daw.errors import BadRequest
from ditto_daw.requests.fields import shown
from ditto_daw.requests.prompt import understand

MOST_LINE = 4000
_LEVEL = re.compile(r"([+\-−–]?) ?(\d{1,3}(?:\.\d{1,3})?) ?dB\b", re.IGNORECASE)
_COUNTED = re.compile(r"(\d{1,4}(?:\.\d{1,4}|/[1-9]\d{0,3})?)(?: bars?\b(?: of\b)?)?(?: (.*))?")


@dataclass(frozen=True)
class Named:
    """What a name says: which music it is, its words, and its level in dB."""

    label: str = ""
    prompt: str = ""
    intensity: float | None = None


def read_name(name: str) -> Named:
    """A marker's name. Without a colon it is the label, and its words count where any is known."""
    name = " ".join(name.split())
    level = _LEVEL.search(name)
    if level:
        name = f"{name[: level.start()]} {name[level.end() :]}"
    label, colon, words = name.partition(":")
    if not colon and _says_something(name):
        words = name
    return Named(
        re.sub(r"[\W_]*\d*[\W_]*$", "", label).strip().casefold(),
        words.strip(" ,;"),
        None if level is None else float(level[2]) * (1 if level[1] in ("", "+") else -1),
    )


def read_line(line: str) -> list[dict[str, str]]:
    """The sections of a line, as JSON would have them. BadRequest names the one at fault."""
    if len(line) > MOST_LINE:
        raise BadRequest("sections", f"sections must be one line of at most {MOST_LINE:,} letters.")
    found = []
    for part in filter(None, (" ".join(part.split()) for part in line.split(";"))):
        counted = _COUNTED.fullmatch(part)
        if not counted:
            raise BadRequest(
                "sections",
                f"The section {shown(part)} must begin with its number of bars, as in"
                ' "8 intro: drums only; 16 verse".',
            )
        found.append({"bars": counted[1], "name": counted[2] or ""})
    return found


def letters(labels: Sequence[str], given: Sequence[str]) -> list[str]:
    """The sections' letters: those given, and for every other label one of its own, the same for
    the same; "" for no label, and where the alphabet has come to its end."""
    free = iter([letter for letter in ascii_uppercase if letter not in given])
    known = {label: letter for label, letter in zip(labels, given, strict=True) if label and letter}
    for label in labels:
        if label and label not in known:
            known[label] = next(free, "")
    return [own or known.get(label, "") for label, own in zip(labels, given, strict=True)]


def _says_something(words: str) -> bool:
    said = understand(words)
    return bool(said.genre or said.mood or said.key or said.roles)
