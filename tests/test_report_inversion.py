"""The figures of inversion and of reuse, on a very small model."""

import json
import sys

import pytest
from tiny import tiny_model

from ditto_daw.inversion import INVERSIONS
from ditto_daw.report import inversion, reuse


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(inversion.Bundled, "load", lambda **_: tiny_model())


def table(monkeypatch, tmp_path, module, *arguments):
    file = tmp_path / "figures.json"
    monkeypatch.setattr(sys, "argv", ["report", *arguments, "--json", str(file)])
    module.main()
    return json.loads(file.read_text(encoding="utf-8"))


def test_every_way_is_measured_at_every_weight(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("ditto_daw.inversion.ditto.ITERATIONS", 2)
    arguments = ("--n", "2", "--seconds", "0.5", "--steps", "2", "--guidance", "0", "4")
    told = table(monkeypatch, tmp_path, inversion, *arguments)
    assert {(row["way"], row["guidance"]) for row in told["rows"]} == {
        (way, guidance) for way in INVERSIONS for guidance in (0.0, 4.0)
    }
    assert len(told["floor"]) == 2
    assert all(len(row["above"]) == len(row["raw"]) == 2 for row in told["rows"])
    by_way = {row["way"]: row["above"] for row in told["rows"] if row["guidance"] == 0.0}
    assert sum(by_way["ditto"]) <= sum(by_way["ddim"]) < sum(by_way["naive"])
    assert capsys.readouterr().out.count("above the codec") == 8


def test_a_manifest_gives_clips_and_genres(tmp_path):
    rows = ["file,seconds,genre", "a.wav,30,jazz", "b.wav,1,rock", "c.wav,9,folk"]
    (tmp_path / "manifest.csv").write_text("\n".join(rows))
    found = inversion.clips_of(tmp_path, 4, 6.0)
    assert [(clip.path.name, clip.genre) for clip in found] == [
        ("a.wav", "jazz"),
        ("c.wav", "techno"),
    ]


def test_a_variation_is_compared_with_its_fresh_render(monkeypatch, tmp_path, capsys):
    arguments = ("--n", "1", "--seconds", "0.5", "--amounts", "0.3")
    told = table(monkeypatch, tmp_path, reuse, *arguments)
    names = ["fresh", "amount 0.3", "amount 0, other genre"]
    assert list(told["figures"]) == [one["name"] for one in told["renders"]] == names
    assert told["figures"]["fresh"]["cost_ratio"] == 1.0
    assert told["figures"]["amount 0.3"]["cost_ratio"] < 1.0
    assert "1 loops of 0.5 s under intensity" in capsys.readouterr().out
