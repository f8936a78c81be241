"""Music with ends: nothing of its end is heard at its beginning, and no click at either."""

import numpy as np
import pytest
import torch

from ditto_daw import signal
from ditto_daw.rendering.finishing import crossing
from ditto_daw.rendering.finishing.ends import IN_SECONDS, OUT_SECONDS, faded, looped, open_ended

RATE = 44_100


def vocode(mel):
    """A stand-in that is local: each frame's mean level, held for a hop, smeared over 9 frames."""
    level = torch.nn.functional.avg_pool1d(mel.mean(dim=1), 9, 1, padding=4)
    return level.repeat_interleave(signal.HOP, dim=-1)


@pytest.mark.parametrize("length", [50 * 512, 50 * 512 - 77, 49 * 512 + 300])
def test_the_end_does_not_change_the_beginning_nor_the_beginning_the_end(length):
    torch.manual_seed(1)
    mel = torch.randn(signal.BANDS, 50)
    whole = open_ended(mel, vocode, length)
    assert whole.shape == (length,)
    for changed, same in (
        (slice(40, 50), slice(0, 30 * 512)),
        (slice(0, 10), slice(20 * 512, None)),
    ):
        other = mel.clone()
        other[:, changed] += 3.0
        audio = open_ended(other, vocode, length)
        assert np.array_equal(audio[same], whole[same])
        assert not np.array_equal(audio, whole)


def test_frames_sit_where_they_do_in_the_mel():
    mel = torch.linspace(-3, 0, 64)[None].expand(signal.BANDS, 64)
    audio = open_ended(mel, vocode, 64 * 512)
    frames = audio[256::512]
    assert frames[8:-8] == pytest.approx(mel[0, 8:-8].numpy(), abs=1e-5)


def test_free_ends_fade_and_the_others_stay():
    audio = np.ones((2, RATE))
    both = faded(audio, RATE, True, True)
    start, end = round(IN_SECONDS * RATE), round(OUT_SECONDS * RATE)
    assert (np.diff(both[:, : start + 1]) > 0).all()
    assert (np.diff(both[:, -end - 1 :]) < 0).all()
    assert (both[:, start:-end] == 1).all()
    assert both[0, 0] < 0.01 > both[0, -1]
    assert np.array_equal(faded(audio, RATE, False, False), audio)
    assert faded(np.ones((1, 3)), RATE, True, True).shape == (1, 3)


def test_music_that_repeats_its_beginning_closes_into_a_loop(monkeypatch):
    monkeypatch.setattr(crossing, "STEPS", 2)
    monkeypatch.setattr(crossing, "STRETCHES", 1)
    length, more = RATE, RATE // 2
    place = np.arange(length + more)
    audio = 0.3 * np.sin(2 * np.pi * 220 * place / length)[None] * np.ones((2, 1))
    audio[1, length:] += 0.01 * np.random.default_rng(0).standard_normal(more)
    loop, joint = looped(audio, length, RATE)
    assert loop.shape == (2, length)
    assert np.array_equal(loop[:, joint.length :], audio[:, joint.length : length])
    assert loop[0] == pytest.approx(audio[0, :length], abs=0.05)
    # Across the wrap runs what was rendered there.
    steps = np.abs(np.diff(np.concatenate([loop[:, -50:], loop[:, :50]], axis=1), axis=1))
    assert steps[0].max() < 1.5 * np.abs(np.diff(audio[0, :length])).max()
