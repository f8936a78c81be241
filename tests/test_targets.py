"""What a lane and a MIDI clip ask of the mel: closed forms of the targets."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny import LOUDNESS, planned, tiny_model, tones, write_clip

from ditto_daw import signal
from ditto_daw.controls.intensity import Intensity
from ditto_daw.controls.melody import Melody
from ditto_daw.controls.reference import Reference
from ditto_daw.errors import EmptyMidi
from ditto_daw.models.bundled import GenreLoudness
from ditto_daw.rendering.conditioning import clip_mel
from ditto_daw.rendering.plan import Part
from ditto_daw.rendering.targets import controls_of
from ditto_daw.rendering.targets.intensity import intensity_target, loudness_range
from ditto_daw.rendering.targets.kept import (
    OVERLAP_SECONDS,
    come_round,
    near_joins,
    recurrence,
    seam,
)
from ditto_daw.rendering.targets.notes import melody_target
from ditto_daw.rendering.targets.structure import parts_of, structure

SHORTER = {"midi": {"notes": [[0, 1, 60], [1, 2, 64]]}}


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture
def clip(tmp_path):
    return {"path": str(write_clip(tmp_path / "clip.wav", tones(2.0, 44_100), 44_100))}


def level(value, unit="db"):
    return {"points": [[0, value]], "unit": unit}


def mean_db(audio):
    """Mean over short frames of the loudness of audio (channels, n)."""
    frames = audio[:, : audio.shape[1] // 512 * 512].reshape(len(audio), -1, 512)
    return 10 * np.log10((frames.astype(np.float64) ** 2).mean(axis=(0, 2))).mean()


@pytest.mark.parametrize("decibels", [-9.0, 0.0, 6.0])
def test_without_a_clip_decibels_count_from_the_genres_mean(tmp_path, model, decibels):
    plan = planned(tmp_path, curve=level(decibels), genre="house")
    target = intensity_target(plan, model, None)
    assert target.shape == (plan.frames,)
    assert target.numpy() == pytest.approx(LOUDNESS.mean + decibels, abs=1e-4)


def test_a_free_genre_stands_for_the_mean_of_all(tmp_path):
    model = tiny_model()
    model.loudness = {"house": GenreLoudness(-10, -20, -5), "jazz": GenreLoudness(-30, -40, -15)}
    assert loudness_range(planned(tmp_path), model) == GenreLoudness(-20, -30, -10)
    assert loudness_range(planned(tmp_path, genre="jazz"), model) == model.loudness["jazz"]


@pytest.mark.parametrize(
    ("value", "wanted"), [(0.0, LOUDNESS.quiet), (1.0, LOUDNESS.loud), (0.5, -21.0)]
)
def test_zero_to_one_runs_between_the_genres_percentiles(tmp_path, model, value, wanted):
    plan = planned(tmp_path, curve=level(value, "unit"), genre="pop")
    assert intensity_target(plan, model, None).numpy() == pytest.approx(wanted, abs=1e-4)


def test_with_a_clip_decibels_count_from_its_kept_part(tmp_path, model, clip):
    plan = planned(tmp_path, use="repair", source=clip, repair_beats=1, curve=level(3.0))
    mel = clip_mel(plan)
    mean = float(signal.intensity(mel)[torch.from_numpy(plan.known_frames())].mean())
    assert intensity_target(plan, model, mel).numpy() == pytest.approx(mean + 3.0, abs=1e-4)
    assert mean == pytest.approx(mean_db(plan.clip.audio[:, plan.keep]), abs=0.3)


def test_a_clip_that_is_only_beside_a_new_loop_gives_its_mean(tmp_path, model, clip):
    plan = planned(tmp_path, use="new", source=clip, bars=2, curve=level(0.0))
    wanted = mean_db(plan.clip.audio)
    assert intensity_target(plan, model, None).numpy() == pytest.approx(wanted, abs=0.3)


def test_the_target_is_smoothed_around_the_loop(tmp_path, model):
    curve = {"points": [[0, -6], [4, 6]]}
    plan = planned(tmp_path, bars=2, curve={"points": [[0, -6], [8, 6]]})
    target = intensity_target(plan, model, None).numpy() - LOUDNESS.mean
    ramp = np.interp(plan.quarters, [0, 8], [-6, 6])
    reach = signal.INTENSITY_WINDOW // 2
    assert target[reach:-reach] == pytest.approx(ramp[reach:-reach], abs=1e-3)
    window = np.arange(-reach, reach + 1) % plan.frames
    assert target[0] == pytest.approx(ramp[window].mean(), abs=1e-3)
    assert np.abs(np.diff(target, append=target[0])).max() < 12 / signal.INTENSITY_WINDOW * 1.1
    assert intensity_target(planned(tmp_path, curve=curve), model, None) is not None
    assert intensity_target(planned(tmp_path), model, None) is None


def test_the_melody_target_is_the_notes_pitch_class_at_every_frame(tmp_path):
    plan = planned(tmp_path, **SHORTER)
    wanted = np.select([plan.quarters < 1, plan.quarters < 3], [0, 4], -1)
    assert melody_target(plan).tolist() == wanted.tolist()
    assert melody_target(planned(tmp_path, melody="none", **SHORTER)) is None
    assert melody_target(planned(tmp_path)) is None


def test_kept_audio_follows_no_melody(tmp_path, clip):
    notes = {"notes": [[0, 4, 60]]}
    plan = planned(tmp_path, use="repair", source=clip, repair_beats=1, midi=notes)
    target = melody_target(plan).numpy()
    assert (target[plan.known_frames()] == -1).all()
    assert (target[~plan.known_frames()] == 0).all()


@pytest.mark.parametrize(
    "fields",
    [
        {"midi": {"notes": [[9, 1, 60]]}},  # after the result
        {"midi": {"notes": [[0, 1, 60, 90, 9]]}},  # drums
        {"midi": {"notes": [[0, 1, 60]]}, "melody": "channel:3"},
    ],
)
def test_a_melody_without_a_note_is_refused(tmp_path, fields):
    with pytest.raises(EmptyMidi) as refused:
        melody_target(planned(tmp_path, **fields))
    assert refused.value.argument == "midi"


@pytest.mark.parametrize("seconds", [0.8, 2.0, 6.0])
def test_joins_are_known_frames_within_a_second_of_new_ones_around_the_loop(tmp_path, seconds):
    path = write_clip(tmp_path / "clip.wav", tones(seconds, 44_100, 1), 44_100)
    plan = planned(tmp_path, use="repair", source={"path": str(path)}, repair_beats="1/2")
    known, frames = plan.known_frames(), np.arange(plan.frames)
    reach = round(OVERLAP_SECONDS * signal.FRAMES_PER_SECOND)
    apart = np.abs(frames[:, None] - frames[~known][None])
    distance = np.minimum(apart, plan.frames - apart).min(axis=1)
    assert near_joins(plan).tolist() == (known & (distance <= reach)).tolist()


def test_controls_of_every_kind_of_request(tmp_path, model, clip):
    lane, notes = {"curve": level(0.0)}, SHORTER

    def named(**fields):
        plan = planned(tmp_path, **fields)
        mel = clip_mel(plan) if plan.keep is not None else None
        return {control.name: control for control in controls_of(plan, model, mel)}

    assert named(kind="draft", **lane, **notes) == {}
    assert named() == {}
    assert set(named(bars=2)) == {"seam"}
    both = named(**lane, **notes)
    assert {name: type(c) for name, c in both.items()} == {"intensity": Intensity, "melody": Melody}
    assert both["intensity"].weight == 0.25
    assert all(control.wrap for control in both.values())
    repair = named(use="repair", source=clip, repair_beats=1, **lane)
    assert set(repair) == {"intensity", "harmony", "reference"}
    plain = named(use="repair", source=clip, repair_beats=1)
    assert set(plain) == {"recurrence", "harmony", "reference"}
    assert plain["recurrence"].weight == 1 / 40
    kept = {"harmony", "reference", "seam"}
    assert set(named(use="extend", source=clip)) == kept | {"recurrence"}
    assert set(named(use="extend", source=clip, **lane)) == kept | {"intensity"}
    assert repair["intensity"].weight == 1 / 40
    assert isinstance(repair["reference"], Reference)
    assert not (repair["intensity"].mask & repair["reference"].mask).any()


def test_what_is_made_anew_is_asked_to_be_as_loud_as_the_kept_bars(tmp_path, model):
    """Three kept bars of four levels; the fourth recalls the first, beat by beat."""
    decibels = np.tile([-20.0, -26.0, -23.0, -32.0], 4) + np.repeat([0.0, 4.0, 8.0, 20.0], 4)
    noise = np.random.default_rng(0).standard_normal((1, 16 * 22_050)).clip(-3, 3)
    audio = noise * 10 ** (np.repeat(decibels, 22_050) / 20)
    path = write_clip(tmp_path / "clip.wav", audio, 44_100)
    plan = planned(tmp_path, use="repair", source={"path": str(path)})
    found = recurrence(plan, come_round(plan, clip_mel(plan)))
    assert found.beats.sum(dim=0).numpy() == pytest.approx(1.0, abs=1e-5)
    assert found.target[0].numpy() == pytest.approx(decibels[3::-1], abs=0.6)
    assert recurrence(plan, None) is None


def test_the_seam_knows_the_bar_lines_and_the_kept_frames(tmp_path, clip):
    plan = planned(tmp_path, use="extend", source=clip, bars=3)
    found = seam(plan, clip_mel(plan))
    assert found.lines.numpy() == pytest.approx(plan.frames * np.array([1, 2]) / 3, abs=0.5)
    assert found.beat == plan.frames // 12
    assert found.mask.tolist() == plan.known_frames().tolist()
    assert seam(planned(tmp_path, bars=2, curve=level(0.0)), None).beat == 0


def test_a_free_span_of_the_lane_asks_for_nothing_and_is_bridged(tmp_path, model):
    points = [[0, -6], [2, -6], [2, None], [5, 6]]
    plan = planned(tmp_path, bars=2, curve={"points": points})
    (found,) = (one for one in controls_of(plan, model, None) if one.name == "intensity")
    free = (plan.quarters >= 2) & (plan.quarters < 5)
    assert found.mask.tolist() == (~free).tolist()
    wanted = found.target.numpy() - LOUDNESS.mean
    middle = int(np.argmin(np.abs(plan.quarters - 3.5)))
    assert wanted[middle] == pytest.approx(0.0, abs=0.3), "half-way between its two ends"


def test_a_correlation_is_asked_for_by_name(tmp_path, model):
    plan = planned(tmp_path, curve=level(0.0), structure="AB", intensity_loss="correlation")
    found = {one.name: one for one in controls_of(plan, model, None)}
    assert found["intensity"].correlation
    assert found["intensity"].weight == 1.0
    usual = planned(tmp_path, curve=level(0.0), structure="AB")
    assert controls_of(usual, model, None)[0].weight == 1 / 40
    given = planned(tmp_path, curve=level(0.0), structure="AB", weights={"intensity": 0.3})
    assert [one.weight for one in controls_of(given, model, None)] == [0.3, 1.0]
    even = planned(tmp_path, curve=level(0.0), structure="AB", balance="auto")
    assert [one.weight for one in controls_of(even, model, None)] == [1.0, 1.0]


def test_chords_are_a_harmony_where_there_is_no_melody(tmp_path, model):
    chords = {"notes": [[0, 2, 60], [0, 2, 64], [0, 2, 67], [2, 1, 57, 100, 9]]}
    plan = planned(tmp_path, midi=chords, melody="none")
    found = {one.name: one for one in controls_of(plan, model, None)}
    assert set(found) == {"harmony"}
    target = found["harmony"].target.numpy()
    assert target.any(axis=0).tolist() == (plan.quarters < 2).tolist(), "drums have no pitch"
    assert np.flatnonzero(target[:, 0]).tolist() == [0, 4, 7]
    for fields in ({}, {"melody": "none", "harmony": False}):
        names = {
            one.name for one in controls_of(planned(tmp_path, midi=chords, **fields), model, None)
        }
        assert "harmony" not in names


@pytest.mark.parametrize(("pattern", "bars"), [("AABA", 4), ("ABC", 1), ("AB", 2)])
def test_parts_are_equal_shares_of_the_result(tmp_path, pattern, bars):
    plan = planned(tmp_path, bars=bars, structure=pattern)
    place = np.floor(np.arange(plan.frames) / plan.frames * len(pattern) + 1e-9).astype(int)
    assert parts_of(pattern, plan).tolist() == [ord(pattern[at]) - ord("A") for at in place]


def test_a_window_has_the_parts_that_lie_in_it(tmp_path, model):
    plan = planned(tmp_path, structure="AABA")

    def window(start, whole):
        part = Part(start=start, whole=whole, taken=(0, plan.length))
        return replace(plan, part=part, wrap=False)

    second = window(plan.length, 2 * plan.length)
    half = plan.frames // 2
    assert parts_of("AABA", second).tolist() == [1] * half + [0] * (plan.frames - half)
    assert structure(second, None) is not None
    assert structure(window(0, 2 * plan.length), None) is None, "it lies within one part"
    lead_in = window(-plan.length // 2, 4 * plan.length)
    assert parts_of("ABBB", lead_in).tolist() == [0] * plan.frames


@pytest.mark.parametrize(("genre", "per_quarter"), [("house", 4), ("jazz", 3)])
def test_the_grid_has_sixteenths_or_triplets(tmp_path, model, genre, per_quarter):
    plan = planned(tmp_path, bars=2, genre=genre, groove="grid")
    (found,) = (one for one in controls_of(plan, model, None) if one.name == "groove")
    wanted = np.arange(8 * per_quarter) / (8 * per_quarter) * plan.frames
    assert found.places.numpy() == pytest.approx(wanted, abs=1e-6)
    assert not found.every
    assert found.target.shape == (plan.frames,)


def test_the_notes_of_the_clip_are_a_rhythm_drums_included(tmp_path, model):
    notes = [[0, 1, 60, 127, 0], [1.5, 1, 38, 64, 9], [9, 1, 60]]
    fields = {"midi": {"notes": notes}, "melody": "none", "groove": "midi"}
    plan = planned(tmp_path, **fields)
    (found,) = (one for one in controls_of(plan, model, None) if one.name == "groove")
    assert found.every
    assert found.places.numpy() == pytest.approx(np.array([0, 1.5]) * plan.frames / 4)
    heights = found.target[found.places.round().long()].numpy()
    assert heights[0] > 1.5 * heights[1] > 0.3
    with pytest.raises(EmptyMidi, match="no groove"):
        controls_of(planned(tmp_path, **fields | {"midi": {"notes": notes[2:]}}), model, None)


def test_what_is_kept_has_no_say_in_groove_or_harmony(tmp_path, model, clip):
    chords = {"notes": [[0, 4, 60], [0, 4, 64]]}
    fields = {"midi": chords, "melody": "none", "groove": "grid"}
    plan = planned(tmp_path, use="repair", source=clip, repair_beats=1, **fields)
    found = {one.name: one for one in controls_of(plan, model, clip_mel(plan))}
    known = torch.from_numpy(plan.known_frames())
    assert not found["harmony"].target[:, known].any()
    assert found["groove"].mask.tolist() == (~known).tolist()
