"""Configurations: what a file may say, and what a run keeps of it."""

import dataclasses
from pathlib import Path

import pytest

from ditto_daw.models.unet import UNetConfig
from ditto_daw.training import config
from ditto_daw.training.config import ConfigError
from ditto_daw.training.controlnet import ControlNetConfig
from ditto_daw.training.denoiser import DenoiserConfig
from ditto_daw.training.paper import PaperRunConfig
from ditto_daw.training.stereo import StereoRunConfig
from ditto_daw.training.student import StudentConfig
from ditto_daw.training.vocoder import VocoderRunConfig

KINDS = {
    "controlnet": ControlNetConfig,
    "denoiser": DenoiserConfig,
    "student": StudentConfig,
    "stereo": StereoRunConfig,
    "vocoder": VocoderRunConfig,
    "paper-6s": PaperRunConfig,
    "paper-24s": PaperRunConfig,
}


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """The denoiser's configuration with one line replaced."""
    text = (config.CONFIGS / "denoiser.toml").read_text()
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new, 1))
    return path


@pytest.mark.parametrize("name", [path.stem for path in sorted(config.CONFIGS.glob("*.toml"))])
def test_every_file_that_ships_is_one(name: str) -> None:
    plan = config.read(KINDS[name], name)
    assert dataclasses.is_dataclass(plan)
    assert hash(plan) == hash(config.read(KINDS[name], config.CONFIGS / f"{name}.toml"))


def test_the_bundled_model_has_the_sizes_of_its_configuration() -> None:
    assert config.read(DenoiserConfig, "denoiser").network == UNetConfig()
    assert config.read(StudentConfig, "student").network == UNetConfig()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("power = 0.7", "power = 9", "power is 9; it must lie in 0.1 to 4."),
        ("rate = 1e-3", 'rate = "fast"', "training.rate is 'fast'; it must be a number."),
        ("rate = 1e-3", "", "training.rate is missing."),
        ("blocks = 2", "blocks = 2.5", "network.blocks is 2.5; it must be a whole number."),
        ("blocks = 2", "depth = 2", "There is no network.depth; choose among: latent"),
        ("[16, 128],", "[16, 0],", "sizes[0][1] is 0; it must lie in 1 to 4096."),
        ("[16, 128],", "[16],", "sizes[0] must be a list of 2."),
        ("seed = 0", "seed = true", "training.seed is True; it must be a whole number."),
        ('"jazz"', '"polka"', "grid.genres has polka; choose among: house"),
        ("power = 0.7", "power =", "is no TOML"),
    ],
)
def test_a_mistake_is_named_with_its_range(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    with pytest.raises(ConfigError) as error:
        config.read(DenoiserConfig, changed(tmp_path, old, new))
    assert sentence in str(error.value)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(
        ConfigError, match="denoiser, paper-24s, paper-6s, stereo, student, vocoder"
    ):
        config.read(DenoiserConfig, "denoisser")


def test_a_run_stays_what_it_was(tmp_path: Path) -> None:
    mine, folder = changed(tmp_path, "power = 0.7", "power = 1.0"), tmp_path / "run"
    first = config.of_run(DenoiserConfig, str(mine), "denoiser", folder)
    assert first.power == 1.0
    assert (folder / config.KEPT).read_bytes() == mine.read_bytes()
    assert config.of_run(DenoiserConfig, None, "denoiser", folder) == first
    assert config.of_run(DenoiserConfig, str(mine), "denoiser", folder) == first
    with pytest.raises(ConfigError, match="begun with another configuration"):
        config.of_run(DenoiserConfig, "denoiser", "denoiser", folder)


def test_minutes_and_rate_may_come_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def plan(*more: str) -> DenoiserConfig:
        given = ["--data", "SET", "--run", str(tmp_path), *more]
        return config.parse(DenoiserConfig, "denoiser", config.command(None), given)[0]

    usual = plan().training
    changed = plan("--minutes", "7", "--rate", "0.5").training
    assert (changed.minutes, changed.rate) == (7.0, 0.5)
    assert dataclasses.replace(changed, minutes=usual.minutes, rate=usual.rate) == usual
    with pytest.raises(SystemExit):
        plan("--minutes", "0")
    assert "--minutes is 0; it must lie in 0.001 to 1e+06." in capsys.readouterr().err
