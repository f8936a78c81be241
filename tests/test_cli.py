import socket
import sys
import types

import pytest
from probe import serving

from ditto_daw.cli import main
from ditto_daw.errors import DaemonMissing
from ditto_daw.server import view
from ditto_daw.wire.osc_document import document


def test_docs_prints_the_protocol(capsys):
    assert main(["docs"]) == 0
    assert capsys.readouterr().out == document()


def test_status(tmp_path, capsys):
    with serving(tmp_path) as launched:
        assert main(["status", "--port", str(launched.port)]) == 0
    assert "state     ready\n" in capsys.readouterr().out


def test_status_goes_on_until_it_is_told_to_end(monkeypatch, capsys):
    status = {"state": "ready", "running": 1, "queued": 2, "ended": 3, "restarts": 1}
    said = [
        {**status, "uptime": 3725.0, "note": "", "devices": "cpu"},
        DaemonMissing("", "Nobody answers."),
    ]

    class Told:
        def status(self):
            if not said:
                raise KeyboardInterrupt
            if isinstance(found := said.pop(0), Exception):
                raise found
            return found

    monkeypatch.setattr(view, "SECONDS", 0.0)
    assert "1 rendering, 2 waiting, 3 ended · up 1:02:05 · 1 restarts" in view.line(said[0])
    view._live(Told())
    assert "no daemon answers" in capsys.readouterr().out


def test_status_without_a_daemon_is_one_sentence(capsys):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    assert main(["status", "--port", str(port)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "ditto-daw serve" in captured.err


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_port_in_use_is_named(tmp_path, capsys, kind):
    with socket.socket(socket.AF_INET, kind) as held:
        held.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            held.listen()
        port = held.getsockname()[1]
        assert main(["serve", "--port", str(port), "--results", str(tmp_path)]) == 3
    assert f"Port {port}" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_demo_gets_its_paths(monkeypatch, tmp_path):
    got = []
    stand_in = types.ModuleType("ditto_daw.demo")
    stand_in.main = lambda out, clip, midi: got.append((out, clip, midi)) or 0
    monkeypatch.setitem(sys.modules, "ditto_daw.demo", stand_in)
    assert main(["demo", "--out", str(tmp_path), "--clip", "a.wav"]) == 0
    ((out, clip, midi),) = got
    assert (out, str(clip), midi) == (tmp_path, "a.wav", None)


@pytest.mark.parametrize("words", [[], ["sing"], ["serve", "--port", "abacus"]])
def test_wrong_words_show_the_usage(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: ditto-daw" in capsys.readouterr().err
