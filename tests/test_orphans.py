"""A worker waits for those of a dead server, and for nobody else."""

import os
import subprocess
import sys
import time

import psutil

from ditto_daw.jobs.orphans import FOLDER, registered


def test_a_worker_is_known_while_it_works(tmp_path):
    with registered(tmp_path):
        assert [path.name for path in (tmp_path / FOLDER).iterdir()] == [str(os.getpid())]
    assert not list((tmp_path / FOLDER).iterdir())


def test_it_waits_for_another_servers_worker_but_not_for_ever(tmp_path):
    place = tmp_path / FOLDER
    place.mkdir()
    other = place / str(psutil.Process().ppid())  # alive, and no child of our own parent
    other.touch()
    began = time.monotonic()
    with registered(tmp_path, patience=0.2):
        assert time.monotonic() - began >= 0.2
        assert other.exists()


def test_it_waits_for_no_sister_and_forgets_who_is_gone_or_has_the_number_by_chance(tmp_path):
    place = tmp_path / FOLDER
    place.mkdir()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    chance = place / str(psutil.Process().ppid())
    for path in (place / str(gone.pid), place / "no number", place / str(os.getpid()), chance):
        path.touch()
    os.utime(chance, (0, 0))
    began = time.monotonic()
    with registered(tmp_path, patience=5):
        assert time.monotonic() - began < 5
        assert [path.name for path in place.iterdir()] == [str(os.getpid())]
