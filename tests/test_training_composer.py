"""The composer: seeded, on the grid, in key, with the roles asked for and true about itself."""

from __future__ import annotations

import numpy as np
import pytest

from ditto_daw.training.composer import SWING_LIMIT, TIMING_LIMIT, compose
from ditto_daw.training.genres import STYLES
from ditto_daw.training.score import Timeline, truth
from ditto_daw.training.theory import SCALES, tonic_and_mode
from ditto_daw.vocabulary import GENRES, KEYS, METERS, MOODS, ROLES

FRAMES = 2064


def test_the_same_seed_composes_the_same_score() -> None:
    one, two, other = (compose("funk", "bright", "E minor", seed=s) for s in (5, 5, 6))
    assert one.parts == two.parts
    assert one.sounds == two.sounds
    assert one.parts != other.parts


@pytest.mark.parametrize("meter", METERS)
@pytest.mark.parametrize("genre", GENRES)
def test_every_genre_plays_in_every_meter_and_mood(genre: str, meter: tuple[int, int]) -> None:
    for seed, mood in enumerate(MOODS):
        score = compose(genre, mood, KEYS[4 * seed], meter, seed=seed)
        assert score.timeline.bar == meter[0] * 4 / meter[1]
        assert score.sounding()
        for role, notes in score.parts.items():
            assert [n.length > 0 for n in notes] == [True] * len(notes)
            low, high = (27, 87) if role == "drums" else (20, 108)
            assert all(low <= n.pitch <= high and 0 < n.velocity <= 1 for n in notes)


@pytest.mark.parametrize("roles", [("drums",), ("bass", "chords"), ("lead",), ROLES])
def test_only_the_roles_asked_for_play(roles: tuple[str, ...]) -> None:
    for seed in range(6):
        score = compose("house", "dark", "F minor", roles=roles, seed=seed)
        assert set(score.sounding()) <= set(roles)
        assert {role for role, notes in score.parts.items() if notes} <= set(roles)
    assert compose("house", "dark", "F minor", roles=roles, plain=True).sounding() == roles


@pytest.mark.parametrize("genre", [genre for genre in GENRES if genre != "jazz"])
def test_players_stay_within_their_bound_of_the_straight_grid(genre: str) -> None:
    strayed = 0.0
    for seed in range(8):
        score = compose(genre, "energetic", "A major", METERS[seed % len(METERS)], seed=seed)
        for notes in score.parts.values():
            for note in notes:
                off = abs(note.start - score.timeline.second(note.quarter))
                assert off <= TIMING_LIMIT + SWING_LIMIT + 1e-9
                strayed = max(strayed, off)
    assert strayed > 0.0005


@pytest.mark.parametrize("meter", [(4, 4), (3, 4), (5, 4)])
def test_jazz_swings_in_exact_triplets(meter: tuple[int, int]) -> None:
    swung = 0
    for seed in range(4):
        score = compose("jazz", "calm", "C major", meter, tempo=120, plain=True, seed=seed)
        for notes in score.parts.values():
            for note in notes:
                late = note.start - score.timeline.second(note.quarter)
                assert late == pytest.approx(1 / 12 if note.quarter % 1 == 0.5 else 0, abs=1e-9)
                swung += note.quarter % 1 == 0.5
    assert swung > 20


@pytest.mark.parametrize("meter", [(6, 8), (7, 8)])
def test_meters_in_eighths_do_not_swing_and_begin_their_bars_on_the_bar(
    meter: tuple[int, int],
) -> None:
    score = compose("jazz", "calm", "C major", meter, tempo=120, plain=True)
    for notes in score.parts.values():
        for note in notes:
            assert note.start == pytest.approx(score.timeline.second(note.quarter), abs=1e-9)


@pytest.mark.parametrize("meter", METERS)
@pytest.mark.parametrize("genre", GENRES)
def test_the_first_beat_of_every_bar_is_the_strongest(genre: str, meter: tuple[int, int]) -> None:
    for roles in (("drums",), ("bass",), ("chords",), ("lead",), ("pad",)):
        score = compose(genre, "dark", "E minor", meter, roles=roles, plain=True, seed=3)
        role = roles[0]
        bars: dict[int, dict[float, float]] = {}
        for note in score.parts[role]:
            if role == "drums" and note.pitch != 36:
                continue
            bar, place = divmod(note.quarter + 1e-9, score.timeline.bar)
            beats = bars.setdefault(int(bar), {})
            beats[round(place, 3)] = max(beats.get(round(place, 3), 0), note.velocity)
        for beats in bars.values():
            others = [velocity for place, velocity in beats.items() if place]
            assert max(others, default=0.0) < 0.8 * beats[0.0]


