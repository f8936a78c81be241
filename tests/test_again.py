"""What comes round again where music is made: here of sections, by a tape of known content."""

import numpy as np
import pytest
from tiny import MULTIPLE, asked

from ditto_daw.rendering import windows
from ditto_daw.rendering.again import again
from ditto_daw.rendering.layout import read_canvas

RATE, BAR = 44_100, 88_200


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(windows, "VIEW_SECONDS", 7.0)
    monkeypatch.setattr(windows, "TOGETHER", 1)


def rounds(folder, *sections):
    """Of every window, the sample of the timeline that its own first new sample recalls; None where
    it recalls none. The tape holds at every sample its place."""
    request = asked(
        folder,
        kind="clip",
        bars=None,
        tempo={"tempos": [[0, 120]]},
        sections=[{"bars": 2, **section} for section in sections],
    )
    canvas = read_canvas(request, MULTIPLE)
    found = []
    with canvas.tape() as tape:
        places = np.tile(np.arange(canvas.length, dtype=tape.dtype), (tape.channels, 1))
        for number, window in enumerate(canvas.windows):
            recalled = again(canvas, number, tape)
            inside = window.first - window.begin
            found.append(None if recalled is None else int(recalled[0, inside]))
            tape.write(window.first, places[:, window.first : window.last])
    assert [one.first for one in canvas.windows] == [2 * BAR * n for n in range(len(sections))]
    return found


def test_a_letter_recalls_its_first_section_from_the_beginning(tmp_path):
    letters = [{"letter": letter} for letter in "ABAAB"]
    assert rounds(tmp_path, *letters) == [None, None, 0, 0, 2 * BAR]


def test_without_letters_the_same_words_are_the_same_music(tmp_path):
    house, jazz = {"genre": "house", "intensity": -3}, {"genre": "jazz"}
    assert rounds(tmp_path, house, jazz, house | {"intensity": 4}, jazz) == [None, None, 0, 2 * BAR]


def test_a_letter_is_no_other_letter_and_no_section_without_one(tmp_path):
    sections = [{"letter": "A"}, {}, {"letter": "B"}, {}]
    assert rounds(tmp_path, *sections) == [None, None, None, 2 * BAR]
