"""Electronic kits: every drum exists, in its band, and kits differ."""

from __future__ import annotations

import numpy as np
import pytest

from ditto_daw.training.bank import DRUMS, RATE
from ditto_daw.training.kit import drum


def centroid(wave: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(wave.astype(np.float64))) ** 2
    return float(np.sum(power * np.fft.rfftfreq(len(wave), 1 / RATE)) / power.sum())


@pytest.mark.parametrize("kit", ["synth808", "synth909"])
def test_kits_hold_every_drum_in_its_band(kit: str) -> None:
    for pitch in DRUMS:
        hit = drum(kit, 2, pitch)
        assert np.isfinite(hit).all()
        assert np.abs(hit).max() == pytest.approx(0.5, abs=1e-3)
    assert centroid(drum(kit, 2, 36)) < 600
    assert 500 < centroid(drum(kit, 2, 38)) < 8000
    assert centroid(drum(kit, 2, 42)) > 6000


def test_variations_of_a_kit_differ() -> None:
    one, two = (drum("synth909", v, 36).astype(np.float32) for v in (0, 1))
    assert np.abs(one - two[: len(one)]).max() > 0.01