def test_steps_of_level_fall_on_bar_lines() -> None:
    steps = 0
    for seed in range(150):
        score = compose("pop", "calm", "C major", seed=seed)
        for (before, low), (after, high) in zip(score.levels[:-1], score.levels[1:], strict=True):
            if 0 < after - before < 0.01 and low != high and 0 < after < score.seconds:
                place = score.timeline.at(np.array([after]))[0] / score.timeline.bar
                assert place == pytest.approx(round(place), abs=1e-6)
                steps += 1
    assert steps > 20


@pytest.mark.parametrize("key", ["C major", "F# minor", "Eb major", "G minor"])
def test_notes_are_in_the_key(key: str) -> None:
    tonic, _ = tonic_and_mode(key)
    scale = {(tonic + s) % 12 for s in SCALES["ionian" if "major" in key else "aeolian"]}
    inside = []
    for seed in range(10):
        score = compose("pop", "calm", key, seed=seed)
        inside += [n.pitch % 12 in scale for r in ("chords", "lead", "pad") for n in score.parts[r]]
    assert np.mean(inside) == 1.0


def test_tempo_changes_in_a_tenth_and_level_in_a_third() -> None:
    ambient = [compose("ambient", "calm", "D minor", roles=("pad",), seed=i) for i in range(250)]
    changes = np.mean([np.ptp(s.timeline.tempo(np.arange(0, 24, 0.5))) > 1 for s in ambient])
    assert 0.05 < changes < 0.16
    assert 0.25 < np.mean([bool(s.levels) for s in ambient]) < 0.42


def test_truth_is_the_closed_form_at_a_constant_tempo() -> None:
    score = compose("pop", "bright", "C major", (7, 8), tempo=90, plain=True)
    known = truth(score, FRAMES)
    quarters = np.arange(FRAMES) * 512 / 44100 * 90 / 60
    np.testing.assert_allclose(known.tempo, 90, rtol=1e-6)
    np.testing.assert_allclose(known.bar_phase, quarters / 3.5 % 1, atol=1e-4)
    np.testing.assert_allclose(known.quarter_phase, quarters % 3.5 % 1, atol=1e-4)


def test_truth_agrees_with_the_notes() -> None:
    score = compose("house", "bright", "A minor", seed=11)
    known = truth(score, FRAMES)
    for role in ("lead", "bass", "drums"):
        bit = 1 << ROLES.index(role)
        for note in score.parts[role]:
            frame = round((note.start + 0.015) * 44100 / 512)
            if 0 <= frame < FRAMES:
                assert known.roles[frame] & bit
                if role == "lead":
                    assert known.melody[frame] == note.pitch
                if note.pitch == 36 and role == "drums" and note.quarter % 1 == 0:
                    assert min(known.quarter_phase[frame], 1 - known.quarter_phase[frame]) < 0.08


def test_chords_are_true_while_pitched_roles_play_and_silent_under_drums_alone() -> None:
    score = compose("pop", "calm", "G major", seed=3, plain=True)
    known = truth(score, FRAMES)
    assert set(known.chords.sum(axis=1)) == {3}
    for note in score.parts["chords"]:
        frame = round((note.start + note.length / 2) * 44100 / 512)
        if frame < FRAMES:
            assert known.chords[frame, note.pitch % 12]
    drums = compose("pop", "calm", "G major", roles=("drums",), seed=3)
    assert truth(drums, FRAMES).chords.sum() == 0


def test_a_tempo_step_keeps_positions_continuous() -> None:
    timeline = Timeline(np.array([0.0, 4.0, 12.0]), np.array([0.0, 2.0, 4.0]), 4.0)
    assert timeline.second(4.0) == 2.0
    assert timeline.second(8.0) == 3.0
    np.testing.assert_allclose(timeline.at(np.array([1.0, 2.0, 3.0])), [2.0, 4.0, 8.0])
    np.testing.assert_allclose(timeline.tempo(np.array([1.0, 2.0, 3.9])), [120, 240, 240])


@pytest.mark.parametrize(
    "wrong", [{"genre": "polka"}, {"mood": "odd"}, {"meter": (9, 8)}, {"roles": ("choir",)}]
)
def test_unknown_words_are_refused(wrong: dict[str, object]) -> None:
    good: dict[str, object] = {"genre": "jazz", "mood": "calm", "key": "C major"}
    with pytest.raises(ValueError):
        compose(**(good | wrong))  # type: ignore[arg-type]


def test_default_tempi_lie_in_the_genre() -> None:
    for genre, style in STYLES.items():
        for seed in range(5):
            score = compose(genre, "energetic", "C minor", seed=seed, plain=True)
            tempo = score.timeline.tempo(np.array([1.0]))[0]
            assert style.tempo[0] - 1e-6 <= tempo <= style.tempo[1] + 1e-6
