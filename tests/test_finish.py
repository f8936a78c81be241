"""From a mel to finished audio: exact lengths, kept samples, level, image and ceiling."""

import numpy as np
import pytest
import torch
from tiny import planned, tiny_model, tones, write_clip

from ditto_daw import signal
from ditto_daw.files.audiofile import read_region
from ditto_daw.rendering.finish import finish
from ditto_daw.rendering.finishing import crossing
from ditto_daw.rendering.finishing.level import CEILING


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """How well a crossing is solved is tested where it is made."""
    monkeypatch.setattr(crossing, "STEPS", 2)
    monkeypatch.setattr(crossing, "STRETCHES", 1)


def even(plan, value=-2.2):
    return torch.full((signal.BANDS, plan.frames), value)


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_the_mean_of_a_new_loops_channels_is_as_loud_as_its_mel(tmp_path, model, rate):
    plan = planned(tmp_path, bars="1/2", tempo={"tempos": [[0, 97]]}, output={"rate": rate})
    mel = even(plan)
    audio = finish(mel, plan, model.refined).audio
    assert audio.shape == (2, plan.output_length)
    wanted = float(signal.intensity(mel, wrap=True).mean())
    loop = torch.from_numpy(audio.mean(axis=0).astype(np.float32))
    stretched = signal.smooth(10 * torch.log10(loop.square().mean().reshape(1)))
    assert float(stretched[0]) == pytest.approx(wanted, abs=0.5)


def test_a_loop_too_loud_is_turned_down_as_a_whole(tmp_path, model):
    plan = planned(tmp_path, bars="1/2")
    audio = finish(even(plan, -0.5), plan, model.refined).audio
    assert np.abs(audio).max() == pytest.approx(CEILING)


def test_under_a_lane_one_loud_hit_does_not_turn_the_loop_down(tmp_path, model):
    lane = {"points": [[0, 0]], "unit": "db"}
    powers = []
    for fields in ({}, {"curve": lane}):
        plan = planned(tmp_path, bars="1/2", **fields)
        mel = even(plan)
        mel[:, 40:44] = 0.0
        audio = finish(mel, plan, model.refined).audio
        assert np.abs(audio).max() <= CEILING + 1e-9
        powers.append(10 * np.log10(np.mean(audio[:, 30_000:40_000] ** 2)))
    assert powers[1] > powers[0] + 6.0
    quiet = even(plan)
    wanted = float(signal.intensity(quiet, wrap=True).mean())
    assert powers[1] == pytest.approx(wanted, abs=2.0)


@pytest.mark.parametrize("use", ["repair", "extend"])
@pytest.mark.parametrize(("rate", "subtype"), [(44_100, "PCM_24"), (48_000, "FLOAT")])
def test_kept_samples_are_the_clips_own(tmp_path, model, use, rate, subtype):
    path = write_clip(tmp_path / "clip.wav", tones(1.0, rate), rate, subtype)
    plan = planned(tmp_path, use=use, source={"path": str(path)}, repair_beats="1/2")
    audio = finish(even(plan), plan, model.refined).audio
    assert audio.shape == (2, plan.output_length)
    own = plan.clip.audio.shape[1]
    kept = plan.keep[:own]
    assert np.array_equal(audio[:, :own][:, kept], plan.clip.audio[:, kept])
    assert np.isfinite(audio).all()
    assert np.abs(audio[:, ~plan.keep]).max() <= 1.0


def test_a_preview_keeps_what_a_take_keeps_and_measures_no_joins(tmp_path, model):
    path = write_clip(tmp_path / "clip.wav", tones(1.0, 44_100), 44_100)
    plan = planned(tmp_path, use="repair", source={"path": str(path)}, repair_beats="1/2")
    done = finish(even(plan), plan, model.refined, preview=True)
    assert np.array_equal(done.audio[:, plan.keep], plan.clip.audio[:, plan.keep])
    assert not done.crossings
    assert len(finish(even(plan), plan, model.refined).crossings) == 2


def test_a_loud_clip_is_not_turned_down(tmp_path, model):
    loud = np.clip(6.0 * tones(1.0, 44_100), -1.0, 1.0 - 2**-23)
    path = write_clip(tmp_path / "clip.wav", loud, 44_100)
    plan = planned(tmp_path, use="repair", source={"path": str(path)}, repair_beats="1/2")
    audio = finish(even(plan, -1.0), plan, model.refined).audio
    assert np.array_equal(audio[:, plan.keep], plan.clip.audio[:, plan.keep])


def test_the_new_part_is_as_loud_as_the_clip_or_as_the_lane_asks(tmp_path, model):
    noise = 0.1 * np.random.default_rng(0).standard_normal((2, 88_200))
    source = {"path": str(write_clip(tmp_path / "clip.wav", noise, 44_100))}
    lane = {"points": [[0, 0]], "unit": "db"}

    def new_power(**fields):
        plan = planned(tmp_path, use="repair", source=source, repair_beats=2, **fields)
        mel = even(plan)
        mel[:, ~plan.known_frames()] -= 0.2  # 4 dB
        audio = finish(mel, plan, model.refined).audio
        inner = np.flatnonzero(~plan.keep)[9_000:-9_000]
        return 10 * np.log10(np.mean(audio[:, inner] ** 2))

    surroundings = 10 * np.log10(np.mean(noise**2))
    assert new_power() == pytest.approx(surroundings, abs=1.5)
    assert new_power(curve=lane) < surroundings - 2.0


def test_another_output_rate_has_its_own_exact_length(tmp_path, model):
    path = write_clip(tmp_path / "clip.wav", tones(1.0, 44_100), 44_100)
    source = {"path": str(path), "start": "1/7"}
    plan = planned(
        tmp_path, use="repair", source=source, repair_beats="1/2", output={"rate": 96_000}
    )
    assert finish(even(plan), plan, model.refined).audio.shape == (2, plan.output_length)


def test_stereo_and_mono_are_one_music(tmp_path, model):
    plans = [planned(tmp_path, bars="1/2", output={"channels": count}) for count in (1, 2)]
    mono, wide = (finish(even(plan), plan, model.refined).audio for plan in plans)
    assert mono.shape[0] == 1
    assert np.abs(wide.mean(axis=0) - mono[0]).max() < 1e-6


@pytest.mark.parametrize("asked", [None, 2])
def test_a_mono_clip_stays_mono_or_is_kept_in_both_channels(tmp_path, model, asked):
    path = write_clip(tmp_path / "clip.wav", tones(1.0, 44_100)[:1], 44_100)
    fields = {"use": "repair", "source": {"path": str(path)}, "repair_beats": "1/2"}
    plan = planned(tmp_path, **fields, output={"channels": asked})
    audio = finish(even(plan), plan, model.refined, preview=True).audio
    assert audio.shape[0] == (asked or 1)
    clip = read_region(path).audio
    assert all(np.array_equal(channel[plan.keep], clip[0, plan.keep]) for channel in audio)
