"""The networks' shapes, their wrapping, and the codec's exactness."""

import math

import pytest
import torch

from ditto_daw import signal, vocabulary
from ditto_daw.models import condition
from ditto_daw.models.bundled import Bundled, GenreLoudness
from ditto_daw.models.codec import CHANNELS, PATCH, PatchCodec
from ditto_daw.models.unet import UNet, UNetConfig
from ditto_daw.models.vocoder import Vocoder, VocoderConfig, inverse

SMALL = UNetConfig(widths=(16, 24, 32), heads=4, embedding=32)
SMALL_VOCODER = VocoderConfig(width=16, blocks=2)


def random_condition(rows: int, positions: int) -> condition.Condition:
    generator = torch.Generator().manual_seed(3)
    grid = [torch.rand(rows, positions, generator=generator) for _ in range(3)]
    meter = torch.randint(0, len(vocabulary.METERS), (rows, positions), generator=generator)
    chords = (torch.rand(rows, positions, 12, generator=generator) > 0.7).float()
    local = condition.local_features(120 + 20 * grid[0], grid[1], grid[2], meter, chords)
    latent = torch.randn(rows, CHANNELS, positions, generator=generator)
    known = torch.zeros(rows, positions)
    known[:, : positions // 4] = 1.0
    labels = torch.tensor([[1, 2, 3]]).expand(rows, 3)
    roles = condition.role_features(torch.tensor([[1.0, 0, 0, 1, 0]]).expand(rows, 5))
    return condition.Condition(labels, roles, local, condition.context_features(latent, known))


@pytest.fixture
def trained_looking() -> Bundled:
    """A small model whose output layers are not zero, so that its output depends on everything."""
    torch.manual_seed(0)
    model = Bundled(SMALL, SMALL_VOCODER)
    for parameter in model.unet.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=0.05)
    return model


def test_the_bundled_unet_has_the_size_that_the_card_tells() -> None:
    parameters = sum(p.numel() for p in UNet(UNetConfig()).parameters())
    assert parameters == 13_367_488


@pytest.mark.parametrize("positions", [4, 12, 128, 172])
def test_any_length_goes_through(trained_looking: Bundled, positions: int) -> None:
    x = torch.randn(2, CHANNELS, positions)
    told = random_condition(2, positions)
    out = trained_looking.denoiser(told, guidance=2.0, wrap=True)(x, 0.7)
    assert out.shape == x.shape
    assert out.isfinite().all()


def test_a_wrapped_network_commutes_with_turning_the_loop(trained_looking: Bundled) -> None:
    positions, turn = 32, 8
    x, told = torch.randn(1, CHANNELS, positions), random_condition(1, positions)
    turned = condition.Condition(
        told.labels, told.roles, told.local.roll(turn, 2), told.context.roll(turn, 2)
    )
    out = trained_looking.denoiser(told, 1.0, wrap=True)(x, 0.5)
    other = trained_looking.denoiser(turned, 1.0, wrap=True)(x.roll(turn, 2), 0.5)
    assert torch.allclose(out.roll(turn, 2), other, atol=1e-4)
    open_ended = trained_looking.denoiser(told, 1.0, wrap=False)(x, 0.5)
    assert not torch.allclose(out, open_ended, atol=1e-3)


def test_guidance_one_is_the_conditioned_model(trained_looking: Bundled) -> None:
    x, told = torch.randn(1, CHANNELS, 16), random_condition(1, 16)
    asked = trained_looking.denoiser(told, 1.0, wrap=False)(x, 0.4)
    free = trained_looking.denoiser(told.unguided(), 1.0, wrap=False)(x, 0.4)
    guided = trained_looking.denoiser(told, 3.0, wrap=False)(x, 0.4)
    assert torch.allclose(guided, free + 3.0 * (asked - free), atol=1e-4)


def test_unguided_hides_the_wishes_and_keeps_grid_and_context() -> None:
    told = random_condition(1, 8)
    free = told.unguided()
    assert free.labels.tolist() == [list(condition.LABEL_COUNTS)]
    assert (free.roles == 0).all()
    assert (free.local[:, condition.GRID_CHANNELS :] == 0).all()
    grid = slice(0, condition.GRID_CHANNELS)
    assert torch.equal(free.local[:, grid], told.local[:, grid])
    assert torch.equal(free.context, told.context)


