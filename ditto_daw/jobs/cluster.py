"""An engine on another machine of a Ray cluster, which no disk is shared with.

Here, in a worker process, is `Far`: towards the worker an engine like any other. There, as an actor
of Ray's, is `Seat`, which has the real engine. What a request reads travels there by its hash, what
a render leaves travels back; only the files here count. A machine that leaves the cluster takes its
`Far` with it, and the worker ends as it does when its own process dies.
"""

from __future__ import annotations

import logging
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import ray
from ray.exceptions import RayActorError, RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from ditto_daw import __version__
from ditto_daw.errors import AssetMissing, DittoError, RenderFailed, error_from_dict
from ditto_daw.events import Done, Event, Progress, Wish, event_from_dict
from ditto_daw.files.asset_store import PREFIX, Assets, name_of
from ditto_daw.files.audiowrite import free_path, write_bytes
from ditto_daw.files.store import Store
from ditto_daw.jobs.posts import Post
from ditto_daw.jobs.worker import engine_of
from ditto_daw.requests.request import Request

NAMESPACE = "ditto-daw"
READ = ("source", "next", "midi", "follow", "from")
"""Fields of a request that name a file."""
LOOK_SECONDS, TELL_SECONDS = 1.0, 60.0
"""How often to look for a free place, and to say so: silence would count as hanging."""
STEP_SECONDS = 0.05
"""Of stepping there before anything is told here, at most, where nothing else happens."""

log = logging.getLogger(__name__)


class Place(NamedTuple):
    """Where an engine may be: a GPU of a machine, or a machine without one."""

    node: str
    address: str
    number: int
    processors: int
    gpus: int


class Seat:
    """The engine of one place, and its renders under way, which are stepped from afar."""

    def __init__(self, factory: str, device: str) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="ditto-")
        folder = Path(self._temporary.name)
        self._out = folder / "out"
        self._out.mkdir()
        self._inputs = Assets(folder / "in")
        self._engine = engine_of(Post(factory, device, folder))
        self._renders: dict[str, tuple[Iterator[Event], Wish]] = {}

    def tells(self) -> tuple[str, str]:
        """Version and device."""
        return __version__, self._engine.device

    def stay(self) -> None:
        """Lasts as long as the place does."""
        threading.Event().wait()

    def missing(self, names: list[str]) -> list[str]:
        """Which of these assets are not here."""
        return [name for name in names if self._path(name) is None]

    def put(self, name: str, data: bytes) -> None:
        """Take an asset in."""
        self._inputs.put(name.removeprefix(PREFIX), len(data), 0, data)

    def begin(self, request: dict[str, Any]) -> None:
        """Begin a render, whose files are assets."""
        for field in READ:
            if request[field] and request[field].get("path"):
                request[field]["path"] = str(self._path(request[field]["path"]))
        request["output"]["folder"] = str(self._out)
        wish = Wish()
        steps = self._engine.render(Request.from_dict(request), wish)
        self._renders[request["id"]] = steps, wish

    def step(self, job: str, keep: bool) -> tuple[dict[str, Any], dict[str, bytes]]:
        """The next event of a render, as JSON, and the files that it names first; of progress the
        latest for a while. An error is an event too."""
        steps, wish = self._renders[job]
        wish.keep = keep
        end = time.monotonic() + STEP_SECONDS
        try:
            event = next(steps)
            while isinstance(event, Progress) and time.monotonic() < end:
                event = next(steps)
        except StopIteration:
            return _failed(RenderFailed("", "The render ended without a result.")), {}
        except Exception as error:
            return _failed(error), {}
        told = event.to_dict()
        return told, {} if isinstance(event, Done) else _files(told)

    def drop(self, job: str) -> None:
        """Close a render."""
        steps, _ = self._renders.pop(job)
        getattr(steps, "close", lambda: None)()

    def _path(self, name: str) -> Path | None:
        try:
            return self._inputs.path(name)
        except AssetMissing:
            return None


