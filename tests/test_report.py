"""The page holds everything itself: pictures that are pictures, sounds that are the files' own."""

import base64
import io
from html.parser import HTMLParser
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
import soundfile

from ditto_daw.report import Section, page, picture, player, plots, table

RATE = 44_100
PNG = b"\x89PNG\r\n\x1a\n"


class Reader(HTMLParser):
    """Collects the tags of a page, checks that they nest, and decodes what is inlined."""

    VOID = frozenset({"meta", "img", "link", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def sources(self, tag: str, kind: str) -> list[bytes]:
        found = [attrs["src"] or "" for name, attrs in self.tags if name == tag]
        assert all(source.startswith(f"data:{kind};base64,") for source in found)
        return [base64.b64decode(source.split(",")[1], validate=True) for source in found]


def sine(hertz: float = 440.0, seconds: float = 1.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)


def pixels(png: bytes) -> np.ndarray:
    """(height, width, 4) in 0..255, after checking that it is a PNG."""
    assert png.startswith(PNG)
    return np.round(matplotlib.image.imread(io.BytesIO(png)) * 255).astype(int)


def count(png: bytes, colour: str) -> int:
    """Opaque pixels of one colour, such as "#4c82f0"."""
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    image = pixels(png)
    return int(((np.abs(image[..., :3] - wanted).max(-1) < 4) & (image[..., 3] > 250)).sum())


@pytest.mark.parametrize(
    ("subtype", "channels"), [("PCM_16", 1), ("PCM_16", 2), ("PCM_24", 2), ("FLOAT", 1)]
)
def test_a_player_holds_the_files_own_samples(tmp_path: Path, subtype: str, channels: int) -> None:
    path = tmp_path / "take ü.wav"
    audio = np.stack([sine()] * channels, axis=1)
    soundfile.write(path, audio, RATE, subtype)
    reader = Reader(page("x", [Section("one", "", (player(path, "the take", loop=True),))]))
    (encoded,) = reader.sources("audio", "audio/flac")
    heard, rate = soundfile.read(io.BytesIO(encoded), always_2d=True)
    assert rate == RATE
    assert heard.shape == (RATE, channels)
    assert np.abs(heard - soundfile.read(path, always_2d=True)[0]).max() <= 2.0**-23
    assert any(tag == "button" and "data-loop" in attrs for tag, attrs in reader.tags)


def test_a_page_is_one_valid_file_that_asks_for_nothing_else(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", sine(), RATE)
    sections = [
        Section(f"Part {number}", "About it.", (player(tmp_path / "a.wav", "take"), shown))
        for number, shown in enumerate([picture(plots.seam(sine(), RATE), "The seam"), ""])
    ]
    html = page("The demo", sections, "Made here.")
    reader = Reader(html)
    assert reader.open == []
    assert html.startswith("<!doctype html>")
    assert "http" not in html
    assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in (
        reader.tags
    )
    links = [attrs["href"] for tag, attrs in reader.tags if tag == "a"]
    anchors = [f"#{attrs['id']}" for tag, attrs in reader.tags if tag == "section"]
    assert links == anchors == ["#part-1", "#part-2"]
    assert all(attrs["alt"] for tag, attrs in reader.tags if tag == "img")
    for image in reader.sources("img", "image/png"):
        assert pixels(image).shape[1] > 800
    assert "prefers-color-scheme: dark" in html


def test_text_from_outside_stays_text() -> None:
    evil = '<script>alert("x")</script>'
    block = table(["figure", "value"], [[evil, evil]]) + picture(plots.seam(sine(), RATE), evil)
    reader = Reader(page(evil, [Section(evil, evil, (block,))], evil))
    assert [tag for tag, _ in reader.tags].count("script") == 1
    assert reader.words.count(evil) == 9


def test_a_table_marks_what_passed_and_what_did_not() -> None:
    rows = [["length error", "0", "0"], ["gain", "0.3", "0.25"], ["seed", "7", ""]]
    reader = Reader(table(["figure", "value", "target"], rows, [True, False, None]))
    classes = [attrs.get("class") for tag, attrs in reader.tags if tag == "td"]
    assert classes == ["good", "good", "bad", "bad", None, None]
    words = ["figure", "value", "target", "length error", "✓ 0", "0"]
    assert reader.words == [*words, "gain", "✗ 0.3", "0.25", "seed", "7"]


def test_a_curve_shows_target_achieved_and_uncontrolled() -> None:
    times = np.linspace(0, 8, 690)
    lane = 6 * np.sin(times)
    alone = plots.curve(times, lane)
    assert count(alone, plots.ACHIEVED) > 500
    assert count(alone, plots.TARGET) == 0
    all_three = plots.curve(times, lane - 3, lane, lane + 3)
    for colour in (plots.ACHIEVED, plots.TARGET, plots.FREE):
        assert count(all_three, colour) > 300
    half = np.where(times < 4, lane, np.nan)
    assert count(plots.curve(times, lane - 3, half), plots.TARGET) < 0.7 * count(
        plots.curve(times, lane - 3, lane), plots.TARGET
    )


def test_a_chroma_shows_the_wanted_notes_where_there_are_some() -> None:
    values = np.random.default_rng(0).random((12, 400))
    wanted = np.repeat([0, 4, -1, 7], 100)
    bare = plots.chroma(values, 4.0)
    assert count(bare, plots.TARGET) == 0
    three_quarters = count(plots.chroma(values, 4.0, wanted), plots.TARGET)
    whole = count(plots.chroma(values, 4.0, np.full(400, 4)), plots.TARGET)
    assert three_quarters == pytest.approx(0.75 * whole, rel=0.1)
    assert count(plots.chroma(values, 4.0, np.full(400, -1)), plots.TARGET) == 0


def test_a_spectrogram_shows_a_tone_at_its_own_height() -> None:
    heights = []
    for hertz in (100.0, 1000.0, 10_000.0):
        image = pixels(plots.spectrogram(sine(hertz, 2.0), RATE))
        middle = image[:, image.shape[1] // 2, :3].sum(axis=1)
        heights.append(int(np.argmax(middle * (image[:, image.shape[1] // 2, 3] > 250))))
    assert heights[0] > heights[1] > heights[2]
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2], abs=4)


@pytest.mark.parametrize("samples", [2, 3000, 30 * RATE])
def test_any_length_and_silence_can_be_drawn(samples: int) -> None:
    silence = np.zeros((2, samples), np.float32)
    assert pixels(plots.spectrogram(silence, RATE, [0.0])).size
    assert pixels(plots.seam(silence, RATE)).size


def test_a_seam_is_drawn_around_its_place() -> None:
    step = np.concatenate([np.zeros(RATE), np.ones(RATE)])
    flat = count(plots.seam(np.zeros(2 * RATE), RATE, at=1.0), plots.ACHIEVED)
    inside = plots.seam(step, RATE, at=1.0)
    assert count(inside, plots.ACHIEVED) != flat
    assert count(inside, plots.TARGET) > 20
    assert plots.seam(step, RATE, at=0.4) != inside