def test_the_phase_features_are_sines_of_the_phase() -> None:
    quarter = torch.tensor([[0.0, 0.25, 0.5, 0.75]])
    features = condition.local_features(
        torch.full((1, 4), 240.0), quarter, quarter, torch.zeros(1, 4), torch.zeros(1, 4, 12)
    )
    assert features.shape == (1, condition.LOCAL_CHANNELS, 4)
    assert features[0, 1].tolist() == [1.0] * 4
    expected = [math.sin(2 * math.pi * p) for p in (0.0, 0.25, 0.5, 0.75)]
    assert features[0, 2].tolist() == pytest.approx(expected, abs=1e-6)


def test_a_fitted_codec_keeps_what_its_components_span() -> None:
    generator = torch.Generator().manual_seed(0)
    mixing = torch.randn(20, PATCH * signal.BANDS, generator=generator)
    hidden = torch.randn(50, 8, 20, generator=generator)
    patches = (hidden @ mixing - 2.0).reshape(50, 8, PATCH, signal.BANDS)
    mel = patches.permute(0, 3, 1, 2).reshape(50, signal.BANDS, 8 * PATCH)
    codec = PatchCodec()
    codec.fit(mel)
    latent = codec.encode(mel)
    assert latent.shape == (50, CHANNELS, 8)
    assert torch.allclose(codec.decode(latent), mel, atol=1e-2)
    spread = latent.square().mean(dim=(0, 2))
    assert spread[0] == spread.max()
    with pytest.raises(ValueError, match="multiple of 4"):
        codec.encode(mel[..., :5])


def test_the_inverse_spectrum_gives_the_audio_back() -> None:
    audio = torch.randn(2, 32 * signal.HOP)
    assert torch.allclose(inverse(signal.spectrum(audio)), audio, atol=1e-5)


def test_the_vocoder_starts_at_the_loudness_of_its_mel() -> None:
    torch.manual_seed(0)
    vocoder = Vocoder(SMALL_VOCODER)
    mel = torch.full((1, signal.BANDS, 64), -2.0, requires_grad=True)
    audio = vocoder(mel)
    assert audio.shape == (1, 64 * signal.HOP)
    (gradient,) = torch.autograd.grad(audio.square().mean(), mel)
    assert gradient.isfinite().all()
    assert gradient.abs().sum() > 0
    spectrum = vocoder.spectrum(mel.detach())
    wanted = signal.magnitude(mel.detach())
    assert (20 * torch.log10(spectrum.abs() / wanted)).abs().median() < 6.0


def test_weights_survive_the_file(trained_looking: Bundled, tmp_path) -> None:  # type: ignore[no-untyped-def]
    trained_looking.loudness = {"house": GenreLoudness(-18.0, -30.0, -12.0)}
    trained_looking.save(tmp_path / "weights.safetensors")
    loaded = Bundled.load(tmp_path / "weights.safetensors")
    assert loaded.loudness == trained_looking.loudness
    assert loaded.unet.config == SMALL
    x, told = torch.randn(1, CHANNELS, 8), random_condition(1, 8)
    before = trained_looking.denoiser(told, 1.0, wrap=True)(x, 0.3)
    assert torch.allclose(before, loaded.denoiser(told, 1.0, wrap=True)(x, 0.3), atol=5e-3)
    assert not any(p.requires_grad for p in loaded.parameters())


def test_projections_bring_the_audio_nearer_to_its_mel(trained_looking: Bundled) -> None:
    torch.manual_seed(1)
    mel = signal.mel(0.1 * torch.randn(1, 64 * signal.HOP))
    vocoder, inner = trained_looking.vocoder, slice(8, -8)

    def error(audio: torch.Tensor) -> float:
        return float((signal.mel(audio) - mel)[..., inner].square().mean())

    refined = vocoder.refined(mel)
    assert refined.shape == (1, 64 * signal.HOP)
    assert error(refined) < 0.8 * error(vocoder(mel))


def test_a_loop_is_vocoded_as_a_loop(trained_looking: Bundled) -> None:
    mel = torch.randn(1, signal.BANDS, 96) * 0.3 - 2.5
    audio = trained_looking.sound(mel, wrap=True)
    assert audio.shape == (1, 96 * signal.HOP)
    turned = trained_looking.sound(mel.roll(40, 2), wrap=True)
    assert torch.allclose(audio.roll(40 * signal.HOP, 1), turned, atol=1e-5)
