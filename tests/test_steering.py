"""What a request steers by: a recording, a structure, a groove, weights; each feature once."""

from typing import Any

import pytest

from ditto_daw import controls
from ditto_daw.errors import BadRequest
from ditto_daw.requests.request import Request
from ditto_daw.requests.steering import ACCOMPANY, CONTROLS, Follow, accompanies, roles_of
from ditto_daw.vocabulary import FEATURES, GENRES, ROLES

NEW = {"id": "job", "bars": 4}
RECORDING = {"path": "/music/guitar.wav"}
CHORDS = {"notes": [[0, 4, 60], [0, 4, 64], [0, 4, 67]]}


def test_the_controls_are_those_of_the_registry() -> None:
    assert set(CONTROLS) == set(controls.CONTROLS) > set(FEATURES)


def test_a_recording_is_accompanied_unless_it_is_said_what_is_followed() -> None:
    follow = Request.from_dict({**NEW, "follow": RECORDING}).follow
    assert follow == Follow("/music/guitar.wav", features=ACCOMPANY)
    ordered = Follow.from_dict({**RECORDING, "features": ["Groove", "melody", "groove"]})
    assert ordered.features == ("melody", "groove")
    assert Follow.from_dict(ordered.to_dict()) == ordered


@pytest.mark.parametrize(
    ("written", "meant"), [("", ""), ("aaba", "AABA"), ("A B A C", "ABAC"), ("AB", "AB")]
)
def test_a_structure_is_letters(written: str, meant: str) -> None:
    assert Request.from_dict({**NEW, "structure": written}).structure == meant


@pytest.mark.parametrize(
    ("extra", "argument", "words"),
    [
        ({"structure": "A"}, "structure", "two different"),
        ({"structure": "AAAA"}, "structure", "two different"),
        ({"structure": "AAB1"}, "structure", "letter"),
        ({"structure": "AB" * 17}, "structure", "2 to 32"),
        ({"structure": 7}, "structure", "text"),
        ({"groove": "swing"}, "groove", "grid, midi"),
        ({"groove": "midi"}, "groove", "give midi"),
        ({"balance": "fair"}, "balance", "paper, auto"),
        ({"intensity_loss": "rho"}, "intensity_loss", "db, correlation"),
        ({"weights": {"loudness": 1}}, "weights.loudness", "intensity"),
        ({"weights": {"melody": -1}}, "weights.melody", "0 to 1000"),
        ({"weights": 3}, "weights", "object"),
        ({"follow": {}}, "follow.path", "missing"),
        ({"follow": {**RECORDING, "features": []}}, "follow.features", "what to follow"),
        ({"follow": {**RECORDING, "features": ["key"]}}, "follow.features[0]", "harmony"),
        ({"follow": {**RECORDING, "start": 2, "end": 1}}, "follow.end", "after its start"),
        ({"follow": {"path": "asset:12"}}, "follow.path", "SHA-256"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    extra: dict[str, Any], argument: str, words: str
) -> None:
    with pytest.raises(BadRequest, match=words) as refused:
        Request.from_dict({**NEW, **extra})
    assert refused.value.argument == argument


TWICE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "intensity": ({"curve": {"points": [[0, 0]]}}, {"curve": None}),
    "melody": ({"midi": CHORDS, "harmony": False}, {"melody": "none"}),
    "harmony": ({"midi": CHORDS, "melody": "none"}, {"harmony": False}),
    "structure": ({"structure": "AB"}, {"structure": ""}),
    "groove": ({"groove": "grid"}, {"groove": ""}),
}


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_has_one_target_and_the_remedy_helps(feature: str) -> None:
    given, remedy = TWICE[feature]
    data = {**NEW, **given, "follow": {**RECORDING, "features": [feature]}}
    with pytest.raises(BadRequest, match=f"another target for {feature}") as refused:
        Request.from_dict(data)
    assert refused.value.argument == "follow.features"
    assert Request.from_dict({**data, **remedy}).follow is not None


@pytest.mark.parametrize(
    ("extra", "answer"),
    [
        ({}, False),
        ({"follow": RECORDING}, True),
        ({"follow": {**RECORDING, "features": ["groove", "structure"]}}, False),
        ({"midi": CHORDS}, False),
        ({"midi": CHORDS, "melody": "none"}, True),
        ({"midi": CHORDS, "melody": "none", "harmony": False}, False),
    ],
)
def test_an_accompaniment_leaves_the_lead_out_unless_asked(
    extra: dict[str, Any], answer: bool
) -> None:
    request = Request.from_dict({**NEW, **extra})
    assert accompanies(request) == answer
    assert roles_of(request) == (tuple(r for r in ROLES if r != "lead") if answer else ())
    asked = Request.from_dict({**NEW, **extra, "roles": ["lead", "drums"]})
    assert roles_of(asked) == ("drums", "lead")


@pytest.mark.parametrize("genre", GENRES)
def test_new_music_of_a_genre_has_the_roles_that_it_needs(genre: str) -> None:
    usual = roles_of(Request.from_dict({**NEW, "genre": genre}))
    assert "bass" in usual
    assert ("drums" in usual) == (genre != "ambient")
    beside = {**NEW, "genre": genre, "use": "extend", "source": {"path": "/a.wav"}}
    assert roles_of(Request.from_dict(beside)) == (), "the clip says who plays"
    varied = {**NEW, "genre": genre, "use": "vary", "from": {"path": "/a.safetensors"}}
    assert roles_of(Request.from_dict(varied)) == usual, "as its latent was optimised"
    assert roles_of(Request.from_dict({**NEW, "genre": genre, "roles": ["pad"]})) == ("pad",)


def test_weights_are_kept_in_one_order_and_go_round() -> None:
    request = Request.from_dict({**NEW, "weights": {"structure": 2, "intensity": 0.1}})
    assert request.weights == (("intensity", 0.1), ("structure", 2))
    assert request.to_dict()["weights"] == {"intensity": 0.1, "structure": 2}
    assert Request.from_dict(request.to_dict()) == request
