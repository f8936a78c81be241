"""The bundled model in bf16 and compiled, against itself in single precision as it is."""

import logging
import shutil
from dataclasses import replace

import pytest
import torch
from tiny import tiny_model
from torch._dynamo.backends.common import aot_autograd
from torch._dynamo.backends.debugging import eager as nop
from torch.nn.functional import cosine_similarity

from ditto_daw import cli
from ditto_daw.diffusion.gradient import latent_gradient
from ditto_daw.diffusion.presets import PRESETS
from ditto_daw.models import compiled
from ditto_daw.models.base import anything
from ditto_daw.models.bundled import Bundled
from ditto_daw.models.compiled import Compiled
from ditto_daw.models.contract import Trial
from ditto_daw.models.likeness import likeness
from ditto_daw.models.precision import precision_of
from ditto_daw.rendering import prewarm as prewarming
from ditto_daw.rendering.engine import load
from ditto_daw.rendering.prewarm import prewarm
from ditto_daw.samplers import SAMPLERS, exhaust
from ditto_daw.shelf.check import check

CALL, COSINE, MEL_DB, AUDIO_DB = 0.02, 0.99, 0.2, 15.0
"""What bf16 may cost: of v, of a gradient's direction, of the mel, and of the audio at least."""


@pytest.fixture(scope="module")
def plain():
    return Bundled.load()


@pytest.fixture(scope="module")
def half():
    return Bundled.load().run_in("bf16")


def test_bf16_is_near_single_precision(plain, half):
    found = likeness(half, plain)
    assert 0.0 < found.call < CALL
    assert found.cosine > COSINE
    assert found.mel < MEL_DB
    assert found.audio > AUDIO_DB
    assert found.finding().good
    assert not replace(found, cosine=0.9).finding().good


def test_the_students_gradient_points_the_same_way(plain, half):
    preset, gradients, trial = PRESETS["default"], [], Trial(plain)
    objective = trial.objective(trial.lane(trial.sampled(2)), audible=False)
    for model in (plain, half):
        denoise = model.network(anything(trial.frames), 1).denoiser(preset, preset.steps)
        times, sampler = preset.times(preset.steps), SAMPLERS[preset.sampler]
        run = latent_gradient(denoise, trial.noise, sampler, times, objective, preset.way)
        gradients.append(exhaust(run)[1].flatten())
    assert float(cosine_similarity(*gradients, dim=0)) > COSINE


def test_all_but_the_network_stays_in_single_precision(half):
    seen = {}
    handle = half.unet.enter.register_forward_hook(lambda *told: seen.update(net=told[2].dtype))
    trial = Trial(half, 0.2)
    clean = trial.sampled(2)
    handle.remove()
    assert seen["net"] == torch.bfloat16
    gradient = trial.gradient(2, trial.objective(trial.lane(clean)))
    assert {clean.dtype, gradient.dtype, trial.decode(clean).dtype} == {torch.float32}
    assert {weight.dtype for weight in half.parameters()} == {torch.float32}


def test_back_in_single_precision_it_is_what_it_was(plain):
    before = Trial(plain, 0.2).sampled(2)
    assert not torch.equal(Trial(plain.run_in("bf16"), 0.2).sampled(2), before)
    assert torch.equal(Trial(plain.run_in("fp32"), 0.2).sampled(2), before)


@pytest.mark.parametrize(
    ("wanted", "device", "has", "found"),
    [
        ("auto", "cpu", True, "fp32"),
        ("auto", "mps", True, "fp32"),
        ("auto", "cuda:1", True, "bf16"),
        ("auto", "cuda", False, "fp32"),
        ("bf16", "cpu", False, "bf16"),
        ("fp32", "cuda", True, "fp32"),
    ],
)
def test_auto_is_bf16_where_the_device_has_it(monkeypatch, wanted, device, has, found):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: has)
    assert precision_of(wanted, device) == found


