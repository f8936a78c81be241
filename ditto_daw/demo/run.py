"""Runs the demo: starts a daemon, speaks to it through the public client only, writes the page."""

from __future__ import annotations

import json
import shutil
import time
from importlib.resources import as_file, files
from pathlib import Path

from ditto_bridge import Client, launch_daemon
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from ditto_daw import events
from ditto_daw.demo.scenes import Material, Scene, material, scenes
from ditto_daw.demo.sheet import Result, figure_rows, sheet

PAGE, FIGURES = "index.html", "figures.json"


def main(out: Path, clip: Path | None = None, midi: Path | None = None) -> int:
    """Renders into `out`, prints a table, returns the exit status. Raises DittoError."""
    console = Console()
    out.mkdir(parents=True, exist_ok=True)
    given = _material(out.resolve(), clip, midi)
    began = time.monotonic()
    roots = [out.resolve(), given.clip.parent, given.midi.parent]
    with (
        launch_daemon(port=0, results=out.resolve(), roots=roots) as daemon,
        Client(daemon.host, daemon.port) as client,
    ):
        hello, heard = client.hello(), time.monotonic() - began
        console.print(
            f"ditto-daw {hello.version} with the model {hello.model} on port {daemon.port}"
        )
        client.wait_ready()
        console.print(f"hello after {heard:.1f} s, ready after {time.monotonic() - began:.1f} s")
        results = [_render(client, scene, out, console) for scene in scenes(given, out.resolve())]
    seconds = time.monotonic() - began
    _write(out, given, results, seconds)
    console.print(_table(results))
    console.print(f"{len(results)} jobs in {seconds:.0f} s. Open {out / PAGE} to hear them.")
    return 0


def _material(out: Path, clip: Path | None, midi: Path | None) -> Material:
    """The user's files, or the bundled ones copied beside the results."""
    paths = []
    for name, own in (("clip.flac", clip), ("melody.mid", midi)):
        if own is None:
            with as_file(files("ditto_daw") / "material" / name) as bundled:
                paths.append(Path(shutil.copy(bundled, out / name)))
        else:
            paths.append(own.expanduser().resolve())
    return material(paths[0], paths[1], own_clip=clip is not None)


def _render(client: Client, scene: Scene, out: Path, console: Console) -> Result:
    """One job with its progress bar; what it sounded like before control is kept too."""
    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TextColumn("{task.fields[news]}"),
        TimeElapsedColumn(),
    )
    began, before = time.monotonic(), None
    with Progress(*columns, console=console) as bars:
        bar = bars.add_task(scene.name, total=1, news="")
        job = client.submit(scene.request)
        for event in job.events():
            if isinstance(event, events.Progress):
                _show(bars, bar, event)
            elif isinstance(event, events.Preview) and before is None:
                before = Path(shutil.copy(event.path, out / f"{scene.name}-uncontrolled.wav"))
        bars.update(bar, completed=1, total=1, news="done")
    return Result(scene, job.wait().takes[0], before, time.monotonic() - began)


def _show(bars: Progress, bar: TaskID, event: events.Progress) -> None:
    losses = " ".join(f"{name} {value:.2f}" for name, value in event.losses.items())
    left = "" if event.seconds_left is None else f" {event.seconds_left:.0f} s left"
    bars.update(
        bar,
        completed=event.step,
        total=event.of,
        news=f"{event.stage} {event.step}/{event.of} {losses}{left}",
    )


def _write(out: Path, given: Material, results: list[Result], seconds: float) -> None:
    (out / PAGE).write_text(sheet(given, results, seconds), encoding="utf-8")
    told = {
        "seconds": round(seconds, 1),
        "jobs": {
            result.scene.name: {
                "request": result.scene.request,
                "take": result.take.to_dict(),
                "seconds": round(result.seconds, 2),
            }
            for result in results
        },
    }
    (out / FIGURES).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _table(results: list[Result]) -> Table:
    table = Table("job", "figure", "achieved", "without control")
    for result in results:
        for name, achieved, uncontrolled, _ in figure_rows(result):
            table.add_row(result.scene.name, name, achieved, uncontrolled)
    return table
