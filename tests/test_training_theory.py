"""Keys, chords and voicings."""

from __future__ import annotations

import pytest

from ditto_daw.training import theory
from ditto_daw.vocabulary import KEYS


def test_every_key_of_the_vocabulary_has_a_tonic_and_a_mode() -> None:
    read = [theory.tonic_and_mode(key) for key in KEYS]
    assert sorted(read) == sorted((t, m) for t in range(12) for m in ("major", "minor"))


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValueError, match="H major"):
        theory.tonic_and_mode("H major")


@pytest.mark.parametrize(
    ("tonic", "scale", "degree", "size", "tones"),
    [
        (0, "ionian", 4, 4, (7, 11, 2, 5)),
        (9, "aeolian", 0, 3, (9, 0, 4)),
        (9, "harmonic", 4, 3, (4, 8, 11)),
        (9, "harmonic", 0, 4, (9, 0, 4, 7)),
        (2, "phrygian", 1, 3, (3, 7, 10)),
    ],
)
def test_chords(tonic: int, scale: str, degree: int, size: int, tones: tuple[int, ...]) -> None:
    chord = theory.chord(tonic, scale, degree, size)
    assert chord.tones == tones
    assert chord.root == tones[0]


@pytest.mark.parametrize("size", [3, 4, 5])
def test_a_voicing_holds_the_chord_near_its_centre_and_moves_little(size: int) -> None:
    previous: tuple[int, ...] = ()
    for degree in (0, 5, 3, 4, 1, 6, 2, 0):
        tones = theory.chord(0, "ionian", degree, size).tones
        pitches = theory.voicing(tones, previous, 60)
        assert sorted(p % 12 for p in pitches) == sorted(tones)
        assert list(pitches) == sorted(set(pitches))
        assert abs(sum(pitches) / size - 60) <= 9
        if previous:
            assert all(min(abs(p - q) for q in previous) <= 7 for p in pitches)
        previous = pitches


def test_nearest_and_in_scale_stay_within_half_an_octave() -> None:
    for pitch in range(40, 90):
        assert abs(theory.nearest(pitch % 12 + 0, pitch + 5) - (pitch + 5)) <= 6
        assert theory.in_scale(pitch, (pitch % 12,)) == pitch
        assert theory.in_scale(pitch, (0, 2, 4, 5, 7, 9, 11)) in (pitch, pitch - 1)
