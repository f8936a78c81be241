"""Laying out clips: exact lengths and positions over any tempo map, and refusals by name."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny import MULTIPLE, asked, tones, write_clip

from ditto_daw.errors import BadRequest, DittoError, EmptyMidi
from ditto_daw.files.audiowrite import write_atomic
from ditto_daw.rendering.chain import layout_told
from ditto_daw.rendering.layout import canvas_of, plan_of
from ditto_daw.rendering.plan import LONGEST_SECONDS
from ditto_daw.units import TempoMap
from ditto_daw.vocabulary import METERS

RATE = 8_000
"""Files of this rate are small; lengths count at any."""
SECONDS = 3

tempos = st.lists(
    st.tuples(st.integers(-40, 80), st.integers(60, 200)),
    min_size=1,
    max_size=4,
    unique_by=lambda entry: entry[0],
)
meters = st.lists(
    st.tuples(st.integers(-40, 80), st.sampled_from(METERS)),
    max_size=3,
    unique_by=lambda entry: entry[0],
)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    return str(write_clip(folder / "clip.wav", tones(SECONDS, RATE), RATE))


def laid(folder, **fields):
    canvas = canvas_of(asked(folder, kind="clip", **fields), MULTIPLE)
    assert canvas is not None
    return canvas


def continued(folder, clip, **fields):
    source = {"path": clip, **fields.pop("source", {})}
    return laid(folder, use="continue", source=source, **fields)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tempos, meters, st.fractions(-20, 20, max_denominator=12), st.integers(8, 40))
@pytest.mark.parametrize("side", ["after", "before"])
def test_lengths_and_positions_are_those_of_the_tempo_map(
    tmp_path, clip, side, changes, bars_in, position, bars
):
    tempo = TempoMap(
        tuple((Fraction(at), Fraction(bpm)) for at, bpm in changes),
        tuple((Fraction(at), *meter) for at, meter in bars_in) or TempoMap().meters,
    )
    given_map = {
        "tempos": [list(entry) for entry in changes],
        "meters": [[at, *meter] for at, meter in bars_in],
    }
    source = {"position": str(position)}
    canvas = continued(tmp_path, clip, side=side, bars=bars, tempo=given_map, source=source)
    begin = canvas.request.position
    end = tempo.bars(begin, bars)
    assert canvas.length == tempo.length(begin, end, RATE)
    (piece,) = canvas.pieces
    own = Fraction(piece.audio.shape[1], RATE)
    if side == "after":
        assert (begin, piece.begin) == (position, 0)
    else:
        # The end of the result is the clip's own, the clip's beginning where the timeline has it.
        assert end == tempo.quarter(tempo.seconds(position) + own)
        assert piece.end == canvas.length
        at = tempo.seconds(begin) + Fraction(piece.begin, RATE)
        assert abs(at - tempo.seconds(position)) <= Fraction(1, RATE)


def test_what_precedes_a_clip_mirrors_what_follows_it(tmp_path, clip):
    fields = {"bars": 16, "source": {"position": 64, "end": 2}}
    after = continued(tmp_path, clip, **fields)
    before = continued(tmp_path, clip, side="before", **fields)
    assert after.length == before.length
    assert before.request.position == 64 + 4 - 64
    spans = [(before.length - one.last, before.length - one.first) for one in before.windows]
    assert spans == [(one.first, one.last) for one in after.windows]


def test_every_window_has_its_own_place_in_bar_and_curve(tmp_path, clip):
    curve = {"points": [[0, -9], [64, 9]]}
    canvas = continued(tmp_path, clip, bars=64, curve=curve, source={"position": 6})
    assert len(canvas.windows) > 2
    seeds = set()
    with canvas.tape() as tape:
        for number, window in enumerate(canvas.windows):
            plan = canvas.plan(number, tape, 7)
            assert not plan.wrap
            assert (plan.part.number, plan.part.count) == (number, len(canvas.windows))
            quarters = 2 * (window.begin + np.arange(plan.frames) * window.length / plan.frames)
            assert plan.quarters == pytest.approx(quarters / RATE, abs=1e-6)
            phase = np.mod(plan.quarters + 6, 4) / 4
            apart = np.mod(plan.grid.bar_phase - phase + 0.5, 1) - 0.5
            assert np.abs(apart).max() < 1e-6
            first = plan.keep.argmin()
            assert window.begin + first == window.first
            # What was made before is there to be matched.
            tape.write(window.first, np.full((2, window.last - window.first), 0.25 + number))
            seeds.add(plan.seed)
            if number:
                assert (plan.clip.audio[:, :first] == number - 0.75).all()
    assert len(seeds) == len(canvas.windows)


def test_the_clip_comes_round_again_on_the_nearer_side(tmp_path, clip):
    other = str(write_clip(tmp_path / "other.wav", 0.1 * np.ones((1, 2 * RATE)), RATE))
    canvas = laid(
        tmp_path, use="fill", source={"path": clip}, next={"path": other}, samples=9 * RATE
    )
    with canvas.tape() as tape:
        plan = canvas.plan(0, tape, 1)
    window, again = canvas.windows[0], plan.part.again
    right = round(3 * RATE + 4 * RATE / 2) - window.begin
    assert again[:, right:] == pytest.approx(0.1, abs=1e-4)
    left = canvas.pieces[0].audio
    # One bar of 2 s is the period of 3 s at 120.
    assert np.array_equal(again[:, 3 * RATE - window.begin : right], left[:, RATE:])
    assert plan.part.level == pytest.approx(canvas.level)


def test_the_next_clip_may_have_another_rate_and_one_channel(tmp_path, clip):
    other = str(write_clip(tmp_path / "other.wav", tones(2, 16_000, 1), 16_000))
    canvas = laid(
        tmp_path, use="fill", source={"path": clip}, next={"path": other}, samples=8 * RATE
    )
    assert canvas.pieces[1].audio.shape == (1, 2 * RATE)
    assert (canvas.channels, canvas.pieces[1].end) == (2, canvas.length)
    assert layout_told(canvas)["next_resampled_from"] == 16_000


def test_a_short_clip_of_its_own_is_one_pass_and_a_long_one_is_not(tmp_path):
    assert canvas_of(asked(tmp_path, kind="clip", bars=12), MULTIPLE) is None
    plan = plan_of(asked(tmp_path, kind="clip", bars=12), MULTIPLE)
    assert (plan.wrap, plan.part, plan.keep) == (False, None, None)
    long = laid(tmp_path, bars=200)
    assert long.seconds > LONGEST_SECONDS
    views = [view for one in long.windows for view in one.views]
    assert max(end - begin for begin, end in views) < 24 * long.rate
    assert canvas_of(asked(tmp_path, bars=8), MULTIPLE) is None


def test_an_overlap_in_quarters_is_what_each_window_keeps(tmp_path, clip):
    canvas = continued(tmp_path, clip, bars=16, overlap="3/2")
    assert {one.first - one.begin for one in canvas.windows} == {round(0.75 * RATE)}


@pytest.mark.parametrize(
    ("fields", "error", "argument"),
    [
        ({"use": "continue", "bars": 1}, BadRequest, "bars"),
        ({"use": "continue", "bars": 400}, BadRequest, "bars"),
        ({"use": "continue", "samples": 3 * RATE + 9}, BadRequest, "samples"),
        ({"use": "continue", "bars": 8, "overlap": 40}, BadRequest, "overlap"),
        ({"use": "continue", "bars": 8, "source": {"path": "NONE"}}, DittoError, "source.path"),
        ({"use": "fill", "bars": 2, "next": {"path": "CLIP"}}, BadRequest, "bars"),
        ({"use": "fill", "samples": 51_000, "next": {"path": "CLIP"}}, BadRequest, "samples"),
        ({"use": "fill", "bars": 30, "next": {"path": "CLIP"}}, BadRequest, "bars"),
        ({"use": "fill", "bars": 8, "next": {"path": "NONE"}}, DittoError, "next.path"),
        (
            {"use": "fill", "bars": 8, "next": {"path": "CLIP", "start": 9}},
            DittoError,
            "next.start",
        ),
        ({"use": "redo", "redo": {"start": 1, "end": 9}}, BadRequest, "redo.end"),
        ({"use": "redo", "redo": {"start": 0, "end": "3/2"}}, BadRequest, "redo"),
        ({"use": "new", "bars": 301, "source": None}, BadRequest, "bars"),
        ({"use": "continue", "bars": 8, "midi": {"notes": [[0, 1, 60]]}}, EmptyMidi, "midi"),
    ],
)
def test_what_cannot_be_laid_out_is_refused_by_name(tmp_path, clip, fields, error, argument):
    places = {"CLIP": clip, "NONE": str(tmp_path / "none.wav")}
    fields = {"source": {"path": "CLIP"}} | fields
    for name in ("source", "next"):
        if fields.get(name):
            fields[name] = fields[name] | {"path": places[fields[name]["path"]]}
    with pytest.raises(error) as refused:
        laid(tmp_path, **fields)
    assert refused.value.argument == argument
    assert refused.value.message.endswith(".")


def test_an_earlier_latent_begins_no_clip_of_several_windows(tmp_path):
    with pytest.raises(BadRequest) as refused:
        laid(tmp_path, bars=100, **{"from": {"path": "/a.safetensors"}})
    assert refused.value.argument == "from"


def test_precision_of_the_kept_audio_is_that_of_its_file(tmp_path):
    audio = np.random.default_rng(1).uniform(-1, 1, (1, SECONDS * RATE))
    write_atomic(tmp_path / "wide.wav", audio, RATE, "DOUBLE")
    canvas = continued(tmp_path, str(tmp_path / "wide.wav"), bars=3)
    with canvas.tape() as tape:
        assert np.array_equal(tape.read(0, SECONDS * RATE), audio)
    assert canvas.subtype == "DOUBLE"
