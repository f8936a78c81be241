"""Every check on a healthy machine, and what it says about the ills that can be staged."""

import contextlib
import json
import socket
import sys
from collections import namedtuple
from pathlib import Path

import pytest
from probe import serving

from ditto_daw.cli import main
from ditto_daw.doctor.base import Patient, examine
from ditto_daw.doctor.checks import CHECKS
from ditto_daw.models import bundled
from ditto_daw.server.command import log_file
from ditto_daw.server.sockets import LOOPBACK


@pytest.fixture
def patient(tmp_path):
    with contextlib.closing(socket.socket()) as free:
        free.bind((LOOPBACK, 0))
        port = free.getsockname()[1]
    return Patient(tmp_path, port, "cpu")


@pytest.mark.parametrize("name", CHECKS)
def test_each_check_has_a_finding(name, patient):
    finding = examine(name, patient)
    assert finding.level != "bad", finding
    assert finding.found
    assert (finding.level == "good") or finding.advice


def test_the_command_says_so_and_for_programs_too(patient, capsys):
    arguments = ["--port", str(patient.port), "--results", str(patient.results), "--device", "cpu"]
    assert main(["doctor", *arguments]) == 0
    assert "Rendering works here." in capsys.readouterr().out
    assert main(["doctor", "--json", *arguments]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == list(CHECKS)


def test_an_ill_machine_is_told_what_to_do(patient, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torchaudio", None)
    assert examine("torch", patient).level == "bad"
    arguments = ["--port", str(patient.port), "--results", str(patient.results)]
    assert main(["doctor", *arguments]) == 1
    assert "Rendering will not work: see torch" in capsys.readouterr().out


def test_damaged_weights(patient, tmp_path, monkeypatch):
    damaged = tmp_path / "weights.safetensors"
    damaged.write_bytes(b"\x08" + bytes(100))
    monkeypatch.setattr(bundled, "WEIGHTS", damaged)
    finding = examine("model", patient)
    assert (finding.level, "Install" in finding.advice) == ("bad", True)


def test_a_full_disk_and_a_folder_that_refuses(patient, tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(1, 1, 1000))
    assert examine("results", patient).level == "hint"
    monkeypatch.setattr(Path, "write_bytes", _refuse)
    assert examine("results", Patient(tmp_path / "none")).level == "bad"


def _refuse(*_):
    raise PermissionError(13, "Permission denied")


def test_who_has_the_port(tmp_path, patient):
    with serving(tmp_path) as launched:
        finding = examine("daemon", Patient(tmp_path, launched.port))
        assert (finding.level, "ready" in finding.found) == ("good", True)
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as other:
        other.bind((LOOPBACK, patient.port))
        assert "another program" in examine("daemon", patient).found


def test_errors_of_the_log(patient):
    path = log_file(patient.results)
    path.parent.mkdir()
    path.write_text("2026 INFO daemon all well\n2026 ERROR daemon the sky fell\n")
    finding = examine("log", patient)
    assert (finding.level, "the sky fell" in finding.found) == ("hint", True)


def test_a_check_that_breaks_is_a_finding(patient, monkeypatch):
    monkeypatch.setitem(CHECKS, "python", lambda _: 1 / 0)
    assert examine("python", patient).level == "bad"
