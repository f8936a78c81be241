"""What a model may take of the memory that is free, by a table."""

import pytest

from ditto_daw.rendering.budget import Needs, choose

GIB = 1 << 30
SMALL = Needs(network=1 * GIB, others=1 * GIB, call=GIB // 16, decode=GIB // 16)
"""Of a network of a quarter of a billion weights; per second and variation 1/16 GiB each."""
LARGE = Needs(network=6 * GIB, others=2 * GIB, call=GIB // 4, decode=GIB // 2)


@pytest.mark.parametrize(
    ("free", "needs", "precision", "asked", "wanted"),
    [
        (139, LARGE, "bf16", {}, ("bf16", False, 8, 0)),
        (24, LARGE, "bf16", {}, ("bf16", False, 2, 0)),
        (24, LARGE, "fp32", {}, ("fp32", False, 1, 0)),
        (16, LARGE, "bf16", {}, ("bf16", False, 1, 0)),
        (13, LARGE, "bf16", {}, ("bf16", True, 1, 0)),
        (12, LARGE, "bf16", {}, ("bf16", True, 1, 219)),
        (6, LARGE, "bf16", {}, ("bf16", True, 1, 16)),
        (8, SMALL, "fp32", {}, ("fp32", False, 3, 0)),
        (8, SMALL, "fp32", {"batch": 8}, ("fp32", False, 8, 0)),
        (4, SMALL, "fp32", {}, ("fp32", True, 1, 0)),
        (2, SMALL, "fp32", {}, ("fp32", True, 1, 16)),
    ],
)
def test_less_memory_means_less_at_once(free, needs, precision, asked, wanted):
    found = choose(free * GIB, needs, precision, positions=256, seconds=10.0, **asked)
    assert (found.precision, found.recompute, found.batch, found.tile) == wanted
    assert found.free == free * GIB


def test_a_model_that_keeps_nothing_takes_all_variations():
    assert choose(GIB, Needs(0, 0, 0, 0), "fp32", 1, 1.0).batch == 8
