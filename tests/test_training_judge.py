"""The judge: what it is told, what it learns, and that keys are alike to it."""

import numpy as np
import pytest
import torch
from composed_set import write_set

from ditto_daw import signal
from ditto_daw.measures.judge import STRIDE, Judge
from ditto_daw.training import judge as training
from ditto_daw.vocabulary import GENRES, ROLES


def test_a_role_is_active_where_any_of_its_frames_is():
    bits = torch.zeros(1, 4 * STRIDE)
    bits[0, STRIDE + 3] = 0b00101
    bits[0, 3 * STRIDE :] = 0b10000
    found = training.role_targets(bits)
    assert found.shape == (1, len(ROLES), 4)
    assert found[0].argmax(dim=1)[[0, 2, 4]].tolist() == [1, 1, 3]
    assert found.sum() == 3


def test_a_transposed_clip_gets_a_transposed_key():
    torch.manual_seed(0)
    judge = Judge().eval()
    t = torch.arange(2 * signal.RATE) / signal.RATE

    def chord(up):
        tones = [523.25 * 2 ** ((step + up) / 12) for step in (0, 3, 7)]
        return sum(torch.sin(2 * torch.pi * hertz * t) for hertz in tones) * 0.1

    mels = signal.mel(torch.stack([chord(0), chord(4)]))
    with torch.no_grad():
        key = judge(mels[..., : mels.shape[-1] // STRIDE * STRIDE]).key.unflatten(1, (2, 12))
    spread = key.std()
    assert (key[0].roll(4, dims=1) - key[1]).abs().max() < 0.5 * spread
    assert (key[0] - key[1]).abs().max() > spread


STEPS = 60


def counted(run):
    """The clock of a training run by steps: no machine is too slow for the test."""
    run.step += 1
    run.spent = run.budget * run.step / STEPS
    return run.step < STEPS


def test_it_learns_genres_and_roles_and_keeps_its_figures(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "FRAMES", 64)
    monkeypatch.setattr(training, "HELD_OUT_CLIPS", 128)
    monkeypatch.setattr(training.Run, "advance", counted)
    data = write_set(tmp_path / "set", 100)
    found = training.train(data, tmp_path / "judge.safetensors", 1.0, 3e-3, 0)
    assert found["genre"] > 0.8
    assert found["roles"] > 0.8
    judge, figures = Judge.load(tmp_path / "judge.safetensors")
    assert figures == found
    assert sum(p.numel() for p in judge.parameters()) <= 1_000_000
    mel = torch.from_numpy(np.load(data / "mel.npy")[: len(GENRES), :64].astype(np.float32))
    with torch.no_grad():
        verdict = judge(mel.transpose(1, 2))
    right = verdict.genre.argmax(dim=1) == torch.arange(len(GENRES))
    assert right.float().mean() >= 0.8
    assert verdict.roles.shape == (len(GENRES), len(ROLES), 64 // STRIDE)
    assert verdict.activity().max() <= 1.0


def test_disturbance_moves_the_level_and_leaves_the_music():
    rng = np.random.default_rng(0)
    mel = torch.zeros(200, 4, 50)
    moved = training.disturbed(mel, rng)
    level = moved.mean(dim=(1, 2))
    assert level.abs().max() <= training.GAIN + 0.1
    assert level.std() == pytest.approx(training.GAIN / 3**0.5, rel=0.15)
    assert moved.std(dim=(1, 2)).max() <= 1.2 * training.NOISE
