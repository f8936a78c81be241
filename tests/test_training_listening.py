"""The page of listening examples, played with sines."""

from __future__ import annotations

from pathlib import Path

import pytest
from training_sines import Sines

from ditto_daw.training import listening
from ditto_daw.vocabulary import GENRES, METERS, ROLES


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "SECONDS", 4.0)


def test_there_is_an_example_of_every_genre_meter_and_role() -> None:
    genres = listening.by_genre(Sines(), 1)
    assert [one.score.genre for one in genres] == list(GENRES)
    assert {one.score.meter for one in genres} == set(METERS)
    assert [one.score.sounding() for one in listening.by_role(Sines(), 1)] == [(r,) for r in ROLES]
    assert listening.mel_picture(genres[:3])[:4] == b"\x89PNG"


def test_a_card_holds_the_sound_the_picture_and_the_figures(tmp_path: Path) -> None:
    example = listening.by_role(Sines(), 1)[0]
    card = listening.section(example, "drums alone", tmp_path)
    assert f"{example.figures().figures.onsets} onsets" in card.lead
    assert "audio/flac" in card.blocks[0]
    assert "image/png" in card.blocks[1]
