"""The row that compares two worker processes with one, with workers that have no model."""

import importlib
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

from ditto_daw.bench.base import ROWS
from ditto_daw.requests.parts import Output
from ditto_daw.requests.request import Request

rows = importlib.import_module("ditto_daw.bench.rows.workers")


def stand(folder, device="cpu"):
    """As much of a stand as the row needs."""
    request = Request("bench", bars=Fraction(1), output=Output(folder=str(folder)))
    return SimpleNamespace(
        model=SimpleNamespace(device=SimpleNamespace(type=device)),
        folder=folder,
        missing=lambda preset: "",
        asked=lambda **fields: replace(request, **fields),
    )


def test_both_are_measured_and_every_job_is_rendered(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "ENGINE", "fake_engine:load")
    monkeypatch.setattr(rows, "JOBS", 4)
    one, two = ROWS["workers"].measure(stand(tmp_path))
    assert (one.name, two.name) == ("a job, one worker", "a job, two workers")
    assert one.total > 0
    assert f"{one.total / two.total:.2f} × those of one" in two.note
    began = (tmp_path / "renders.log").read_text(encoding="utf-8").split()
    assert began.count("first-0") == 2
    assert all(began.count(f"job-{number}") == 2 for number in range(4))


def test_a_single_graphics_card_is_not_compared(tmp_path, monkeypatch):
    monkeypatch.setattr(rows.torch.cuda, "device_count", lambda: 1)
    (line,) = ROWS["workers"].measure(stand(tmp_path, "cuda"))
    assert "no second device" in line.note
