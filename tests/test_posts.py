"""Which workers `--device` asks for, and whose cores they have."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ditto_daw.errors import BadRequest
from ditto_daw.jobs import posts as module
from ditto_daw.jobs.posts import MOST, Post, posts


def named(devices, cluster=""):
    return posts(Post("some:engine", devices, Path("results"), cluster))


@pytest.mark.parametrize(
    "devices", ["auto", "cpu", "cuda", "mps", "cuda:0,cuda:1", "cpu, cpu ,cpu", "cuda:10,cpu"]
)
def test_one_for_each(devices):
    assert [post.device for post in named(devices)] == devices.replace(" ", "").split(",")


@pytest.mark.parametrize(
    "devices", ["", "gpu", "auto,cpu", "cuda:", "cuda:-1", "cpu;cpu", "cpu," * MOST + "cpu"]
)
def test_what_is_no_device_is_refused(devices):
    with pytest.raises(BadRequest, match="commas") as refusal:
        named(devices)
    assert refusal.value.argument == "device"


@pytest.mark.parametrize(
    ("usable", "count", "shares"),
    [
        ({0, 1, 2, 3}, 2, [(0, 1), (2, 3)]),
        ({0, 1, 2, 3, 7}, 2, [(0, 1), (2, 3)]),
        ({4, 5}, 1, [()]),
        ({3}, 2, [(3,), (3,)]),
        ({0, 1}, 3, [(0,), (1,), (0,)]),
    ],
)
def test_cores_are_divided(monkeypatch, usable, count, shares):
    monkeypatch.setattr(module, "_usable", lambda: usable)
    assert [post.cores for post in named(",".join(["cpu"] * count))] == shares


def test_graphics_cards_leave_the_cores_alone():
    assert [post.cores for post in named("cuda:0,cpu")] == [(), ()]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins nothing")
def test_a_worker_keeps_to_its_cores():
    (core, *_) = sorted(os.sched_getaffinity(0))
    code = (
        "import os, numpy\n"
        "from ditto_daw.jobs.posts import Post, settle\n"
        f"settle(Post('e:e', 'cpu', None, '', ({core},)))\n"
        "print(os.sched_getaffinity(0), os.environ['OMP_NUM_THREADS'])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert said.strip() == f"{{{core}}} 1"


def test_a_cluster_needs_ray(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(BadRequest, match=r"pip install .*\[cluster\]"):
        named("auto", "10.0.0.1:6379")
    assert named("auto")
