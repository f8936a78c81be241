"""One table per genre: each module here is a genre of the vocabulary and holds its `STYLE`."""

from __future__ import annotations

from importlib import import_module

from ditto_daw.training.styles import Style
from ditto_daw.vocabulary import GENRES

STYLES: dict[str, Style] = {
    genre: import_module(f"{__name__}.{genre.replace(' ', '_')}").STYLE for genre in GENRES
}
"""By the genre's name, in the vocabulary's order."""
