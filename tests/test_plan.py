"""Lengths, kept samples and known frames of a plan, and its refusals."""

from fractions import Fraction

import mido
import numpy as np
import pytest
from tiny import MULTIPLE, planned, tones, write_clip

from ditto_daw.errors import BadRequest, DittoError, EmptyMidi
from ditto_daw.rendering.plan import MODEL_HOP, MODEL_RATE
from ditto_daw.units import TempoMap

BAR_97 = Fraction(240, 97)
"""Seconds of a bar of 4/4 at 97: no whole number of samples at any rate."""
TEMPO_97 = {"tempos": [[0, 97]], "meters": [[0, 4, 4]]}


@pytest.fixture
def clip(tmp_path):
    return str(write_clip(tmp_path / "clip.wav", tones(2.0, 48_000), 48_000))


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_a_new_loop_has_the_exact_length_at_every_rate(tmp_path, rate):
    plan = planned(tmp_path, bars="3/4", tempo=TEMPO_97, position=5, output={"rate": rate})
    tempo = TempoMap(((Fraction(0), Fraction(97)),))
    assert plan.length == plan.output_length == tempo.length(Fraction(5), Fraction(8), rate)
    assert plan.keep is None
    assert plan.clip is None
    assert not plan.known_frames().any()
    assert plan.model_length == pytest.approx(plan.seconds * MODEL_RATE, abs=0.5)


@pytest.mark.parametrize("bars", ["1/2", "7/8", 2, "25/3"])
def test_the_render_has_a_multiple_of_frames_near_the_models_own_rate(tmp_path, bars):
    plan = planned(tmp_path, bars=bars, tempo=TEMPO_97)
    assert plan.frames % MULTIPLE == 0
    assert abs(plan.frames - plan.seconds * MODEL_RATE / MODEL_HOP) <= MULTIPLE / 2
    assert plan.grid.quarter.shape == (plan.frames,)


def test_frames_divide_the_loop_and_the_tempo_counts_in_frames(tmp_path):
    plan = planned(tmp_path, bars=1, tempo=TEMPO_97, position=8)
    quarters = 4.0 * np.arange(plan.frames) / plan.frames
    assert plan.quarters == pytest.approx(quarters, abs=1e-4)
    per_frame = plan.grid.tempo / 60.0 * MODEL_HOP / MODEL_RATE
    assert per_frame == pytest.approx(np.full(plan.frames, 4.0 / plan.frames), rel=1e-4)


def test_a_repair_keeps_all_but_the_last_beats_of_the_file(tmp_path, clip):
    source = {"path": clip, "position": 2}
    plan = planned(tmp_path, use="repair", source=source, repair_beats=1)
    assert (plan.rate, plan.length, plan.subtype) == (48_000, 96_000, "PCM_24")
    assert plan.keep.sum() == 96_000 - 24_000
    assert plan.keep[:72_000].all()


def test_beats_last_longer_in_a_file_that_the_host_plays_faster(tmp_path, clip):
    source = {"path": clip, "rate": 2}
    plan = planned(tmp_path, use="repair", source=source, repair_beats=1)
    assert plan.length - plan.keep.sum() == 48_000


def test_an_extension_keeps_the_whole_region_and_counts_its_bars(tmp_path, clip):
    source = {"path": clip, "start": "1/3", "end": "4/3"}
    plan = planned(tmp_path, use="extend", source=source, bars=1)
    assert plan.clip.start == 16_000
    assert plan.clip.audio.shape == (2, 48_000)
    assert plan.length == 96_000
    assert plan.keep.sum() == 48_000
    assert plan.keep[:48_000].all()


def test_an_extension_of_no_stated_length_doubles_the_clip(tmp_path, clip):
    assert planned(tmp_path, use="extend", source={"path": clip}).length == 192_000


@pytest.mark.parametrize(("rate", "length"), [(44_100, 60_000), (96_000, 130_612)])
def test_a_length_in_samples_is_the_files_whatever_the_clips_rate(tmp_path, clip, rate, length):
    source, output = {"path": clip, "end": "1/2"}, {"rate": rate}
    plan = planned(tmp_path, use="extend", source=source, samples=length, output=output)
    assert (plan.output_rate, plan.output_length) == (rate, length)
    assert plan.length == pytest.approx(length * 48_000 / rate, abs=0.5)


