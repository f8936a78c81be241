"""The prompt line: what is understood of it, and what is reported as not understood."""

import pytest

from ditto_daw.requests.prompt import Understood, key_named, understand
from ditto_daw.vocabulary import GENRES, KEYS, MOODS, ROLES


@pytest.mark.parametrize("genre", GENRES)
def test_every_genre_is_known_by_its_own_name(genre: str) -> None:
    assert understand(f"Some {genre.upper()} loop") == Understood(genre=genre)


@pytest.mark.parametrize("mood", MOODS)
def test_every_mood_is_known_by_its_own_name(mood: str) -> None:
    assert understand(mood) == Understood(mood=mood)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_known_by_its_own_name(role: str) -> None:
    assert understand(f"{role} only") == Understood(roles=(role,))


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_known_by_its_own_name(key: str) -> None:
    assert key_named(key) == key
    assert understand(f"pop in {key}, please") == Understood(genre="pop", key=key)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        *[("Db major", "C# major"), ("a#m", "Bb minor"), ("f sharp min", "F# minor")],
        *[("A-flat minor", "Ab minor"), ("Cmaj", "C major"), ("E♭ minor", "Eb minor")],
        *[("H minor", ""), ("C", ""), ("", ""), ("C major seven", "")],
    ],
)
def test_keys_under_other_names(name: str, key: str) -> None:
    assert key_named(name) == key


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        (
            "dark drum & bass at 174 bpm in A minor, no drums",
            Understood("drum and bass", "dark", "A minor", ("bass", "chords", "lead", "pad"), 174),
        ),
        ("Happy lo-fi hip hop, piano only", Understood("lofi", "bright", "", ("chords",))),
        ("bass under these chords", Understood(roles=("bass",))),
        ("without drums or bass, not sad", Understood(roles=("chords", "lead", "pad"))),
        ("very fast punk", Understood("rock", bpm=168)),
        ("house in a minor", Understood("house", key="A minor")),
        ("a minor feel", Understood(unknown=("minor", "feel"))),
        ("funk with zither and zither", Understood("funk", unknown=("zither",))),
        ("jazz or rock", Understood("jazz")),
        ("128.5 BPM techno", Understood("techno", bpm=128.5)),
        ("", Understood()),
        ("?!, …", Understood()),
        ("мрачный techno", Understood("techno", unknown=("мрачный",))),
    ],
)
def test_lines_as_producers_write_them(line: str, meaning: Understood) -> None:
    assert understand(line) == meaning
