"""A result on the disk: written anywhere, read anywhere, exact."""

import numpy as np
import pytest
import soxr

from ditto_daw.rendering.tape import BLOCK, Reel, Tape


def noise(channels, length, dtype=np.float32):
    return np.random.default_rng(3).uniform(-1, 1, (channels, length)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_was_written_is_read_bit_for_bit_and_the_rest_is_silent(tmp_path, dtype):
    audio = noise(2, 100, dtype)
    with Tape(2, 300, dtype, tmp_path) as tape:
        tape.write(150, audio)
        assert np.array_equal(tape.read(150, 100), audio)
        assert not tape.read(0, 150).any()
        assert np.array_equal(tape.read(240, 100)[:, :10], audio[:, 90:])
        assert not tape.read(240, 100)[:, 10:].any()


def test_what_lies_beyond_the_ends_is_dropped_and_silent(tmp_path):
    audio = noise(1, 100)
    with Tape(2, 120, np.float32, tmp_path) as tape:
        tape.write(-50, audio)
        tape.write(90, audio)
        assert np.array_equal(tape.read(0, 50), np.repeat(audio[:, 50:], 2, axis=0))
        assert np.array_equal(tape.read(90, 30)[0], audio[0, :30])
        assert not tape.read(-20, 20).any()
        tape.write(500, audio)


def test_a_reel_is_the_result_at_its_own_rate_and_of_exact_length_at_another(tmp_path):
    length = 2 * BLOCK + 12_345
    audio = noise(2, length)
    with Tape(2, length + 99, np.float32, tmp_path) as tape:
        tape.write(0, audio)
        same = np.concatenate(
            list(Reel(tape, length, 48_000, 48_000, length).until(length)), axis=1
        )
        assert np.array_equal(same, audio)
        wanted = round(length * 441 / 480)
        for asked in (wanted - 1, wanted, wanted + 2):
            reel = Reel(tape, length, 48_000, 44_100, asked)
            moved = np.concatenate(list(reel.until(length)), axis=1)
            assert moved.shape == (2, asked)
            again, parts = Reel(tape, length, 48_000, 44_100, asked), []
            for end in (1, 12_345, BLOCK + 7, length):
                parts += again.until(end)
            assert np.array_equal(np.concatenate(parts, axis=1), moved)
    at_once = soxr.resample(audio.T, 48_000, 44_100, "VHQ").T
    shared = min(at_once.shape[1], wanted)
    assert np.abs(moved[:, :shared] - at_once[:, :shared]).max() < 1e-5
    assert not list(tmp_path.iterdir())