def test_another_output_rate_counts_from_the_exact_region(tmp_path, clip):
    source = {"path": clip, "start": "1/7", "end": "9/7"}
    plan = planned(
        tmp_path, use="repair", source=source, repair_beats="1/2", output={"rate": 44_100}
    )
    begin, end = round(48_000 / 7), round(9 * 48_000 / 7)
    exact = round(Fraction(end, 48_000) * 44_100) - round(Fraction(begin, 48_000) * 44_100)
    assert (plan.rate, plan.output_length) == (48_000, exact)


def test_known_frames_lie_wholly_in_kept_audio(tmp_path, clip):
    plan = planned(tmp_path, use="repair", source={"path": clip}, repair_beats=1)
    known = plan.known_frames()
    middle = np.arange(plan.frames) * plan.length / plan.frames
    hop = MODEL_HOP * plan.rate / MODEL_RATE
    assert known[0]
    assert known[middle + hop < 72_000 - 1].all()
    assert not known[middle + hop > 72_000 + 1].any()


def test_the_prompt_line_is_understood_before_the_render(tmp_path):
    plan = planned(tmp_path, prompt="dark techno with a kazoo")
    assert (plan.request.genre, plan.request.mood) == ("techno", "dark")
    assert plan.understood.unknown == ("kazoo",)


def test_a_seed_that_is_not_given_is_drawn(tmp_path):
    drawn = {planned(tmp_path, seed=None).seed for _ in range(4)}
    assert len(drawn) > 1
    assert all(0 <= seed < 2**32 for seed in drawn)


def test_notes_come_from_a_file_or_from_the_request(tmp_path):
    file = mido.MidiFile(ticks_per_beat=480)
    track = mido.MidiTrack()
    track.append(mido.Message("note_on", note=60, velocity=90, time=240))
    track.append(mido.Message("note_off", note=60, time=480))
    file.tracks.append(track)
    file.save(tmp_path / "one.mid")
    read = planned(tmp_path, midi={"path": str(tmp_path / "one.mid")}).notes
    given = planned(tmp_path, midi={"notes": [[0.5, 1, 60, 90, 0]]}).notes
    assert read == given


@pytest.mark.parametrize(
    ("fields", "error", "argument"),
    [
        ({"bars": "1/8"}, BadRequest, "bars"),
        ({"bars": 40}, BadRequest, "bars"),
        ({"samples": 4_000}, BadRequest, "samples"),
        ({"use": "repair", "source": {"path": "SHORT"}}, BadRequest, "source"),
        ({"use": "extend", "source": {"path": "SHORT"}}, BadRequest, "source"),
        ({"use": "repair", "source": {"path": "CLIP"}}, BadRequest, "repair_beats"),
        ({"use": "repair", "source": {"path": "CLIP"}, "repair_beats": "63/16"}, BadRequest,
         "repair_beats"),
        ({"use": "extend", "source": {"path": "CLIP"}, "bars": 1}, BadRequest, "bars"),
        ({"use": "extend", "source": {"path": "CLIP"}, "samples": 96_001}, BadRequest, "samples"),
        ({"use": "repair", "source": {"path": "NONE"}}, DittoError, "source.path"),
        ({"use": "repair", "source": {"path": "CLIP", "end": 3}}, DittoError, "source.end"),
        ({"use": "repair", "source": {"path": "CLIP", "start": 2}}, DittoError, "source.start"),
        ({"midi": {"path": "NONE"}}, DittoError, "midi.path"),
        ({"midi": {"notes": []}}, EmptyMidi, "midi.notes"),
        ({"output": {"folder": "NONE"}}, DittoError, "output.folder"),
    ],
)  # fmt: skip
def test_what_cannot_be_rendered_is_refused_by_name(tmp_path, clip, fields, error, argument):
    short = write_clip(tmp_path / "short.wav", tones(0.2, 44_100), 44_100)
    places = {"CLIP": clip, "SHORT": str(short), "NONE": str(tmp_path / "none")}

    def placed(value):
        if isinstance(value, dict):
            return {name: placed(part) for name, part in value.items()}
        return places.get(value, value) if isinstance(value, str) else value

    with pytest.raises(error) as refused:
        planned(tmp_path, **placed(fields))
    assert refused.value.argument == argument
    assert refused.value.message.endswith(".")
