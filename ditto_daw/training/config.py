"""Configurations of training runs: a TOML file each, checked once, as frozen dataclasses.

A table of the file is a dataclass, a key a field of it; a field without a default must be there.
The files that the bundled model was trained with lie in `configs/`.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CONFIGS = Path(__file__).parent / "configs"
KEPT = "config.toml"
"""The copy of the configuration in a run's folder."""

Config = TypeVar("Config")


class ConfigError(ValueError):
    """A configuration that no run can begin with; the message names the field and its range."""


@dataclass(frozen=True)
class Range:
    """Annotates a field: every number in it lies in low..high."""

    low: float
    high: float


@dataclass(frozen=True)
class Training:
    """What every run has, the table [training].

    `average` is the decay of the weights' moving average; `log_every` and `save_every` count
    steps; `workers` processes prepare batches for a GPU (on a CPU they are made between steps).
    """

    minutes: Annotated[float, Range(0.001, 1e6)]
    rate: Annotated[float, Range(1e-7, 1.0)]
    betas: Annotated[tuple[float, float], Range(0.0, 0.99999)]
    weight_decay: Annotated[float, Range(0.0, 1.0)]
    average: Annotated[float, Range(0.0, 0.99999)]
    seed: Annotated[int, Range(0, 2**31)]
    log_every: Annotated[int, Range(1, 1e6)]
    save_every: Annotated[int, Range(1, 1e6)]
    workers: Annotated[int, Range(1, 256)]


def _value(value: Any, kind: Any, name: str, span: Range | None = None) -> Any:
    """A TOML value as the type of its field."""
    if get_origin(kind) is Annotated:
        kind, span = get_args(kind)
    if is_dataclass(kind):
        return _table(value, kind, name)
    if get_origin(kind) is tuple:
        of = get_args(kind)
        endless = len(of) == 2 and of[1] is Ellipsis
        if not isinstance(value, list) or not (endless or len(value) == len(of)):
            raise ConfigError(f"{name} must be a list{'' if endless else f' of {len(of)}'}.")
        kinds = [of[0]] * len(value) if endless else of
        pairs = enumerate(zip(value, kinds, strict=True))
        return tuple(_value(each, its, f"{name}[{i}]", span) for i, (each, its) in pairs)
    right = isinstance(value, kind) or (kind is float and isinstance(value, int))
    if not right or (isinstance(value, bool) and kind is not bool):
        wanted = {float: "a number", int: "a whole number", str: "a text", bool: "true or false"}
        raise ConfigError(f"{name} is {value!r}; it must be {wanted[kind]}.")
    if span is not None and not span.low <= value <= span.high:
        raise ConfigError(f"{name} is {value:g}; it must lie in {span.low:g} to {span.high:g}.")
    return kind(value)


def _required(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _table(table: Any, kind: Any, name: str = "") -> Any:
    """A dataclass of a TOML table; every refusal names the field as ``table.key``."""
    if not isinstance(table, dict):
        raise ConfigError(f"{name} must be a table, [{name}].")
    prefix, known = f"{name}." if name else "", {each.name: each for each in fields(kind)}
    for key in table:
        if key not in known:
            raise ConfigError(f"There is no {prefix}{key}; choose among: {', '.join(known)}.")
    for each in known.values():
        if each.name not in table and _required(each):
            raise ConfigError(f"{prefix}{each.name} is missing.")
    hints = get_type_hints(kind, include_extras=True)
    return kind(**{key: _value(each, hints[key], prefix + key) for key, each in table.items()})


def _file(source: str) -> Path:
    """The file of a name in `configs/`, or of a path."""
    path = Path(source) if source.endswith(".toml") else CONFIGS / f"{source}.toml"
    if not path.is_file():
        names = ", ".join(sorted(file.stem for file in CONFIGS.glob("*.toml")))
        raise ConfigError(f"There is no configuration {source}; give a .toml file, or: {names}.")
    return path


def read(kind: type[Config], source: str | Path) -> Config:
    """The configuration of a name in `configs/` or of a TOML file; ConfigError where wrong."""
    path = _file(str(source))
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is no TOML: {error}.") from None
    try:
        made: Config = _table(table, kind)
    except ConfigError as error:
        raise ConfigError(f"{path.name}: {error}") from None
    return made


def of_run(kind: type[Config], source: str | None, default: str, folder: Path) -> Config:
    """The configuration that a run in `folder` begins or goes on with, kept in the folder.

    Without a source it is the one that the folder keeps, else the default. A run goes on as what
    it was: another configuration than the kept one is refused.
    """
    kept = folder / KEPT
    if kept.is_file():
        config = read(kind, kept)
        if source is not None and read(kind, source) != config:
            raise ConfigError(
                f"{folder} was begun with another configuration, see its {KEPT}. Leave --config "
                "out to go on with it, or begin in an empty folder."
            )
        return config
    config = read(kind, source or default)
    folder.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(_file(source or default).read_bytes())
    return config


def command(description: str | None) -> argparse.ArgumentParser:
    """The command line that every training has; the caller adds its own arguments."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", help="a name in training/configs, or a .toml file")
    parser.add_argument("--data", type=Path, required=True, help="what training.dataset wrote")
    parser.add_argument("--run", type=Path, required=True, help="folder of checkpoints and log")
    parser.add_argument("--minutes", type=float, help="instead of the configuration's")
    parser.add_argument("--rate", type=float, help="instead of the configuration's")
    parser.add_argument("--device", default="auto", help="cpu, cuda, cuda:1; auto: CUDA if there")
    return parser


def parse(
    kind: type[Config], default: str, parser: argparse.ArgumentParser, arguments: list[str] | None
) -> tuple[Config, argparse.Namespace]:
    """The run's configuration and the command line; ends with a sentence where one is wrong."""
    args = parser.parse_args(arguments)
    hints = get_type_hints(Training, include_extras=True)
    try:
        plan: Any = of_run(kind, args.config, default, args.run)
        changes = {
            name: _value(value, hints[name], f"--{name}")
            for name, value in (("minutes", args.minutes), ("rate", args.rate))
            if value is not None
        }
    except ConfigError as error:
        parser.error(str(error))
    return replace(plan, training=replace(plan.training, **changes)), args
