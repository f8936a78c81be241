"""`ditto-bridge render`: a request from flags or JSON, its takes' paths on standard output."""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ditto_bridge.aio import AsyncClient
from ditto_bridge.remote import fetch, put_files, shares_disk
from ditto_bridge.stream import STDOUT, GrowingWav
from ditto_daw.errors import BadRequest, Cancelled, FileMissing
from ditto_daw.events import Block, Done, Event, Preview, Progress, Ready

SIMPLE: tuple[tuple[str, Any, str], ...] = (
    ("kind", str, "draft, loop or clip"),
    ("use", str, "new, extend, repair, redo, continue, fill, vary"),
    ("bars", float, "length of the result"),
    ("tempo", float, "quarters per minute"),
    ("prompt", str, 'such as "dark techno in A minor"'),
    ("genre", str, ""),
    ("mood", str, ""),
    ("key", str, ""),
    ("sections", str, 'of a song, such as "8 intro: drums; 16 verse: calm"'),
    ("model", str, "which of those that the daemon has loaded"),
    ("seed", int, "the same seed renders the same"),
    ("variations", int, "how many takes"),
    ("preset", str, "how to optimise"),
    ("iterations", int, "steps of the optimiser"),
)
"""Fields with a flag of their own; `--set` reaches every other one."""
FILES = (("clip", "source"), ("next", "next"), ("follow", "follow"), ("midi", "midi"))
"""Flags that name a file, and the part of the request that holds it."""


def add_render(add: Callable[..., argparse.ArgumentParser]) -> None:
    parser = add(
        "render",
        help="render one request; prints the paths of its takes",
        description="Flags override the JSON. Exit status 0: done, 1: failed, 130: interrupted.",
    )
    parser.add_argument("request", nargs="?", help="a file with the request as JSON; - for stdin")
    for name, kind, meaning in SIMPLE:
        parser.add_argument(f"--{name}", type=kind, help=meaning)
    parser.add_argument("--roles", help="who plays, such as drums,bass")
    for flag, _ in FILES:
        parser.add_argument(f"--{flag}", type=Path, metavar="FILE")
    parser.add_argument("--from", dest="earlier", type=Path, metavar="FILE", help="earlier result")
    parser.add_argument("--curve", type=Path, metavar="CSV", help="lines of quarter,dB")
    parser.add_argument("--redo", nargs=2, type=float, metavar=("START", "END"), help="in bars")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=JSON", dest="more")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the takes go")
    parser.add_argument(
        "--stream",
        metavar="FILE",
        help="the first take as a WAV that grows block by block; - is standard output",
    )
    parser.add_argument("--json", action="store_true", help="print everything known as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress on standard error")
    parser.set_defaults(run=_render)


def _render(given: argparse.Namespace) -> int:
    with GrowingWav(given.stream) if given.stream else nullcontext() as stream:
        done = asyncio.run(_follow(given, _request(given), stream))
    out = sys.stderr if given.stream == STDOUT else sys.stdout
    if given.json:
        print(json.dumps(done.to_dict()), file=out)
    else:
        for take in done.takes:
            print(take.path, file=out)
    return 0


async def _follow(
    given: argparse.Namespace, request: dict[str, Any], stream: GrowingWav | None
) -> Done:
    """Render; the job is cancelled with the program. Files travel where no disk is shared."""
    out = given.out or Path.cwd()
    remote = not shares_disk(given.host)
    async with AsyncClient(given.host, given.port) as client:
        await client.hello()
        if remote:
            request = await put_files(client, request)
        elif given.out:
            given.out.mkdir(parents=True, exist_ok=True)
            output = {**(request.get("output") or {}), "folder": str(given.out.resolve())}
            request = {**request, "output": output}
        job = await client.submit(request)
        show = _Progress(given.quiet)
        try:
            async for event in job.events():
                show(event)
                if stream and isinstance(event, Block) and event.take == 0:
                    await _grow(stream, client if remote else None, event)
            done = await job.wait()
        except (asyncio.CancelledError, KeyboardInterrupt):
            with suppress(Cancelled):
                await job.cancel()
            raise
        finally:
            show.close()
        if remote:
            done = Done(tuple([await fetch(client, take, out) for take in done.takes]))
    if stream:
        stream.finish(Path(done.takes[0].path))
    return done


