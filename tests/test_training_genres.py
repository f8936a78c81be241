"""The tables of the genres, and their figures in every meter."""

from __future__ import annotations

import pytest

from ditto_daw.training.bank import BASSES, KITS, TUNED
from ditto_daw.training.genres import STYLES
from ditto_daw.training.parts import DRUM_NOTES
from ditto_daw.training.styles import MOODS, Style, accent, fit, grounded
from ditto_daw.training.synth import MAKERS
from ditto_daw.training.theory import SCALES
from ditto_daw.vocabulary import GENRES, METERS, ROLES
from ditto_daw.vocabulary import MOODS as MOOD_WORDS

SIGNS = {"drums": "Xxo.", "bass": "ROFTAW-.", "chords": "x0123-.", "lead": "x0123-."}


def test_every_word_of_the_vocabulary_has_its_table() -> None:
    assert tuple(STYLES) == GENRES
    assert set(MOODS) == set(MOOD_WORDS)


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
def test_figures_are_whole_bars_of_known_signs(style: Style) -> None:
    figures = {"bass": style.bass, "chords": style.chords, "lead": style.lead}
    figures["drums"] = tuple(f for groove in style.drums for f in groove.values())
    assert {voice for groove in style.drums for voice in groove} <= set(DRUM_NOTES)
    for role, texts in figures.items():
        for text in texts:
            assert len(text) % 16 == 0
            assert set(text) <= set(SIGNS[role])


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
def test_sounds_exist(style: Style) -> None:
    assert set(style.sounds) == set(ROLES) - {"drums"}
    for role, names in style.sounds.items():
        known = BASSES if role == "bass" else TUNED
        for name in names:
            assert name in MAKERS or (name.startswith("gm") and int(name[2:]) in known)
    for kit in style.kits:
        number = kit.removeprefix("fluid").removeprefix("muse")
        assert kit in ("synth808", "synth909") or int(number) in KITS
    for mode, scales in style.scales.items():
        assert set(scales) <= set(SCALES)
        assert mode in style.progressions


@pytest.mark.parametrize("meter", METERS)
def test_figures_fit_every_meter(meter: tuple[int, int]) -> None:
    steps = 16 * meter[0] // meter[1]
    for style in STYLES.values():
        for figure in (*style.bass, *style.chords, *style.lead):
            assert len(fit(figure, meter)) == steps * (len(figure) // 16)


def test_four_to_the_floor_stays_on_the_quarters_of_simple_meters() -> None:
    assert fit("X...X...X...X...", (3, 4)) == "X...X...X..."
    assert fit("X...X...X...X...", (5, 4)) == "X...X...X...X...X..."


def test_compound_meter_has_two_beats_of_three_eighths() -> None:
    assert fit("X...X...X...X...", (6, 8)) == "X.....X....."
    assert fit("x.x.x.x.x.x.x.x.", (6, 8)) == "x.x.x.x.x.x."


@pytest.mark.parametrize("meter", METERS)
def test_the_first_beat_stands_out_and_groups_follow(meter: tuple[int, int]) -> None:
    steps = 16 * meter[0] // meter[1]
    stress = [accent(step, meter) for step in range(steps)]
    assert stress[0] == 1.0
    assert max(stress[1:]) <= 0.6
    assert max(stress[1::2]) < min(stress[::2])


def test_grounded_figures_begin_on_the_first_beat_and_keep_their_other_notes() -> None:
    assert grounded("..x-..x-..x-..x-", 16, "x") == "x-x-..x-..x-..x-"
    assert grounded("x...x...........", 16, "x") == "x...x..........."
    assert grounded("R-......" + "..F-....", 8, "R") == "R-......" + "R-F-...."
    assert grounded("." * 8, 8, "x") == "x---...."