class Far:
    """An engine elsewhere."""

    def __init__(self, seat: Any, device: str, folder: Path, others: tuple[str, ...]) -> None:
        self._seat, self._store = seat, Store(folder)
        self.device, self.others = device, others
        self._closed = False
        threading.Thread(target=self._watch, daemon=True).start()

    def render(self, request: Request, wish: Wish) -> Iterator[Event]:
        """Events as the engine there yields them, and their files here. ConnectionError when the
        machine has left."""
        takes: dict[str, dict[str, Any]] = {}
        try:
            yield from self._until_done(request, wish, takes)
        except BaseException as error:
            for take in takes.values():
                for path in filter(None, (take["path"], take["latent"])):
                    Path(path).unlink(missing_ok=True)
            if isinstance(error, RayError):
                raise ConnectionError(f"{self.device} has left the cluster") from error
            raise
        yield Done.from_dict({"takes": list(takes.values())})

    def close(self) -> None:
        """Leave the cluster."""
        self._closed = True
        ray.kill(self._seat)
        ray.shutdown()

    def _until_done(
        self, request: Request, wish: Wish, takes: dict[str, dict[str, Any]]
    ) -> Iterator[Event]:
        """Everything but Done. takes: filled with those that are here, by their path there."""
        told = request.to_dict()
        yield Progress("sending", 0, 1)
        self._bring(told)
        ray.get(self._seat.begin.remote(told))
        try:
            while True:
                event, files = ray.get(self._seat.step.remote(request.id, wish.keep))
                if event["event"] == "fail":
                    raise error_from_dict(event)
                if event["event"] == "done":
                    for there in set(takes) - {take["path"] for take in event["takes"]}:
                        Path(takes.pop(there)["path"]).unlink(missing_ok=True)
                    return
                if event["event"] == "take":
                    there = event["take"]["path"]
                    event["take"] = takes[there] = self._kept(event["take"], files, request)
                elif files:
                    event["path"] = str(self._store.previews / Path(event["path"]).name)
                    write_bytes(event["path"], next(iter(files.values())))
                yield event_from_dict(event)
        finally:
            self._seat.drop.remote(request.id)

    def _bring(self, told: dict[str, Any]) -> None:
        """Send the files that a request (JSON) names, and name them by what is in them."""
        files: dict[str, Path] = {}
        for field in READ:
            if told[field] and told[field].get("path"):
                path = Path(told[field]["path"])
                told[field]["path"] = name_of(path)
                files[told[field]["path"]] = path
        for name in ray.get(self._seat.missing.remote(list(files))):
            ray.get(self._seat.put.remote(name, files[name].read_bytes()))

    def _kept(
        self, take: dict[str, Any], files: dict[str, bytes], request: Request
    ) -> dict[str, Any]:
        """A take (JSON) with its files written here."""
        path = free_path(str(request.output.folder), Path(take["path"]).stem)
        write_bytes(path, files[take["path"]])
        kept = take | {"path": str(path), "asset": name_of(path)}
        if take["latent"]:
            latent = self._store.latent(kept["asset"])
            write_bytes(latent, files[take["latent"]])
            kept["latent"] = str(latent)
        return kept

    def _watch(self) -> None:
        """A place that is lost while nothing is rendered there is lost as well."""
        ray.wait([self._seat.stay.remote()])
        if not self._closed:
            log.warning("%s has left the cluster", self.device)
            os.kill(os.getpid(), signal.SIGTERM)


def join(post: Post) -> Far:
    """An engine at the first free place of the post's cluster; waits until there is one.

    Raises RuntimeError where there is no such cluster, and for a machine that cannot render.
    """
    try:
        ray.init(
            post.cluster, namespace=NAMESPACE, log_to_driver=False, logging_level=logging.WARNING
        )
    except (ConnectionError, RayError, ValueError) as error:
        raise RuntimeError(f"there is no Ray cluster at {post.cluster} ({error})") from error
    said = -TELL_SECONDS
    while True:
        places = _places(ray.nodes(), post.device)
        for place in places:
            if far := _seated(place, post, len(places)):
                return far
        if time.monotonic() - said > TELL_SECONDS:
            said = time.monotonic()
            log.info("no place of the cluster %s is free: waiting", post.cluster)
        time.sleep(LOOK_SECONDS)


def _places(nodes: list[dict[str, Any]], device: str) -> list[Place]:
    places = []
    for node in sorted(nodes, key=lambda node: str(node["NodeManagerAddress"])):
        has = node["Resources"] if node["Alive"] else {}
        gpus, processors = int(has.get("GPU", 0)), int(has.get("CPU", 0))
        at = node["NodeID"], node["NodeManagerAddress"]
        if gpus and device != "cpu":
            places += [Place(*at, number, 1, 1) for number in range(gpus)]
        elif processors:
            places.append(Place(*at, 0, processors, 0))
    return places


def _seated(place: Place, post: Post, places: int) -> Far | None:
    """The engine of a place, None where another worker has it or the place has gone."""
    options = {
        "name": f"{place.node}-{place.number}",
        "num_cpus": place.processors,
        "num_gpus": place.gpus,
        "scheduling_strategy": NodeAffinitySchedulingStrategy(place.node, soft=False),
        "max_concurrency": 2,  # one of them stays
    }
    try:
        seat = ray.remote(Seat).options(**options).remote(post.factory, post.device)
    except ValueError:  # the name is taken
        return None
    try:
        version, device = _answer(seat.tells.remote(), place.address)
    except RayActorError as error:
        if error.actor_init_failed:
            raise RuntimeError(f"{place.address}: {_last_line(error)}") from error
        return None
    if version != __version__:
        raise RuntimeError(f"{place.address} has ditto-daw {version}, and this is {__version__}")
    others = (post.device,) * (places - 1)
    return Far(seat, f"{place.address} {device}", post.folder, others)


def _answer(reference: Any, address: str) -> Any:
    """What comes back, however long it takes."""
    while not ray.wait([reference], timeout=TELL_SECONDS)[0]:
        log.info("waiting for %s", address)
    return ray.get(reference)


def _files(event: dict[str, Any]) -> dict[str, bytes]:
    """The files that an event (JSON) names, which are needed here no more."""
    named = event["take"] if event["event"] == "take" else event
    paths = [named[name] for name in ("path", "latent") if named.get(name)]
    files = {path: Path(path).read_bytes() for path in paths}
    for path in paths:
        Path(path).unlink()
    return files


def _failed(error: Exception) -> dict[str, Any]:
    if not isinstance(error, DittoError):
        log.error("a render failed", exc_info=error)  # which Ray keeps, on that machine
        error = RenderFailed("", f"The render stopped unexpectedly: {_last_line(error)}.")
    return {"event": "fail", **error.to_dict()}


def _last_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[-1].rstrip(".")