async def _grow(stream: GrowingWav, far: AsyncClient | None, block: Block) -> None:
    """Append a block, which a daemon elsewhere has to send first."""
    with TemporaryDirectory() as folder:
        here = await fetch(far, block, Path(folder)) if far else block
        stream.add(Path(here.path), here.begin)


def _request(given: argparse.Namespace) -> dict[str, Any]:
    request = _json(given.request) if given.request else {}
    for name, _, _ in SIMPLE:
        if (value := getattr(given, name)) is not None:
            request[name] = value
    if given.sections is not None:
        request.setdefault("kind", "clip")  # sections have a beginning and an end
    if given.roles is not None:
        request["roles"] = [role.strip() for role in given.roles.split(",") if role.strip()]
    for flag, part in FILES:
        if path := getattr(given, flag):
            request[part] = {**(request.get(part) or {}), "path": str(path.resolve())}
    if given.earlier:
        request["from"] = {"path": str(given.earlier.resolve())}
    if given.curve:
        request["curve"] = {"points": _points(given.curve), "unit": "db"}
    if given.redo:
        request["redo"] = dict(zip(("start", "end"), given.redo, strict=True))
    for setting in given.more:
        _set(request, setting)
    return request


def _json(name: str) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        request = json.loads(text)
    except OSError as error:
        raise FileMissing("request", f"{name} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise BadRequest("request", f"{name} holds no JSON: {error}.") from None
    if not isinstance(request, dict):
        raise BadRequest("request", f"{name} must hold an object with the fields of a job.")
    return request


def _points(path: Path) -> list[list[float]]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return [[float(quarter), float(value)] for quarter, value in csv.reader(file)]
    except OSError as error:
        raise FileMissing("curve", f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise BadRequest("curve", f"{path} must hold lines of quarter,dB and no header.") from None


def _set(request: dict[str, Any], setting: str) -> None:
    """ "source.end=2.5" puts a number into an object; what is no JSON is text."""
    name, equals, text = setting.partition("=")
    if not equals:
        raise BadRequest("set", f"--set {setting} must be FIELD=VALUE.")
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    *outer, last = name.split(".")
    place = request
    for key in outer:
        inner = place.get(key)
        place[key] = dict(inner) if isinstance(inner, dict) else {}
        place = place[key]
    place[last] = value


class _Progress:
    """One line on standard error that is written over; one line a stage where that is a file."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._over = sys.stderr.isatty()
        self._stage = ""

    def __call__(self, event: Event) -> None:
        if self._quiet:
            return
        if isinstance(event, Progress) and self._over:
            left = "" if event.seconds_left is None else f", {event.seconds_left:.0f} s left"
            self._say(f"\r{event.stage} {event.step} of {event.of}{left}\033[K")
        elif isinstance(event, Progress) and event.stage != self._stage:
            self._say(f"{event.stage}\n")
            self._stage = event.stage
        elif isinstance(event, Preview):
            self._say(f"{self._begin}to be heard: {event.path}\n")
        elif isinstance(event, Block):
            begin, end = (f"{sample / event.rate:.1f}" for sample in (event.begin, event.end))
            self._say(f"{self._begin}{begin} to {end} s to be heard: {event.path}\n")
        elif isinstance(event, Ready):
            self._say(f"{self._begin}ready: {event.take.path}\n")

    @property
    def _begin(self) -> str:
        return "\r\033[K" if self._over else ""

    def close(self) -> None:
        if self._over and not self._quiet:
            self._say("\r\033[K")

    @staticmethod
    def _say(text: str) -> None:
        print(text, end="", file=sys.stderr, flush=True)
