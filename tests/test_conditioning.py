"""What the model is told of a plan, part by part."""

import numpy as np
import pytest
import torch
from tiny import planned, tiny_model, tones, write_clip

from ditto_daw import signal, vocabulary
from ditto_daw.files.resampling import resample
from ditto_daw.models.codec import PATCH
from ditto_daw.models.condition import GRID_CHANNELS, LABEL_COUNTS
from ditto_daw.rendering.conditioning import clip_mel, condition_of, known_patches

CHORDS = {"notes": [[0, 2, p] for p in (60, 64, 67)] + [[2, 2, p] for p in (57, 60, 64, 69)]}


@pytest.fixture(scope="module")
def model():
    return tiny_model()


def test_an_empty_wish_leaves_everything_free_but_the_grid(tmp_path, model):
    plan = planned(tmp_path)
    told = condition_of(plan, model, None)
    positions = plan.frames // PATCH
    assert told.labels.tolist() == [list(LABEL_COUNTS)]
    assert not told.roles.any()
    assert told.local.shape[-1] == positions
    assert (told.local[:, 0] == 1).all()
    assert not told.local[:, GRID_CHANNELS:].any()
    assert told.context.shape == (1, model.unet.config.latent + 1, positions)
    assert not told.context.any()


def test_words_become_their_numbers_and_roles_their_mask(tmp_path, model):
    plan = planned(tmp_path, genre="jazz", mood="calm", key="A minor", roles=["lead", "drums"])
    told = condition_of(plan, model, None)
    wanted = [
        vocabulary.GENRES.index("jazz"),
        vocabulary.MOODS.index("calm"),
        vocabulary.KEYS.index("A minor"),
    ]
    assert told.labels.tolist() == [wanted]
    assert told.roles.tolist() == [[1, 0, 0, 1, 0, 1]]


def test_tempo_and_phases_are_those_at_the_middle_of_a_patch(tmp_path, model):
    plan = planned(tmp_path, bars=2, tempo={"tempos": [[0, 90]], "meters": [[0, 3, 4]]})
    local = condition_of(plan, model, None).local[0]
    assert local[1].numpy() == pytest.approx(np.log2(plan.grid.tempo[0] / 120.0), abs=1e-5)
    quarters = 6.0 * (np.arange(plan.frames // PATCH) * PATCH + PATCH // 2) / plan.frames
    assert local[2].numpy() == pytest.approx(np.sin(2 * np.pi * quarters), abs=1e-3)
    assert local[6].numpy() == pytest.approx(np.sin(2 * np.pi * quarters / 3.0), abs=1e-3)
    assert (local[18:23].argmax(dim=0) == vocabulary.METERS.index((3, 4))).all()


def test_chords_and_key_of_the_clip_are_told_unless_harmony_is_off(tmp_path, model):
    plan = planned(tmp_path, midi=CHORDS)
    told = condition_of(plan, model, None)
    chords = told.local[0, GRID_CHANNELS + 1 :]
    assert set(chords[:, 0].nonzero().flatten().tolist()) == {0, 4, 7}
    assert set(chords[:, -1].nonzero().flatten().tolist()) == {0, 4, 9}
    assert vocabulary.KEYS[told.labels[0, 2]] in ("C major", "A minor")
    silent = condition_of(planned(tmp_path, midi=CHORDS, harmony=False), model, None)
    assert not silent.local[:, GRID_CHANNELS:].any()
    assert silent.labels[0, 2] == LABEL_COUNTS[2]
    own = condition_of(planned(tmp_path, midi=CHORDS, key="D major"), model, None)
    assert vocabulary.KEYS[own.labels[0, 2]] == "D major"


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_the_clips_mel_lies_on_the_loops_frames(tmp_path, rate):
    path = write_clip(tmp_path / "clip.wav", tones(2.0, rate), rate)
    plan = planned(tmp_path, use="extend", source={"path": str(path)}, bars=2)
    mel = clip_mel(plan)
    assert mel.shape == (signal.BANDS, plan.frames)
    audio = resample(plan.clip.audio, rate, signal.RATE, 88_200)
    own = signal.intensity(signal.mel(torch.from_numpy(audio)).mul(2).exp().log().div(2)).mean(0)
    half = plan.frames // 2
    places = np.arange(half) * plan.model_length / signal.HOP / plan.frames
    wanted = np.interp(places, np.arange(len(own)), own.numpy())
    inner = slice(50, half - 50)
    assert signal.intensity(mel)[:half][inner].numpy() == pytest.approx(wanted[inner], abs=0.2)
    assert torch.equal(mel[:, half + 2], mel[:, -1])


def test_channels_add_by_power_so_that_nothing_cancels(tmp_path):
    one = tones(1.0, 44_100, 1)
    mono = write_clip(tmp_path / "mono.wav", one, 44_100)
    apart = write_clip(tmp_path / "apart.wav", np.concatenate([one, -one]), 44_100)
    mels = [
        clip_mel(planned(tmp_path, use="extend", source={"path": str(path)}, bars=1))
        for path in (mono, apart)
    ]
    assert torch.allclose(*mels, atol=1e-4)
    with pytest.raises(ValueError, match="without a clip"):
        clip_mel(planned(tmp_path))


def test_the_context_is_the_clips_latent_where_every_frame_is_known(tmp_path, model):
    path = write_clip(tmp_path / "clip.wav", tones(2.0, 44_100), 44_100)
    plan = planned(tmp_path, use="repair", source={"path": str(path)}, repair_beats=1)
    mel, known = clip_mel(plan), known_patches(plan, model)
    context = condition_of(plan, model, mel).context[0]
    assert known.sum() == plan.known_frames().sum() // PATCH
    assert torch.equal(context[-1], known.float())
    assert torch.allclose(context[:-1, known], model.codec.encode(mel[None])[0][:, known])
    assert not context[:-1, ~known].any()
