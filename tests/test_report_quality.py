"""The table of quality: its lines, its clips, its rows on known music, one whole run."""

import json
import math
import sys

import numpy as np
import pytest
import torch
from composed_set import write_set
from tiny import tiny_model

from ditto_daw import signal
from ditto_daw.measures import distance
from ditto_daw.measures.distance import statistics
from ditto_daw.measures.judge import Judge, Verdict
from ditto_daw.models import vocoder as vocoders
from ditto_daw.rendering.finishing import crossing
from ditto_daw.report.quality import __main__ as command
from ditto_daw.report.quality import base, pieces, table, workshop
from ditto_daw.report.quality.rows import control, rhythm, roles, vocoder
from ditto_daw.report.quality.yardstick import Yardstick, pieces_of
from ditto_daw.requests.request import Request
from ditto_daw.training import data
from ditto_daw.vocabulary import GENRES, METERS

N = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_set(tmp_path_factory.mktemp("set"), 120, audio=4)


@pytest.fixture
def shop(folder):
    """A workshop whose model is tiny and whose judge has learnt nothing."""
    made = workshop.Workshop(workshop.Settings(folder, folder / "none", reference=folder, n=N))
    made.__dict__["model"] = tiny_model()
    made.__dict__["judge_and_figures"] = (Judge().eval(), {"genre": 0.5})
    return made


def test_a_line_has_its_middle_and_interval():
    found = base.line("figure", [1.0] * 10 + [3.0] * 10, "dB", base.Goal("≤", 2.5))
    assert (found.value, found.n) == (2.0, 20)
    assert 1.0 < found.low < 2.0 < found.high < 3.0
    assert found.goal.met(found.value)
    assert not found.goal.met(math.nan)
    assert not base.Goal("≥", 2.5).met(found.value)


def test_a_ratio_is_of_middles_and_its_clips_stay_pairs():
    below = np.random.default_rng(0).uniform(1.0, 100.0, 50)
    found = base.ratio_line("figure", list(2.0 * below), list(below))
    assert (found.value, found.low, found.high) == pytest.approx((2.0, 2.0, 2.0))


def test_the_held_out_clips_are_those_of_the_training():
    assert pieces.HELD_OUT == data.HELD_OUT


def test_halves_share_no_piece_and_have_every_genre(folder):
    for whole, count in ((True, 120), (False, pieces.HELD_OUT)):
        held = pieces.Pieces(folder, whole)
        first, second = held.half(False), held.half(True)
        assert sorted(first + second) == list(range(count))
        for half in (first, second):
            assert {p % len(GENRES) for p in half} == set(range(len(GENRES)))


def test_a_clip_tells_the_model_what_training_told_it(folder):
    held, trained = pieces.Pieces(folder), data.Pieces(folder)
    crops = held.crops(held.half(False), 6, 3)
    cuts = [trained.crop(crop.piece, crop.start, pieces.FRAMES) for crop in crops]
    batch = {
        name: torch.from_numpy(np.stack([cut[name] for cut in cuts]).astype(np.float32))
        for name in cuts[0]
    }
    found = held.condition(crops).tensors()
    for ours, theirs in zip(found, data.describe(batch), strict=False):
        assert torch.equal(ours.to(theirs.dtype), theirs)
    assert not found[3].any()
    assert torch.equal(held.mels(crops), batch["mel"].transpose(1, 2))


def test_the_yardstick_runs_from_music_to_another_genre(folder, monkeypatch):
    monkeypatch.setattr(distance, "RESAMPLES", 40)
    held = pieces.Pieces(folder, whole=True)
    clips, music = held.crops(held.half(False), 30, 1), held.crops(held.half(True), 30, 2)
    yardstick = Yardstick.of(held, clips, music, 3)
    same = yardstick.shares(statistics(held.mels(clips)), pieces_of(clips))
    assert list(same.values()) == pytest.approx([0.0] * 5, abs=1e-6)
    single = held.crops(held.genre(3), 30, 4)
    apart = yardstick.scales["kernel"].of(statistics(held.mels(single)), pieces_of(single))
    assert 0.1 < apart.share < 1.0
    assert apart.low < apart.share < apart.high
    noise = held.mels(clips) + torch.randn(30, signal.BANDS, pieces.FRAMES)
    far = yardstick.shares(statistics(noise), pieces_of(clips))
    assert far["frechet"] > 1.0
    ratio = yardstick.scales["kernel"].ratio(statistics(noise), statistics(noise), pieces_of(clips))
    assert ratio.share == ratio.low == ratio.high == 1.0


@pytest.mark.parametrize(("ear", "right"), [(1.0, 1.0), (-1.0, 0.0)])
def test_roles_are_all_right_to_a_perfect_ear_and_all_wrong_to_its_opposite(
    shop, monkeypatch, ear, right
):
    shop.__dict__["sample_mels"] = shop.held.mels(shop.asked)
    playing = torch.from_numpy(shop.held.activity(shop.asked) > 0).float()

    def verdict(mels):
        logits = ear * (2.0 * playing - 1.0)[:, :, None].expand(-1, -1, 4)
        return Verdict(torch.zeros(N, 10), torch.zeros(N, 24), logits)

    monkeypatch.setattr(shop, "verdict", verdict)
    asked, silent, played = list(roles.roles(shop))[:3]
    assert asked.value == silent.value == played.value == right
    counted = shop.held.activity(shop.asked)
    assert asked.n == ((counted >= roles.PLAYS) | (counted == 0)).sum()


