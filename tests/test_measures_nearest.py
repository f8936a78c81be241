"""Memorising: a stretch that was learnt is found wherever it lies; other music is far."""

import pytest
import torch

from ditto_daw.measures.nearest import PATCH, coarse, nearest

GENERATOR = torch.Generator().manual_seed(0)
PIECES = torch.rand(6, 160, 400, generator=GENERATOR) - 2.5
CLIP = 100


def test_a_remembered_stretch_is_near_at_any_level_and_place():
    clips = torch.stack([PIECES[4, :, 120 : 120 + CLIP] + 0.3, torch.rand(160, CLIP) - 2.5])
    stretches = [coarse(PIECES[:3]), coarse(PIECES[3:])]
    near, far = nearest(coarse(clips), stretches)
    assert near == pytest.approx(0.0, abs=0.02)
    assert far > 0.5


def test_the_distance_is_in_decibels():
    clip = torch.full((1, 160, CLIP), -2.0)
    clip[:, :80] += 0.1  # half of the bands 1 dB up, half 1 dB down, around the mean
    found = nearest(coarse(clip), [coarse(torch.full((2, 160, 200), -1.0))])
    assert found[0] == pytest.approx(1.0, abs=0.01)


def test_what_is_inaudible_is_no_difference():
    quiet = torch.full((1, 160, PATCH * 4), -4.9)
    assert torch.equal(coarse(quiet), coarse(quiet + 0.5))
