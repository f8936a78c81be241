"""The stereo stage's training: it learns how wide a set is, and leaves a file."""

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from ditto_daw.models.stereo import FILE, Stereo, StereoConfig
from ditto_daw.training import stereo
from ditto_daw.training.stereo_set import Mixes, powers

FRAMES = 48
CONFIG = f"""
pieces = 8
piece_frames = {FRAMES}
clips = 4
frames = {FRAMES}
[training]
minutes = 0.005
rate = 5e-3
betas = [0.8, 0.95]
weight_decay = 0.0
average = 0.9
seed = 0
log_every = 10
save_every = 1000
workers = 1
[network]
width = 8
blocks = 1
"""


def noise_set(folder: Path) -> Path:
    """Eight pieces of noise whose side is another noise at -6 dB."""
    rng, size = np.random.default_rng(0), FRAMES * 512
    middle, side = 3000 * rng.standard_normal((8, size)), 1500 * rng.standard_normal((8, size))
    folder.mkdir()
    np.save(folder / "audio.npy", np.stack([middle + side, middle - side], 1).astype("int16"))
    (folder / "done.txt").write_text("8")
    return folder


def test_the_command_leaves_a_stage_and_goes_on(tmp_path):
    (tmp_path / "tiny.toml").write_text(CONFIG)
    given = ["--data", str(noise_set(tmp_path / "set")), "--run", str(tmp_path / "run")]
    stereo.main([*given, "--device", "cpu", "--config", str(tmp_path / "tiny.toml")])
    first = json.loads((tmp_path / "run/state.json").read_text())["step"]
    stereo.main([*given, "--device", "cpu", "--minutes", "0.01"])
    last = json.loads((tmp_path / "run/state.json").read_text())["step"]
    assert last > first > 0
    power, _ = Stereo.load(tmp_path / "run" / FILE)(torch.zeros(1, 160, 9))
    assert power.shape == (1, 160, 9)
    assert list((tmp_path / "run/grids").glob("*.png"))


def test_it_learns_how_wide_a_set_is(tmp_path):
    torch.manual_seed(0)
    powers = Mixes(noise_set(tmp_path / "set")).powers()
    stage = Stereo(StereoConfig(width=8, blocks=1))
    adam = torch.optim.Adam(stage.parameters(), 0.02)
    for mel, truth in islice(stereo.batches(powers, 4, 32, 0), 60):
        adam.zero_grad()
        stereo.loss_of(stage(mel), truth)["loss"].backward()
        adam.step()
    with torch.no_grad():
        power, _ = stage(mel)
    found = 10.0 * torch.log10((power * truth[:, 0]).sum() / truth[:, 0].sum())
    assert float(found) == pytest.approx(-6.0, abs=1.0)


def test_a_mirrored_mix_is_learnt_as_the_same():
    middle, side = torch.randn(2, FRAMES * 512), 0.5 * torch.randn(2, FRAMES * 512)
    found = torch.full((2, 160, FRAMES), 0.25), torch.full((2, 160, FRAMES), 0.3)
    plain, mirrored = (
        stereo.loss_of(found, powers(middle, sign * side))["loss"] for sign in (1.0, -1.0)
    )
    assert torch.allclose(plain, mirrored)