def test_a_band_is_measured_against_the_whole():
    t = torch.arange(signal.RATE) / signal.RATE
    low, high = (torch.sin(2 * torch.pi * hertz * t) for hertz in (60.0, 10_000.0))
    mel = signal.mel(torch.stack([low + high, low, high]))
    levels = roles.band_level(mel, (8000.0, 20_000.0))
    assert levels[0] == pytest.approx(-3.0, abs=0.5)
    assert levels[1] < -40.0
    assert levels[2] == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("meter", METERS)
def test_a_click_on_every_beat_is_on_the_grid_of_its_meter(meter):
    beats, unit = meter
    tempo = {"tempos": [[0, 110]], "meters": [[0, *meter]]}
    request = Request.from_dict({"id": "x", "bars": 4, "tempo": tempo, "genre": "pop"})
    step = 60 / 110 * 4 / unit
    audio = np.zeros((1, round(4 * beats * step * 44_100)))
    for beat in range(4 * beats):
        start = round(beat * step * 44_100)
        hertz, level = (60.0, 0.6) if beat % beats == 0 else (2000.0, 0.1)
        t = np.arange(8000) / 44_100
        burst = level * np.sin(2 * np.pi * hertz * t) * np.exp(-t / 0.02)
        audio[0, start : start + 8000] += burst[: audio.shape[1] - start]
    one = workshop.Rendered(request, 5, meter, 0, audio.astype(np.float32), 44_100)
    found = rhythm.on_grid(one)
    assert found.share > 0.95
    assert found.downbeat
    assert len(found.phases) == beats


def test_the_table_survives_json_and_keeps_to_its_weights(tmp_path):
    lines = [
        base.Line("a", 0.31, 0.2, 0.4, 9, "%", base.Goal("≤", 0.35), "1 to 9", "b"),
        base.Line("c", 1.234, math.nan, math.nan, 3, "dB"),
    ]
    rows = {"distance_to_music": lines}
    path = tmp_path / "figures.json"
    path.write_text(json.dumps(table.to_json({"weights": "one"}, rows)))
    again = table.earlier(path, "one")
    assert again["distance_to_music"][0] == lines[0]
    assert again["distance_to_music"][1].goal is None
    assert table.earlier(path, "two") == {}
    text = table.markdown({"weights": "one"}, again)
    assert "| a | 31 % [20, 40 %] | 9 (seeds 1 to 9) | ≤ 35 % ✓ | b |" in text
    assert "| c | 1.23 dB | 3 |  |  |" in text


def test_the_card_keeps_what_stands_around_the_figures(tmp_path):
    card = tmp_path / "card.md"
    card.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n")
    table.into_card(card, "new\n")
    table.into_card(card, "newer\n")
    assert card.read_text() == f"before\n{table.BEGIN}\n\nnewer\n\n{table.END}\nafter\n"
    card.write_text("nothing")
    with pytest.raises(ValueError, match="no place"):
        table.into_card(card, "new")


def test_every_row_measures_a_tiny_model(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(crossing, "STEPS", 2)
    monkeypatch.setattr(vocoders, "PROJECTIONS", 1)
    real = Request.from_dict
    monkeypatch.setattr(Request, "from_dict", lambda d: real({**d, "iterations": 1}))
    monkeypatch.setattr(distance, "RESAMPLES", 10)
    monkeypatch.setattr(workshop, "LEAST_SECONDS", 0.5)
    monkeypatch.setattr(control, "SECONDS", 2.0)
    monkeypatch.setattr(vocoder, "CLIPS", 1)
    monkeypatch.setattr(workshop.Bundled, "load", lambda path: tiny_model())
    judge = tmp_path / "judge.safetensors"
    Judge().save(judge, {"genre": 0.5, "key": 0.1, "roles": 0.6})
    weights, out = tmp_path / "weights", tmp_path / "figures.json"
    weights.write_bytes(b"weights")
    common = ["--data", folder, "--weights", weights, "--json"]
    given = [*common, out, "--judge", judge, "--n", 6, "--loops", 4]
    given += ["--renders", 2, "--sheets", tmp_path / "none.json"]
    monkeypatch.setattr(sys, "argv", ["quality", *map(str, given)])
    command.main()
    told = json.loads(out.read_text())["rows"]
    assert set(told) == set(base.ROWS)
    goals = [one for lines in told.values() for one in lines if one["goal"]]
    assert len(goals) >= 14
    assert all(math.isfinite(one["value"]) for one in goals)
    assert {one["n"] for one in told["genre"]} == {4, 6}
    assert {one["n"] for one in told["rhythm"]} == {4}
    assert {one["n"] for one in told["control"]} == {2, 6}
    assert "genre named right" in capsys.readouterr().out
    # Another process takes them in, measures nothing, and publishes the table.
    joined = [*common, tmp_path / "all.json", "--join", out, tmp_path / "none.json"]
    monkeypatch.setattr(sys, "argv", ["quality", *map(str, joined)])
    command.main()
    assert json.loads((tmp_path / "all.json").read_text())["rows"] == told
    assert "none.json holds nothing" in capsys.readouterr().err


def test_control_begins_no_seed_after_its_minutes(folder, tmp_path, monkeypatch):
    settings = workshop.Settings(folder, folder / "none", renders=5, minutes=0.0)
    shop = workshop.Workshop(settings)
    shop.__dict__["model"] = tiny_model()
    monkeypatch.setattr(control, "_rendered", lambda kind, *_: kind)
    assert tuple(control._renders(shop, str(tmp_path))) == control.KINDS
