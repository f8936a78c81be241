"""Every row of the soak at small n, and that a row can miss its goal."""

import json
import signal

import pytest

from ditto_daw.cli import main
from ditto_daw.soak import ground as grounds
from ditto_daw.soak.base import ROWS as REGISTRY
from ditto_daw.soak.base import Line, none_of
from ditto_daw.soak.ground import Ground, half_files
from ditto_daw.soak.rows import ROWS

SCALES = {"burst": 1.0, "flood": 0.3, "noise": 0.01, "tempo_maps": 0.2, "bad_network": 0.03}
"""The others take their least n, 3."""


@pytest.mark.parametrize("name", ROWS)
def test_each_row_meets_its_goal(name, tmp_path):
    lines = list(ROWS[name](Ground(tmp_path, SCALES.get(name, 0.0), minutes=0.06)))
    assert lines
    for line in lines:
        assert line.good or line.timed, line  # tests share their machine with others


def test_the_command_prints_and_writes_and_tells_a_miss(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(REGISTRY, "fine", lambda _: iter([none_of("misses", 0)]))
    monkeypatch.setitem(REGISTRY, "miss", lambda _: iter([Line("x [b]", "1", "2", False)]))
    monkeypatch.setitem(REGISTRY, "broken", lambda _: 1 / 0)
    out = tmp_path / "soak.json"
    assert main(["soak", "--only", "fine", "miss", "broken", "--json", str(out)]) == 1
    said = capsys.readouterr().out
    assert "1 of 3 met" in said
    assert "x [b]" in said
    told = json.loads(out.read_text())
    assert [line["good"] for line in told["lines"]] == [True, False, False]
    assert main(["soak", "--only", "fine"]) == 0
    assert main(["soak", "--only", "storms"]) == 1
    assert "no row storms" in capsys.readouterr().err


def test_a_command_that_is_told_to_end_cleans_up_first(monkeypatch):
    cleaned = []

    def told(_):
        try:
            signal.raise_signal(signal.SIGTERM)
            yield none_of("reached", 1)
        finally:
            cleaned.append(True)

    monkeypatch.setitem(REGISTRY, "told", told)
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit):
        main(["soak", "--only", "told"])
    assert cleaned
    assert signal.getsignal(signal.SIGTERM) is before


def test_half_files_are_counted(tmp_path):
    (tmp_path / "half.wav").write_bytes(b"RIFF\x00\x00")
    (tmp_path / ".ditto-0123.part").write_bytes(b"")
    assert half_files(tmp_path) == 2


def test_a_process_that_has_gone_has_no_memory():
    assert grounds.resident(2**22 + 1) != grounds.resident(2**22 + 1), "NaN"
    assert grounds.worker_of(2**22 + 1) is None