def test_serve_hands_on_how_the_model_is_run(tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr("ditto_daw.server.daemon.Daemon", lambda config: given.append(config))
    with pytest.raises(AttributeError):  # there is no daemon to go on with
        cli.main(["serve", "--results", str(tmp_path), "--precision", "bf16", "--compile"])
    assert given[0].engine.endswith("?precision=bf16&compiled=True")


def test_an_engine_says_how_it_runs(tmp_path):
    tiny_model().save(tmp_path / "tiny.safetensors")
    engine = load("cpu", tmp_path, tmp_path / "tiny.safetensors", precision=["bf16"])
    assert engine.device == "cpu (bundled in bf16, 8 at once)"
    engine.close()


@pytest.fixture
def traced(monkeypatch):
    """`torch.compile` without code of its own: the same capture, in one graph or not at all."""
    real = torch.compile
    monkeypatch.setattr(
        torch, "compile", lambda net, mode: real(net, backend="eager", fullgraph=True)
    )
    torch.compiler.reset()


def test_a_compiled_network_says_the_same(traced):
    model = tiny_model()
    told, preset = replace(anything(64), wrap=True), PRESETS["default"]
    x = torch.randn(2, model.latent_channels, 16)
    made = []
    for fast in (False, True):
        model.run_in("fp32", compiled=fast)
        start = x.clone().requires_grad_()
        clean = model.network(told, 2).denoiser(preset, preset.steps)(start, 0.7)
        made.append((clean, torch.autograd.grad(clean.square().sum(), start)[0]))
    assert model.compiled
    for one, other in zip(*made, strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_a_moved_embedding_is_heard_by_a_compiled_network_too(traced):
    x = torch.randn(1, tiny_model().latent_channels, 16)
    made = []
    for fast in (False, True):
        network = tiny_model().run_in("fp32", compiled=fast).network(anything(64), 1).wordless()
        network._free(x, 0.7)  # captured without anything that moves
        for size in (0.0, 1.0):
            made.append(network.unasked(x, 0.7, torch.full((1, network.embedding), size)))
    assert torch.allclose(made[0], made[2], atol=1e-5)
    assert torch.allclose(made[1], made[3], atol=1e-5)
    assert not torch.allclose(made[0], made[1], atol=1e-3)


@pytest.mark.skipif(
    shutil.which("c++") is None and shutil.which("cl") is None, reason="there is no C++ compiler"
)
def test_compiled_code_says_the_same():
    layer, x = torch.nn.Linear(4, 4).requires_grad_(False), torch.randn(2, 4, requires_grad=True)
    call, made = Compiled(layer), []
    for one in (layer, call):
        said = one(x)
        made.append((said, *torch.autograd.grad(said.square().sum(), x)))
    assert call.works
    assert all(torch.allclose(one, other, atol=1e-6) for one, other in zip(*made, strict=True))


def test_what_cannot_be_compiled_runs_as_it_is_and_the_log_says_so_once(monkeypatch, caplog):
    def broken(net, mode):
        def call(*inputs, **named):
            raise RuntimeError("no compiler\nand a long story")

        return call

    monkeypatch.setattr(torch, "compile", broken)
    model = tiny_model().run_in("fp32", compiled=True)
    assert model.about == {"name": "bundled", "precision": "fp32", "compiled": True}
    with caplog.at_level(logging.WARNING, compiled.__name__):
        fast = [Trial(model, 0.2).sampled(2) for _ in range(2)]
    assert torch.equal(fast[0], Trial(tiny_model(), 0.2).sampled(2))
    assert torch.equal(*fast)
    (line,) = caplog.messages
    assert line.endswith("cannot be compiled here: no compiler")
    assert model.about == {"name": "bundled", "precision": "fp32"}


def test_a_way_back_that_cannot_be_compiled_is_found_on_the_way_there(monkeypatch):
    def broken(module, inputs):
        raise RuntimeError("no way back")

    backend = aot_autograd(fw_compiler=nop, bw_compiler=broken)
    real = torch.compile
    monkeypatch.setattr(torch, "compile", lambda net, mode: real(net, backend=backend))
    torch.compiler.reset()
    call, x = Compiled(torch.nn.Linear(3, 3)), torch.randn(2, 3, requires_grad=True)
    said = call(x)
    assert not call.works
    assert torch.autograd.grad(said.sum(), x)[0].isfinite().all()


def test_an_error_of_the_network_itself_is_not_the_compilers(monkeypatch):
    monkeypatch.setattr(torch, "compile", lambda net, mode: net)
    call = Compiled(torch.nn.Linear(3, 2))
    with pytest.raises(RuntimeError, match="shapes"):
        call(torch.zeros(1, 4))
    assert call.works


def test_the_first_render_is_made_before_anybody_waits(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(prewarming.tempfile, "tempdir", str(tmp_path))
    with caplog.at_level(logging.INFO, prewarming.__name__):
        prewarm(tiny_model())
    assert "bundled is warm" in caplog.text
    assert list(tmp_path.glob("ditto-warm-*")) == []

    broken = tiny_model()
    monkeypatch.setattr(broken, "network", lambda *_: (_ for _ in ()).throw(MemoryError("full")))
    prewarm(broken)
    assert "warm up failed: full" in caplog.text


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_transfers_keep_values():
    from ditto_daw.models.transfer import fetched, sent

    values = torch.randn(1000)
    there = sent(values, torch.device("cuda"))
    assert (fetched(there) == values.double().numpy()).all()


def test_a_check_compares_with_single_precision(tmp_path, capsys):
    tiny_model().save(tmp_path / "tiny.safetensors")
    check(str(tmp_path / "tiny.safetensors"), "cpu", "bf16", seconds=0.2)
    assert "likeness against the CPU in fp32: a call" in capsys.readouterr().out
