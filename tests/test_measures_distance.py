"""Distances between sets of clips, on Gaussians whose distance is known."""

import numpy as np
import pytest
import torch

from ditto_daw import signal
from ditto_daw.measures import distance

N = 4000


def gaussian(mean, deviation, seed, n=N, size=3):
    return np.random.default_rng(seed).normal(mean, deviation, (n, size))


def kernel(a, b, bandwidth, pieces=None, weights=None):
    return distance.kernel_statistic(a, b, bandwidth, pieces)(weights)


def test_frechet_is_that_of_two_gaussians():
    a, b = gaussian(0.0, 1.0, 0), gaussian(2.0, 3.0, 1)
    # |m|^2 = 3 * 4, tr(C1 + C2 - 2 root) = 3 * (1 - 3)^2
    assert distance.frechet(a, b) == pytest.approx(24.0, rel=0.05)
    assert distance.frechet(a, a) == pytest.approx(0.0, abs=1e-9)


def test_frechet_with_correlations_that_do_not_commute():
    turn = np.array([[1.0, 2.0], [0.0, 1.0]])
    a, b = gaussian(0.0, 1.0, 0, size=2), gaussian(0.0, 1.0, 1, size=2) @ turn
    # The root's trace is the sum of the singular values of the second map.
    wanted = 2.0 + np.trace(turn @ turn.T) - 2.0 * np.linalg.svd(turn)[1].sum()
    assert distance.frechet(a, b) == pytest.approx(wanted, rel=0.15)


def test_the_kernel_distance_is_unbiased_and_that_of_two_gaussians():
    same = [kernel(gaussian(0, 1, s, 60), gaussian(0, 1, 99 + s, 60), 1.5) for s in range(40)]
    assert np.mean(same) == pytest.approx(0.0, abs=0.004)
    assert min(same) < 0.0
    # In one dimension E k(x, y) = (h^2 / (h^2 + 2))^1/2 e^(-m^2 / (2 h^2 + 4)).
    h, m = 1.5, 1.0
    wanted = 2.0 * (h**2 / (h**2 + 2)) ** 0.5 * (1.0 - np.exp(-(m**2) / (2.0 * (h**2 + 2.0))))
    found = kernel(gaussian(0, 1, 0, 1000, 1), gaussian(m, 1, 1, 1000, 1), h)
    assert found == pytest.approx(wanted, rel=0.1)


def test_clips_of_one_piece_do_not_make_a_set_alike():
    pieces = np.repeat(np.arange(20), 5)
    a, b = (np.repeat(gaussian(0, 1, seed, 20), 5, axis=0) for seed in (0, 1))
    plain = kernel(a, b, 1.5)
    known = kernel(a, b, 1.5, (pieces, pieces + 20))
    single = kernel(a[::5], b[::5], 1.5)
    assert known == pytest.approx(single, abs=1e-9)
    assert plain > known + 0.03


def test_a_weight_counts_as_a_copy():
    a, b = gaussian(0, 1, 0, 30), gaussian(1, 1, 1, 30)
    weights = (np.repeat([2.0, 0.0], 15), np.ones(30))
    assert distance.frechet(a, b, weights) == pytest.approx(
        distance.frechet(np.concatenate([a[:15], a[:15]]), b)
    )
    pieces = (np.tile(np.arange(15), 2), np.arange(30))
    assert kernel(a, b, 1.0, weights=weights) == pytest.approx(
        kernel(np.concatenate([a[:15], a[:15]]), b, 1.0, pieces)
    )


def test_the_interval_is_around_the_distance():
    a, b = gaussian(0, 1, 0, 200, 2), gaussian(1, 1, 1, 200, 2)
    pieces = (np.arange(200), np.arange(200))
    low, high = distance.interval(lambda w: distance.frechet(a, b, w), pieces)
    assert low < distance.frechet(a, b) < high
    assert low < 2.0 < high


def test_a_space_keeps_what_varies_and_its_scale():
    rng = np.random.default_rng(0)
    flat = rng.normal(size=(300, 2))
    wide = np.concatenate([1000.0 * flat, 5.0 + flat, np.zeros((300, 1))], axis=1)
    space = distance.Space.of(wide, components=2)
    placed = space.place(wide)
    assert placed.shape == (300, 2)
    apart = np.linalg.norm(placed[:, None] - placed[None], axis=2)[np.triu_indices(300, 1)]
    assert space.bandwidth == pytest.approx(np.median(apart))
    assert placed.var() == pytest.approx(2.0, rel=0.15)  # two standardised copies of each


def test_statistics_do_not_hear_the_key_but_the_level():
    t = np.arange(2 * signal.RATE) / signal.RATE
    tones = [
        sum(np.sin(2 * np.pi * hertz * 2 ** (up / 12) * t) for hertz in (523.3, 659.3, 784.0))
        for up in (0, 5)
    ]
    audio = torch.from_numpy(np.stack([tones[0], tones[1], 0.1 * tones[0]])).float() * 0.1
    found = distance.statistics(signal.mel(audio))
    chroma = found["chroma"][:, :12]
    assert np.abs(chroma[0] - chroma[1]).max() < 0.06
    assert chroma[0].argmax() == 0
    bands = found["log-mel"][:, : distance.MEL_BANDS]
    assert (bands[0] - bands[2]).max() == pytest.approx(20.0, abs=0.5)
    assert np.abs(found["MFCC"][0] - found["MFCC"][1]).max() > 1.0


def test_a_share_lies_between_its_marks():
    assert distance.share(3.0, 1.0, 5.0) == 0.5
    assert distance.share(1.0, 1.0, 5.0) == 0.0
