"""The example of docs/extending.md is a control as good as any."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch

from ditto_daw.controls import CONTROLS, base, objective, weighed
from ditto_daw.controls.reference import Reference

PAGE = Path(__file__).parents[1] / "docs" / "extending.md"


@pytest.fixture
def brightness(monkeypatch: pytest.MonkeyPatch) -> type[base.Control]:
    """The page's class, registered for this test."""
    monkeypatch.setattr(base, "CONTROLS", CONTROLS.copy())
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    module = ModuleType("brightness")
    monkeypatch.setitem(sys.modules, "brightness", module)
    exec(compile(found[1], str(PAGE), "exec"), vars(module))
    kind: type[base.Control] = module.Brightness
    assert base.CONTROLS["brightness"] is kind
    return kind


def test_the_page_is_short_and_names_files_that_exist() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 60
    root = PAGE.parents[1]
    for name in re.findall(r"`((?:\w+/)*\w+\.(?:py|md))`", text):
        there = (root / name).exists() or (root / "ditto_daw" / name).exists()
        assert there or name == "controls/brightness.py", name


def test_its_example_can_be_optimised_beside_another(brightness: type[base.Control]) -> None:
    mel = (-2.0 + 0.3 * torch.randn(2, 160, 24)).requires_grad_()
    mask = torch.arange(24) < 12
    bright = brightness(target=torch.full((24,), 0.7), mask=mask)  # type: ignore[call-arg]
    known = Reference(mel[0].detach(), ~mask)
    losses = objective(weighed([bright, known], given={"brightness": 3.0}), lambda x0: x0)(mel)
    assert losses.parts.keys() == {"brightness", "reference"}
    (gradient,) = torch.autograd.grad(losses.parts["brightness"].sum(), mel)
    assert (gradient[..., mask] != 0).any()
    assert not gradient[..., ~mask].any()
    moved = bright.loss(mel.detach() - 0.5 * gradient / gradient.norm())
    assert (moved < losses.parts["brightness"]).all()
