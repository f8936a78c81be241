"""Closed forms of harmony, correlation, structure and groove."""

import pytest
import torch
from test_controls import FRAMES, noise_mel, sine
from torch import Tensor

from ditto_daw import signal
from ditto_daw.controls.groove import Groove, lines
from ditto_daw.controls.harmony import Harmony
from ditto_daw.controls.intensity import Intensity
from ditto_daw.controls.structure import (
    WINDOW,
    Structure,
    form,
    similarity,
    smoothed,
    timbre,
)


def test_a_chord_of_sines_is_its_own_harmony() -> None:
    """C major in the sixth octave, where a semitone is wider than the mel's bands; E minor shares
    two of its tones, F sharp none."""
    tones = [sine(440.0 * 2.0 ** ((midi - 69) / 12), level=0.1) for midi in (84, 88, 91)]
    mel = signal.mel(sum(tones))

    def divergence(*classes: int) -> float:
        target = torch.zeros(12, FRAMES)
        target[list(classes), 2:-2] = 1.0
        both = Harmony(target)
        heard, read = float(both.loss_audio(sum(tones))), float(both.loss(mel))
        assert heard == pytest.approx(read, rel=0.3)
        return read

    assert divergence(0, 4, 7) < 0.45 < 0.8 < divergence(4, 7, 11) < 3 < divergence(6, 10, 1)
    assert float(Harmony(torch.ones(12, 4)).compare(torch.full((1, 12, 4), 1 / 12.0).log())) == (
        pytest.approx(0.0, abs=1e-6)
    )


def test_correlation_asks_for_the_shape_alone() -> None:
    mel = noise_mel()
    own = signal.intensity(mel)[0]
    shape = Intensity(own, correlation=True)
    moved = torch.stack([own, 3.0 * own - 20.0, -own])
    torch.testing.assert_close(
        shape.compare(moved), torch.tensor([0.0, 0.0, 2.0]).double(), atol=1e-3, rtol=0.0
    )
    half = torch.arange(FRAMES) < FRAMES // 2
    wrong = torch.where(half, own, own.flip(0))
    assert float(Intensity(wrong, half, correlation=True).compare(own[None])) < 1e-3
    assert float(Intensity(wrong, correlation=True).compare(own[None])) > 0.05
    level = torch.full((1, FRAMES), -20.0).double()
    assert float(shape.compare(level)) == pytest.approx(1.0)


def test_music_in_its_form_has_no_structure_error() -> None:
    timbres = noise_mel(2, 1, seed=3)
    parts = torch.arange(FRAMES) // 24
    aaba = torch.tensor([0, 0, 1, 0])[parts]
    mel = timbres[aaba, :, 0].T[None] + torch.linspace(0.0, 1e-3, FRAMES).double()
    for wrap in (False, True):
        assert float(Structure(form(aaba), wrap=wrap).loss(mel)) < 1e-4
    unrelated = Structure(form(aaba))
    assert float(unrelated.compare(similarity(smoothed(unrelated.target, False))[None])) == 0.0
    abab = torch.tensor([0, 1, 0, 1])[parts]
    assert float(Structure(form(abab)).loss(mel)) > 0.1
    louder = mel + 0.5
    torch.testing.assert_close(Structure(form(abab)).loss(louder), Structure(form(abab)).loss(mel))


def test_a_transferred_structure_is_matched_frame_by_frame() -> None:
    mel = noise_mel()
    own = Structure(timbre(mel[:1])[0], smooth=False)
    assert float(own.loss(mel[:1])) == pytest.approx(0.0, abs=1e-9)
    assert float(own.loss(mel[1:])) > 0.03
    half = torch.arange(FRAMES) < FRAMES // 2
    changed = torch.where(half, own.target, -own.target.flip(1))
    part = Structure(changed, half, smooth=False)
    assert float(part.loss(mel[:1])) == pytest.approx(0.0, abs=1e-9)


def test_the_smoothed_self_similarity_is_that_of_smoothed_vectors() -> None:
    vectors = timbre(noise_mel(1))
    whole = signal.smooth(similarity(vectors), True, WINDOW)
    whole = signal.smooth(whole.transpose(1, 2), True, WINDOW)
    torch.testing.assert_close(similarity(smoothed(vectors, True)), whole)


def clicks(places: Tensor, frames: int = FRAMES) -> Tensor:
    """A mel (1, 160, F) of short bursts at these frames, over faint hiss."""
    audio = torch.zeros(1, frames * signal.HOP).double()
    burst = torch.randn(1000, generator=torch.Generator().manual_seed(6)).double()
    for place in places:
        first = int(place * signal.HOP)
        audio[0, first : first + 1000] = 0.3 * burst * torch.linspace(1.0, 0.0, 1000) ** 2
    return signal.mel(audio + 1e-4 * burst.repeat(frames)[: frames * signal.HOP])


def test_clicks_on_the_grid_cost_less_than_clicks_beside_it() -> None:
    grid = torch.arange(8.0, 90.0, 11.0)
    rhythm = lines(grid, FRAMES, False, torch.ones(len(grid)))
    for control in (
        Groove(lines(grid, FRAMES, False), grid),
        Groove(rhythm, grid, every=True),
    ):
        on, late = (float(control.loss(clicks(grid + shift))) for shift in (0.0, 4.0))
        assert on < 0.1, "every click is on its line"
        assert late > 0.8
    some = clicks(grid[::2])
    assert float(Groove(lines(grid, FRAMES, False), grid).loss(some)) < 0.1, "lines may be empty"
    assert float(Groove(rhythm, grid, every=True).loss(some)) > 0.2
    turned = Groove(lines(grid, FRAMES, True).roll(5), grid, wrap=True)
    assert float(turned.loss(clicks(grid).roll(5, dims=-1))) < 0.1
    loud = Groove(lines(grid, FRAMES, False), grid)
    torch.testing.assert_close(loud.loss(clicks(grid) + 0.5), loud.loss(clicks(grid)))


def test_lines_of_a_grid_are_wide_and_those_of_a_rhythm_as_high_as_they_are_told() -> None:
    places = torch.tensor([1.0, 41.0])
    grid = lines(places, 80, True)
    assert grid[[78, 79, 0, 1, 2, 3]] == pytest.approx([1 / 3, 1, 1, 1, 1 / 3, 0])
    assert float(grid.sum()) == pytest.approx(2 * (3 + 2 / 3))
    assert float(lines(places, 80, False)[78:].sum()) == 0.0
    rhythm = lines(places, 80, True, torch.tensor([1.0, 0.5]))
    assert rhythm[[79, 0, 1, 39, 40, 41]].tolist() == [0.5, 1.0, 0.5, 0.25, 0.5, 0.25]
    assert float(rhythm.sum()) == 3.0
