"""The bench: what it counts, what it extrapolates, and the whole command on a tiny model."""

import itertools
import json
import math
import sys
from dataclasses import replace

import pytest
import torch
from tiny import tiny_model
from torch._dynamo.utils import counters
from torch.nn import functional

from ditto_daw.bench import stand as stands
from ditto_daw.bench.base import DEFAULT, ROWS, Line
from ditto_daw.bench.meter import Meter
from ditto_daw.bench.rows import presets as rows
from ditto_daw.bench.stand import Stand, Trace
from ditto_daw.bench.table import cells, ratios
from ditto_daw.cli import main
from ditto_daw.diffusion.presets import PAPER, PRESETS

K = 2
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Every preset through at most 2 steps, K = 2 times, and no half second for a product."""
    for name, preset in PRESETS.items():
        few = min(preset.steps, 2)
        monkeypatch.setitem(
            PRESETS, name, replace(preset, steps=few, plain_steps=2, iterations=K, warmup=0)
        )
    monkeypatch.setattr(rows, "PAPER", replace(PAPER, steps=2, iterations=K))
    monkeypatch.setattr(Meter, "rate", lambda self, dtype: 1e9)


@pytest.fixture
def stand(tmp_path, monkeypatch):
    """Whose clock moves one second whenever one looks at it, and which finishes no audio."""
    monkeypatch.setattr(Stand, "audio_of", lambda self, x0: None)
    made = Stand(tiny_model(), 1.0, False, tmp_path)
    ticks = itertools.count()
    made.meter.now = lambda: float(next(ticks))
    return made


def never(stand):
    stand.tolerances = {"intensity": 0.0}


def at_once(stand):
    stand.tolerances = {"intensity": math.inf}


def test_products_convolutions_and_attention_are_counted():
    a, b = torch.randn(3, 5), torch.randn(5, 7)
    x, weight = torch.randn(2, 4, 10), torch.randn(6, 4, 3)
    query = torch.randn(1, 2, 11, 8, requires_grad=True)
    with Meter(CPU).probe() as probe:
        a @ b
        assert probe.flops == 2 * 3 * 5 * 7
        functional.conv1d(x, weight, padding=1)
        assert probe.flops == 210 + 2 * 2 * 4 * 6 * 10 * 3
        mixed = functional.scaled_dot_product_attention(query, query, query)
        forward = probe.flops - 210 - 2880
        assert forward == 2 * (2 * 2 * 11 * 11 * 8)
        torch.autograd.grad(mixed.sum(), query)
        assert probe.flops - 210 - 2880 - forward >= 2 * forward


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a peak to reset")
def test_the_peak_is_what_lived_at_once():
    meter = Meter(CPU)
    for _ in range(2):
        with meter.probe() as probe:
            torch.ones(32 << 20)  # 128 MiB, gone at once
            kept = torch.ones(16 << 20)
        assert 120 < probe.memory < 160
        del kept


def test_the_rate_is_a_plausible_number_of_operations(monkeypatch):
    monkeypatch.undo()
    assert 1e8 < Meter(CPU).rate(least=0.01) < 1e14


def test_a_trace_knows_its_step_and_when_it_was_good_enough():
    losses = ({"a": 3.0, "b": 0.1}, {"a": 1.0, "b": 0.2}, {"a": 0.5, "b": 0.1})
    trace = Trace((1.0, 3.0, 9.0), losses, 10.0, True, torch.zeros(1), torch.zeros(1))
    assert (trace.steps, trace.step) == (2, 4.0)
    assert trace.within({"a": 1.0, "b": 0.3}) == 3.0
    assert trace.within({"a": 1.0, "b": 0.15}) == 9.0
    assert trace.within({"a": 1.0, "b": None}) is None


def test_a_run_stops_within_tolerance_or_when_told(stand):
    preset = PRESETS["teacher"]
    never(stand)
    whole, told = stand.run(preset), stand.run(preset, most=1)
    at_once(stand)
    good = stand.run(preset)
    assert [(one.steps, one.whole) for one in (whole, told, good)] == [
        (K, True),
        (1, False),
        (0, True),
    ]
    assert torch.equal(good.latent, stand.latent())
    assert stand.run(preset, stop=False).steps == K


def test_a_step_of_eight_latents_is_eight_times_the_work(stand):
    one, eight = (stand.weighed(PRESETS["teacher"], batch=count)[0] for count in (1, 8))
    assert eight == pytest.approx(8 * one, rel=0.01)


def test_a_cut_preset_is_extrapolated_and_says_so(stand, monkeypatch):
    monkeypatch.setattr(stands, "QUICK_STEPS", 1)
    stand.quick = True
    never(stand)
    line = rows.measured(stand, "teacher", PRESETS["teacher"])
    # Two evaluations and the final audio took a second each, and one step more would take one.
    assert (line.step, line.steps, line.to_tolerance, line.total) == (1.0, 1, None, 4.0)
    assert line.extrapolated == ("total",)
    assert "≈4" in cells([line])[0]


def test_a_whole_preset_is_measured(stand):
    at_once(stand)
    line = rows.measured(stand, "teacher", PRESETS["teacher"])
    assert (line.steps, line.to_tolerance, line.extrapolated) == (0, 1.0, ())
    assert line.total == 2.0 + 1.0  # its evaluation, its end, its audio


def test_the_paper_s_two_rows_are_one_run(stand):
    at_once(stand)
    tolerant, literal = ROWS["paper"].measure(stand)
    assert (tolerant.steps, tolerant.to_tolerance, tolerant.total) == (0, 1.0, 2.0)
    assert (literal.steps, literal.to_tolerance, literal.extrapolated) == (K, None, ())
    never(stand)
    tolerant, _ = ROWS["paper"].measure(stand)
    assert tolerant.note.startswith("not within tolerance")
    stand.longest = 1.5  # of its own clock: two steps
    tolerant, literal = ROWS["paper"].measure(stand)
    assert "after 1 step, where it was broken off" in tolerant.note
    assert (literal.steps, literal.extrapolated) == (1, ("total",))
    stand.quick = True
    tolerant, literal = ROWS["paper"].measure(stand)
    assert tolerant.note.startswith("left out")
    assert (literal.steps, literal.extrapolated) == (1, ("total",))


def test_one_preset_of_two_names_is_measured_once(stand, monkeypatch):
    monkeypatch.setitem(PRESETS, "teacher", PRESETS["default"])
    (first,) = ROWS["default"].measure(stand)
    monkeypatch.setattr(rows, "measured", None)
    (second,) = ROWS["teacher"].measure(stand)
    assert second == replace(first, name="teacher preset", note=second.note)
    assert second.note.startswith("the same as the default preset")


def test_both_ways_of_guidance_give_the_same(stand):
    from ditto_daw.bench.rows.gradients import _two_calls

    preset, x = PRESETS["teacher"], stand.latent()
    apart, together = _two_calls(stand, preset.guidance), stand.denoiser(preset, 2)
    assert torch.allclose(apart(x, 0.7), together(x, 0.7), atol=1e-5)


def test_without_a_student_its_rows_are_sentences(stand):
    stand.model.student_steps = ()
    for name in ("student", "ditto-2"):
        (line,) = ROWS[name].measure(stand)
        assert line.total is None
        assert "no student" in line.note
        assert ROWS[name].calls(stand) == 0
    left = [line.note for line in ROWS["decode"].measure(stand) if "student" in line.name]
    assert len(left) == 5
    assert all("no such student" in note for note in left)


def test_ratios_are_to_the_default_preset():
    lines = [Line("a", step=1.0, total=6.0), Line(DEFAULT, step=2.0, total=3.0), Line("c")]
    assert ratios(lines) == [
        {"step": 0.5, "total": 2.0},
        {"step": 1.0, "total": 1.0},
        {"step": None, "total": None},
    ]
    assert ratios(lines[::2])[0] == {"step": None, "total": None}


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    tiny_model().save(path)
    return str(path)


@pytest.mark.parametrize("name", ["draft", "guidance", "loss", "precision"])
def test_other_rows_have_their_lines(stand, name):
    lines = list(ROWS[name].measure(stand))
    assert len(lines) == {"draft": 1, "guidance": 1, "loss": 2, "precision": 6}[name]
    assert all((line.step or line.total) and line.share > 0 for line in lines)


def test_compiled_calls_are_captured_in_every_precision(stand, monkeypatch):
    real = torch.compile
    monkeypatch.setattr(torch, "compile", lambda net, mode: real(net, backend="eager"))
    torch.compiler.reset()
    graphs = []
    for line in ROWS["compiled"].measure(stand):
        graphs.append(counters["stats"]["unique_graphs"])
        assert line.step or line.total
    assert (len(graphs), stand.model.compiled, stand.model.precision) == (6, False, "fp32")
    assert graphs[5] > graphs[0] > 0
    stand.quick = True
    (line,) = ROWS["compiled"].measure(stand)
    assert "left out" in line.note


def test_the_whole_command(weights, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(Stand, "audio_of", lambda self, x0: None)
    out, page = tmp_path / "bench.json", tmp_path / "bench.md"
    words = ["bench", "--quick", "--seconds", "1", "--device", "cpu", "--weights", weights]
    words += ["--only", "batch", "default", "paper", "gradients"]
    assert main([*words, "--out", str(out), "--markdown", str(page)]) == 0
    told = json.loads(out.read_text(encoding="utf-8"))
    lines = {(line["name"], line["batch"]): line for line in told["lines"]}
    assert lines[DEFAULT, 1]["over_default"]["total"] == 1.0
    for way in ("plain", "checkpoint", "reverse", "sdo"):
        line = lines[f"gradient {way}, T = 4", 1]
        assert line["share"] == pytest.approx(line["gflop"] / line["step"])  # at 1 GFLOP/s
    for count in (1, 8):
        assert lines["vocoder", count]["total"] > 0
    assert lines["paper preset, K = 70", 1]["extrapolated"] == ["total"]
    assert told["loop_seconds"] == 1.0
    table = page.read_text(encoding="utf-8")
    assert all(f"| {name} |" in table for name, _ in lines)
    captured = capsys.readouterr()
    assert "at most about" in captured.err
    assert "Measured rate 1 GFLOP/s" in captured.out.replace("\n", " ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--only", "sauna"], 'no row "sauna"; choose among default'),
        (["--weights", "nowhere.safetensors"], "no weights at nowhere.safetensors"),
        (["--out", "nowhere/bench.json"], "make it"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(words, told, capsys):
    assert main(["bench", "--device", "cpu", *words]) == 1
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there_is_one_sentence(capsys):
    assert main(["bench", "--device", "cuda"]) == 1
    assert "no cuda device" in capsys.readouterr().err
