"""Structure error on music whose form is known: perfect is 0, the wrong form is far from it."""

import numpy as np
import pytest
import torch

from ditto_daw.controls.structure import Structure, form
from ditto_daw.measures.structure import mel_of_audio, structure_error

RATE = 44_100
FRAMES = 336


def music(pattern, seconds=4.0, rate=RATE):
    """One steady timbre for each letter (1, n): a low tone, or a high one."""
    n = round(seconds * rate / len(pattern))
    t = np.arange(n) / rate
    sounds = {
        "A": 0.1 * sum(np.sin(2 * np.pi * 110 * k * t) / k for k in range(1, 9)),
        "B": 0.1 * sum(np.sin(2 * np.pi * 1760 * k * t) for k in range(1, 5)),
    }
    return np.concatenate([sounds[letter] for letter in pattern])[None]


def wanted(pattern):
    parts = torch.tensor([ord(letter) - ord("A") for letter in pattern])
    return Structure(form(parts.repeat_interleave(FRAMES // len(pattern))), wrap=True)


@pytest.mark.parametrize("pattern", ["AABA", "ABAB", "AB", "ABBA"])
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_a_form_that_is_played_has_next_to_no_error(pattern, rate):
    assert structure_error(music(pattern, rate=rate), rate, wanted(pattern)) < 0.018


def test_another_form_and_none_at_all_are_far_off():
    assert structure_error(music("ABAB"), RATE, wanted("AABA")) > 0.5
    assert structure_error(music("BBAB"), RATE, wanted("AABA")) < 0.018, "letters are only names"
    hiss = np.random.default_rng(2).standard_normal((1, 4 * RATE))
    assert structure_error(0.1 * hiss, RATE, wanted("AABA")) > 0.3


def test_the_mel_of_a_loop_is_read_at_any_number_of_frames_around_its_end():
    audio = music("AB")
    whole = mel_of_audio(audio, RATE, FRAMES, True)
    assert whole.shape == (160, FRAMES)
    rolled = mel_of_audio(np.roll(audio, -RATE, axis=1), RATE, FRAMES, True)
    assert float((rolled - whole.roll(-FRAMES // 4, dims=1)).abs().mean()) < 0.02
