"""A recording beside a result: where it lies, and what is heard in it."""

import numpy as np
import pytest
import torch
from tiny import LOUDNESS, planned, tiny_model, write_clip

from ditto_daw.errors import BadRequest, FileMissing, RegionOutside
from ditto_daw.models.condition import GRID_CHANNELS
from ditto_daw.rendering.conditioning import clip_mel, condition_of
from ditto_daw.rendering.targets import controls_of
from ditto_daw.rendering.targets.follow import heard
from ditto_daw.vocabulary import FEATURES

RATE = 44_100


@pytest.fixture(scope="module")
def model():
    return tiny_model()


def piano(pitches, seconds, rate=RATE, level=0.1):
    """Tones of these MIDI keys, three partials each, the last key loudest, dying away (1, n)."""
    t = np.arange(round(seconds * rate)) / rate
    hertz = [440.0 * 2.0 ** ((pitch - 69) / 12) for pitch in pitches]
    hertz.append(hertz[-1])
    partials = sum(np.sin(2 * np.pi * f * k * t) / k for f in hertz for k in (1, 2, 3))
    return (level * partials * np.exp(-t / 1.5))[None]


@pytest.fixture
def song(tmp_path):
    """A second each of C major, F major, silence and A minor."""
    parts = [piano(keys, 1.0) for keys in ((72, 76, 79), (72, 77, 81))]
    parts += [np.zeros((1, RATE)), piano((69, 72, 76), 1.0)]
    return {"path": str(write_clip(tmp_path / "song.wav", np.concatenate(parts, axis=1), RATE))}


def asked(tmp_path, song, *features, **fields):
    follow = {**song, "features": list(features or ("harmony", "groove")), **fields.pop("at", {})}
    return planned(tmp_path, follow=follow, bars=fields.pop("bars", 2), **fields)


@pytest.mark.parametrize(
    ("at", "fields", "first"),
    [
        ({}, {}, 0.0),
        ({"start": 2.5}, {}, 0.5),
        ({"start": 2, "position": 2}, {}, 2.0),
        ({"position": -6}, {}, 0.0),
        ({"start": 2, "position": 8}, {"position": 8}, 1.0),
        ({"start": 2, "rate": 2}, {}, 0.5),
        ({"start": 2, "position": 1, "rate": "1/2"}, {}, 2.5),
    ],
)
def test_the_recording_lies_where_the_timeline_puts_it(tmp_path, song, at, fields, first):
    plan = asked(tmp_path, song, at=at, **fields)
    recording = heard(plan)
    sounding = (recording.mel.mean(dim=0) > -4.0) & recording.covered
    begin = int(sounding.nonzero()[0]) * plan.seconds / plan.frames
    assert begin == pytest.approx(first, abs=0.04)


def test_only_what_it_covers_asks_for_anything(tmp_path, song, model):
    plan = asked(tmp_path, song, *FEATURES, at={"start": 0.5, "end": 1.5, "position": 2})
    recording = heard(plan)
    seconds = np.arange(plan.frames) * plan.seconds / plan.frames
    assert recording.covered.tolist() == ((seconds >= 1.0) & (seconds < 2.0)).tolist()
    found = {one.name: one for one in controls_of(plan, model, None, recording)}
    assert set(found) == {*FEATURES, "seam"}
    for name in ("intensity", "structure"):
        assert found[name].mask.tolist() == recording.covered.tolist()
    assert not found["groove"].mask[~recording.covered].any()
    assert not found["harmony"].target[:, ~recording.covered].any()
    assert (found["melody"].target[~recording.covered] == -1).all()


def test_chords_and_melody_are_heard_and_silence_asks_for_none(tmp_path, song, model):
    plan = asked(tmp_path, song, "harmony", "melody")
    recording = heard(plan)
    classes = [{0, 4, 7}, {0, 5, 9}, set(), {9, 0, 4}]
    chroma, chords, line = recording.chroma(), recording.chords(plan), recording.melody()
    for second, (wanted, top) in enumerate(zip(classes, (7, 9, -1, 4), strict=True)):
        frame = round((second + 0.6) * plan.frames / plan.seconds)
        assert float(chroma[sorted(wanted), frame].sum()) >= (0.5 if wanted else 0.0)
        assert bool(chroma[:, frame].any()) == bool(wanted)
        assert int(line[frame]) == top
        held = wanted or classes[second - 1]
        assert set(np.flatnonzero(chords[frame])) == held, "the model hears a chord held"
    told = condition_of(plan, model, None, chords)
    assert told.local[0, GRID_CHANNELS:].any()
    assert told.labels[0, 2] != condition_of(plan, model, None).labels[0, 2], "and its key"


