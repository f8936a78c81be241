"""Every control in the registry: its gradient is right and reaches the latent; loops wrap."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls import (
    CONTENT,
    CONTROLS,
    Control,
    objective,
    paper_weights,
    tolerances,
    weighed,
)
from ditto_daw.controls.groove import Groove, lines
from ditto_daw.controls.harmony import Harmony
from ditto_daw.controls.intensity import Intensity
from ditto_daw.controls.loop import Loop
from ditto_daw.controls.melody import Melody
from ditto_daw.controls.recurrence import OCTAVES, SILENT_DB, Recurrence, beat_levels
from ditto_daw.controls.reference import Reference
from ditto_daw.controls.seam import LEVEL_DB, SHARE, Seam
from ditto_daw.controls.structure import (
    Structure,
    form,
)
from ditto_daw.diffusion.gradient import latent_gradient
from ditto_daw.diffusion.schedule import step_times
from ditto_daw.models.toy import ConvToy
from ditto_daw.samplers import SAMPLERS, exhaust

FRAMES = 96
PULSE = torch.arange(5.0, FRAMES, 11)


def noise_mel(batch: int = 2, frames: int = FRAMES, seed: int = 0) -> Tensor:
    """A mel (B, 160, F) of 100 dB range with some detail, double precision."""
    generator = torch.Generator().manual_seed(seed)
    shape = (batch, signal.BANDS, frames)
    return -2.5 + 0.5 * torch.randn(shape, generator=generator, dtype=torch.float64)


def scale_up(frames: int = FRAMES) -> Tensor:
    """A rising chromatic line with rests."""
    pitch = torch.arange(frames) // 8 % 12
    return torch.where(torch.arange(frames) % 8 < 6, pitch, -1)


def chords() -> Tensor:
    """Weights (12, F) of a triad that moves up, silent now and then."""
    one = torch.zeros(12)
    one[[0, 4, 7]] = torch.tensor([1.0, 0.5, 0.5])
    moved = torch.stack([one.roll(frame // 16) for frame in range(FRAMES)], dim=1)
    return moved * (torch.arange(FRAMES) % 8 < 6)


def beats(frames: int = FRAMES, count: int = 4) -> Tensor:
    """Shares (F, N) of beats of 8 frames, the last one first."""
    own = torch.zeros(frames, count, dtype=torch.float64)
    for beat in range(count):
        own[frames - 8 * (beat + 1) : frames - 8 * beat, beat] = 1 / 8
    return own


def lull() -> Tensor:
    """A clip (160, F) whose first beat is loud against its bar lines."""
    mel = noise_mel(1, seed=9)[0]
    mel[:, :8] += 1.0
    return mel


def example(name: str) -> Control:
    """One of each; a new control in the folder is asked for one here."""
    half = torch.arange(FRAMES) < FRAMES // 2
    examples: dict[str, Callable[[], Control]] = {
        "groove": lambda: Groove(lines(PULSE, FRAMES, False), PULSE, mask=half),
        "harmony": lambda: Harmony(chords()),
        "intensity": lambda: Intensity(torch.linspace(-50.0, -30.0, FRAMES), mask=half),
        "melody": lambda: Melody(scale_up()),
        "loop": lambda: Loop(period=FRAMES - 20, overlap=20),
        "reference": lambda: Reference(noise_mel(1, seed=9)[0], mask=half),
        "recurrence": lambda: Recurrence(
            beat_levels(noise_mel(1, seed=9)[0] + 0.3, beats()), beats()
        ),
        "structure": lambda: Structure(form(torch.arange(FRAMES) // 40)),
        "seam": lambda: Seam(torch.tensor([16, 32]), beat=8, known=lull(), mask=half),
    }
    return examples[name]()


def sine(hertz: float, frames: int = FRAMES, level: float = 0.3) -> Tensor:
    samples = torch.arange(frames * signal.HOP, dtype=torch.float64)
    return level * torch.sin(2 * math.pi * hertz * samples / signal.RATE)[None]


@pytest.mark.parametrize("name", CONTROLS)
def test_gradient_is_the_finite_difference(name: str) -> None:
    control, mel, direction, step = example(name), noise_mel(), noise_mel(seed=1) + 2.5, 1e-5
    leaf = mel.clone().requires_grad_()
    loss = control.loss(leaf)
    assert loss.shape == (2,)
    (gradient,) = torch.autograd.grad(loss.sum(), leaf)
    slope = (control.loss(mel + step * direction) - control.loss(mel - step * direction)) / 2 / step
    assert (slope.abs() > 1e-6).all()
    torch.testing.assert_close((gradient * direction).sum((1, 2)), slope, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("name", CONTROLS)
def test_gradient_reaches_the_latent(name: str) -> None:
    basis = torch.randn(signal.BANDS, 5, generator=torch.Generator().manual_seed(2)).double()

    def decode(x0: Tensor) -> Tensor:
        return -2.5 + 0.2 * (basis @ x0).repeat_interleave(4, dim=2)

    x = torch.randn(2, 5, FRAMES // 4, generator=torch.Generator().manual_seed(3)).double()
    aim = objective([example(name)], decode)
    run = latent_gradient(ConvToy(5).double(), x, SAMPLERS["ddim"], step_times(3), aim)
    _, gradient, losses = exhaust(run)
    assert gradient is not None
    assert torch.isfinite(gradient).all()
    assert (gradient.flatten(1).norm(dim=1) > 0).all()
    assert losses.parts.keys() == {name}


@pytest.mark.parametrize("name", CONTROLS)
def test_silence_and_full_scale_have_finite_gradients(name: str) -> None:
    for level in (-5.0, -7.0, 1.0):
        leaf = torch.full((1, signal.BANDS, FRAMES), level, requires_grad=True)
        loss = example(name).loss(leaf)
        (gradient,) = torch.autograd.grad(loss.sum(), leaf)
        assert torch.isfinite(loss).all()
        assert torch.isfinite(gradient).all()


@pytest.mark.parametrize("name", [name for name, kind in CONTROLS.items() if kind.audible])
def test_audible_controls_have_a_gradient_on_audio(name: str) -> None:
    control, step = example(name), 1e-6
    generator = torch.Generator().manual_seed(4)
    shape = (2, FRAMES * signal.HOP)
    audio = 0.1 * torch.randn(shape, generator=generator, dtype=torch.float64)
    direction = torch.randn(shape, generator=generator, dtype=torch.float64)
    leaf = audio.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(control.loss_audio(leaf).sum(), leaf)
    ends = [control.loss_audio(audio + sign * step * direction) for sign in (1, -1)]
    slope = (ends[0] - ends[1]) / (2 * step)
    torch.testing.assert_close((gradient * direction).sum(1), slope, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("name", [name for name, kind in CONTROLS.items() if not kind.audible])
def test_other_controls_refuse_audio(name: str) -> None:
    with pytest.raises(NotImplementedError, match=name):
        example(name).loss_audio(torch.zeros(1, FRAMES * signal.HOP))


@pytest.mark.parametrize("name", CONTROLS)
def test_weight_and_tolerance_are_checked(name: str) -> None:
    control = example(name)
    for wrong in ({"weight": -1.0}, {"tolerance": -0.1}):
        with pytest.raises(ValueError, match=name):
            type(control)(**{**vars(control), **wrong})


@pytest.mark.parametrize("shift", [1, 40])
def test_a_loop_feels_no_difference_when_it_begins_elsewhere(shift: int) -> None:
    mel, target = noise_mel(), torch.linspace(-50.0, -30.0, FRAMES)
    rolled = mel.roll(shift, dims=-1)
    looped, straight = Intensity(target, wrap=True), Intensity(target)
    torch.testing.assert_close(looped.feature(rolled), looped.feature(mel).roll(shift, dims=-1))
    assert not torch.allclose(straight.feature(rolled), straight.feature(mel).roll(shift, -1))
    again = Intensity(target.roll(shift), wrap=True)
    torch.testing.assert_close(again.loss(rolled), looped.loss(mel))
    line = Melody(scale_up(), wrap=True)
    torch.testing.assert_close(Melody(scale_up().roll(shift)).loss(rolled), line.loss(mel))


def test_audio_features_wrap_too() -> None:
    generator = torch.Generator().manual_seed(5)
    audio = 0.1 * torch.randn(1, FRAMES * signal.HOP, generator=generator, dtype=torch.float64)
    rolled = audio.roll(40 * signal.HOP, dims=-1)
    for control in (Intensity(torch.zeros(FRAMES), wrap=True), Melody(scale_up(), wrap=True)):
        feature = control.feature_audio(audio).roll(40, dims=-1)
        torch.testing.assert_close(control.feature_audio(rolled), feature)


def test_mel_and_audio_agree_on_loudness_and_pitch() -> None:
    """Sines of known level: 0.3 has an RMS of -13.5 dB, however it is measured."""
    expected = 20 * math.log10(0.3 / math.sqrt(2))
    inside = (torch.arange(FRAMES) >= 2) & (torch.arange(FRAMES) < FRAMES - 2)
    for midi in (69, 72, 76):
        audio = sine(440.0 * 2 ** ((midi - 69) / 12))
        mel = signal.mel(audio)
        loudness = Intensity(torch.full((FRAMES,), expected))
        assert loudness.loss(mel).sqrt() < 0.5
        assert loudness.loss_audio(audio).sqrt() < 0.5
        line = Melody(torch.where(inside, midi % 12, -1))
        assert line.accuracy(line.feature(mel)) == 1.0
        assert line.accuracy(line.feature_audio(audio)) == 1.0


def test_frames_that_do_not_count_have_no_say() -> None:
    mel = noise_mel()
    for name in ("melody", "reference"):
        control = example(name)
        counts = control.target >= 0 if isinstance(control, Melody) else control.mask  # type: ignore[attr-defined]
        changed = torch.where(counts, mel, mel + 1.0)
        assert torch.equal(control.loss(changed), control.loss(mel))
    curve = torch.linspace(-50.0, -30.0, FRAMES)
    mask = torch.arange(FRAMES) < 30
    wrong = torch.where(mask, curve, 1000.0)
    assert torch.equal(Intensity(wrong, mask).loss(mel), Intensity(curve, mask).loss(mel))


def test_losses_are_what_the_paper_says() -> None:
    mel = noise_mel()
    feature = signal.intensity(mel)
    torch.testing.assert_close(Intensity(feature[0] + 3.0).loss(mel)[0], torch.tensor(9.0).double())
    torch.testing.assert_close(
        Reference(mel[0] + 0.5, torch.ones(FRAMES) > 0).loss(mel)[0],
        torch.tensor((0.5 / 4) ** 2).double(),
    )
    flat = Melody(scale_up()).compare(torch.full((1, 12, FRAMES), 1 / 12.0).log())
    assert float(flat) == pytest.approx(math.log(12))


def test_loop_compares_the_continuation_with_the_beginning() -> None:
    mel, period = noise_mel(), 60
    again = torch.cat([mel[..., :period], mel[..., :period]], dim=-1)
    assert torch.equal(Loop(period, 36).loss(again), torch.zeros(2).double())
    apart = again.clone()
    apart[..., period : period + 36] += 4.0
    torch.testing.assert_close(Loop(period, 36).loss(apart), torch.ones(2).double())
    with pytest.raises(ValueError, match="96 frames"):
        Loop(period, 36).loss(mel[..., :90])


def test_recurrence_counts_a_beats_level_and_its_balance() -> None:
    mel = noise_mel()
    levels = beat_levels(mel, beats())
    assert levels.shape == (2, 1 + OCTAVES, 4)
    whole = 10 * torch.log10((10 ** (levels[:, 1:] / 10)).sum(dim=1))
    torch.testing.assert_close(levels[:, 0], whole)
    steady = torch.full((1, signal.BANDS, FRAMES), -2.0).double()
    loud = 10 * torch.log10(steady.new_tensor(1e-4 * signal.BINS))
    torch.testing.assert_close(beat_levels(steady, beats())[0, 0], loud.expand(4))
    again = Recurrence(levels[0], beats())
    assert float(again.loss(mel)[0]) == 0.0
    torch.testing.assert_close(again.loss(mel + 0.1)[0], torch.tensor(4.0).double())
    quiet = levels[0].clone()
    quiet[:, 1:] -= 2 * SILENT_DB
    below = mel[:1].clone()
    below[..., :-8] -= 4.0
    assert float(Recurrence(quiet, beats()).loss(below)) == pytest.approx(0.0, abs=1e-6)


def test_a_seam_like_the_bar_lines_costs_nothing() -> None:
    """Bars of 32 frames; the frames before a line are at -3, the first of a bar `rise` higher."""

    def bars(wrap: float, inner: float) -> Tensor:
        mel = torch.full((1, signal.BANDS, FRAMES), -3.0).double()
        for line, rise in ((0, wrap), (32, inner), (64, inner)):
            mel[..., line : line + 8] += rise
        return mel

    lines = torch.tensor([32, 64])
    even = SHARE * 20.0 * 0.5
    assert float(Seam(lines).loss(bars(even / 20.0, 0.5))) == pytest.approx(0.0, abs=1e-9)
    splash = Seam(lines).loss(bars(1.0, 0.5))
    assert float(splash) == pytest.approx((20.0 - even) ** 2)
    level = Seam(lines, beat=8)
    hush = bars(0.0, 0.5)
    assert float(level.loss(hush)) == pytest.approx((10.0 - LEVEL_DB) ** 2)
    hush[..., 64:72] -= 0.5
    assert float(level.loss(hush)) == pytest.approx(0.0, abs=1e-9)
    kept = torch.arange(FRAMES) < 72
    clip = Seam(lines, beat=8, known=bars(1.0, 0.5)[0], mask=kept)
    torch.testing.assert_close(clip.loss(bars(0.0, 0.0)), Seam(lines, 8).loss(bars(1.0, 0.5)))


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Intensity(torch.tensor([0.0, torch.nan])), "finite"),
        (lambda: Intensity(torch.zeros(3), torch.zeros(3, dtype=torch.bool)), "no frame"),
        (lambda: Intensity(torch.zeros(3), torch.ones(4, dtype=torch.bool)), "3 booleans"),
        (lambda: Intensity(torch.zeros(3)).loss(noise_mel()), "3 frames"),
        (lambda: Groove(torch.zeros(4), PULSE), "a line"),
        (lambda: Groove(torch.tensor([1.0, -1.0]), PULSE), "none negative"),
        (lambda: Harmony(torch.zeros(12, 4)), "no harmony"),
        (lambda: Harmony(torch.ones(11, 4)), "twelve weights"),
        (lambda: Harmony(-torch.ones(12, 4)), "not negative"),
        (lambda: Structure(torch.ones(2, 4)), "no structure"),
        (lambda: Structure(torch.full((2, 4), torch.nan)), "finite vector"),
        (lambda: Structure(form(torch.arange(4) // 2)).loss(noise_mel()), "4 frames"),
        (lambda: Melody(torch.full((4,), -1)), "no melody"),
        (lambda: Melody(torch.tensor([0, 12])), "0 to 11"),
        (lambda: Melody(torch.zeros(4)), "integer"),
        (lambda: Loop(period=10, overlap=11), "overlap"),
        (lambda: Reference(torch.zeros(160), torch.ones(160) > 0), "one mel"),
        (lambda: Reference(torch.full((160, 4), torch.inf), torch.ones(4) > 0), "finite"),
        (lambda: Recurrence(torch.zeros(2, 4), beats()), "level per octave"),
        (lambda: Recurrence(torch.full((1 + OCTAVES, 4), torch.nan), beats()), "finite"),
        (lambda: Seam(torch.tensor([0, 8])), "bar lines"),
        (lambda: Seam(torch.tensor([8]), mask=torch.ones(0) > 0), "no frame"),
        (lambda: Seam(torch.tensor([8]), known=torch.zeros(160, 4)), "belong together"),
    ],
)
def test_wrong_targets_are_refused(build: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        build()


def test_objective_is_the_weighted_mean_of_its_parts() -> None:
    curve = torch.linspace(-50.0, -30.0, FRAMES)
    controls = [Intensity(curve, weight=0.25), Melody(scale_up(), tolerance=None)]
    mel = noise_mel()
    losses = objective(controls, lambda x0: x0)(mel)
    beyond = controls[0].loss(mel) - CONTENT
    assert (beyond > 0).all()
    expected = 0.5 * (0.25 * beyond + controls[1].loss(mel))
    torch.testing.assert_close(losses.total, expected)
    assert tolerances(controls) == {"intensity": 1.0, "melody": None}
    for wrong in ([], [controls[1], controls[1]]):
        with pytest.raises(ValueError, match="each of its own kind"):
            objective(wrong, lambda x0: x0)


def test_with_a_vocoder_audible_controls_listen_and_the_others_read() -> None:
    audio = torch.cat([sine(440.0), sine(523.25)])
    level = Intensity(torch.zeros(FRAMES))
    known = Reference(noise_mel(1)[0], torch.ones(FRAMES) > 0)
    mel = noise_mel()
    losses = objective([level, known], lambda x0: x0, vocode=lambda mel: audio)(mel)
    torch.testing.assert_close(losses.parts["intensity"], level.loss_audio(audio))
    torch.testing.assert_close(losses.parts["reference"], known.loss(mel))


def test_weights_of_appendix_h() -> None:
    assert paper_weights(["intensity"]) == {"intensity": 1.0}
    assert paper_weights(["intensity", "melody"]) == {"intensity": 0.25, "melody": 1.0}
    assert paper_weights(["reference", "intensity"]) == {"reference": 1.0, "intensity": 1 / 40}
    assert paper_weights(["intensity", "melody", "loop"])["intensity"] == 1 / 40
    assert paper_weights(["recurrence", "seam", "reference"])["seam"] == 1 / 40
    assert paper_weights(["intensity", "harmony", "melody"])["intensity"] == 0.25
    assert paper_weights(["intensity", "structure"])["intensity"] == 1 / 40


def test_a_shape_has_no_decibels_and_given_weights_win() -> None:
    curve = torch.linspace(-50.0, -30.0, FRAMES)
    level, shape, form_of = (
        Intensity(curve),
        Intensity(curve, correlation=True),
        example("structure"),
    )
    assert [one.weight for one in weighed([level, form_of])] == [1 / 40, 1.0]
    assert [one.weight for one in weighed([shape, form_of])] == [1.0, 1.0]
    assert [one.weight for one in weighed([level, form_of], "auto")] == [1.0, 1.0]
    given = weighed([level, form_of], given={"intensity": 0.5, "melody": 3.0})
    assert [one.weight for one in given] == [0.5, 1.0]


def test_balanced_objectives_pull_alike_and_keep_their_weights() -> None:
    found = weighed([example("intensity"), example("melody"), example("structure")], "auto")
    aim = objective(found, lambda x0: x0, balance="auto")

    def pulls(mel: Tensor) -> list[Tensor]:
        leaf = mel.clone().requires_grad_()
        return [
            torch.autograd.grad(one.loss(leaf).sum(), leaf)[0].flatten(1).norm(dim=1)
            for one in found
        ]

    first, other = noise_mel(), noise_mel(seed=7)
    lambdas = [1.0 / pull for pull in pulls(first)]
    for mel in (first, other):
        parts = [torch.relu(one.loss(mel) - CONTENT * (one.tolerance or 0)) for one in found]
        expected = sum(weight * part for weight, part in zip(lambdas, parts, strict=True)) / 3
        torch.testing.assert_close(aim(mel).total, expected)
    torch.testing.assert_close(aim(first).parts["melody"], found[1].loss(first))


def test_an_objective_that_is_met_leaves_room_and_watches_its_tolerance() -> None:
    mel = noise_mel(1)
    level, line = Intensity(signal.intensity(mel)[0]), example("melody")
    aim = objective([level, line], lambda x0: x0, balance="auto")
    leaf = mel.clone().requires_grad_()
    pull = torch.autograd.grad(line.loss(leaf).sum(), leaf)[0].norm()
    for louder, beyond in ((0.0, 0.0), (0.1, 4.0 - CONTENT)):
        others = torch.relu(line.loss(mel + louder) - CONTENT * line.tolerance)
        expected = (beyond * line.loss(mel) + others) / pull / 2
        torch.testing.assert_close(aim(mel + louder).total, expected)
