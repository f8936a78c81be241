"""`ditto-daw models list|show|pull|check`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict

from ditto_daw.errors import ModelMissing
from ditto_daw.requests.catalogue import (
    AUTO,
    BUNDLED,
    ENTRIES,
    PRECISIONS,
    accepted,
    check_licence,
    entry_of,
    folder_of,
    pull,
    record_file,
)


def add(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Adds the command to the parser of `ditto-daw`."""
    models = add_parser("models", help="open models that can take the bundled one's place")
    inner = models.add_subparsers(required=True, metavar="list|show|pull|check")
    known = inner.add_parser("list", help="the ones known by name, and whether they are here")
    known.set_defaults(run=_list)
    for name, run, text in (
        ("show", _show, "all about one: licence, files, sizes"),
        ("pull", _pull, "fetch its files from the hub"),
        ("check", _check, "does it do here what a model must, how fast, in how much memory"),
    ):
        one = inner.add_parser(name, help=text)
        one.add_argument("model", metavar="NAME|PATH")
        one.set_defaults(run=run)
        if run is not _show:
            one.add_argument(
                "--accept-licence", action="store_true", help="accept its licence, once"
            )
        if run is _check:
            one.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
            one.add_argument("--precision", default=AUTO, choices=PRECISIONS)
            one.add_argument("--compile", action="store_true", help="the bundled model's calls")
            one.add_argument("--seconds", type=float, default=4.0, help="of music to try it on")


def _list(chosen: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table

    table = Table("model", "here", "what it is", "licence", box=None, pad_edge=False)
    table.add_row(BUNDLED, "yes", "44.1 kHz stereo, 8 steps; the default", "MIT: free for any use.")
    for entry in ENTRIES:
        here = "yes" if _where(entry.name) else "no"
        table.add_row(entry.name, here, entry.about, entry.licence)
    Console().print(table)
    return 0


def _show(chosen: argparse.Namespace) -> int:
    if chosen.model == BUNDLED:
        print("bundled: the model that ships with ditto-daw; see docs/model_card.md.")
        return 0
    entry = entry_of(chosen.model)
    told = asdict(entry) | {
        "accepted": "yes" if accepted(entry, record_file()) else "not yet",
        "folder": _where(chosen.model) or f"not here: ditto-daw models pull {entry.name}",
    }
    for name, value in told.items():
        print(f"{name:<10}{value}")
    return 0


def _pull(chosen: argparse.Namespace) -> int:
    check_licence(entry_of(chosen.model), record_file(), chosen.accept_licence)
    print(pull(chosen.model))
    return 0


def _check(chosen: argparse.Namespace) -> int:
    if chosen.model != BUNDLED:
        check_licence(entry_of(chosen.model), record_file(), chosen.accept_licence)
        folder_of(chosen.model)
    from ditto_daw.shelf.check import check

    return check(chosen.model, chosen.device, chosen.precision, chosen.compile, chosen.seconds)


def _where(model: str) -> str:
    """The folder of a model's files, "" where they are not here."""
    try:
        return str(folder_of(model))
    except ModelMissing:
        return ""