def test_a_recordings_intensity_counts_from_the_genres_mean(tmp_path, model):
    steady = np.concatenate([piano((72,), 2.0, level=0.2), piano((72,), 2.0, level=0.02)], axis=1)
    path = write_clip(tmp_path / "steps.wav", steady, RATE)
    plan = asked(tmp_path, {"path": str(path)}, "intensity", genre="house")
    target = controls_of(plan, model, None, heard(plan))[0].target
    assert float(target.mean()) == pytest.approx(LOUDNESS.mean, abs=0.01)
    half = plan.frames // 2
    assert float(target[:half].mean() - target[half:].mean()) == pytest.approx(20.0, abs=1.5)


def test_its_own_structure_costs_nothing_and_its_onsets_are_its_groove(tmp_path, song, model):
    plan = asked(tmp_path, song, "structure", "groove")
    recording = heard(plan)
    structure, groove = controls_of(plan, model, None, recording)[:2]
    assert float(structure.loss(recording.mel[None])) == pytest.approx(0.0, abs=1e-6)
    assert not structure.smooth
    assert groove.every
    begun = groove.places.numpy() * plan.seconds / plan.frames
    assert all(np.abs(begun - second).min() < 0.02 for second in (1.0, 3.0))
    assert torch.isfinite(groove.loss(recording.mel[None])).all()


def test_a_recording_elsewhere_or_nowhere_is_refused(tmp_path, song):
    with pytest.raises(BadRequest, match="does not sound beside") as refused:
        heard(asked(tmp_path, song, at={"position": 100}))
    assert refused.value.argument == "follow.position"
    with pytest.raises(FileMissing) as missing:
        heard(asked(tmp_path, {"path": str(tmp_path / "none.wav")}))
    assert missing.value.argument == "follow.path"
    with pytest.raises(RegionOutside) as outside:
        heard(asked(tmp_path, song, at={"start": 3.5, "end": 9}))
    assert outside.value.argument.startswith("follow")
    assert heard(planned(tmp_path)) is None


def test_an_accompaniment_may_also_play_on_the_grid(tmp_path, song, model):
    alone, beside = (
        controls_of(plan, model, None, heard(plan))
        for plan in (
            asked(tmp_path, song, "groove"),
            asked(tmp_path, song, "groove", "harmony"),
        )
    )
    groove = {one.name: one for one in alone}["groove"]
    free = {one.name: one for one in beside}["groove"]
    assert groove.mask.all()
    assert free.mask[groove.target > 0].all(), "where the recording plays, it counts"
    sixteenths = (torch.arange(32) * len(free.mask) / 32).round().long()
    silent = sixteenths[groove.target[sixteenths] == 0]
    assert not free.mask[silent].any()
    assert free.mask.float().mean() > 0.4, "between the lines it counts as well"


def test_the_chords_of_the_kept_bar_come_round_again(tmp_path, model, song):
    """A bar of C major and F major is extended by a second one."""

    def asked_of(**fields):
        kept = {**song, "start": 0, "end": 2}
        plan = planned(tmp_path, use="extend", source=kept, bars=2, **fields)
        found = {one.name: one for one in controls_of(plan, model, clip_mel(plan))}
        return plan, found.get("harmony")

    plan, found = asked_of()
    target, quarter = found.target.numpy(), plan.quarters
    assert not target[:, plan.known_frames()].any()
    for beat, loudest in ((5.0, 7), (7.0, 9)):  # G in the first chord, A in the second
        assert target[:, np.argmin(np.abs(quarter - beat))].argmax() == loudest
    for other in ({"midi": {"notes": [[4, 2, 60]]}}, {"key": "D minor"}, {"roles": ["drums"]}):
        assert asked_of(**other)[1] is None
